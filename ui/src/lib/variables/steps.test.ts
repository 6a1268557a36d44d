import { expect, test } from "vitest";

import { columnsOf } from "./columns";
import { type Place, stepOf } from "./steps";

const place = (more: Partial<Place> = {}): Place => ({
  row: 5,
  column: "name",
  columns: columnsOf(false),
  rows: 300,
  expandable: false,
  open: false,
  ...more,
});

test("arrows move over the cells and stop at the edges", () => {
  expect(stepOf("ArrowDown", place())).toEqual({ row: 6, column: "name" });
  expect(stepOf("ArrowDown", place({ row: 299 }))).toEqual({ row: 299, column: "name" });
  expect(stepOf("ArrowRight", place())).toEqual({ row: 5, column: "in" });
  expect(stepOf("ArrowLeft", place())).toBeNull();
  expect(stepOf("ArrowRight", place({ column: "after" }))).toBeNull();
  expect(stepOf("ArrowRight", place({ column: "in" }))).toEqual({ row: 5, column: "out" });
  const columns = columnsOf(true);
  expect(stepOf("ArrowRight", place({ columns, column: "in" }))).toEqual({ row: 5, column: "server" });
  expect(stepOf("End", place({ column: "out" }))).toEqual({ row: 299, column: "out" });
});
test("a name unfolds to the right and folds to the left, before the arrows leave it", () => {
  expect(stepOf("ArrowRight", place({ expandable: true }))).toBe("toggle");
  expect(stepOf("ArrowRight", place({ expandable: true, open: true }))).toEqual({ row: 5, column: "in" });
  expect(stepOf("ArrowLeft", place({ expandable: true, open: true }))).toBe("toggle");
  expect(stepOf("ArrowLeft", place({ expandable: true, open: true, column: "in" }))).toEqual({
    row: 5,
    column: "name",
  });
});
test("Enter opens a value, and other keys are left to the page", () => {
  expect(stepOf("Enter", place({ column: "after" }))).toBe("open");
  expect(stepOf("Enter", place({ expandable: true }))).toBe("toggle");
  expect(stepOf("j", place())).toBeNull();
});
