/**
 * The live connection: everything is read, then long polls go on from the position before that.
 * A lost program is polled again after growing pauses, and after every gap everything is read
 * again.
 */
import type { Api } from "../api/api";
import { ApiError, isAbort } from "../api/errors";
import type { EventKind, FeedEvent } from "../api/types";

const WAIT_MS = 20_000;
/** A poll without an answer is aborted after this time: the wait and a margin. */
const POLL_TIMEOUT_MS = 32_000;
/**
 * A pause between polls that brought events, so that many changes are applied at once. After more
 * than BURST_EVENTS it is longer. A guess: 40 ms are two frames, 180 ms still look immediate.
 */
const BATCH_PAUSE_MS = 40;
const BURST_PAUSE_MS = 180;
const BURST_EVENTS = 30;
const RETRY_PAUSES_MS = [300, 1000, 2000, 4000, 8000, 15_000];

export type Link = "starting" | "online" | "lost" | "unauthorized";

export interface FeedReader {
  /** Reads everything; gives the feed's position before the reading. */
  start(): Promise<number>;
  apply(events: FeedEvent[]): void;
}

/** A cache of the program's data. */
export interface FeedStore {
  /** Reads everything, at the start and after each gap of the feed. */
  reload(): Promise<void>;
  /** Reads again what may have changed, such as sentences in another language. */
  refresh(): Promise<void>;
  /** What an event of each kind changes here. */
  readonly follows: Partial<Record<EventKind, (event: FeedEvent) => void>>;
}

export class Feed {
  link = $state<Link>("starting");
  /** When the next try comes, while the program is lost. */
  retryAt = $state<number | null>(null);
  #stopped = false;
  #endPause: (() => void) | null = null;
  #abort = new AbortController();
  #queue: FeedEvent[] = [];
  #flushing = false;

  constructor(
    private readonly api: Api,
    private readonly reader: FeedReader,
  ) {}

  async run(): Promise<void> {
    let cursor: number | null = null;
    let failures = 0;
    while (!this.#stopped) {
      try {
        cursor ??= await this.reader.start();
        const batch = await this.#poll(cursor);
        this.link = "online";
        this.retryAt = null;
        failures = 0;
        if (batch.events.some((event) => event.kind === "resync")) {
          this.#queue = [];
          cursor = null;
          continue;
        }
        cursor = batch.next;
        this.#enqueue(batch.events);
        if (batch.events.length > 0)
          await this.#pause(batch.events.length > BURST_EVENTS ? BURST_PAUSE_MS : BATCH_PAUSE_MS);
      } catch (error) {
        if (this.#stopped) return;
        cursor = null;
        this.link = error instanceof ApiError && error.status === 401 ? "unauthorized" : "lost";
        const pause = RETRY_PAUSES_MS[Math.min(failures, RETRY_PAUSES_MS.length - 1)] ?? 1000;
        failures += 1;
        this.retryAt = Date.now() + pause;
        await this.#pause(pause);
        this.retryAt = null;
      }
    }
  }

  async #poll(after: number): Promise<{ next: number; events: FeedEvent[] }> {
    this.#abort = new AbortController();
    const timer = setTimeout(() => this.#abort.abort(), POLL_TIMEOUT_MS);
    try {
      // The first poll is answered at once: it only shows that the program is reachable.
      return await this.api.events(after, this.link === "online" ? WAIT_MS : 0, this.#abort.signal);
    } catch (error) {
      throw isAbort(error) ? new Error("timeout") : error;
    } finally {
      clearTimeout(timer);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Hands events over once a frame; a hidden page has no frames and takes them at once. */
  #enqueue(events: FeedEvent[]): void {
    if (events.length === 0) return;
    this.#queue.push(...events);
    if (this.#flushing) return;
    this.#flushing = true;
    const flush = () => {
      document.removeEventListener("visibilitychange", flush);
      if (!this.#flushing) return;
      this.#flushing = false;
      const taken = this.#queue;
      this.#queue = [];
      if (taken.length > 0) this.reader.apply(taken);
    };
    if (document.hidden) queueMicrotask(flush);
    else {
      requestAnimationFrame(flush);
      // A page that is hidden meanwhile gets no frame.
      document.addEventListener("visibilitychange", flush);
    }
  }

  /** Tries again without waiting for the pause to end. */
  retry(): void {
    this.#endPause?.();
  }

  stop(): void {
    this.#stopped = true;
    this.#abort.abort();
    this.#endPause?.();
  }
}
