import { expect, test } from "vitest";

import type { Summary } from "../api/types";
import { apply, merge } from "./list-cache";
import { listItems } from "./list-rows";
import { summary } from "./sample";

const seqs = (rows: readonly Summary[]) => rows.map((row) => row.seq);
const rows = [5, 4, 2].map((seq) => summary(seq));
const TODAY = Date.parse("2026-11-22T05:00:00.000Z");
const whole = { top: true, bottom: true };

test("rows are merged in order of arrival, newest first, each once", () => {
  expect(seqs(merge(rows, [summary(6), summary(3), summary(4)]))).toEqual([6, 5, 4, 3, 2]);
  expect(merge(rows, [summary(4, { note: "n" })])[1]?.note).toBe("n");
});
test("new rows come in above and are counted", () => {
  const applied = apply(rows, { changed: [summary(6), summary(7)], removed: [] }, whole, true);
  expect(seqs(applied.rows)).toEqual([7, 6, 5, 4, 2]);
  expect(applied.above).toBe(2);
});
test("a row that is already there is replaced at its index", () => {
  const applied = apply(rows, { changed: [summary(4, { state: "held" })], removed: [] }, whole, true);
  expect(applied.rows[1]?.state).toBe("held");
  expect(applied.above).toBe(0);
});
test("a removed row goes, even when the same batch changed it", () => {
  const applied = apply(rows, { changed: [summary(4)], removed: ["id4"] }, whole, true);
  expect(seqs(applied.rows)).toEqual([5, 2]);
});
test("a row outside the covered part stays outside", () => {
  expect(seqs(apply(rows, { changed: [summary(9)], removed: [] }, { top: false, bottom: true }, true).rows)).toEqual([
    5, 4, 2,
  ]);
  expect(seqs(apply(rows, { changed: [summary(1)], removed: [] }, { top: true, bottom: false }, true).rows)).toEqual([
    5, 4, 2,
  ]);
  expect(seqs(apply(rows, { changed: [summary(3)], removed: [] }, { top: false, bottom: false }, true).rows)).toEqual([
    5, 4, 3, 2,
  ]);
});
test("under a filter unknown rows wait for the program's word", () => {
  const applied = apply(rows, { changed: [summary(9), summary(5, { status: 500 })], removed: [] }, whole, false);
  expect(seqs(applied.rows)).toEqual([5, 4, 2]);
  expect(applied.rows[0]?.status).toBe(500);
});
test("nothing new leaves nothing changed", () => {
  expect(apply(rows, { changed: [], removed: ["other"] }, whole, true).changed).toBe(false);
});
test("turns are grouped by user, the user with the newest turn first", () => {
  const mixed = [
    summary(4, { user: "b" }),
    summary(3, { user: "a" }),
    summary(5, { user: "b", state: "held" }),
    summary(2, { user: "b" }),
    summary(1, { user: null }),
  ];
  const shape = listItems(mixed, "user", new Set(["g:b:a"]), TODAY).map((item) =>
    item.type === "group" ? `${item.user} ${item.count}` : item.type === "row" && item.exchange.seq,
  );
  expect(shape).toEqual(["b 2", 4, 2, "a 1", "null 1", 1]);
  expect(listItems(mixed, "flat", new Set(), TODAY)).toHaveLength(4);
  const bots = [summary(2, { user: "77" }), summary(1, { user: "77", bot: "shop" })];
  expect(listItems(bots, "user", new Set(), TODAY).filter(({ type }) => type === "group")).toHaveLength(2);
});
test("a day that is not today stands above its rows, in a list and in each user", () => {
  const at = (day: number, hour: number) => new Date(2026, 10, day, hour).toISOString();
  const rows = [
    summary(5, { user: "a", at: at(22, 9) }),
    summary(4, { user: "b", at: at(22, 8) }),
    summary(3, { user: "a", at: at(21, 23) }),
    summary(2, { user: "b", at: at(21, 1) }),
    summary(1, { user: "b", at: at(20, 1) }),
  ];
  const shape = (grouping: "flat" | "user") =>
    listItems(rows, grouping, new Set(), new Date(2026, 10, 22, 12).getTime()).map((item) =>
      item.type === "row" ? item.exchange.seq : item.type,
    );
  expect(shape("flat")).toEqual([5, 4, "day", 3, 2, "day", 1]);
  expect(shape("user")).toEqual(["group", 5, "day", 3, "group", 4, "day", 2, "day", 1]);
});
