/** What is done with the rows that are chosen together. */
import type { App } from "../app/app.svelte";
import { exchangeLine } from "../exchange/lines";
import { t } from "../i18n/index.svelte";
import { annotate } from "./annotate";
import type { CommandSpec } from "./command";

const place = "exchanges";
/** Read one after the other: more of them would take a minute. */
const LINES_MOST = 1000;

/** Deletes them in one call and moves to their neighbour; ten seconds remain to take it back. */
export async function deleteSeveral({ api, detail, list, selection, toasts }: App): Promise<void> {
  const { order, several } = selection;
  const chosen = new Set(several);
  const after = order.slice(order.indexOf(several.at(-1) ?? "") + 1).find((id) => !chosen.has(id));
  const neighbour = after ?? order.findLast((id) => !chosen.has(id)) ?? null;
  const { id } = detail;
  await toasts.attempt(async () => {
    const { deleted, undo } = await api.removeEach([...several]);
    selection.select(neighbour, false);
    toasts.undo(
      () => t("detail.deleted", { count: deleted, value: deleted }),
      () => {
        void toasts.attempt(async () => {
          await api.restore(undo);
          await list.reload();
          selection.select(id);
        });
      },
    );
  });
}

/** Pins them, or takes the pins off where all have one; both can be taken back. */
export async function pinSeveral(app: App): Promise<void> {
  const { list, selection, toasts } = app;
  const rows = selection.several.flatMap((id) => list.find(id) ?? []);
  const pinned = !rows.every((row) => row.pinned);
  const ids = rows.filter((row) => row.pinned !== pinned).map(({ id }) => id);
  const set = async (to: boolean) => {
    for (const id of ids) await annotate(app, id, { pinned: to });
  };
  await toasts.attempt(async () => {
    await set(pinned);
    const key = pinned ? "list.pinnedSeveral" : "list.unpinnedSeveral";
    toasts.undo(
      () => t(key, { count: ids.length, value: ids.length }),
      () => void toasts.attempt(() => set(!pinned)),
    );
  });
}

async function lines({ api, selection, toasts }: App): Promise<string | null> {
  const ids = selection.several;
  if (ids.length > LINES_MOST) {
    toasts.info(() => t("list.linesMost", { value: LINES_MOST }));
    return null;
  }
  let text = "";
  for (const id of ids) text += `${await exchangeLine(api, id)}\n`;
  return text;
}

async function copyLines(app: App): Promise<void> {
  await app.toasts.attempt(async () => {
    const text = await lines(app);
    if (text !== null) await app.clipboard.copy(text);
  });
}

async function saveLines(app: App): Promise<void> {
  await app.toasts.attempt(async () => {
    const text = await lines(app);
    if (text !== null) await app.host.save("hookloupe.jsonl", new TextEncoder().encode(text));
  });
}

const several = ({ selection }: App) => selection.several.length > 0;

export const SEVERAL = {
  copyLines: {
    label: { ru: "Копировать выделенные как строки JSON", en: "Copy the chosen ones as lines of JSON" },
    group: "exchange",
    place,
    enabled: several,
    run: (app) => void copyLines(app),
  },
  saveLines: {
    label: { ru: "Сохранить выделенные строками JSON", en: "Save the chosen ones as lines of JSON" },
    group: "exchange",
    place,
    enabled: several,
    run: (app) => void saveLines(app),
  },
} satisfies Record<string, CommandSpec>;
