/**
 * Parts of the page that are fetched when they are requested. One that could not be fetched,
 * because the program had gone away, says so and is asked for again: after a growing pause, and at
 * once when the program is back.
 */

const PAUSES_MS = [1000, 3000, 10_000, 30_000];

const failing = new Set<Chunk<unknown>>();

export class Chunk<T> {
  value = $state.raw<T | null>(null);
  failed = $state(false);
  #asked = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly load: () => Promise<T>) {}

  /** A part that came with the page. */
  static of<T>(value: T): Chunk<T> {
    const chunk = new Chunk<T>(() => Promise.resolve(value));
    chunk.value = value;
    chunk.#asked = true;
    return chunk;
  }

  /** Asks for it, once; whoever reads `value` is told when it is there. */
  request(): void {
    if (!this.#asked) void this.#fetch();
  }

  /** Asks again without waiting for the pause to end. */
  retry(): void {
    clearTimeout(this.#timer);
    if (this.failed) void this.#fetch();
  }

  async #fetch(): Promise<void> {
    this.#asked = true;
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

  /** Learns of it; what failed is asked for again. */
  set(reachable: boolean): void {
    this.reachable = reachable;
    if (reachable) for (const chunk of [...failing]) chunk.retry();
  }
}

export const source = new Source();
