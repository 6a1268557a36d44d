import { expect, test } from "vitest";

import type { BodyChange } from "../api/types";
import { namesOf, rowsOf } from "./rows";

const changed = (pointer: string, left: string | null, right: string | null): BodyChange => ({
  pointer,
  kind: left === null ? "added" : right === null ? "removed" : "changed",
  left,
  right,
});

test("a pointer names what leads to a value", () => {
  expect(namesOf("")).toEqual([]);
  expect(namesOf("/cart/0/a~1b~0c")).toEqual(["cart", "0", "a/b~c"]);
  expect(namesOf("/")).toEqual([""]);
});
test("without a correction each change is a row", () => {
  const change = changed("/a", "1", "2");
  expect(rowsOf([change], null)).toEqual([change]);
});
test("of a correction it is said whether the server answers so by now", () => {
  const correction = [changed("/discount", '"15"', "15"), changed("/debug", "{}", null), changed("/id", "1", "2")];
  const since = [changed("/debug", null, "{}"), changed("/id", "2", "3"), changed("/fresh", null, "true")];
  expect(
    rowsOf(since, correction).map(({ pointer, left, right, corrected }) => [pointer, left, right, corrected]),
  ).toEqual([
    ["/discount", "15", "15", { server: '"15"', verdict: "as_corrected" }],
    ["/debug", null, "{}", { server: "{}", verdict: "as_before" }],
    ["/id", "2", "3", { server: "1", verdict: "new" }],
    ["/fresh", null, "true", { server: null, verdict: "new" }],
  ]);
});
