/** Commands of the conversation that a turn belongs to. */
import type { App } from "../app/app.svelte";
import { conversationOf } from "../conversation/conversation.svelte";
import { t } from "../i18n/index.svelte";
import type { CommandSpec } from "./command";

/** Opens the conversation of the selected turn. */
async function open({ api, conversation, selection, toasts }: App): Promise<void> {
  const { row } = selection;
  if (row === null) return;
  await toasts.attempt(async () => {
    const id = await conversationOf(api, row.id);
    if (id === null) toasts.info(() => t("conversation.none"));
    else conversation.open(id);
  });
}

export const CONVERSATION = {
  conversation: {
    label: { ru: "Диалог этого хода", en: "The conversation of this turn" },
    group: "exchange",
    keys: ["V"],
    place: "exchanges",
    enabled: ({ conversation, selection }) => selection.row !== null && conversation.id === null,
    run: (app) => void open(app),
    after: "compare",
  },
} satisfies Record<string, CommandSpec>;
