import { expect, test } from "vitest";

import type { Variable } from "../api/types";
import { chipsOf } from "./chips";

const variable = (name: string, json: string | null, role = "user"): Variable =>
  ({ name, role, in: json, out: null, after: null, change: "untouched" }) as Variable;

test("of lists and objects the first values stand by their paths, digits as they came", () => {
  const chips = chipsOf([
    variable("userId", '"77"', "system"),
    variable("event", '"pay"', "event"),
    variable("total", "1290.00"),
    variable("cart", '[{"sku":"PZ-30","n":1},{"sku":"PZ-31","n":2}]'),
    variable("a.b", '{"c":{"d":{"e":{"f":1}}}}'),
    variable("empty", "[]"),
    variable("gone", null),
  ]);
  expect(chips.map(({ json, path }) => `${path} ${json}`)).toEqual([
    "total 1290.00",
    'cart[0].sku "PZ-30"',
    "cart[0].n 1",
    'cart[1].sku "PZ-31"',
    `${chips[4]?.path} {"f":1}`,
    "empty []",
    'userId "77"',
  ]);
  expect(chips[4]?.path).toContain("c.d");
});
