/** Effects of a change of settings, of the language, of the connection and of the open part. */
import { untrack } from "svelte";

import type { Chunk } from "../chunks/chunk.svelte";
import { source } from "../chunks/chunk.svelte";
import { showLanguage, showTheme } from "../commands/theme";
import { editorChunk } from "../editor/chunk";
import { t, words } from "../i18n/index.svelte";
import { quietly } from "../quietly";
import { prefs } from "../stores/prefs.svelte";
import type { App } from "./app.svelte";

/** Called while the page is made. */
export function runEffects(app: App): void {
  showSettings(app);
  rereadInOtherLanguage(app);
  followTurn(app);
  adoptServerAnswer(app);
  countInTitle(app);
  fetchParts(app);
}

/**
 * The program has the choices; the browser remembers them so that the next start does not flash.
 */
function showSettings({ list, program }: App): void {
  $effect(() => {
    const { settings } = program;
    if (!settings) return;
    showTheme(settings.theme);
    showLanguage(settings.language);
    untrack(() => {
      prefs.set("theme", settings.theme);
      prefs.set("language", settings.language);
      list.grouping = settings.grouping;
    });
  });
}

/** With all bots in the list, the bot that is meant is the selected turn's. */
function followTurn({ program, selection }: App): void {
  $effect(() => {
    const bot = selection.row?.bot;
    if (bot !== undefined) untrack(() => (program.turnBot = bot));
  });
}

/** The answer of the developer's own server stands in the editor once it is there. */
function adoptServerAnswer({ detail, drafts, program }: App): void {
  $effect(() => {
    const { exchange } = detail;
    if (exchange?.state !== "held" || exchange.upstream === null) return;
    // Where it cannot be read, the editor says that it is here all the same.
    untrack(() => quietly(drafts.adopt(exchange, program.answeringOf(exchange.bot))));
  });
}

/** How many turns wait for a person is seen where the page itself is not. */
function countInTitle({ heldTurns }: App): void {
  $effect(() => {
    const waiting = heldTurns.rows.length;
    document.title = waiting > 0 ? `(${waiting}) Hookloupe` : "Hookloupe";
  });
}

/** Messages come from the program in the page's language: another language asks for them again. */
function rereadInOtherLanguage({ comparison, conversation, detail, drafts, list, program, stores }: App): void {
  let before = words.language;
  $effect(() => {
    const { language } = words;
    untrack(() => {
      if (language === before) return;
      before = language;
      detail.refresh();
      void comparison.reload();
      conversation.refresh();
      program.statusSoon();
      for (const store of stores.all) quietly(store.refresh());
      const id = detail.id ?? "";
      for (const draft of [drafts.find(id), drafts.otherOf(id)]) void draft?.previewNow();
      const hasWords =
        list.filterError !== null || list.notes.length > 0 || list.rows.some((row) => row.failure !== null);
      if (hasWords) quietly(list.reload());
    });
  });
}

/**
 * Parts are fetched when they are opened, and before that when the browser is idle: a
 * program that ends later is not needed for them.
 */
function fetchParts({ dialogs, feed, navigation, registry, toasts }: App): void {
  const { places, views } = registry;
  const parts = [places, views, registry.dialogs, registry.tabs].flatMap((kind) => Object.values(kind));
  const chunks: Pick<Chunk<unknown>, "request">[] = [editorChunk, ...parts.map(({ chunk }) => chunk)];
  $effect(() => {
    const online = feed.link === "online";
    untrack(() => source.set(online));
    if (online) whenIdle(() => chunks.forEach((chunk) => chunk.request()));
  });
  $effect(() => (navigation.view === null ? places[navigation.place] : views[navigation.view])?.chunk.request());
  $effect(() => {
    const dialog = dialogs.current === null ? null : registry.dialogs[dialogs.current];
    dialog?.chunk.request();
    if (!dialog?.chunk.failed) return;
    untrack(() => {
      dialogs.close();
      toasts.info(() => `${t("chunk.part")} ${t("chunk.waits")}`);
    });
  });
}

function whenIdle(run: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(run);
  else setTimeout(run);
}
