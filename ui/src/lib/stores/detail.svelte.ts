/** The exchange that is looked at, whole. Seen ones are shown at once and read again behind. */
import type { Api } from "../api/api";
import { ApiError, isAbort } from "../api/errors";
import type { Exchange } from "../api/types";

const REMEMBERED = 30;
/** So long the exchange before stays in sight while the next one is read. */
const LINGER_MS = 300;

export class Detail {
  id = $state<string | null>(null);
  exchange = $state.raw<Exchange | null>(null);
  error = $state.raw<unknown>(null);
  gone = $state(false);
  /**
   * The one before: a walk through the list then changes texts instead of building every panel
   * anew.
   */
  #before = $state.raw<Exchange | null>(null);
  #lingering: ReturnType<typeof setTimeout> | undefined;
  #seen = new Map<string, Exchange>();
  #abort: AbortController | null = null;
  #again = false;
  #busy = false;

  constructor(private readonly api: Api) {}

  /** What the panels show: the selected exchange, or for a moment the one before it. */
  get shown(): Exchange | null {
    return this.exchange ?? this.#before;
  }

  show(id: string | null): void {
    if (id === this.id) return;
    this.#linger(id === null ? null : this.shown);
    this.id = id;
    this.exchange = id === null ? null : (this.#seen.get(id) ?? null);
    this.error = null;
    this.gone = false;
    this.#abort?.abort();
    this.#busy = false;
    this.#again = false;
    if (id !== null) void this.reload();
  }

  #linger(before: Exchange | null): void {
    clearTimeout(this.#lingering);
    this.#before = before;
    if (before !== null) this.#lingering = setTimeout(() => (this.#before = null), LINGER_MS);
  }

  /** Told by the feed; at most one reading is under way and one waits. */
  touch(id: string): void {
    if (id === this.id) void this.reload();
    else this.#seen.delete(id);
  }

  /** Reads everything again, as when messages are wanted in another language. */
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
      this.#linger(null);
      this.error = null;
      this.gone = false;
      this.#remember(exchange);
    } catch (error) {
      if (isAbort(error) || abort.signal.aborted) return;
      this.gone = error instanceof ApiError && error.code === "not_found";
      this.error = error;
      this.#linger(null);
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
