/** Everything that lives as long as the page, made once and handed to components by context. */
import { getContext, setContext } from "svelte";

import type { Api } from "../api/api";
import type { Exchange, FeedEvent, Summary, Tunnel as TunnelView } from "../api/types";
import type { Host } from "../host/types";
import { t } from "../i18n/index.svelte";
import type { News } from "../tunnel/news";
import { spokenWords, wayName } from "../tunnel/words";
import { Detail } from "./detail.svelte";
import { Drafts } from "./drafts.svelte";
import { ExchangeList } from "./exchange-list.svelte";
import { Feed } from "./feed.svelte";
import { prefs } from "./prefs.svelte";
import { Program } from "./program.svelte";
import type { Ticker } from "./ticker.svelte";
import { Toasts } from "./toasts.svelte";
import { Tunnel } from "./tunnel.svelte";
import { View } from "./view.svelte";

export class App {
  readonly program: Program;
  readonly list: ExchangeList;
  readonly detail: Detail;
  readonly drafts: Drafts;
  readonly feed: Feed;
  readonly tunnel: Tunnel;
  readonly toasts = new Toasts();
  readonly view = new View();
  /** What a screen reader is told in passing. */
  said = $state("");
  /** The selected exchange's row: from the list while it is there, else from what was read of it. */
  readonly selected: Summary | null = $derived.by(() => this.#selected());
  #awaitsSample = false;

  constructor(
    readonly api: Api,
    readonly host: Host,
    readonly ticker: Ticker,
  ) {
    this.program = new Program(api);
    this.list = new ExchangeList(api);
    this.detail = new Detail(api);
    this.drafts = new Drafts(api);
    this.tunnel = new Tunnel(api, (before, now, news) => this.#tunnelChanged(before, now, news));
    this.feed = new Feed(api, { start: () => this.#start(), apply: (events) => this.#apply(events) });
  }

  #selected(): Summary | null {
    const id = this.detail.id;
    if (id === null) return null;
    const row = this.list.find(id);
    if (row) return row;
    const whole = this.detail.exchange;
    return whole?.id === id ? this.rowOf(whole) : null;
  }

  /** An exchange as a row: the list knows it fresher while it has it. */
  rowOf(whole: Exchange): Summary {
    return this.list.find(whole.id) ?? { ...whole, findings: countFindings(whole) };
  }

  async #start(): Promise<number> {
    await Promise.all([this.program.reload(), this.tunnel.reload()]);
    this.list.grouping = this.program.settings?.grouping ?? "user";
    let seq = await this.list.reload();
    // A filter that the program refuses must not keep the page from living: the position is read without it.
    if (seq < 0) seq = (await this.api.list({ limit: 1 })).seq;
    if (this.detail.id === null) this.select(this.#firstToShow(), false);
    else void this.detail.reload();
    return seq;
  }

  #firstToShow(): string | null {
    return (this.list.rows.find((row) => row.state === "held") ?? this.list.rows[0])?.id ?? null;
  }

  #apply(events: FeedEvent[]): void {
    const wasEmpty = this.list.rows.length === 0;
    this.list.apply(events);
    for (const event of events) this.#follow(event);
    if (wasEmpty && this.detail.id === null && !this.#awaitsSample) this.select(this.#firstToShow(), false);
    this.program.statusSoon();
  }

  #follow(event: FeedEvent): void {
    switch (event.kind) {
      case "exchange_received":
        if (event.exchange) this.#received(event.exchange);
        if (event.id) this.detail.touch(event.id);
        break;
      case "exchange_changed":
      case "exchange_removed":
        if (event.id) this.detail.touch(event.id);
        break;
      case "answering_changed":
        void this.program.reloadAnswering().catch(() => undefined);
        break;
      case "settings_changed":
        void this.program.reloadSettings().catch(() => undefined);
        break;
      case "bots_changed":
        void this.program.reloadBots().catch(() => undefined);
        break;
      case "tunnel_changed":
        void this.tunnel.changed().catch(() => undefined);
        break;
      default:
        break;
    }
  }

  #tunnelChanged(before: TunnelView, now: TunnelView, news: readonly News[]): void {
    // Bots' addresses come and go with the tunnel's.
    if (before.url !== now.url || before.state !== now.state) void this.program.reloadBots().catch(() => undefined);
    if (before.state !== now.state || before.step !== now.step) this.said = spokenWords(now);
    if (document.hasFocus() || !prefs.kept.notifyTunnel) return;
    const provider = wayName(now.provider);
    const texts: Record<News, [string, string]> = {
      lost: [t("notify.tunnelLost"), t("notify.tunnelLostText", { provider })],
      failed: [t("notify.tunnelFailed"), now.error?.message ?? provider],
      changed: [t("notify.tunnelChanged"), t("notify.tunnelChangedText", { url: now.url ?? "" })],
    };
    for (const one of news) void this.host.notify(...texts[one]).catch(() => undefined);
  }

