/**
 * Waiting for what has no event of its own: looked at until it fits, and then the test goes on at
 * once.
 */
import { setTimeout as delay } from "node:timers/promises";

const LOOK_EVERY_MS = 25;
export const TIMEOUT_MS = 30_000;

/**
 * Looks until `fits` says yes and gives what it saw; says what it saw last when time is over.
 * @template T
 * @param {string} what a noun phrase for the complaint
 * @param {() => Promise<T> | T} look
 * @param {(seen: T) => unknown} [fits] truth of what was seen by default
 * @param {number} [withinMs]
 * @returns {Promise<T>}
 */
export async function eventually(what, look, fits = Boolean, withinMs = TIMEOUT_MS) {
  const last = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (fits(seen)) return seen;
    if (Date.now() > last) {
      throw new Error(`Waited ${withinMs} ms in vain for ${what}; seen last: ${JSON.stringify(seen)}`);
    }
    await delay(LOOK_EVERY_MS);
  }
}

/**
 * What an error says; whatever else was thrown, as text.
 * @param {unknown} problem
 */
export function sentenceOf(problem) {
  return problem instanceof Error ? problem.message : String(problem);
}
