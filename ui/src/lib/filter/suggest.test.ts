import { expect, test } from "vitest";

import { FILTER_VALUES } from "../api/values";
import { summary } from "../stores/sample";
import type { Known } from "./keys";
import { quoted, suggest, variableValue, wordAt } from "./suggest";

const SEEN: Known = {
  rows: [
    summary(3, { event: "pay", user: "77" }),
    summary(2, { event: "Оплата картой", user: "1234567890" }),
    summary(1, { event: "start", user: "77" }),
  ],
  names: ["city", "cart"],
  bots: ["Бот 1"],
  days: ["сегодня", "вчера"],
};
const texts = (text: string, caret = text.length) => suggest(text, caret, SEEN).map((one) => one.text);

test("an empty field offers the keys", () => {
  expect(texts("")).toContain("event:");
  expect(texts("").length).toBeLessThanOrEqual(8);
});
test("the beginning of a key narrows them", () => {
  expect(texts("st")).toEqual(["status:"]);
  expect(texts("-us")).toEqual(["user:"]);
});
test("a key offers values seen before, quoted where they need it", () => {
  const [first] = suggest("event:опл", 9, SEEN);
  expect(first?.insert).toBe('event:"Оплата картой" ');
  expect(texts("-user:7")).toContain("77");
});
test("a value that was seen twice is offered once", () => {
  expect(texts("user:")).toEqual(["77", "1234567890"]);
  expect(texts("bot:")).toEqual(["Бот 1"]);
});
test("a value that is complete is offered no more", () => {
  expect(texts("is:held")).toEqual([]);
});
test("variables are offered by name", () => {
  expect(texts("var.c")).toEqual(["var.city", "var.cart"]);
  expect(texts("var.city=")).toEqual([]);
  expect(texts("var:c")).toEqual([]);
});
test("time is among the first keys, and days follow it", () => {
  expect(texts("")).toContain("at>");
  expect(texts("at:в")).toEqual(["вчера"]);
});
test("after a comma another value is offered, and one with a comma is quoted", () => {
  expect(suggest("event:pay,sta", 13, SEEN)[0]?.insert).toBe("event:pay,start ");
  expect(suggest('event:"Оплата картой",st', 24, SEEN)[0]?.insert).toBe('event:"Оплата картой",start ');
  expect(quoted("a,b")).toBe('"a,b"');
});
test("the word under the caret is found between others and inside quotes", () => {
  expect(wordAt("is:held event:pay x", 12)).toEqual({ from: 8, to: 17 });
  expect(wordAt('a body:"one two" b', 12)).toEqual({ from: 2, to: 16 });
});
test("quotes inside a value are escaped", () => {
  expect(quoted('a "b"')).toBe('"a \\"b\\""');
  expect(quoted("plain")).toBe("plain");
});
test("a variable's value is written so that it finds this value and no other", () => {
  for (const [json, value] of [
    ['"Казань"', "Казань"],
    ['"Нижний Новгород"', '"Нижний Новгород"'],
    ['"50"', '"50"'],
    ["50", "50"],
    ['"null"', '"null"'],
    ["null", "null"],
    ['""', '""'],
    ['"=1"', '"=1"'],
    ['"[x]"', '"[x]"'],
    ["[1, 2]", "[1, 2]"],
    ['"a\\"b"', '"a\\"b"'],
    ['"a,b"', '"a,b"'],
  ] as const)
    expect(variableValue(json), json).toBe(value);
});
test("every key that the program knows is offered, with the values it names", () => {
  for (const [key, values] of Object.entries(FILTER_VALUES)) {
    expect(texts(key)).toContain(`${key}:`);
    for (const value of values) expect(texts(`${key}:${value.slice(0, -1)}`)).toContain(value);
  }
  expect(texts("source:tun")).toEqual(["tunnel"]);
  expect(texts("by:ru")).toEqual(["rule"]);
});
