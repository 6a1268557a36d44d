import { expect, test } from "vitest";

import { Latest } from "./latest";

/** A value that is read by hand: each reading sees it as it was when the reading began. */
function source() {
  const open: (() => void)[] = [];
  let value = 1;
  const shown: number[] = [];
  const latest = new Latest(async () => {
    const seen = value;
    await new Promise<void>((resolve) => open.push(resolve));
    shown.push(seen);
  });
  const answer = async () => {
    while (open.length === 0) await Promise.resolve();
    open.shift()?.();
  };
  return { latest, shown, answer, open, set: (next: number) => (value = next) };
}

test("a reading that is asked for during another begins after it, and is the last one", async () => {
  const { latest, shown, answer, open, set } = source();
  const first = latest.refresh();
  set(2);
  const second = latest.refresh();
  const third = latest.refresh();
  expect(open).toHaveLength(1);
  await answer();
  await answer();
  await Promise.all([first, second, third]);
  expect(shown).toEqual([1, 2]);
});
test("a reading that fails does not prevent the next one", async () => {
  let fails = true;
  const latest = new Latest(() => (fails ? Promise.reject(new Error("down")) : Promise.resolve()));
  await expect(latest.refresh()).rejects.toThrow("down");
  fails = false;
  await latest.refresh();
});
test("a reading that is asked for while another fails is made all the same", async () => {
  const fail: (() => void)[] = [];
  let read = 0;
  const latest = new Latest(() => {
    read += 1;
    return read > 1 ? Promise.resolve() : new Promise((_, reject) => fail.push(() => reject(new Error("down"))));
  });
  const first = latest.refresh();
  const second = latest.refresh();
  fail[0]?.();
  await Promise.all([first, second]);
  expect(read).toBe(2);
});
test("a reading that is asked for as another ends is made", async () => {
  const { latest, shown, answer, set } = source();
  const first = latest.refresh().then(() => {
    set(3);
    return latest.refresh();
  });
  await answer();
  await answer();
  await first;
  expect(shown).toEqual([1, 3]);
});
