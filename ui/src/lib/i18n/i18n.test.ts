import { expect, test } from "vitest";

import { resolveLanguage, t, words } from "./index.svelte";
import { flat, type Table } from "./table";

/** Every table: those of this folder and those of the views. */
const modules = import.meta.glob<Record<string, unknown>>(
  ["./*.ts", "!./*.test.ts", "!./table.ts", "!./index.svelte.ts", "/src/views/*/words.ts"],
  { eager: true },
);
const isTable = (value: unknown): value is Table => typeof value === "object";
const tables = Object.values(modules).flatMap((module) => Object.values(module).filter(isTable));
const entries = tables.flatMap((table) => Object.entries(table));

/** Everything that may name a key, as text. */
const sources = Object.values(
  import.meta.glob<string>(
    ["/src/**/*.{ts,svelte}", "!/src/**/*.test.ts", "!/src/lib/i18n/*.ts", "!/src/views/*/words.ts"],
    { eager: true, query: "?raw", import: "default" },
  ),
).join("\n");

const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((found) => found[1]).sort();
const texts = (one: string | object): string[] => (typeof one === "string" ? [one] : Object.values(one));

test("tables are found", () => {
  expect(tables.length).toBeGreaterThan(5);
  expect(entries.length).toBeGreaterThan(600);
});
test("a key stands in one table only", () => {
  const keys = entries.map(([key]) => key);
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});
test("a string has the same holes in both languages and in all its forms", () => {
  for (const [key, { ru, en }] of entries) {
    const [first, ...others] = [...texts(ru), ...texts(en)].map(holes);
    for (const other of others) expect(other, key).toEqual(first);
  }
});
test("no string is empty", () => {
  for (const [key, { ru, en }] of entries)
    for (const text of [...texts(ru), ...texts(en)]) expect(text.trim(), key).not.toBe("");
});
test("every key is used by the page", () => {
  // Keys made of a code: the template's fixed beginning and end stand for whatever is between.
  const made = [...sources.matchAll(/`([a-z][\w.]*)\$\{[^`]*?\}([\w.]*)`/g)].map(([, from = "", to = ""]) => ({
    from,
    to,
  }));
  const used = (key: string) =>
    sources.includes(`"${key}"`) ||
    sources.includes(`'${key}'`) ||
    made.some(({ from, to }) => from.includes(".") && key.startsWith(from) && key.endsWith(to));
  expect(entries.map(([key]) => key).filter((key) => !used(key))).toEqual([]);
});
test("the page's words are found by their keys", () => {
  const all = flat(Object.assign({}, ...tables) as Table, "en");
  words.use("en");
  expect(t("list.empty1")).toBe(all["list.empty1"]);
});
test("Russian numbers take the right word", () => {
  words.use("ru");
  const turns = [1, 2, 5, 11, 21, 102, 111].map((count) => t("list.turns", { count, value: count }));
  expect(turns).toEqual(["1 ход", "2 хода", "5 ходов", "11 ходов", "21 ход", "102 хода", "111 ходов"]);
});
test("the language follows the system where it is asked to", () => {
  expect(resolveLanguage("system", ["de-DE", "ru-RU", "en"])).toBe("ru");
  expect(resolveLanguage("system", ["fr"])).toBe("en");
  expect(resolveLanguage("ru", ["en"])).toBe("ru");
});
