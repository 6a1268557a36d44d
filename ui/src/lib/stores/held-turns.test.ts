import { expect, test } from "vitest";

import type { Api } from "../api/api";
import type { FeedEvent, Summary } from "../api/types";
import { HeldTurns } from "./held-turns.svelte";
import { summary } from "./sample";

const event = (seq: number, row: Summary): FeedEvent => ({ seq, kind: "exchange_changed", id: row.id, exchange: row });
const held = (seq: number, more: Partial<Summary> = {}) => summary(seq, { state: "held", ...more });

function turns(exchanges: Summary[] = [], beforeAnswer: () => void = () => undefined) {
  const list = async () => {
    await Promise.resolve();
    beforeAnswer();
    return { exchanges, next_before: null, searched_back_to: null, filter_notes: [], seq: 10 };
  };
  return new HeldTurns({ list } as unknown as Api);
}

test("a turn is listed from the moment it is held until it is answered or gone", () => {
  const all = turns();
  all.apply([event(1, held(5)), event(2, held(4)), event(3, held(6))]);
  expect(all.rows.map(({ seq }) => seq)).toEqual([4, 5, 6]);
  all.apply([event(4, summary(5)), { seq: 5, kind: "exchange_removed", id: "id4" }]);
  expect(all.rows.map(({ seq }) => seq)).toEqual([6]);
});
test("what the feed brings while they are read is not lost, and what was read later is not undone", async () => {
  const all = turns([held(2), held(1)], () => all.apply([event(9, held(3)), event(11, summary(1))]));
  await all.reload();
  expect(all.rows.map(({ seq }) => seq)).toEqual([2]);
});
test("the turns of another bot are not this one's", async () => {
  const all = turns();
  await all.setBot("shop");
  all.apply([event(11, held(1, { bot: "shop" })), event(12, held(2, { bot: "support" }))]);
  expect(all.rows.map(({ seq }) => seq)).toEqual([1]);
});
test("the most urgent one comes next, and from one of them the one behind it", () => {
  const all = turns();
  all.apply([
    event(1, held(1, { deadline: "2026-11-22T05:01:00.000Z" })),
    event(2, held(2, { deadline: "2026-11-22T05:00:30.000Z" })),
  ]);
  expect(all.next(null)?.seq).toBe(2);
  expect(all.next("id2")?.seq).toBe(1);
  expect(turns().next(null)).toBeNull();
});