  #received(exchange: Summary): void {
    if (this.#awaitsSample) {
      this.#awaitsSample = false;
      this.select(exchange.id, false);
    }
    if (exchange.state !== "held") return;
    const event = exchange.event ?? `${exchange.method} ${exchange.path}`;
    const count = (this.program.status?.counts.held ?? 0) + 1;
    this.said = t("live.held", { event, count });
    if (document.hidden && prefs.kept.notify) void this.host.notify(t("notify.held"), event).catch(() => undefined);
  }

  /** Selects an exchange. A choice of the reader ends the following of new rows. */
  select(id: string | null, chosen = true): void {
    this.detail.show(id);
    this.view.noteOpen = false;
    this.view.place = null;
    if (chosen) {
      this.list.following = false;
      this.view.name = "exchanges";
    }
  }

  /** The ids of rows in sight, in the order they stand. */
  #order(): string[] {
    return this.list.items.flatMap((item) => (item.type === "row" ? [item.exchange.id] : []));
  }

  step(by: 1 | -1): void {
    const order = this.#order();
    const at = this.detail.id === null ? -1 : order.indexOf(this.detail.id);
    const next = at < 0 ? order[0] : order[Math.min(order.length - 1, Math.max(0, at + by))];
    if (next !== undefined) this.select(next);
  }

  nextHeld(): void {
    void this.run(async () => {
      const held = await this.#held();
      const at = held.findIndex((row) => row.id === this.detail.id);
      // The one whose deadline comes first waits the most urgently; after it, the others in turn.
      const next =
        at >= 0
          ? held[(at + 1) % held.length]
          : held.toSorted((a, b) => (a.deadline ?? "").localeCompare(b.deadline ?? ""))[0];
      if (next) this.select(next.id);
      else this.toasts.info(t("answer.noneHeld"));
    });
  }

  /** All that are held: a filter or a far place in the list must not hide one that waits. */
  async #held(): Promise<readonly Summary[]> {
    const rows = this.list.rows.filter((row) => row.state === "held");
    const whole = this.list.atTop && this.list.atBottom && this.list.filter.trim() === "";
    if (whole) return rows;
    return (await this.api.list({ limit: 1000, filter: "is:held", bot: this.list.bot })).exchanges;
  }

  /** Runs an action and says what went wrong, if anything. */
  async run(action: () => Promise<unknown>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      this.toasts.error(error);
      return false;
    }
  }

  async copy(text: string, said?: string): Promise<void> {
    try {
      await this.host.copy(text);
      this.toasts.info(said ?? t("common.copied"));
    } catch {
      this.toasts.info(t("common.copyFailed"));
    }
  }

  async sendSample(): Promise<void> {
    this.#awaitsSample = true;
    const sent = await this.run(() => this.api.sample(this.program.botId));
    if (!sent) this.#awaitsSample = false;
    else this.view.name = "exchanges";
  }

  setBot(id: string | null): void {
    this.program.botId = id;
    this.list.setBot(id);
    void this.run(() => this.program.reloadAnswering());
  }
}

function countFindings(exchange: Exchange): Summary["findings"] {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const finding of exchange.findings) counts[finding.severity] += 1;
  return counts;
}

const APP = Symbol("app");

export function provideApp(app: App): void {
  setContext(APP, app);
}

export function useApp(): App {
  return getContext<App>(APP);
}
