/** The program's clock as the page sees it. It ticks only while something on the page reads it. */
import { createSubscriber } from "svelte/reactivity";

/** Often enough for a ring to move and for seconds to change on time. */
const TICK_MS = 250;
/** A difference below this is the network's and the header's rounding, not another clock. */
const NOTICEABLE_MS = 2000;

export class Ticker {
  #offset = 0;
  readonly #watch = createSubscriber((update) => {
    const timer = setInterval(() => {
      if (!document.hidden) update();
    }, TICK_MS);
    return () => clearInterval(timer);
  });

  /** Learns from the `Date` of an answer how far the program's clock is from the page's. */
  learn(date: string, sent: number, received: number): void {
    const theirs = Date.parse(date);
    if (Number.isNaN(theirs)) return;
    const difference = theirs + 500 - (sent + received) / 2;
    this.#offset = Math.abs(difference) > NOTICEABLE_MS ? difference : 0;
  }

  /** The program's time now; a template that reads it follows every tick. */
  get now(): number {
    this.#watch();
    return this.peek();
  }

  /** The program's time once, without watching. */
  peek(): number {
    return Date.now() + this.#offset;
  }
}
