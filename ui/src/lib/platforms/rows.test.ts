import { expect, test } from "vitest";

import { changeOf, type Row, rowsOf, valueOfRows, withPaths } from "./rows";

const COLUMNS = ["path", "alias"];
const saved = [
  { path: "order.id", alias: "Номер" },
  { path: "old", alias: null },
];
const gone = (rows: Row[], path: string) =>
  rows.map((row) => (row.cells["path"] === path ? { ...row, goneUntil: 1 } : row));

test("rows go back as they came, without what was taken away and what is empty", () => {
  const rows = rowsOf(saved, COLUMNS);
  expect(valueOfRows(rows, COLUMNS)).toEqual(saved);
  const empty: Row = { key: "n", cells: { path: "", alias: "" }, goneUntil: null };
  const alone: Row = { key: "m", cells: { path: "", alias: "Имя" }, goneUntil: null };
  expect(valueOfRows([...gone(rows, "old"), empty, alone], COLUMNS)).toEqual([saved[0], { path: "", alias: "Имя" }]);
  expect(valueOfRows(rowsOf(["a", "b"], [""]), [""])).toEqual(["a", "b"]);
});

test("an example says what it adds, leaves and takes away", () => {
  const rows = rowsOf(saved, COLUMNS);
  const paths = ["order", "order.id"];
  expect(changeOf(rows, "path", paths)).toEqual({ added: ["order"], kept: ["order.id"], going: ["old"] });
  expect(changeOf(gone(rows, "old"), "path", paths).going, "a row that is gone goes no more").toEqual([]);
});

test("rows of an example keep their aliases, and the others go or stay", () => {
  const rows = rowsOf(saved, COLUMNS);
  let made = 0;
  const after = (keep: boolean) =>
    valueOfRows(
      withPaths(rows, COLUMNS, ["order", "order.id"], keep, () => `k${made++}`),
      COLUMNS,
    );
  expect(after(false)).toEqual([{ path: "order", alias: null }, saved[0]]);
  expect(after(true)).toEqual([...saved, { path: "order", alias: null }]);
});
