/**
 * Parts of the page that are fetched when they are requested. One that could not be fetched,
 * because the program was out of reach, says so and is fetched again: after a growing pause, and at
 * once when the program is back.
 */

const PAUSES_MS = [1000, 3000, 10_000, 30_000];

const failing = new Set<Chunk<unknown>>();

export class Chunk<T> {
  value = $state.raw<T | null>(null);
  failed = $state(false);
  #requested = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly load: () => Promise<T>) {}

  /** A part that came with the page. */
  static of<T>(value: T): Chunk<T> {
    const chunk = new Chunk<T>(() => Promise.resolve(value));
    chunk.value = value;
    chunk.#requested = true;
    return chunk;
  }

  /** Fetches it, once. `value` is a state, so what reads it is updated when it is there. */
  request(): void {
    if (!this.#requested) void this.#fetch();
  }

  /** Fetches again without waiting for the pause to end. */
  retry(): void {
    clearTimeout(this.#timer);
    if (this.failed) void this.#fetch();
  }

  async #fetch(): Promise<void> {
    this.#requested = true;
    failing.delete(this);
    try {
      this.value = await this.load();
      this.failed = false;
    } catch (error) {
      console.warn("A part of the page could not be fetched.", error);
      this.failed = true;
      failing.add(this);
      const pause = PAUSES_MS[Math.min(this.#failures, PAUSES_MS.length - 1)];
      this.#failures += 1;
      this.#timer = setTimeout(() => this.retry(), pause);
    }
  }
}

/** Whether the program can be reached, which is where parts come from. */
class Source {
  reachable = $state(false);

  /** Stores it; what failed is fetched again. */
  set(reachable: boolean): void {
    this.reachable = reachable;
    if (reachable) for (const chunk of [...failing]) chunk.retry();
  }
}

export const source = new Source();
