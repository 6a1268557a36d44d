import { flushSync } from "svelte";
import { expect, test } from "vitest";

import { ApiError } from "../api/errors";
import { Calls, type CallField, type MadeOf } from "./calls.svelte";

const FIELDS: CallField[] = [
  { name: "method", kind: "choice", choices: ["POST", "GET"] },
  { name: "parameters", kind: "parameters" },
  { name: "variables", kind: "json" },
  { name: "auth", kind: "login" },
  { name: "note", kind: "area" },
];

/** Calls of a platform, what was sent, and what the program answers. */
function stage(answer: () => Promise<string>) {
  const sent: string[] = [];
  const failures: unknown[] = [];
  const api = {
    simulateCall: (_bot: string | null, _platform: string, call: string) => {
      sent.push(call);
      return answer();
    },
    stopSimulation: () => Promise.resolve(),
  };
  const toasts = {
    attempt: async (action: () => Promise<unknown>) => {
      try {
        await action();
        return true;
      } catch (error) {
        failures.push(error);
        return false;
      }
    },
  };
  const parts = { api, toasts, bot: () => "b", target: () => "self" };
  const calls = new Calls(parts as unknown as ConstructorParameters<typeof Calls>[0]);
  const choose = (more: Partial<MadeOf> = {}) => calls.choose("leadconverter", { fields: FIELDS, ...more });
  choose();
  return { calls, choose, sent, failures };
}

const ANSWER =
  '{"id":"x","status":500,"merged":false,"after":{"n":9007199254740993},"attempts":[{"id":"x","status":500,"after_s":0}],"suspended":false}';

test("what is filled in goes out as it is, digits and all, and what is empty does not", async () => {
  const { calls, choose, sent } = stage(() => Promise.resolve(ANSWER));
  choose({ hasTarget: true });
  calls.setRows("parameters", [
    ["user.name", "({name})"],
    ["", "without a name"],
  ]);
  calls.type("variables", ' {"n": 9007199254740993} ');
  await calls.send();
  expect(sent).toEqual([
    '{"platform":"leadconverter","leadconverter":{"method":"POST","parameters":[["user.name","({name})"]],"variables":{"n": 9007199254740993}},"target":"self"}',
  ]);
  calls.type("auth", "me");
  calls.type("auth/password", "word");
  calls.type("note", "a\nb");
  choose();
  await calls.send();
  expect(JSON.parse(sent[1] ?? "")).toMatchObject({
    leadconverter: { auth: { user: "me", password: "word" }, note: "a\nb" },
  });
  expect(sent[1]).not.toContain("target");
});
test("what came of a call keeps its digits, and says what follows", async () => {
  const { calls } = stage(() => Promise.resolve(ANSWER));
  await calls.send();
  expect(calls.sent[0]).toMatchObject({
    status: 500,
    merged: false,
    after: '{"n":9007199254740993}',
    suspended: false,
    goesOn: false,
  });
  expect(calls.sent[0]?.attempts).toHaveLength(1);
});
test("attempts by the real clock go on until they are stopped", async () => {
  const { calls, choose } = stage(() => Promise.resolve(ANSWER));
  choose({ fields: [...FIELDS, { name: "retry", kind: "choice", choices: ["off", "real"] }] });
  calls.type("retry", "real");
  await calls.send();
  const [call] = calls.sent;
  expect(call?.goesOn).toBe(true);
  if (call) await calls.stop(call);
  expect(calls.sent[0]?.goesOn).toBe(false);
});
test("what is no JSON is said at its field, and nothing is sent", async () => {
  const { calls, sent } = stage(() => Promise.resolve(ANSWER));
  calls.type("variables", "{");
  flushSync();
  expect([calls.broken, calls.canSend]).toEqual(["variables", false]);
  await calls.send();
  expect(sent).toEqual([]);
});
test("what the program refuses is said at the field that it names, else as a message", async () => {
  const refused = (pointer: string) => () => Promise.reject(new ApiError(422, "invalid", "Too long.", pointer));
  const { calls, failures } = stage(refused("/leadconverter/method"));
  await calls.send();
  expect(calls.problem).toEqual({ field: "method", message: "Too long." });
  expect(failures).toEqual([]);
  calls.type("note", "x");
  expect(calls.problem).toBeNull();
  const other = stage(refused("/other/method"));
  await other.calls.send();
  expect(other.calls.problem).toBeNull();
  expect(other.failures).toHaveLength(1);
  expect(other.calls.isUnderWay).toBe(false);
});
