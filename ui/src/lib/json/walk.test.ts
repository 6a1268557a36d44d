import { describe, expect, test } from "vitest";

import {
  childrenOf,
  childTexts,
  decodeString,
  indexOfByte,
  joinPath,
  kindOf,
  locate,
  summarize,
  wordEnd,
} from "./walk";

describe("the JSON walker", () => {
  test("keeps every digit of a number", () => {
    const texts = childTexts('{"big": 9007199254740993, "sum":1098.00,"e":-1.0E+400}');
    expect([...texts]).toEqual([
      ["big", "9007199254740993"],
      ["sum", "1098.00"],
      ["e", "-1.0E+400"],
    ]);
  });
  test("keeps the order of keys and lets the last duplicate win", () => {
    expect([...childTexts('{"b":1,"2":2,"1":3,"b":4}')]).toEqual([
      ["b", "4"],
      ["2", "2"],
      ["1", "3"],
    ]);
  });
  test("is not fooled by brackets and escapes in strings", () => {
    expect(childTexts('{"a\\"}":"]}\\\\","b":[1,{"c":"}"}]}').get("b")).toBe('[1,{"c":"}"}]');
    expect(childTexts('{"a\\"}":"]}\\\\"}').get('a"}')).toBe('"]}\\\\"');
  });
  test("walks a hundred thousand levels", () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    expect(childrenOf(deep)).toHaveLength(1);
    expect(summarize(deep)).toBe("[ 1 ] […]");
  });
  test("gives nothing for broken text instead of throwing", () => {
    for (const text of ["", "{", '{"a"', '{"a":', '{"a":1', "[1 2]", "{a:1}", '["', '{"a":}', "[,]"]) {
      expect(childrenOf(text), text).toBeNull();
    }
    expect(locate('{"a":1', "/a")).toBeNull();
  });
  test("finds kinds by the first sign", () => {
    expect(["{}", " [1]", '"x"', "-1", "true", "null", "x", ""].map(kindOf)).toEqual([
      "object",
      "array",
      "string",
      "number",
      "bool",
      "null",
      "broken",
      "broken",
    ]);
  });
  test("finds the span of a pointer, escapes and array items included", () => {
    const text = '{ "a/b": [10, {"~": "x"}], "d": 1 }';
    const span = locate(text, "/a~1b/1/~0");
    expect(span && text.slice(span.from, span.to)).toBe('"x"');
    expect(locate(text, "/nowhere")).toBeNull();
    expect(locate(text, "")).toEqual({ from: 0, to: text.length });
  });
  test("summarises objects by count and beginning", () => {
    expect(summarize('{"city":"Казань","n":1}')).toBe('{ 2 } city: "Казань", n: 1');
    expect(summarize('[{"a":1},2]')).toBe("[ 2 ] {…}, 2");
    expect(summarize("{}")).toBe("{}");
    expect(summarize("1.0")).toBe("1.0");
  });
  test("writes paths as a script would", () => {
    expect(joinPath("cart", "0", true)).toBe("cart[0]");
    expect(joinPath("address", "city", false)).toBe("address.city");
    expect(joinPath("", "город", false)).toBe("город");
    expect(joinPath("a", "two words", false)).toBe('a["two words"]');
  });
  test("decodes strings and leaves what is none", () => {
    expect(decodeString('"\\u0416\\n"')).toBe("Ж\n");
    expect(decodeString("12")).toBe("12");
  });
  test("finds the character of a byte in Cyrillic and emoji", () => {
    expect(indexOfByte("аб", 2)).toBe(1);
    expect(indexOfByte("😀x", 4)).toBe(2);
    expect(indexOfByte("ab", 99)).toBe(2);
  });
});

test("a mark reaches to the end of the word it begins at, and never across lines", () => {
  const text = '{"a": "b c\\" d", "n": 12.5, "open';
  expect(text.slice(1, wordEnd(text, 1))).toBe('"a"');
  expect(text.slice(6, wordEnd(text, 6))).toBe('"b c\\" d"');
  expect(text.slice(22, wordEnd(text, 22))).toBe("12.5");
  expect(text.slice(28, wordEnd(text, 28))).toBe('"open');
  expect(wordEnd(text, 0)).toBe(1);
  expect(wordEnd(text, text.length)).toBe(text.length);
  expect(wordEnd('"a\nb"', 0)).toBe(2);
});
