import { expect, test } from "vitest";

import type { Api } from "../api/api";
import type { Summary } from "../api/types";
import { Detail } from "../stores/detail.svelte";
import { ExchangeList } from "../stores/exchange-list.svelte";
import { HeldTurns } from "../stores/held-turns.svelte";
import type { App } from "../app/app.svelte";
import { annotate } from "./annotate";
import { EXCHANGE } from "./exchange";

test("a pin is shown once the program has answered, without waiting for the feed", async () => {
  const row = { id: "x", seq: 1, pinned: false, note: "", state: "answered", event: "newer" } as Summary;
  const api = {
    annotate: async () => Promise.resolve({ ...row, pinned: true, note: "n", event: "older" }),
    count: async () => Promise.resolve(null),
  } as unknown as Api;
  const stores = { api, detail: new Detail(api), heldTurns: new HeldTurns(api), list: new ExchangeList(api) };
  stores.list.replaceAll([row], true);
  await annotate(stores, "x", { pinned: true });
  expect(stores.list.find("x")).toMatchObject({ pinned: true, note: "", event: "newer" });
});

test("a note whose answer comes after a pin's leaves the pin", async () => {
  const row = { id: "x", seq: 1, pinned: true, note: "", state: "answered" } as Summary;
  const api = {
    annotate: async () => Promise.resolve({ ...row, pinned: false, note: "n" }),
    count: async () => Promise.resolve(null),
  } as unknown as Api;
  const stores = { api, detail: new Detail(api), heldTurns: new HeldTurns(api), list: new ExchangeList(api) };
  stores.list.replaceAll([row], true);
  await annotate(stores, "x", { note: "n" });
  expect(stores.list.find("x")).toMatchObject({ pinned: true, note: "n" });
});
test("two quick pins are a pin and its taking off", async () => {
  const row = { id: "x", seq: 1, pinned: false, note: "", state: "answered" } as Summary;
  const asked: (boolean | undefined)[] = [];
  const api = {
    annotate: async (_: string, { pinned }: { pinned?: boolean }) => {
      asked.push(pinned);
      return Promise.resolve({ ...row, pinned });
    },
    count: async () => Promise.resolve(null),
  } as unknown as Api;
  const list = new ExchangeList(api);
  list.replaceAll([row], true);
  const toasts = { attempt: (action: () => Promise<unknown>) => action() };
  const selection = { row, several: [] };
  const parts = { api, toasts, selection, list, detail: new Detail(api), heldTurns: new HeldTurns(api) };
  const app = parts as unknown as App;
  EXCHANGE.pin.run(app);
  EXCHANGE.pin.run(app);
  await expect.poll(() => asked).toEqual([true, false]);
});
