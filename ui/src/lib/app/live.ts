/**
 * What the feed changes: a start reads everything, an event reads or changes the store that it is
 * about.
 */
import type { Api } from "../api/api";
import type { EventKind, FeedEvent, Summary } from "../api/types";
import type { Conversation } from "../conversation/conversation.svelte";
import type { Comparison } from "../compare/comparison.svelte";
import type { Selection } from "../controllers/selection.svelte";
import { titleOf } from "../exchange/names";
import type { Host } from "../host/types";
import { t } from "../i18n/index.svelte";
import { quietly } from "../quietly";
import type { Announcer } from "../stores/announcer.svelte";
import type { Detail } from "../stores/detail.svelte";
import type { ExchangeList } from "../stores/exchange-list.svelte";
import type { FeedReader, FeedStore } from "../stores/feed.svelte";
import type { HeldTurns } from "../stores/held-turns.svelte";
import type { Navigation } from "../stores/navigation.svelte";
import { prefs } from "../stores/prefs.svelte";
import type { Program } from "../stores/program.svelte";
import type { Toasts } from "../stores/toasts.svelte";

export interface LiveParts {
  announcer: Announcer;
  api: Api;
  comparison: Comparison;
  detail: Detail;
  heldTurns: HeldTurns;
  host: Host;
  list: ExchangeList;
  navigation: Navigation;
  program: Program;
  selection: Selection;
  /** The stores of the registry. */
  stores: { readonly all: readonly FeedStore[] };
  conversation: Conversation;
  toasts: Toasts;
}

const nothing = () => undefined;

export class Live implements FeedReader {
  #awaitsSample = false;
  /**
   * What an event of each kind changes beside the list and the stores of the registry, which say
   * themselves what they follow.
   */
  readonly #handlers: Record<EventKind, (event: FeedEvent) => void> = {
    exchange_received: (event) => {
      if (event.exchange) this.#received(event.exchange);
      this.#touch(event);
    },
    exchange_changed: (event) => this.#touch(event),
    exchange_removed: (event) => this.#touch(event),
    answering_changed: () => quietly(this.parts.program.reloadAnswering()),
    settings_changed: () => quietly(this.parts.program.reloadSettings()),
    bots_changed: () => quietly(this.#reloadBots()),
    tunnel_changed: nothing,
    rules_changed: nothing,
    patience_changed: nothing,
    watch_changed: nothing,
    // The status is read again after every batch.
    status_changed: nothing,
    // The feed itself starts again, so that none arrives here.
    resync: nothing,
  };

  constructor(private readonly parts: LiveParts) {}

  async start(): Promise<number> {
    const { api, detail, heldTurns, list, program, selection, stores } = this.parts;
    // Before everything else: what changes while the rest is read then has a later position, and
    // the feed brings it.
    const position = await api.feedPosition();
    await Promise.all([program.reload(), ...stores.all.map((store) => store.reload())]);
    list.grouping = program.settings?.grouping ?? "user";
    list.bot = program.botId;
    await Promise.all([heldTurns.reload(program.botId), list.reload()]);
    if (detail.id === null) selection.selectFirst();
    else void detail.reload();
    return position;
  }

  apply(events: FeedEvent[]): void {
    const { detail, heldTurns, list, program, selection, stores } = this.parts;
    const wasEmpty = list.rows.length === 0;
    list.apply(events);
    heldTurns.apply(events);
    for (const event of events) {
      this.#handlers[event.kind](event);
      for (const { follows } of stores.all) follows[event.kind]?.(event);
    }
    if (wasEmpty && detail.id === null && !this.#awaitsSample) selection.selectFirst();
    program.statusSoon();
  }

  /** Sends a sample turn; its row is selected when the feed brings it. */
  async sendSample(): Promise<void> {
    const { api, navigation, program, toasts } = this.parts;
    this.#awaitsSample = true;
    const sent = await toasts.attempt(() => api.sample(program.botId));
    if (sent) navigation.goTo("exchanges");
    else this.#awaitsSample = false;
  }

  /** A bot that is gone is looked at no longer, in the list either. */
  async #reloadBots(): Promise<void> {
    const { heldTurns, list, program } = this.parts;
    await program.reloadBots();
    await Promise.all([list.setBot(program.botId), heldTurns.setBot(program.botId)]);
  }

  #touch(event: FeedEvent): void {
    const { id } = event;
    this.parts.conversation.happened(event);
    if (!id) return;
    this.parts.detail.touch(id);
    this.parts.comparison.touch(id);
  }

  #received(exchange: Summary): void {
    const { announcer, heldTurns, host, program, selection } = this.parts;
    if (this.#awaitsSample) {
      this.#awaitsSample = false;
      selection.select(exchange.id, false);
    }
    if (exchange.state !== "held") return;
    const event = titleOf(exchange);
    const count = Math.max(heldTurns.rows.length, program.status?.counts.held ?? 0);
    announcer.say(t("live.held", { event, count }));
    if (document.hidden && prefs.values.notify) quietly(host.notify(t("notify.held"), event));
  }
}
