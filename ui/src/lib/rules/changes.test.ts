import { expect, test } from "vitest";
import { changesOf } from "./changes";

const change = (from: string, to: string, status = 200) =>
  changesOf({ exchange_id: "x", from: { status: 200, body: from }, to: { status, body: to } });

test("variables that are other, new or gone are told, equal ones are not, however they are written", () => {
  expect(change('{"a": 1, "b": 2.0, "c": "x"}', '{"b": 2, "a": 9007199254740993, "d": null}')).toEqual([
    { part: { variable: "a" }, before: "1", after: "9007199254740993" },
    { part: { variable: "c" }, before: '"x"', after: null },
    { part: { variable: "d" }, before: null, after: "null" },
  ]);
});
test("a status and a body without variables are told as a whole", () => {
  expect(change("{}", "{}", 500)).toEqual([{ part: "status", before: "200", after: "500" }]);
  expect(change("{}", "[1]")).toEqual([{ part: "body", before: "{}", after: "[ 1 ] 1" }]);
  expect(changesOf({ exchange_id: "x", from: null, to: null })).toEqual([]);
});
