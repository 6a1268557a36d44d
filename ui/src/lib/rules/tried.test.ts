import { expect, test } from "vitest";
import { triedOf } from "./tried";

const condition = (met: string, actual: string, bytes: string) =>
  `{"pointer":"/when/all/0","field":"var:id","op":"equals","value":1,"actual":${actual},"actual_bytes":${bytes},"element":null,"met":${met},"negated":false,"unjudged":false}`;
const tried = (conditions: string, rest = '"answer":null,"errors":[]') =>
  triedOf(`{"matched":false,"finished":false,"call":1,"conditions":[${conditions}],"after":[],${rest}}`);

test("what a condition met keeps its digits, and nothing is told from null", () => {
  const actualOf = (json: string, bytes: string) =>
    tried(condition("false", json, bytes)).conditions.get("/when/all/0")?.actual;
  expect(actualOf("9007199254740993", "16")).toBe("9007199254740993");
  expect(actualOf("12.50", "5")).toBe("12.50");
  expect(actualOf("null", "4")).toBe("null");
  expect(actualOf("null", "null")).toBeNull();
});
test("a condition is met, not met, or not found out", () => {
  const metOf = (met: string) => tried(condition(met, "1", "1")).conditions.get("/when/all/0")?.met;
  expect([metOf("true"), metOf("false"), metOf("null")]).toEqual([true, false, null]);
});
test("an answer and the errors of templates are read", () => {
  const answer = '{"status":200,"body":"{\\"n\\": 1.0}","bytes":10,"delay_ms":5,"position":2,"findings":[]}';
  const errors = '[{"pointer":"/then/reply/body","message":"no","line":2,"column":7,"offset":9}]';
  const one = tried("", `"answer":${answer},"errors":${errors}`);
  expect(one.answer).toEqual({ status: 200, body: '{"n": 1.0}', bytes: 10, delayMs: 5, position: 2, findings: [] });
  expect(one.errors).toEqual([{ pointer: "/then/reply/body", message: "no", line: 2, column: 7 }]);
});
