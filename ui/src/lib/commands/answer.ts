/** Commands that answer a held request, and that say who answers. */
import { CHOICES } from "../answering/modes";
import { sentAnswer, unsent } from "../answering/other";
import type { Mode } from "../api/types";
import type { App } from "../app/app.svelte";
import { t } from "../i18n/index.svelte";
import type { Draft } from "../stores/drafts.svelte";
import { prefs } from "../stores/prefs.svelte";
import type { CommandSpec } from "./command";

const MORE_SECONDS = 30;
/** What is about the selected turn belongs to their list. */
const place = "exchanges";
const heldRow = ({ selection }: App) => (selection.row?.state === "held" ? selection.row : null);
const held = (app: App) => heldRow(app) !== null;

const endedRow = ({ selection: { row } }: App) =>
  row === null || row.state === "held" || row.state === "answering" ? null : row;

/** The draft that is written in the selected exchange's place: its answer, or another one. */
function draftOf(app: App): Draft | null {
  const { row } = app.selection;
  if (row === null) return null;
  return row.state === "held" ? app.drafts.find(row.id) : app.drafts.otherOf(row.id);
}

/** Begins another answer to the selected turn, which has its own. */
async function answerDifferently(app: App): Promise<void> {
  const { api, drafts, toasts } = app;
  const row = endedRow(app);
  if (row === null) return;
  app.navigation.goTo(place);
  app.pane.showAnswer();
  // Before the answer is read: until then letters are no commands.
  app.focus.request("answer");
  await toasts.attempt(async () => {
    if (!drafts.otherOf(row.id)) {
      const start = unsent(drafts.find(row.id)) ?? (await sentAnswer(api, await api.exchange(row.id)));
      drafts.beginOther(row.id, start);
    }
    app.focus.request("answer");
  });
}

/** Sends the draft of the selected exchange. */
async function send(app: App): Promise<void> {
  const { announcer, drafts, selection, toasts } = app;
  const draft = draftOf(app);
  if (!draft) return;
  if (draft.status === null) {
    toasts.info(() => t("answering.statusWrong"));
    return;
  }
  await toasts.attempt(async () => {
    const answered = await draft.send();
    if (answered !== null) {
      announcer.say(t("live.answered"));
      if (answered !== draft.exchange) {
        drafts.putAway(draft.exchange);
        selection.select(answered);
      }
      app.focus.request("list");
    } else {
      const key = draft.sending === "caller_left" ? "answer.callerLeft" : "answer.tooLate";
      toasts.info(() => t(key));
    }
  });
}

async function extend(app: App): Promise<void> {
  const row = heldRow(app);
  if (row) await app.toasts.attempt(() => app.api.extend(row.id, MORE_SECONDS));
}

async function release(app: App): Promise<void> {
  const row = heldRow(app);
  if (row) await app.toasts.attempt(() => app.api.release(row.id));
}

/** Gives the bot what the developer's own server answered, byte for byte. */
async function sendAsServer(app: App): Promise<void> {
  const row = heldRow(app);
  if (row === null || row.upstream_after_ms === null) return;
  const sent = await app.toasts.attempt(() => app.api.release(row.id));
  if (!sent) return;
  app.announcer.say(t("live.answered"));
  app.focus.request("list");
}

async function releaseAll({ api, program, toasts }: App): Promise<void> {
  await toasts.attempt(async () => {
    const { released } = await api.releaseAll(program.botId);
    toasts.info(() =>
      released === 0 ? t("answer.noneHeld") : t("answer.releasedAll", { count: released, value: released }),
    );
  });
}

/** A command for each mode that can be chosen. */
const MODE_COMMANDS: Partial<Record<`mode.${Mode}`, CommandSpec>> = Object.fromEntries(
  CHOICES.map(({ mode, command, key }): [string, CommandSpec] => [
    `mode.${mode}`,
    {
      label: command,
      group: "answer",
      keys: [key],
      run: ({ bots }) => void bots.setMode(mode),
    },
  ]),
);

export const ANSWER = {
  answer: {
    label: { ru: "Ответить", en: "Answer" },
    group: "answer",
    keys: ["A"],
    enabled: ({ selection }) => selection.row !== null,
    run: (app) => {
      if (endedRow(app) !== null) {
        void answerDifferently(app);
        return;
      }
      app.navigation.goTo(place);
      app.pane.showAnswer();
      if (held(app)) app.focus.request("answer");
    },
  },
  answerDifferently: {
    label: { ru: "Ответить иначе", en: "Answer differently" },
    group: "answer",
    enabled: (app) => endedRow(app) !== null,
    run: (app) => void answerDifferently(app),
  },
  send: {
    label: { ru: "Отправить ответ", en: "Send the answer" },
    group: "answer",
    everywhere: ["Ctrl+Enter"],
    place,
    enabled: (app) => draftOf(app) !== null,
    run: (app) => void send(app),
  },
  answerTable: {
    label: { ru: "Ответ таблицей или текстом", en: "The answer as a table or as text" },
    group: "answer",
    place,
    enabled: (app) => draftOf(app) !== null,
    run: ({ focus, pane }) => {
      prefs.set("answerTable", !prefs.values.answerTable);
      pane.showAnswer();
      focus.request("answer");
    },
  },
  answerNext: {
    label: { ru: "Ответить следующему, кто ждёт", en: "Answer the next held request" },
    group: "answer",
    run: (app) => {
      if (!app.selection.nextHeld()) return;
      app.pane.showAnswer();
      app.focus.request("answer");
    },
  },
  extend: {
    label: { ru: "Ещё 30 секунд", en: "30 more seconds" },
    group: "answer",
    keys: ["+"],
    place,
    enabled: held,
    run: (app) => void extend(app),
  },
  sendAsServer: {
    label: { ru: "Отправить, как прислал мой сервер", en: "Send as my server had it" },
    group: "answer",
    everywhere: ["Ctrl+Shift+Enter"],
    place,
    enabled: (app) => heldRow(app)?.upstream_after_ms != null,
    run: (app) => void sendAsServer(app),
  },
  release: {
    label: { ru: "Ответить запасным ответом", en: "Release with the fallback" },
    group: "answer",
    keys: ["Shift+R"],
    place,
    enabled: held,
    run: (app) => void release(app),
  },
  releaseAll: {
    label: { ru: "Ответить всем запасным ответом", en: "Answer all held with the fallback" },
    group: "answer",
    keys: ["Shift+A"],
    run: (app) => void releaseAll(app),
  },
  ...MODE_COMMANDS,
  answering: {
    label: { ru: "Ответ по умолчанию и удержание", en: "Default answer and hold" },
    group: "answer",
    keys: ["D"],
    run: ({ dialogs }) => {
      dialogs.popover = "answering";
    },
  },
} satisfies Record<string, CommandSpec>;
