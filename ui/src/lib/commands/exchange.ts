/** Commands about the selected exchange, and the one that deletes all that are listed. */
import type { App } from "../app/app.svelte";
import { holds } from "../answering/modes";
import { titleOf } from "../exchange/names";
import { t } from "../i18n/index.svelte";
import { InTurn } from "../in-turn";
import { annotate } from "./annotate";
import type { CommandSpec } from "./command";
import { waitForReplay } from "./replay";
import { deleteSeveral, pinSeveral, SEVERAL } from "./several";

/** These belong to the list of turns. */
const place = "exchanges";
/** A filter of what may be deleted at once. */
export const UNPINNED = "-is:pinned";
const selected = ({ selection }: App) => selection.row !== null;

async function replay({ api, heldTurns, program, selection, toasts }: App): Promise<void> {
  const { row } = selection;
  if (row === null) return;
  await toasts.attempt(async () => {
    const call = api.replay(row.id, "self");
    if (holds(program.answeringOf(row.bot))) {
      await waitForReplay({ call, original: row.id, heldTurns, selection, toasts });
      return;
    }
    const made = await call;
    toasts.info(() => t("replay.done"), { label: () => t("replay.open"), run: () => selection.select(made.id) });
  });
}

const pins = new InTurn();
/** Two quick ones are two: the second looks at what the first has made. */
async function togglePin(app: App): Promise<void> {
  const { detail, heldTurns, list, selection, toasts } = app;
  const { row } = selection;
  if (row === null) return;
  await toasts.attempt(() =>
    pins.after(() => {
      const whole = detail.exchange?.id === row.id ? detail.exchange : null;
      const now = list.find(row.id) ?? heldTurns.find(row.id) ?? whole ?? row;
      return annotate(app, row.id, { pinned: !now.pinned });
    }),
  );
}

/** Deletes the selected exchange and moves to its neighbour; ten seconds remain to take it back. */
async function deleteSelected({ api, detail, selection, toasts }: App): Promise<void> {
  const { order, row } = selection;
  if (!row) return;
  const at = order.indexOf(row.id);
  const neighbour = order[at + 1] ?? order[at - 1] ?? null;
  await toasts.attempt(async () => {
    const { undo } = await api.remove(row.id);
    if (detail.id === row.id) selection.select(neighbour, false);
    toasts.undo(
      () => t("detail.deletedOne", { event: titleOf(row) }),
      () => {
        void toasts.attempt(async () => {
          await api.restore(undo);
          selection.select(row.id);
        });
      },
    );
  });
}

/** Deletes what the list shows, filter and bot taken into account; what is pinned stays. */
async function deleteListed({ api, list, selection, toasts }: App): Promise<void> {
  await toasts.attempt(async () => {
    const { deleted, undo } = await api.removeFiltered(`${list.filter} ${UNPINNED}`.trim(), list.bot);
    selection.select(null, false);
    toasts.undo(
      () => t("detail.deleted", { count: deleted, value: deleted }),
      () => {
        void toasts.attempt(async () => {
          await api.restore(undo);
          await list.reload();
        });
      },
    );
  });
}

export const EXCHANGE = {
  replay: {
    label: { ru: "Повторить", en: "Replay" },
    group: "exchange",
    keys: ["R"],
    place,
    enabled: selected,
    run: (app) => void replay(app),
  },
  pin: {
    label: { ru: "Закрепить или открепить", en: "Pin or unpin" },
    group: "exchange",
    keys: ["P"],
    place,
    enabled: selected,
    run: (app) => void (app.selection.several.length > 0 ? pinSeveral(app) : togglePin(app)),
  },
  note: {
    label: { ru: "Заметка", en: "Note" },
    group: "exchange",
    keys: ["N"],
    place,
    enabled: selected,
    run: ({ focus, pane }) => {
      pane.noteOpen = true;
      focus.request("note");
    },
  },
  delete: {
    label: { ru: "Удалить ход", en: "Delete the turn" },
    group: "exchange",
    keys: ["Delete"],
    place,
    enabled: selected,
    run: (app) => void (app.selection.several.length > 0 ? deleteSeveral(app) : deleteSelected(app)),
  },
  deleteListed: {
    label: { ru: "Удалить всё, что в списке, кроме закреплённых", en: "Delete everything listed but what is pinned" },
    group: "exchange",
    place,
    enabled: ({ list }) => list.rows.length > 0,
    run: (app) => void deleteListed(app),
    quiet: true,
  },
  undo: {
    label: { ru: "Вернуть удалённое", en: "Undo the deletion" },
    group: "exchange",
    keys: ["Ctrl+Z"],
    enabled: ({ toasts }) => toasts.undoable !== null,
    run: ({ toasts }) => toasts.undoable?.action?.run(),
  },
  ...SEVERAL,
  copyId: {
    label: { ru: "Копировать номер обмена", en: "Copy the exchange's id" },
    group: "exchange",
    place,
    enabled: selected,
    run: ({ clipboard, selection }) => void clipboard.copy(selection.row?.id ?? ""),
  },
  previousTab: {
    label: { ru: "Предыдущая вкладка", en: "Previous tab" },
    group: "exchange",
    keys: ["["],
    place,
    enabled: selected,
    run: ({ pane }) => pane.step(-1),
    quiet: true,
  },
  nextTab: {
    label: { ru: "Следующая вкладка", en: "Next tab" },
    group: "exchange",
    keys: ["]"],
    place,
    enabled: selected,
    run: ({ pane }) => pane.step(1),
    quiet: true,
  },
} satisfies Record<string, CommandSpec>;
