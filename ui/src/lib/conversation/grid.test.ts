import { expect, test } from "vitest";

import type { MatrixCell } from "../api/types";
import { cellStep, gridOf, inSight, shownRows } from "./grid";

const cell = (before: string | null, after: string | null, change: MatrixCell["change"]): MatrixCell => ({
  in: before,
  after,
  change,
});

test("a cell holds what the bot has after the turn, and who changed it", () => {
  const rows = gridOf({
    variables: ["discount", "promo", "city"],
    cells: [
      [cell("0", "0", "untouched"), cell("0", "60", "changed"), cell('"60"', "60", "type_changed")],
      [cell(null, '"A"', "new"), null, null],
      [cell('"x"', '"x"', "untouched"), cell('"x"', '"x"', "same"), cell('"x"', '"x"', "untouched")],
    ],
  });
  const seen = rows.map(({ cells }) => cells.map(({ value, mark }) => [value, mark]));
  expect(seen[0]).toEqual([
    ["0", null],
    ["60", "answer"],
    ["60", "type"],
  ]);
  expect(seen[1]).toEqual([
    ['"A"', "answer"],
    [null, "bot"],
    [null, null],
  ]);
  expect(rows.map(({ changes }) => changes)).toEqual([true, true, false]);
  expect(shownRows(rows, "", true).map(({ name }) => name)).toEqual(["discount", "promo"]);
  expect(shownRows(rows, "CIT", false).map(({ name }) => name)).toEqual(["city"]);
});
test("what comes with another value than the turn before left was set by the bot", () => {
  const [row] = gridOf({
    variables: ["n"],
    cells: [[cell("1", "1", "untouched"), cell("2", "2", "untouched"), cell("2", "2", "untouched")]],
  });
  expect(row?.cells.map(({ mark }) => mark)).toEqual([null, "bot", null]);
});
test("only what is in sight is drawn, with one piece beyond each edge", () => {
  expect(inSight(200, 28, 0, 280)).toEqual({ from: 0, until: 11 });
  expect(inSight(200, 28, 280, 280)).toEqual({ from: 9, until: 21 });
  expect(inSight(3, 28, 0, 280)).toEqual({ from: 0, until: 3 });
});
test("arrows stay within the grid", () => {
  const size = { rows: 3, columns: 2 };
  expect(cellStep("ArrowUp", { row: 0, column: 0 }, size)).toEqual({ row: 0, column: 0 });
  expect(cellStep("PageDown", { row: 0, column: 1 }, size)).toEqual({ row: 2, column: 1 });
  expect(cellStep("End", { row: 1, column: 0 }, size)).toEqual({ row: 1, column: 1 });
  expect(cellStep("x", { row: 1, column: 0 }, size)).toBeNull();
});
