import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Chunk, source } from "./chunk.svelte";

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A part that cannot be fetched `failures` times. */
function part(failures: number) {
  let remaining = failures;
  const load = vi.fn(() => (remaining-- > 0 ? Promise.reject(new TypeError("gone")) : Promise.resolve("here")));
  return { load, chunk: new Chunk(load) };
}

test("a part is fetched once, however often it is requested", async () => {
  const { chunk, load } = part(0);
  chunk.request();
  chunk.request();
  await vi.advanceTimersByTimeAsync(0);
  chunk.request();
  expect(chunk.value).toBe("here");
  expect(load).toHaveBeenCalledOnce();
});
test("a part that failed says so and is asked for again after growing pauses", async () => {
  const { chunk, load } = part(2);
  chunk.request();
  await vi.advanceTimersByTimeAsync(0);
  expect(chunk.failed).toBe(true);
  await vi.advanceTimersByTimeAsync(1000);
  expect(load).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(2999);
  expect(load).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(chunk.value).toBe("here");
  expect(chunk.failed).toBe(false);
});
test("a part that failed comes at once when the program is back, and only once", async () => {
  const { chunk, load } = part(1);
  chunk.request();
  await vi.advanceTimersByTimeAsync(0);
  source.set(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(chunk.value).toBe("here");
  expect(load).toHaveBeenCalledTimes(2);
  source.set(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(load).toHaveBeenCalledTimes(2);
});
