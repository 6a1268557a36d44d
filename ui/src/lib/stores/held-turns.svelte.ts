/**
 * Every turn that waits for a person, of the bot that is looked at: a filter or a far position in
 * the list hides none of them.
 */
import type { Api } from "../api/api";
import type { Annotation, FeedEvent, Summary } from "../api/types";

/** As many as the program holds at once. */
const MOST_HELD = 1000;

export class HeldTurns {
  /** The one that has waited longest comes first. */
  rows = $state.raw<readonly Summary[]>([]);
  #bot: string | null = null;
  #generation = 0;
  /** What the feed brought while the rows are read. */
  #meanwhile: FeedEvent[] = [];

  constructor(private readonly api: Api) {}

  find(id: string): Summary | null {
    return this.rows.find((row) => row.id === id) ?? null;
  }

  annotated(id: string, annotation: Partial<Annotation>): void {
    if (this.find(id)) this.rows = this.rows.map((row) => (row.id === id ? { ...row, ...annotation } : row));
  }

  /** The one whose time ends first, or the one behind `after` where that is held itself. */
  next(after: string | null): Summary | null {
    const at = this.rows.findIndex((row) => row.id === after);
    if (at >= 0) return this.rows[(at + 1) % this.rows.length] ?? null;
    return this.rows.toSorted((a, b) => (a.deadline ?? "").localeCompare(b.deadline ?? ""))[0] ?? null;
  }

  async setBot(bot: string | null): Promise<void> {
    if (bot === this.#bot) return;
    this.#bot = bot;
    this.rows = [];
    await this.reload();
  }

  /** Reads them; those of another bot where one is named. */
  async reload(bot = this.#bot): Promise<void> {
    this.#bot = bot;
    const generation = ++this.#generation;
    this.#meanwhile = [];
    const page = await this.api.list({ limit: MOST_HELD, filter: "is:held", bot: this.#bot });
    if (generation !== this.#generation) return;
    this.rows = page.exchanges.toReversed();
    this.#take(this.#meanwhile.filter((event) => event.seq > page.seq));
  }

  apply(events: readonly FeedEvent[]): void {
    this.#meanwhile.push(...events);
    if (this.#meanwhile.length > 4 * MOST_HELD) this.#meanwhile = this.#meanwhile.slice(-MOST_HELD);
    this.#take(events);
  }

  #take(events: readonly FeedEvent[]): void {
    const rows = new Map(this.rows.map((row) => [row.id, row]));
    let changed = false;
    for (const { kind, id, exchange } of events) {
      const gone = kind === "exchange_removed" ? id : exchange && exchange.state !== "held" ? exchange.id : null;
      if (gone) changed = rows.delete(gone) || changed;
      else if (exchange && (this.#bot === null || exchange.bot === this.#bot)) {
        rows.set(exchange.id, exchange);
        changed = true;
      }
    }
    if (changed) this.rows = [...rows.values()].sort((a, b) => a.seq - b.seq);
  }
}
