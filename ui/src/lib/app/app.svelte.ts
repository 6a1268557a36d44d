/**
 * The composition root: makes everything that lasts as long as the page and joins it. Components do
 * not get the App; each takes from `contexts.ts` what it uses.
 */
import type { Api } from "../api/api";
import { Commands } from "../commands/commands";
import { ConversationRun } from "../conversation/run.svelte";
import { Conversation } from "../conversation/conversation.svelte";
import { Comparison } from "../compare/comparison.svelte";
import { Bots } from "../controllers/bots";
import { ListView } from "../controllers/list-view.svelte";
import { Selection } from "../controllers/selection.svelte";
import type { Host } from "../host/types";
import { Announcer } from "../stores/announcer.svelte";
import { Clipboard } from "../stores/clipboard";
import { Detail } from "../stores/detail.svelte";
import { DetailPane } from "../stores/detail-pane.svelte";
import { Dialogs } from "../stores/dialogs.svelte";
import { Drafts } from "../stores/drafts.svelte";
import { ExchangeList } from "../stores/exchange-list.svelte";
import { Feed } from "../stores/feed.svelte";
import { Focus } from "../stores/focus.svelte";
import { HeldTurns } from "../stores/held-turns.svelte";
import { LateAnswers } from "../stores/late.svelte";
import { Navigation } from "../stores/navigation.svelte";
import { Program } from "../stores/program.svelte";
import type { Ticker } from "../stores/ticker.svelte";
import { Toasts } from "../stores/toasts.svelte";
import { simulatorTarget } from "../stores/prefs.svelte";
import { Live } from "./live";
import type { PlaceId, Registry } from "./register";
import { Stores } from "./stores";

export class App {
  readonly announcer = new Announcer();
  readonly dialogs = new Dialogs();
  readonly focus = new Focus();
  readonly toasts = new Toasts();
  readonly navigation: Navigation;
  readonly pane: DetailPane;
  readonly clipboard: Clipboard;
  readonly program: Program;
  readonly list: ExchangeList;
  readonly heldTurns: HeldTurns;
  readonly detail: Detail;
  readonly drafts: Drafts;
  readonly late: LateAnswers;
  readonly comparison: Comparison;
  readonly conversation: Conversation;
  readonly run: ConversationRun;
  readonly selection: Selection;
  readonly listView: ListView;
  readonly bots: Bots;
  /** What parts of the registry bring with them; made after the stores that they may use. */
  readonly stores: Stores;
  readonly live: Live;
  readonly feed: Feed;
  readonly commands: Commands;

  constructor(
    readonly api: Api,
    readonly host: Host,
    readonly clock: Ticker,
    readonly registry: Registry,
  ) {
    this.navigation = new Navigation(Object.keys(registry.places) as PlaceId[]);
    this.pane = new DetailPane(registry.tabs);
    this.clipboard = new Clipboard(host, this.toasts);
    this.program = new Program(api);
    this.list = new ExchangeList(api);
    this.heldTurns = new HeldTurns(api);
    this.detail = new Detail(api);
    this.drafts = new Drafts(api);
    this.late = new LateAnswers(api);
    this.comparison = new Comparison(api);
    this.conversation = new Conversation(api);
    this.run = new ConversationRun({ api, toasts: this.toasts, target: simulatorTarget });
    this.selection = new Selection(this);
    this.listView = new ListView(this);
    this.bots = new Bots(this);
    this.stores = new Stores(this);
    this.live = new Live(this);
    this.feed = new Feed(api, this.live);
    this.commands = new Commands(this);
  }
}
