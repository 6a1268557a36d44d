import { expect, test, vi } from "vitest";

import type { ReplayRun } from "../api/types";
import { ConversationRun } from "./run.svelte";

const row = (original: string, equal: boolean) => ({
  original,
  replay: `r-${original}`,
  status: 200,
  equal,
  changes: equal ? 0 : 1,
  failure: null,
});

/** A run of two turns, whose views are given one after the other. */
function stage(views: ReplayRun[]) {
  const sent: unknown[] = [];
  const next = () => Promise.resolve(views.length > 1 ? views.shift() : views[0]);
  const api = {
    replayMany: (body: unknown) => {
      sent.push(body);
      return Promise.resolve({ id: "run" });
    },
    replayRun: next,
    stopRun: () => Promise.resolve({ state: "stopped", total: 2, turns: [row("a", true)] }),
    resumeRun: next,
  };
  const toasts = {
    attempt: async (action: () => Promise<unknown>) => {
      await action();
      return true;
    },
  };
  const parts = { api, toasts, target: () => "self" };
  return { run: new ConversationRun(parts as unknown as ConstructorParameters<typeof ConversationRun>[0]), sent };
}

test("a run is looked at until it is over, and what differs is counted", async () => {
  vi.useFakeTimers();
  const { run, sent } = stage([
    { state: "running", total: 2, turns: [row("a", true)] },
    { state: "done", total: 2, turns: [row("a", true), row("b", false)] },
  ]);
  await run.begin("c1");
  expect(sent).toEqual([{ conversation: "c1", target: "self" }]);
  expect([run.isRunning, run.conversation]).toEqual([true, "c1"]);
  await vi.advanceTimersByTimeAsync(1000);
  expect([run.isRunning, run.differing, run.view?.turns.length]).toEqual([false, 1, 2]);
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});
test("it begins at a turn, as another user, and stops", async () => {
  vi.useFakeTimers();
  const { run, sent } = stage([{ state: "running", total: 2, turns: [] }]);
  run.user = " u2 ";
  await run.begin("c1", "turn");
  expect(sent).toEqual([{ from: "turn", target: "self", user: "u2" }]);
  await run.stop();
  expect([run.view?.state, vi.getTimerCount()]).toEqual(["stopped", 0]);
  vi.useRealTimers();
});
