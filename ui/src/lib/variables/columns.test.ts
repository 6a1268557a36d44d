import { expect, test } from "vitest";

import { columnWidths, type ColumnRow, indentOf } from "./columns";

const row = (name: string, more: Partial<ColumnRow> = {}): ColumnRow => ({ name, depth: 0, out: null, ...more });
const whole = (widths: Record<string, number>) => Object.values(widths).reduce((sum, width) => sum + width, 0);

test("a name of ordinary length is not cut beside the answer", () => {
  const widths = columnWidths([row("clientProfile"), row("variable_299")], 517, {});
  expect(widths.name).toBeGreaterThanOrEqual(indentOf(0) + "clientProfile".length * 7.3 + 28);
  expect(whole(widths)).toBe(517);
});
test("an answer that names nothing leaves its room to the others", () => {
  expect(columnWidths([row("a")], 600, {}).out).toBe(96);
  expect(columnWidths([row("a", { out: "1" })], 600, {}).out).toBeGreaterThan(140);
});
test("names take no more than their share, and values keep enough to be read", () => {
  const widths = columnWidths([row("x".repeat(300), { out: "1" })], 600, {});
  expect(widths.name).toBe(270);
  expect(Math.min(widths.in, widths.out, widths.after)).toBeGreaterThanOrEqual(88);
});
test("a width that was chosen stays, and the others share the rest", () => {
  const widths = columnWidths([row("a", { out: "1" })], 700, { name: 300, in: 200 });
  expect(widths).toMatchObject({ name: 300, in: 200, out: 100, after: 100 });
  expect(whole(columnWidths([row("a")], 300, { name: 400 }))).toBeGreaterThan(300);
});
test("the server's column takes room where it is shown alone", () => {
  const rows = [row("a", { out: "1" })];
  expect(columnWidths(rows, 600, {}).server).toBe(0);
  const widths = columnWidths(rows, 600, {}, true);
  expect(widths.server).toBeGreaterThanOrEqual(88);
  expect(whole(widths)).toBe(600);
});
test("the indent ends before it eats the name", () => {
  expect(indentOf(3) - indentOf(2)).toBe(12);
  expect(indentOf(40)).toBe(indentOf(5));
});
