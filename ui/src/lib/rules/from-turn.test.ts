import { expect, test } from "vitest";
import type { Exchange, Variable } from "../api/types";
import { conditionFor, conditionsLike } from "./from-turn";

function turn(values: Record<string, string>): Pick<Exchange, "event" | "variables"> {
  const variables = Object.entries(values).map(([name, json]) => ({ name, in: json, role: "user" }) as Variable);
  return { event: "pay", variables };
}
const told = (made: ReturnType<typeof conditionsLike>) => made.map(({ field, op, value }) => `${field} ${op} ${value}`);

test("a variable is asked for as it is, a list for being there", () => {
  expect(told([conditionFor("city", '"Казань"'), conditionFor("n", '"5"'), conditionFor("cart", "[1]")])).toEqual([
    "var:city equals Казань",
    'var:n equals "5"',
    "var:cart present ",
  ]);
});
test("what made a turn another one than the last of its event is proposed", () => {
  const now = turn({ city: '"Казань"', vip: "false", time: "3", total: "9007199254740993" });
  const before = [
    turn({ city: '"Самара"', vip: "false", time: "1", total: "5" }),
    turn({ city: '"Самара"', vip: "true", time: "2", total: "5.0" }),
  ];
  expect(told(conditionsLike(now, before))).toEqual([
    "event equals pay",
    "var:city equals Казань",
    "var:total equals 9007199254740993",
  ]);
});
test("of the first turn of an event only the event is asked for", () => {
  expect(told(conditionsLike(turn({ city: '"Казань"' }), []))).toEqual(["event equals pay"]);
});
