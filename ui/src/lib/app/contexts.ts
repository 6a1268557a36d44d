/**
 * What components can use, each by itself. A component names here what it depends on, and a test
 * can give it that alone.
 */
import { createContext } from "svelte";

import type { Api } from "../api/api";
import type { Commands } from "../commands/commands";
import type { ConversationRun } from "../conversation/run.svelte";
import type { Conversation } from "../conversation/conversation.svelte";
import type { Comparison } from "../compare/comparison.svelte";
import type { Bots } from "../controllers/bots";
import type { ListView } from "../controllers/list-view.svelte";
import type { Selection } from "../controllers/selection.svelte";
import type { Host } from "../host/types";
import type { Announcer } from "../stores/announcer.svelte";
import type { Clipboard } from "../stores/clipboard";
import type { Detail } from "../stores/detail.svelte";
import type { DetailPane } from "../stores/detail-pane.svelte";
import type { Dialogs } from "../stores/dialogs.svelte";
import type { Drafts } from "../stores/drafts.svelte";
import type { ExchangeList } from "../stores/exchange-list.svelte";
import type { Feed, FeedStore } from "../stores/feed.svelte";
import type { Focus } from "../stores/focus.svelte";
import type { HeldTurns } from "../stores/held-turns.svelte";
import type { LateAnswers } from "../stores/late.svelte";
import type { Navigation } from "../stores/navigation.svelte";
import type { Program } from "../stores/program.svelte";
import type { Ticker } from "../stores/ticker.svelte";
import type { Toasts } from "../stores/toasts.svelte";
import type { App } from "./app.svelte";
import type { Registry } from "./register";
import type { StoreKind, Stores } from "./stores";

export const [useAnnouncer, provideAnnouncer] = createContext<Announcer>();
export const [useApi, provideApi] = createContext<Api>();
export const [useBots, provideBots] = createContext<Bots>();
export const [useClipboard, provideClipboard] = createContext<Clipboard>();
export const [useClock, provideClock] = createContext<Ticker>();
export const [useCommands, provideCommands] = createContext<Commands>();
export const [useComparison, provideComparison] = createContext<Comparison>();
export const [useDetail, provideDetail] = createContext<Detail>();
export const [useDialogs, provideDialogs] = createContext<Dialogs>();
export const [useDrafts, provideDrafts] = createContext<Drafts>();
export const [useFeed, provideFeed] = createContext<Feed>();
export const [useFocus, provideFocus] = createContext<Focus>();
export const [useHeldTurns, provideHeldTurns] = createContext<HeldTurns>();
export const [useHost, provideHost] = createContext<Host>();
export const [useLate, provideLate] = createContext<LateAnswers>();
export const [useList, provideList] = createContext<ExchangeList>();
export const [useListView, provideListView] = createContext<ListView>();
export const [useNavigation, provideNavigation] = createContext<Navigation>();
export const [usePane, providePane] = createContext<DetailPane>();
export const [useProgram, provideProgram] = createContext<Program>();
export const [useRegistry, provideRegistry] = createContext<Registry>();
export const [useRun, provideRun] = createContext<ConversationRun>();
export const [useSelection, provideSelection] = createContext<Selection>();
const [useStores, provideStores] = createContext<Stores>();
export const [useConversation, provideConversation] = createContext<Conversation>();
export const [useToasts, provideToasts] = createContext<Toasts>();

/** The store that a part of the registry brings with it. */
export function useStore<T extends FeedStore>(kind: StoreKind<T>): T {
  return useStores().get(kind);
}

/** Provides everything of the page to the components below. */
export function provideAll(app: App): void {
  provideAnnouncer(app.announcer);
  provideApi(app.api);
  provideBots(app.bots);
  provideClipboard(app.clipboard);
  provideClock(app.clock);
  provideCommands(app.commands);
  provideComparison(app.comparison);
  provideDetail(app.detail);
  provideDialogs(app.dialogs);
  provideDrafts(app.drafts);
  provideFeed(app.feed);
  provideFocus(app.focus);
  provideHeldTurns(app.heldTurns);
  provideHost(app.host);
  provideLate(app.late);
  provideList(app.list);
  provideListView(app.listView);
  provideNavigation(app.navigation);
  providePane(app.pane);
  provideProgram(app.program);
  provideRegistry(app.registry);
  provideRun(app.run);
  provideSelection(app.selection);
  provideStores(app.stores);
  provideConversation(app.conversation);
  provideToasts(app.toasts);
}
