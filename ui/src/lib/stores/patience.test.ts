import { expect, test } from "vitest";

import type { PatienceView } from "../api/types";
import { Patience } from "./patience.svelte";

function stage() {
  const program = { bot: { id: "a" } as { id: string } | null };
  const asked: string[] = [];
  const api = {
    patience: async (bot: string | null) => {
      asked.push(`read ${bot}`);
      return Promise.resolve({ bot, learned: [], probe: null } as unknown as PatienceView);
    },
    probe: async (bot: string) => Promise.resolve(void asked.push(`probe ${bot}`)),
    endProbe: async (bot: string) => Promise.resolve(void asked.push(`end ${bot}`)),
    forgetPatience: async (bot: string, platform: string) =>
      Promise.resolve(void asked.push(`forget ${bot} ${platform}`)),
  };
  const patience = new Patience({ api, program } as unknown as ConstructorParameters<typeof Patience>[0]);
  return { asked, patience, program };
}

test("what is known of one bot's patience is not taken for another's", async () => {
  const { patience, program } = stage();
  await patience.refresh();
  expect(patience.view?.bot).toBe("a");
  program.bot = null;
  const other = stage();
  other.program.bot = { id: "b" };
  await other.patience.refresh();
  expect(other.patience.view?.bot).toBe("b");
});
test("after each action, and where the feed says so, it is read again", async () => {
  const { asked, patience } = stage();
  await patience.begin("a");
  await patience.end("a");
  await patience.forget("a", "graph");
  expect(asked).toEqual(["probe a", "read a", "end a", "read a", "forget a graph", "read a"]);
  patience.follows.patience_changed();
  await expect.poll(() => asked.length).toBe(7);
});
