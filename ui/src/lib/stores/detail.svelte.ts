/** The exchange that is looked at, whole. Seen ones are shown at once and read again behind. */
import type { Api } from "../api/api";
import { ApiError, isAbort } from "../api/errors";
import type { Annotation, Exchange } from "../api/types";

const REMEMBERED = 30;
/** The exchange before is shown for this long while the next one is read. */
const PREVIOUS_MS = 300;

export class Detail {
  id = $state<string | null>(null);
  exchange = $state.raw<Exchange | null>(null);
  error = $state.raw<unknown>(null);
  /** It was deleted, or never was. */
  notFound = $state(false);
  /**
   * The one before: a step through the list then changes texts instead of making every panel
   * again.
   */
  #previous = $state.raw<Exchange | null>(null);
  #previousTimer: ReturnType<typeof setTimeout> | undefined;
  #seen = new Map<string, Exchange>();
  #abort: AbortController | null = null;
  #again = false;
  #busy = false;

  constructor(private readonly api: Api) {}

  /** What the panels show: the selected exchange, or for a moment the one before it. */
  get shown(): Exchange | null {
    return this.exchange ?? this.#previous;
  }

  show(id: string | null): void {
    if (id === this.id) return;
    this.#showPrevious(id === null ? null : this.shown);
    this.id = id;
    this.exchange = id === null ? null : (this.#seen.get(id) ?? null);
    this.error = null;
    this.notFound = false;
    this.#abort?.abort();
    this.#busy = false;
    this.#again = false;
    if (id !== null) void this.reload();
  }

  #showPrevious(before: Exchange | null): void {
    clearTimeout(this.#previousTimer);
    this.#previous = before;
    if (before !== null) this.#previousTimer = setTimeout(() => (this.#previous = null), PREVIOUS_MS);
  }

  /** Called when the feed brings a change; at most one reading is under way and one waits. */
  touch(id: string): void {
    if (id === this.id) void this.reload();
    else this.#seen.delete(id);
  }

  annotated(id: string, annotation: Partial<Annotation>): void {
    if (this.exchange?.id === id) this.exchange = { ...this.exchange, ...annotation };
  }

  /** Reads everything again, as after a change of the language. */
  refresh(): void {
    this.#seen.clear();
    void this.reload();
  }

  async reload(): Promise<void> {
    const id = this.id;
    if (id === null) return;
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const exchange = await this.api.exchange(id, abort.signal);
      if (abort.signal.aborted) return;
      this.exchange = exchange;
      this.#showPrevious(null);
      this.error = null;
      this.notFound = false;
      this.#remember(exchange);
    } catch (error) {
      if (isAbort(error) || abort.signal.aborted) return;
      this.notFound = error instanceof ApiError && error.code === "not_found";
      this.error = error;
      this.#showPrevious(null);
    }
    this.#busy = false;
    if (this.#again) {
      this.#again = false;
      await this.reload();
    }
  }

  #remember(exchange: Exchange): void {
    this.#seen.delete(exchange.id);
    this.#seen.set(exchange.id, exchange);
    const oldest = this.#seen.keys().next().value;
    if (this.#seen.size > REMEMBERED && oldest !== undefined) this.#seen.delete(oldest);
  }
}
