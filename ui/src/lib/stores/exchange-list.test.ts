import { expect, test, vi } from "vitest";

import type { Api, ListQuery } from "../api/api";
import { ApiError } from "../api/errors";
import type { FeedEvent, Summary } from "../api/types";
import { ExchangeList, PAGE, SEARCH_ON_MS } from "./exchange-list.svelte";
import { Feed } from "./feed.svelte";
import { summary } from "./sample";

/** A program with exchanges 1 to `count`, paged as the real one does. */
function program(count: number, fits: (row: Summary) => boolean = () => true) {
  const all = Array.from({ length: count }, (_, index) => summary(count - index));
  const list = vi.fn(({ limit, before, after, filter }: ListQuery) => {
    const fitting = all.filter(
      (row) => row.seq < (before ?? Infinity) && row.seq > (after ?? 0) && (!filter || fits(row)),
    );
    const exchanges = fitting.slice(0, limit);
    return Promise.resolve({
      exchanges,
      next_before: fitting.length > limit ? (exchanges.at(-1)?.seq ?? null) : null,
      searched_back_to: null,
      filter_notes: [],
      seq: count,
    });
  });
  const counted = vi.fn(() => Promise.resolve({ count: all.filter(fits).length, more: false }));
  return { all, list, api: { list, count: counted } as unknown as Api };
}
const received = (row: Summary): FeedEvent => ({ seq: row.seq, kind: "exchange_received", id: row.id, exchange: row });
const seqs = (list: ExchangeList) => list.rows.map((row) => row.seq);

test("the list opens with the newest page and pages to the end without a gap", async () => {
  const list = new ExchangeList(program(500).api);
  await list.reload();
  expect(list.rows).toHaveLength(PAGE);
  while (!list.atBottom) await list.loadOlder();
  expect(seqs(list)).toEqual(Array.from({ length: 500 }, (_, index) => 500 - index));
});
test("far pages are let go and come back without a gap", async () => {
  const list = new ExchangeList(program(12_000).api);
  await list.reload();
  for (let page = 0; page < 40; page += 1) await list.loadOlder();
  expect(list.atTop).toBe(false);
  expect(list.rows.length).toBeLessThanOrEqual(4000);
  list.see(0);
  for (let page = 0; page < 40 && !list.atTop; page += 1) await list.loadNewer();
  expect(list.atTop).toBe(true);
  const found = seqs(list);
  expect(found[0]).toBe(12_000);
  expect(found.every((seq, index) => index === 0 || seq === (found[index - 1] ?? 0) - 1)).toBe(true);
});
test("paging back up under a filter finds rows that lie far apart", async () => {
  const { api, list: calls } = program(60_000, (row) => row.seq % 5000 === 0);
  const list = new ExchangeList(api);
  list.filter = "event:rare";
  await list.reload();
  expect(list.rows).toHaveLength(12);
  list.rows = list.rows.slice(3);
  list.atTop = false;
  while (!list.atTop) await list.loadNewer();
  expect(seqs(list).slice(0, 4)).toEqual([60_000, 55_000, 50_000, 45_000]);
  expect(calls.mock.calls.length).toBeLessThan(20);
});
test("while following, the number of rows stays bounded at any rate", async () => {
  const list = new ExchangeList(program(0).api);
  await list.reload();
  for (let batch = 0; batch < 30; batch += 1)
    list.apply(Array.from({ length: 200 }, (_, index) => received(summary(batch * 200 + index + 1))));
  expect(list.rows.length).toBe(1000);
  expect(list.rows[0]?.seq).toBe(6000);
  expect(list.atBottom).toBe(false);
  expect(list.unseen).toBe(0);
});
test("rows that come while the reader is elsewhere are counted", async () => {
  const list = new ExchangeList(program(3).api);
  await list.reload();
  list.following = false;
  list.apply([received(summary(4)), received(summary(5))]);
  expect(list.unseen).toBe(2);
  await list.toNewest();
  expect(list.unseen).toBe(0);
});
test("another bot's exchanges stay out", async () => {
  const list = new ExchangeList(program(1).api);
  await list.reload();
  list.bot = "b";
  list.apply([received(summary(2, { bot: "other" }))]);
  expect(seqs(list)).toEqual([1]);
});
test("a filter that the program refuses keeps the rows and shows the error", async () => {
  const { api, list: call } = program(2);
  const list = new ExchangeList(api);
  await list.reload();
  call.mockRejectedValueOnce(new ApiError(422, "filter_invalid", "no such field", "/filter", 3));
  list.filter = "evil:1";
  await list.reload();
  expect(list.filterError?.offset).toBe(3);
  expect(list.rows).toHaveLength(2);
});
test("after a resync and after an error the list is read again", async () => {
  const answers: (() => Promise<{ next: number; events: FeedEvent[] }>)[] = [
    () => Promise.resolve({ next: 5, events: [] }),
    () => Promise.resolve({ next: 6, events: [{ seq: 6, kind: "resync" }] }),
    () => Promise.reject(new Error("gone")),
  ];
  const starts: number[] = [];
  let stop: () => undefined = () => undefined;
  const events = vi.fn(() => answers.shift()?.() ?? (stop(), Promise.resolve({ next: 9, events: [] })));
  const feed = new Feed({ events } as unknown as Api, {
    start: () => Promise.resolve(starts.push(1)),
    apply: () => undefined,
  });
  stop = () => {
    feed.stop();
    return undefined;
  };
  await feed.run();
  expect(starts).toHaveLength(3);
});
test("what the feed brings while a page is being read outlasts that page", async () => {
  const held = summary(1, { state: "held" });
  const open: (() => void)[] = [];
  const answered = [{ exchanges: [held], next_before: null, searched_back_to: null, filter_notes: [], seq: 1 }];
  const api = {
    list: async () => {
      await new Promise<void>((resolve) => open.push(resolve));
      return answered[0];
    },
  };
  const list = new ExchangeList(api as unknown as Api);
  const reading = list.reload();
  list.apply([
    { seq: 2, kind: "exchange_changed", id: held.id, exchange: summary(1) },
    received(summary(2, { id: "new" })),
  ]);
  open[0]?.();
  await reading;
  expect(list.rows.map((row) => [row.seq, row.state])).toEqual([
    [2, "answered"],
    [1, "answered"],
  ]);
});
test("a search that is not finished goes on by itself, with the notes and the count of its filter", async () => {
  vi.useFakeTimers();
  const { api, list: calls } = program(300, (row) => row.seq === 10);
  calls.mockImplementation(({ before }: ListQuery) => {
    const from = before ?? 301;
    const end = from > 100 ? from - 100 : null;
    const found = from > 10 && (end ?? 0) <= 10 ? [summary(10)] : [];
    return Promise.resolve({
      exchanges: found,
      next_before: end,
      searched_back_to: end,
      filter_notes: ["about OR"],
      seq: 300,
    } as never);
  });
  const list = new ExchangeList(api);
  list.filter = "rare OR";
  await list.reload();
  expect([list.searchedBackTo, list.atBottom, list.rows.length]).toEqual([201, false, 0]);
  expect(list.notes).toEqual(["about OR"]);
  expect(list.matches).toEqual({ count: 1, more: false });
  await vi.advanceTimersByTimeAsync(5 * SEARCH_ON_MS);
  expect([list.searchedBackTo, list.atBottom, seqs(list)]).toEqual([null, true, [10]]);
  expect(calls.mock.calls.length).toBe(4);
  vi.useRealTimers();
});
