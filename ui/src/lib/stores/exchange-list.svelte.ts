/**
 * The list of exchanges: a window onto the program's history, paged in both directions and kept
 * fresh by the feed.
 */
import type { Api } from "../api/api";
import { ApiError } from "../api/errors";
import type { Annotation, FeedEvent, Grouping, Summary } from "../api/types";
import { quietly } from "../quietly";
import { apply, merge } from "./list-cache";
import { listItems, type ListItem } from "./list-rows";

export const PAGE = 200;
/** Rows kept while the newest are followed; older ones are read again when they are scrolled to. */
const FOLLOWED_ROWS = 1000;
/** Rows kept while the reader is elsewhere in the list. */
const MOST_ROWS = 4000;
/**
 * With a filter the program decides what fits, so the top is asked for again, this often at most.
 */
const REFRESH_MS = 400;
/** A pause before a search goes on where the text index has not come yet. */
export const SEARCH_ON_MS = 300;

type Page = Awaited<ReturnType<Api["list"]>>;
type Matches = Awaited<ReturnType<Api["count"]>>;

export class ExchangeList {
  rows = $state.raw<Summary[]>([]);
  ready = $state(false);
  error = $state.raw<unknown>(null);
  filter = $state("");
  filterError = $state.raw<ApiError | null>(null);
  bot = $state<string | null>(null);
  grouping = $state<Grouping>("user");
  collapsed = $state.raw<ReadonlySet<string>>(new Set());
  /** The newest rows stay in sight; ends when the reader goes elsewhere. */
  following = $state(true);
  /** Rows that came in since the reader went elsewhere. */
  unseen = $state(0);
  atTop = $state(true);
  atBottom = $state(true);
  loadingOlder = $state(false);
  loadingNewer = $state(false);
  /** How many exchanges the filter finds; `null` without one and while they are counted first. */
  matches = $state.raw<Matches | null>(null);
  /** What the program says about how it understood the filter. */
  notes = $state.raw<readonly string[]>([]);
  /**
   * A search for a text has looked back to this exchange so far; what is older is not indexed yet.
   */
  searchedBackTo = $state<number | null>(null);
  readonly items: ListItem[] = $derived(listItems(this.rows, this.grouping, this.collapsed, Date.now()));

  /** The highest position in the order of arrival that is known. */
  #newest = 0;
  #generation = 0;
  /** What the feed brought during each reading that is under way. */
  readonly #underWay = new Set<FeedEvent[]>();
  #abort: AbortController | null = null;
  #refreshTimer: ReturnType<typeof setTimeout> | null = null;
  #searchTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly api: Api) {}

  /**
   * A row by its id. It is looked for: an index of all rows would be made again at every change of
   * one.
   */
  find(id: string): Summary | null {
    return this.rows.find((row) => row.id === id) ?? null;
  }

  annotated(id: string, annotation: Partial<Annotation>): void {
    if (this.find(id)) this.rows = this.rows.map((row) => (row.id === id ? { ...row, ...annotation } : row));
  }

  /** Whether the rows are all there are of what is looked at. */
  get isWhole(): boolean {
    return this.atTop && this.atBottom && this.filter.trim() === "";
  }

