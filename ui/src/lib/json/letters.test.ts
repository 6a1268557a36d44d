import { expect, test } from "vitest";

import { withLetters } from "./letters";

test("escapes are read as the letters they mean", () => {
  expect(withLetters(String.raw`{"a":"\u041f\u0440\u0438 \ud83d\ude00"}`)).toBe('{"a":"При 😀"}');
});
test("what JSON cannot hold bare or nobody sees stays escaped, and the value is the same", () => {
  for (const json of [
    String.raw`"\u0022 \u005c \u0000 \u202e \u2028 \u00a0"`,
    String.raw`"\\u041f \\\\u041f"`,
    String.raw`"\ud83d \ude00 \ud83dx"`,
    String.raw`"\n\t\/\""`,
  ]) {
    expect(withLetters(json)).toBe(json);
  }
  const mixed = String.raw`"\\\u041f\u041f\ude00"`;
  expect(withLetters(mixed)).toBe(String.raw`"\\ПП\ude00"`);
  expect(JSON.parse(withLetters(mixed))).toBe(JSON.parse(mixed));
});
