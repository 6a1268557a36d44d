import { expect, test } from "vitest";

import type { PatienceView } from "../api/types";
import { Patience } from "./patience.svelte";

function stage() {
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
  const patience = new Patience({ api } as unknown as ConstructorParameters<typeof Patience>[0]);
  return { api, asked, patience };
}

test("what is known of one bot's patience is not taken for another's", async () => {
  const { api, patience } = stage();
  await patience.look("a");
  expect(patience.view?.bot).toBe("a");
  let answer: (view: PatienceView) => void = () => undefined;
  const read = new Promise<PatienceView>((resolve) => (answer = resolve));
  api.patience = async () => read;
  const looking = patience.look("b");
  expect(patience.view).toBeNull();
  answer({ bot: "b", learned: [], probe: null } as unknown as PatienceView);
  await looking;
  expect(patience.view).toMatchObject({ bot: "b" });
});
test("what could not be read is said of that bot alone", async () => {
  const { api, patience } = stage();
  api.patience = async () => Promise.reject(new Error("away"));
  await patience.look("a");
  expect(patience.error).toMatchObject({ message: "away" });
  // Another bot's is not known to be unreadable until it was tried.
  api.patience = async () => new Promise(() => undefined);
  void patience.look("b");
  expect(patience.error).toBeNull();
});
test("what could not be read is read again when asked for", async () => {
  const { api, patience } = stage();
  const { patience: works } = api;
  api.patience = async () => Promise.reject(new Error("away"));
  await patience.look("a");
  api.patience = works;
  await patience.refresh();
  expect(patience.error).toBeNull();
  expect(patience.view?.bot).toBe("a");
});
test("after each action, and where the feed says so, it is read again", async () => {
  const { asked, patience } = stage();
  await patience.look("a");
  expect(asked.splice(0)).toEqual(["read a"]);
  await patience.begin("a", 600);
  await patience.end("a");
  await patience.forget("a", "graph");
  expect(asked).toEqual(["probe a", "read a", "end a", "read a", "forget a graph", "read a"]);
  patience.follows.patience_changed();
  await expect.poll(() => asked.length).toBe(7);
});
