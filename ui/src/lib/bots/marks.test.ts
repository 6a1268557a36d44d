import { expect, test } from "vitest";

import { botMarks } from "./marks";

const marks = (...names: string[]) =>
  [...botMarks(names.map((name, at) => ({ id: String(at), name }))).values()].map(({ text }) => text);

test("a mark is the beginnings of the name's words", () => {
  expect(marks("Пицца Демо", "Поддержка", "shop")).toEqual(["ПД", "ПО", "SH"]);
});
test("no two bots have the same mark, and one without letters has its number", () => {
  expect(marks("Shop", "Show", "—", "shop")).toEqual(["SH", "S2", "3", "S4"]);
  const many = marks(...Array.from({ length: 40 }, () => "Bot"));
  expect(new Set(many).size).toBe(40);
});
test("a mark keeps its colour when a bot is added", () => {
  const [before] = botMarks([{ id: "a", name: "A" }]).values();
  const [after] = botMarks([
    { id: "a", name: "A" },
    { id: "b", name: "B" },
  ]).values();
  expect(after).toEqual(before);
});
