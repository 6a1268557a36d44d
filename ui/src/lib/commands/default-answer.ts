/** Makes the selected exchange's answer the default one of its bot. */
import { isText, sentAnswer } from "../answering/other";
import type { Answering, Exchange, Summary } from "../api/types";
import type { App } from "../app/app.svelte";
import { t } from "../i18n/index.svelte";
import type { CommandSpec } from "./command";

/** Whether an answer can be the default one, and is not yet. */
export const canBeDefault = (row: Pick<Summary, "answered_by" | "status">, exchange: Pick<Exchange, "response">) =>
  row.status !== null && row.answered_by !== "default" && isText(exchange);

async function makeDefault({ api, program, selection, toasts }: App): Promise<void> {
  const { row } = selection;
  if (row === null) return;
  const { bot, id } = row;
  const setDefault = async (answer: Answering["default_answer"]) => {
    const now = program.answeringOf(bot);
    if (now !== null) await program.setAnswering(bot, { ...now, default_answer: answer });
  };
  await toasts.attempt(async () => {
    const before = program.answeringOf(bot)?.default_answer;
    const exchange = await api.exchange(id);
    if (before === undefined || !canBeDefault(exchange, exchange)) return;
    await setDefault(await sentAnswer(api, exchange));
    toasts.undo(
      () => t("answer.madeDefault"),
      () => void toasts.attempt(() => setDefault(before)),
    );
  });
}

export const DEFAULT_ANSWER = {
  makeDefault: {
    label: { ru: "Сделать ответом по умолчанию", en: "Make it the default" },
    group: "answer",
    place: "exchanges",
    after: "answerDifferently",
    enabled: ({ detail: { exchange }, selection: { row } }) =>
      row !== null && exchange?.id === row.id && canBeDefault(row, exchange),
    run: (app) => void makeDefault(app),
  },
} satisfies Record<string, CommandSpec>;
