/**
 * Readings of one thing, one at a time. A reading that is asked for while another is under way
 * follows it: two at once could be answered in the other order, and the older answer would stay.
 */
export class Latest {
  #reading: Promise<void> | null = null;
  #again = false;

  constructor(private readonly read: () => Promise<void>) {}

  /**
   * Resolves when a reading has ended that began after this call; rejects where the last one did.
   */
  refresh(): Promise<void> {
    this.#again = true;
    this.#reading ??= this.#run();
    return this.#reading;
  }

  async #run(): Promise<void> {
    let failure: { cause: unknown } | null = null;
    while (this.#again) {
      this.#again = false;
      try {
        await this.read();
        failure = null;
      } catch (cause) {
        failure = { cause };
      }
    }
    // In the same step as the last look at `again`, so that no call falls between the two.
    this.#reading = null;
    if (failure) throw failure.cause;
  }
}
