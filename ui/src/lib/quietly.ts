/**
 * Lets a reading fail without a message. What is read this way is a cache that the next event or
 * the next start reads again, and a program out of reach is reported by the feed's own state.
 */
export function quietly(reading: Promise<unknown>): void {
  reading.catch(() => undefined);
}
