import { expect, test } from "vitest";

import { Rules } from "./rules.svelte";

const rule = (id: string) => `{"version":1,"id":"${id}","name":"${id}","when":{"all":[]},"then":{"reply":{}}}`;

/** Two bots with rules of their own, and what is asked of them. */
function stage() {
  const stored: Record<string, string[]> = { a: ["a1", "a2"], b: ["b1"] };
  const states = new Map<string, { resolve: () => void; reject: () => void }>();
  const program = $state({ bot: { id: "a" } });
  const undone: (() => void)[] = [];
  const put: string[] = [];
  let orders = 0;
  let readings = 0;
  const api = {
    rules: async (bot: string) => {
      readings += 1;
      return Promise.resolve(
        `{"rules":[${(stored[bot] ?? []).map((one) => (one.startsWith("{") ? one : rule(one))).join()}],"unreadable":[]}`,
      );
    },
    removeRule: async (bot: string, id: string) => {
      stored[bot] = (stored[bot] ?? []).filter((one) => one !== id);
      return Promise.resolve();
    },
    addRule: async (bot: string, json: string) => {
      const { id } = JSON.parse(json) as { id: string };
      stored[bot]?.push(id);
      return Promise.resolve({ id });
    },
    orderRules: async (bot: string, ids: string[]) => {
      orders += 1;
      stored[bot] = ids;
      return Promise.resolve();
    },
    putRule: async (bot: string, id: string, json: string) => {
      put.push(json);
      stored[bot] = (stored[bot] ?? []).map((one) => (one === id || one.includes(`"id":"${id}"`) ? json : one));
      return Promise.resolve();
    },
    ruleState: (_: string, id: string) =>
      new Promise((resolve, reject) =>
        states.set(id, {
          resolve: () => resolve({ states: [{ key: id, calls: 1, position: 0 }] }),
          reject: () => reject(new Error("no")),
        }),
      ),
  };
  const toasts = {
    attempt: async (action: () => Promise<unknown>) => {
      await action();
      return true;
    },
    undo: (_: unknown, run: () => void) => void undone.push(run),
  };
  const rules = new Rules({
    api,
    program,
    toasts,
    announcer: { say: () => undefined },
  } as unknown as ConstructorParameters<typeof Rules>[0]);
  return { rules, program, put, states, stored, undone, orders: () => orders, readings: () => readings };
}

test("a deleted rule comes back to the bot that it was taken from, whichever is looked at then", async () => {
  const { rules, program, stored, undone, orders } = stage();
  await rules.refresh();
  const [first] = rules.all;
  if (!first) throw new Error("there are two");
  await rules.remove(first);
  expect(stored["a"]).toEqual(["a2"]);
  program.bot = { id: "b" };
  expect(rules.listing).toBeNull();
  await rules.refresh();
  expect(rules.all.map(({ id }) => id)).toEqual(["b1"]);
  undone[0]?.();
  await expect.poll(orders).toBe(1);
  expect(stored).toEqual({ a: ["a1", "a2"], b: ["b1"] });
});
test("what one rule remembers is not taken for another's, and a failure is shown", async () => {
  const { rules, states } = stage();
  const first = rules.readMemory("a1");
  const second = rules.readMemory("a2");
  states.get("a2")?.resolve();
  await second;
  states.get("a1")?.resolve();
  await first;
  expect(rules.memory).toMatchObject({ id: "a2", states: [{ key: "a2" }], error: null });
  const third = rules.readMemory("a2");
  states.get("a2")?.reject();
  await third;
  expect(rules.memory).toMatchObject({ id: "a2", states: [{ key: "a2" }], error: expect.any(Error) as unknown });
});
test("a turn that a rule held is counted, one of another bot is not", async () => {
  const { rules, readings } = stage();
  const event = (bot: string) =>
    ({ exchange: { rule: "a1", answered_by: null, bot } }) as unknown as Parameters<
      Rules["follows"]["exchange_changed"]
    >[0];
  rules.follows.exchange_changed(event("b"));
  rules.follows.exchange_changed(event("a"));
  await expect.poll(readings, { timeout: 60_000 }).toBe(1);
});
test("what is switched is the rule as it is saved by now, and two switches are two", async () => {
  const { put, rules, stored } = stage();
  await rules.refresh();
  const [first] = rules.all;
  if (!first) throw new Error("there are two");
  stored["a"] = [rule("a1").replace('"name":"a1"', '"name":"Newer","enabled":true')];
  await Promise.all([rules.toggle(first), rules.toggle(first)]);
  expect(put.map((json) => JSON.parse(json) as unknown)).toMatchObject([
    { name: "Newer", enabled: false },
    { name: "Newer", enabled: true },
  ]);
});
