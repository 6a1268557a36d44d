import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { FilledText } from "../api/types";
import { objectAfter, TextTester } from "./tester.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function stage() {
  const asked: string[] = [];
  const fillTemplate = (_: string, text: string, variables: string): Promise<FilledText> => {
    asked.push(`${text} ${variables}`);
    return Promise.resolve({ text: `<${text}>`, used: [] });
  };
  return { asked, tester: new TextTester({ fillTemplate } as never, "graph", "$a") };
}

test("what becomes of a text follows the typing, once it pauses", async () => {
  const { asked, tester } = stage();
  for (const text of ["$a", "$ab", "$abc"]) {
    tester.text = text;
    tester.typed();
  }
  expect(asked).toEqual([]);
  await vi.runAllTimersAsync();
  expect([asked, tester.filled?.text]).toEqual([["$abc {}"], "<$abc>"]);
});

test("variables that are no JSON are not sent, and what was there stays", async () => {
  const { asked, tester } = stage();
  tester.take('{"a": 1.0}');
  await vi.runAllTimersAsync();
  tester.take('{"a": ');
  await vi.runAllTimersAsync();
  expect([asked, tester.isBroken, tester.filled?.text]).toEqual([['$a {"a": 1.0}'], true, "<$a>"]);
});

test("the variables after a turn are an object with the digits that were sent", () => {
  const rows = [
    { name: "sum", in: "1290.00", after: "1290.00" },
    { name: "gone", in: "1", after: null },
    { name: "new", in: null, after: "9007199254740993" },
    { name: "none", in: null, after: null },
  ];
  expect(objectAfter(rows)).toBe('{\n  "sum": 1290.00,\n  "gone": 1,\n  "new": 9007199254740993\n}');
  expect(objectAfter([])).toBe("{}");
});
