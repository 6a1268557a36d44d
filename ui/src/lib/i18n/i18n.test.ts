import { expect, test } from "vitest";

import { resolveLanguage, t, TABLES, words } from "./index.svelte";

const FORM = /_(one|few|many|other)$/;
const bases = (table: Record<string, string>) =>
  [...new Set(Object.keys(table).map((key) => key.replace(FORM, "")))].sort();
const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((found) => found[1]).sort();

test("both languages have the same keys", () => {
  expect(bases(TABLES.en)).toEqual(bases(TABLES.ru));
});
test("every plural has all forms of its language", () => {
  for (const [language, forms] of [
    ["ru", ["one", "few", "many", "other"]],
    ["en", ["one", "other"]],
  ] as const) {
    const table = TABLES[language];
    const plurals = new Set(
      Object.keys(table)
        .filter((key) => FORM.test(key))
        .map((key) => key.replace(FORM, "")),
    );
    for (const base of plurals)
      for (const form of forms) expect(table, `${language} ${base}`).toHaveProperty([`${base}_${form}`]);
  }
});
test("a string has the same holes in both languages", () => {
  for (const [key, text] of Object.entries(TABLES.en)) {
    const russian = TABLES.ru[key];
    if (russian !== undefined) expect(holes(russian), key).toEqual(holes(text));
  }
});
test("no string is empty", () => {
  for (const table of Object.values(TABLES))
    for (const [key, text] of Object.entries(table)) expect(text.trim(), key).not.toBe("");
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