  #query(extra: { before?: number; after?: number; limit?: number }) {
    return { limit: PAGE, filter: this.filter, bot: this.bot, ...extra };
  }

  /** Reads the newest page. */
  async reload(): Promise<void> {
    const generation = ++this.#generation;
    this.#abort?.abort();
    this.#abort = new AbortController();
    try {
      const reading = this.api.list(this.#query({}), this.#abort.signal);
      quietly(this.#count(this.#abort.signal));
      await this.#lay(reading, (page) => {
        this.replaceAll(page.exchanges, page.next_before === null);
        this.notes = page.filter_notes;
        this.#searched(page);
      });
    } catch (error) {
      // A later call reads what this one was for.
      if (generation !== this.#generation) return;
      if (error instanceof ApiError && error.code === "filter_invalid") {
        this.filterError = error;
        return;
      }
      this.error = error;
      throw error;
    }
  }

  /** Counts what the filter finds. */
  async #count(signal: AbortSignal): Promise<void> {
    const filter = this.filter.trim();
    if (filter === "") this.matches = null;
    else this.matches = await this.api.count(filter, this.bot, signal);
  }

  /** Remembers how far a search has come, and lets it go on until a page is full. */
  #searched(page: Page): void {
    this.searchedBackTo = page.searched_back_to;
    clearTimeout(this.#searchTimer);
    if (page.searched_back_to === null || this.rows.length >= PAGE) return;
    this.#searchTimer = setTimeout(() => quietly(this.#readOlder()), SEARCH_ON_MS);
  }

  /**
   * Lays a page over the rows once it is read, unless the whole list was read meanwhile. What the
   * feed brought during the reading is newer than the page, so it is applied once more.
   */
  async #lay<Read extends { seq: number }>(reading: Promise<Read>, lay: (page: Read) => void): Promise<void> {
    const generation = this.#generation;
    const meanwhile: FeedEvent[] = [];
    this.#underWay.add(meanwhile);
    try {
      const page = await reading;
      if (generation !== this.#generation) return;
      lay(page);
      this.#take(meanwhile.filter((event) => event.seq > page.seq));
    } finally {
      this.#underWay.delete(meanwhile);
    }
  }

  replaceAll(rows: Summary[], complete: boolean): void {
    this.rows = rows;
    this.#newest = Math.max(this.#newest, rows[0]?.seq ?? 0);
    this.atTop = true;
    this.atBottom = complete;
    this.ready = true;
    this.error = null;
    this.filterError = null;
    this.unseen = 0;
  }

  /** Takes what the feed brought. */
  apply(events: readonly FeedEvent[]): void {
    for (const meanwhile of this.#underWay) meanwhile.push(...events);
    this.#take(events);
  }

  #take(events: readonly FeedEvent[]): void {
    const batch: { changed: Summary[]; removed: string[] } = { changed: [], removed: [] };
    for (const event of events) {
      if (event.kind === "exchange_removed" && event.id) batch.removed.push(event.id);
      else if (event.exchange && (this.bot === null || event.exchange.bot === this.bot))
        batch.changed.push(event.exchange);
    }
    if (batch.changed.length === 0 && batch.removed.length === 0) return;
    const plain = this.filter.trim() === "";
    const newest = this.#newest;
    for (const row of batch.changed) this.#newest = Math.max(this.#newest, row.seq);
    const reach = { top: this.atTop, bottom: this.atBottom };
    const applied = apply(this.rows, batch, reach, plain);
    // Rows above the covered part are counted by their arrival, for they are not laid in.
    if (!this.atTop && plain) {
      this.unseen += events.filter(
        (event) => event.kind === "exchange_received" && (event.exchange?.seq ?? 0) > newest,
      ).length;
    }
    if (!plain) this.#refreshSoon();
    if (!applied.changed) return;
    this.#setBounded(applied.rows);
    if (!this.following) this.unseen += applied.above;
  }

  /** Takes rows over up to the limit, dropping those at the end that is out of sight. */
  #setBounded(rows: Summary[]): void {
    const most = this.following ? FOLLOWED_ROWS : MOST_ROWS;
    if (rows.length <= most) {
      this.rows = rows;
    } else if (this.following || !this.#nearEnd) {
      this.rows = rows.slice(0, most);
      this.atBottom = false;
      this.searchedBackTo = null;
    } else {
      this.rows = rows.slice(rows.length - most);
      this.atTop = false;
    }
  }

  /** Whether the reader is in the older half, so that the newer one is let go. */
  #nearEnd = false;

  see(share: number): void {
    this.#nearEnd = share > 0.5;
  }

  #refreshSoon(): void {
    this.#refreshTimer ??= setTimeout(() => {
      this.#refreshTimer = null;
      if (this.atTop) quietly(this.#refreshTop());
    }, REFRESH_MS);
  }

  /** Asks again for the newest page and lays it over what is there. */
  async #refreshTop(): Promise<void> {
    if (this.#abort) quietly(this.#count(this.#abort.signal));
    await this.#lay(this.api.list(this.#query({})), (page) => {
      const first = this.rows[0]?.seq ?? Number.NEGATIVE_INFINITY;
      const added = page.exchanges.filter((row) => row.seq > first).length;
      this.#setBounded(merge(this.rows, page.exchanges));
      if (this.rows.length === page.exchanges.length && page.searched_back_to === null) {
        this.atBottom = page.next_before === null;
        this.searchedBackTo = null;
      }
      if (!this.following) this.unseen += added;
    });
  }

  async loadOlder(): Promise<void> {
    await this.#readOlder(() => {
      this.#nearEnd = true;
      this.following = false;
    });
  }

  /** Reads the page below the last row, or below what was searched. */
  async #readOlder(before?: () => void): Promise<void> {
    const from = this.searchedBackTo ?? this.rows.at(-1)?.seq;
    if (from === undefined || this.atBottom || this.loadingOlder) return;
    this.loadingOlder = true;
    try {
      await this.#lay(this.api.list(this.#query({ before: from })), (page) => {
        before?.();
        this.atBottom = page.next_before === null;
        this.#setBounded(merge(this.rows, page.exchanges));
        this.#searched(page);
      });
    } finally {
      this.loadingOlder = false;
    }
  }

  async loadNewer(): Promise<void> {
    const first = this.rows[0];
    if (!first || this.atTop || this.loadingNewer) return;
    this.loadingNewer = true;
    try {
      await this.#lay(this.#justAbove(first.seq), (found) => {
        this.atTop = found.top;
        this.#nearEnd = false;
        this.#setBounded(merge(this.rows, found.rows));
      });
    } finally {
      this.loadingNewer = false;
    }
  }

  /**
   * The rows that follow a position upwards. The program pages from new to old, so a stretch of the
   * order of arrival is asked for: wider while it is empty, as under a filter, and narrower while
   * it is too full.
   */
  async #justAbove(seq: number): Promise<{ rows: Summary[]; top: boolean; seq: number }> {
    let [empty, full, width] = [0, Number.POSITIVE_INFINITY, 2 * PAGE];
    for (;;) {
      const page = await this.api.list(this.#query({ after: seq, before: seq + 1 + width, limit: FOLLOWED_ROWS }));
      const top = seq + width >= this.#newest;
      if (page.next_before !== null) full = width;
      else if (page.exchanges.length === 0 && !top) empty = width;
      else return { rows: page.exchanges, top, seq: page.seq };
      width = full === Number.POSITIVE_INFINITY ? width * 4 : Math.max(empty + 1, Math.floor((empty + full) / 2));
    }
  }

  /** Back to the newest row, reading it again if it is not in the window. */
  async toNewest(): Promise<void> {
    if (!this.atTop) await this.reload();
    this.following = true;
    this.unseen = 0;
  }

  setFilter(text: string): void {
    if (text === this.filter) return;
    this.filter = text;
    this.filterError = null;
    this.matches = null;
    this.notes = [];
    this.searchedBackTo = null;
    clearTimeout(this.#searchTimer);
    this.following = true;
    quietly(this.reload());
  }

  async setBot(bot: string | null): Promise<void> {
    if (bot === this.bot) return;
    this.bot = bot;
    this.following = true;
    await this.reload();
  }

  toggleGroup(key: string): void {
    const next = new Set(this.collapsed);
    if (!next.delete(key)) next.add(key);
    this.collapsed = next;
  }
}
