import { expect, test } from "vitest";

import type { Variable } from "../api/types";
import { correctionOf, matchesText, rounds, valueAt, variableRows, withServer } from "./variable-rows";

const address: Variable = {
  name: "address",
  role: "user",
  in: '{"city":"Казань","n":1}',
  out: '{"city":"Москва","zip":9007199254740993}',
  after: '{"city":"Москва","zip":9007199254740993}',
  change: "changed",
};

test("a closed variable is one row", () => {
  expect(variableRows([address], new Set())).toHaveLength(1);
});
test("an opened one shows the members of all three sides under each other", () => {
  const rows = variableRows([address], new Set(["address"]));
  expect(rows.map((row) => [row.path, row.in, row.out])).toEqual([
    ["address", address.in, address.out],
    ["address.city", '"Казань"', '"Москва"'],
    ["address.n", "1", null],
    ["address.zip", null, "9007199254740993"],
  ]);
});
test("items of an array have paths with brackets", () => {
  const cart: Variable = {
    name: "cart",
    role: "user",
    in: '[{"sku":"a"}]',
    out: null,
    after: '[{"sku":"a"}]',
    change: "untouched",
  };
  expect(variableRows([cart], new Set(["cart", "cart[0]"])).map((row) => row.path)).toEqual([
    "cart",
    "cart[0]",
    "cart[0].sku",
  ]);
});
test("a long array is cut and says how much remains", () => {
  const long: Variable = {
    name: "a",
    role: "user",
    in: JSON.stringify([...Array(700).keys()]),
    out: null,
    after: null,
    change: "untouched",
  };
  expect(variableRows([long], new Set(["a"])).at(-1)?.more).toBe(200);
});
test("a variable is found by name and by value, case aside", () => {
  expect(matchesText(address, "ADDR")).toBe(true);
  expect(matchesText(address, "москва")).toBe(true);
  expect(matchesText(address, "nothing")).toBe(false);
});
test("what a turn brought is found at a path as rules write it", () => {
  const cart: Variable = { ...address, name: "two words", in: '[{"sku":null},5]' };
  const at = (path: string) => valueAt([address, cart], path);
  expect([at("address.n"), at("address"), at('["two words"][0].sku'), at('["two words"][1]')]).toEqual([
    "1",
    address.in,
    "null",
    "5",
  ]);
  expect([at("address.zip"), at("addres"), at("address.n.x"), at('["two words"][2]')]).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

test("a server's answer stands beside what was made of it, members and names of its own included", () => {
  const variable = (name: string, more: Partial<Variable>): Variable =>
    ({ name, role: "user", in: null, out: null, after: null, change: "untouched", ...more }) as Variable;
  const variables = [
    variable("discount", { in: "0", out: "15", after: "15" }),
    variable("receipt", { out: '{"id":1}', after: '{"id":1}' }),
    variable("cart", { in: "[]" }),
  ];
  const shown = withServer(variables, '{"discount":"15","receipt":{"id":1,"email":"a"},"debug":{"n":1}}');
  const rows = variableRows(shown, new Set(["receipt"]));
  expect(rows.map(({ path, server }) => [path, server])).toEqual([
    ["discount", '"15"'],
    ["receipt", '{"id":1,"email":"a"}'],
    ["receipt.id", "1"],
    ["receipt.email", '"a"'],
    ["cart", null],
    ["debug", '{"n":1}'],
  ]);
  expect(rows.map(correctionOf)).toEqual(["edited", "edited", null, "removed", null, "removed"]);
  expect(withServer(variables, "[1]").every(({ server }) => server === null)).toBe(true);
});
test("a number is rounded where its digits differ, not where zeros do", () => {
  for (const [out, after, is] of [
    ["9007199254740993", "9007199254740992", true],
    ["0.10000000000000000001", "0.1", true],
    ["1290.00", "1290", false],
    ["15", "15", false],
    ["15", null, false],
    ['"15"', "15", false],
    ["1e3", "1000", false],
  ] as const)
    expect(rounds({ out, after }), `${out} → ${after}`).toBe(is);
});
