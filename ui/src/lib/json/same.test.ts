import { expect, test } from "vitest";
import { sameText } from "./same";

test.each([
  ["1.0", "1"],
  ["1e2", "100"],
  ["-0", "0"],
  ["1200", "12e+2"],
  ['"\\u0430"', '"а"'],
  ['{"a":1,"b":[2]}', '{ "b": [2.0], "a": 1 }'],
  ["[]", "[ ]"],
  ["null", " null"],
])("%s and %s are the same value", (a, b) => {
  expect(sameText(a, b)).toBe(true);
});

test.each([
  ["9007199254740993", "9007199254740992"],
  ["1", '"1"'],
  ["[1,2]", "[2,1]"],
  ['{"a":1}', '{"a":1,"b":null}'],
  ["0.1", "0.10000000000000001"],
  ["-1", "1"],
  ["{", "{}"],
])("%s and %s are two values", (a, b) => {
  expect(sameText(a, b)).toBe(false);
});
