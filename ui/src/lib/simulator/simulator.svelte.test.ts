import { expect, test } from "vitest";

import type { Exchange, FeedEvent } from "../api/types";
import { summary } from "../stores/sample";
import { freeName, Simulator } from "./simulator.svelte";
import { changesOf, turnsOf } from "./turns";

/** Two bots with users of their own, and what is asked of them. */
function stage() {
  const kept: Record<string, Record<string, string>> = { a: { u1: '{"total":1.0}' }, b: {} };
  const program = $state({ bot: { id: "a", platform: "auto" } });
  const made: unknown[] = [];
  const gates: (() => void)[] = [];
  let isHeld = false;
  let readings = 0;
  const api = {
    playedUsers: (bot: string) => {
      readings += 1;
      const users = Object.keys(kept[bot] ?? {}).map((user) => ({ user, last: null, turns: 0 }));
      return Promise.resolve({ users });
    },
    playedUser: (bot: string, user: string) =>
      Promise.resolve(`{"variables":${kept[bot]?.[user] ?? "{}"},"last":null,"turns":[]}`),
    setPlayedUser: (bot: string, user: string, variables: string) => {
      kept[bot] = { ...kept[bot], [user]: variables };
      return Promise.resolve();
    },
    list: () => Promise.resolve({ exchanges: [], next_before: null }),
    simulate: async (bot: string, body: { user: string }) => {
      made.push(body);
      kept[bot] = { [body.user]: "{}", ...kept[bot] };
      if (isHeld) await new Promise<void>((resolve) => void gates.push(resolve));
    },
  };
  const failures: unknown[] = [];
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
  const parts = { api, program, toasts, platforms: () => [{ id: "graph" }] } as unknown as ConstructorParameters<
    typeof Simulator
  >[0];
  const hold = () => (isHeld = true);
  return { simulator: new Simulator(parts), program, kept, made, gates, hold, readings: () => readings };
}

test("the user that was played last is looked at, and another bot has others", async () => {
  const { simulator, program } = stage();
  await simulator.refresh();
  expect(simulator.chosen).toBe("u1");
  expect(simulator.variables).toBe('{"total":1.0}');
  program.bot = { id: "b", platform: "auto" };
  expect(simulator.users).toBeNull();
  expect(simulator.chosen).toBeNull();
  await simulator.refresh();
  expect(simulator.users).toEqual([]);
});

test("edited variables are kept, digit for digit, before the turn goes out", async () => {
  const { simulator, kept, made } = stage();
  await simulator.refresh();
  simulator.edit('{"total":9007199254740993}');
  simulator.event = " pay ";
  simulator.text = "да";
  await simulator.send();
  expect(kept["a"]?.["u1"]).toBe('{"total":9007199254740993}');
  expect(made).toEqual([{ platform: "graph", user: "u1", event: "pay", text: "да", target: "self" }]);
  expect(simulator.edited).toBeNull();
  expect([simulator.event, simulator.text]).toEqual(["", ""]);
});

test("nothing is sent without an event, with broken variables, or while a turn is under way", async () => {
  const { simulator, gates, hold } = stage();
  await simulator.refresh();
  expect(simulator.canSend).toBe(false);
  simulator.event = "pay";
  simulator.edit('{"total":');
  expect(simulator.canSend).toBe(false);
  simulator.undoEdits();
  hold();
  const sending = simulator.send();
  expect(simulator.isUnderWay).toBe(true);
  expect(simulator.canSend).toBe(false);
  simulator.event = "next";
  gates[0]?.();
  await sending;
  expect(simulator.isUnderWay).toBe(false);
  expect(simulator.event, "what was written meanwhile stays").toBe("next");
});

test("a turn of the simulator is read, and another one is not", async () => {
  const { simulator, readings } = stage();
  await simulator.refresh();
  const before = readings();
  const received = (source: "simulator" | "webhook", bot: string) =>
    simulator.follows.exchange_received({ exchange: summary(1, { source, bot }) } as FeedEvent);
  received("webhook", "a");
  received("simulator", "b");
  expect(readings()).toBe(before);
  received("simulator", "a");
  await simulator.refresh();
  expect(readings()).toBeGreaterThan(before);
});

test("a branch has a name that nobody has", () => {
  expect(freeName("u1", new Set())).toBe("u1-b");
  expect(freeName("u1", new Set(["u1-b"]))).toBe("u1-c");
  const all = Array.from({ length: 25 }, (_, at) => `u1-${String.fromCharCode(98 + at)}`);
  expect(freeName("u1", new Set(all))).toBe("u1-b1");
});

test("details that hold are read once, and a user's name is taken as it is", async () => {
  const asked: string[] = [];
  const filters: (string | undefined)[] = [];
  const rows = [summary(2, { id: "two" }), summary(1, { id: "one", status: 500 })];
  const api = {
    list: ({ filter }: { filter?: string }) => {
      filters.push(filter);
      return Promise.resolve({ exchanges: rows, next_before: 7, seq: 1 });
    },
    exchange: (id: string) => {
      asked.push(id);
      return Promise.resolve({ ...rows.find((row) => row.id === id), variables: [] } as unknown as Exchange);
    },
  } as unknown as Parameters<typeof turnsOf>[0];
  const known = new Map(rows.map((row) => [row.id, { ...row, status: 200 } as unknown as Exchange]));
  const { turns, hasEarlier } = await turnsOf(api, { bot: "a", user: 'a "b" \\', most: 2 }, known);
  expect(turns.map(({ id }) => id)).toEqual(["one", "two"]);
  expect(asked, "the one of which the list says something else").toEqual(["one"]);
  expect(hasEarlier).toBe(true);
  expect(filters).toEqual(['source:simulator user:"a \\"b\\" \\\\"']);
});

test("what an answer changed is none where it was not taken", () => {
  const variables = (["new", "same", "type_changed", "untouched"] as const).map((change) => ({ name: change, change }));
  const of = (merged: boolean) =>
    changesOf({ outcome: { merged }, variables } as unknown as Parameters<typeof changesOf>[0]);
  expect(of(true).map(({ name }) => name)).toEqual(["new", "type_changed"]);
  expect(of(false)).toEqual([]);
});
