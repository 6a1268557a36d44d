import { flushSync } from "svelte";
import { expect, test } from "vitest";

import type { Api } from "../api/api";
import type { NewAnswering } from "../api/types";
import { Program } from "./program.svelte";

/** A program with two bots that answer differently, and what it was asked to change. */
function twoBots() {
  let bots = [{ id: "first" }, { id: "second" }];
  const modes: Record<string, string> = { first: "hold", second: "rules" };
  const written: [string | null, string][] = [];
  const api = {
    status: () => Promise.resolve({}),
    settings: () => Promise.resolve({}),
    bots: () => Promise.resolve({ bots }),
    answering: (bot: string) => Promise.resolve({ mode: modes[bot], of: bot }),
    setAnswering: (bot: string, next: NewAnswering) => {
      const mode = next.mode ?? "rules";
      written.push([bot, mode]);
      modes[bot] = mode;
      return Promise.resolve(next);
    },
  };
  return { api: api as unknown as Api, written, removeFirst: () => (bots = [{ id: "second" }]), modes };
}

test("how a bot answers is never shown or kept as another's", async () => {
  const { api, written, removeFirst } = twoBots();
  const program = new Program(api);
  await program.reload();
  expect(program.answering?.mode).toBe("hold");
  removeFirst();
  const reading = program.reloadBots();
  while (program.bot?.id !== "second") await Promise.resolve();
  flushSync();
  expect(program.answering?.mode).toBe("rules");
  // It answers so already, so nothing is written.
  await program.setModes(new Map([["second", "rules"]]));
  expect(written).toEqual([]);
  await reading;
  await program.reloadAnswering();
  expect(program.answering?.mode).toBe("rules");
});
test("several bots are set at once, and differing ways are told as such", async () => {
  const { api, written } = twoBots();
  const program = new Program(api);
  await program.reload();
  expect(program.mode).toBeNull();
  await program.setModes(new Map(program.answered.map(({ id }) => [id, "hold"])));
  expect(written).toEqual([["second", "hold"]]);
  expect(program.mode).toBe("hold");
  program.botId = "second";
  expect(program.answered.map(({ id }) => id)).toEqual(["second"]);
});
test("a mode is shown at once, and a refused one is taken back", async () => {
  const { api, modes } = twoBots();
  const program = new Program(api);
  await program.reload();
  const setting = program.setModes(new Map([["first", "rules"]]));
  expect(program.answering?.mode).toBe("rules");
  await setting;
  expect(program.answering?.mode).toBe("rules");
  const refusing = { ...api, setAnswering: () => Promise.reject(new Error("refused")) };
  const other = new Program(refusing as unknown as Api);
  await other.reload();
  modes["first"] = "hold";
  await other.reloadAnswering();
  await expect(other.setModes(new Map([["first", "rules"]]))).rejects.toThrow("refused");
  expect(other.answering?.mode).toBe("hold");
});
