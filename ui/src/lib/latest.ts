/**
 * Readings of one thing, one at a time. A reading that is asked for while another is under way
 * follows it: two at once could be answered in the other order, and the older answer would stay.
 */
export class Latest {
  #reading: Promise<void> | null = null;
  #again = false;

  constructor(private readonly read: () => Promise<void>) {}

  /** Resolves when a reading has ended that began after this call. */
  refresh(): Promise<void> {
    if (this.#reading) {
      this.#again = true;
      return this.#reading;
    }
    this.#reading = this.#run().finally(() => (this.#reading = null));
    return this.#reading;
  }

  async #run(): Promise<void> {
    do {
      this.#again = false;
      await this.read();
    } while (this.#again);
  }
}
