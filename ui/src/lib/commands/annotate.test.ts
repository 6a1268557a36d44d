import { expect, test } from "vitest";

import type { Api } from "../api/api";
import type { Summary } from "../api/types";
import { Detail } from "../stores/detail.svelte";
import { ExchangeList } from "../stores/exchange-list.svelte";
import { HeldTurns } from "../stores/held-turns.svelte";
import { annotate } from "./annotate";

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
