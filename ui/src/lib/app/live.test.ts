import { expect, test } from "vitest";

import type { Api } from "../api/api";
import type { Settings } from "../api/types";
import { Detail } from "../stores/detail.svelte";
import { ExchangeList } from "../stores/exchange-list.svelte";
import { HeldTurns } from "../stores/held-turns.svelte";
import { Program } from "../stores/program.svelte";
import { tunnel } from "../stores/sample-tunnel";
import { Tunnel } from "../stores/tunnel.svelte";
import { Live, type LiveParts } from "./live";

/**
 * A program whose language is changed by somebody else right after the named route was read, and
 * that counts positions of the feed as the real one does.
 */
function changedAfter(route: "settings" | "list" | "answering") {
  let position = 7;
  let language: Settings["language"] = "en";
  const read = async <T>(name: string, value: () => T): Promise<T> => {
    const seen = value();
    await Promise.resolve();
    if (name === route && language === "en") {
      language = "ru";
      position += 1;
    }
    return seen;
  };
  const list = () =>
    read("list", () => ({ exchanges: [], next_before: null, searched_back_to: null, filter_notes: [], seq: position }));
  const api = {
    answering: () => read("answering", () => ({ mode: "rules" })),
    bots: () => read("bots", () => ({ bots: [{ id: "b", name: "B" }] })),
    feedPosition: () => read("position", () => position),
    list,
    settings: () => read("settings", () => ({ language, grouping: "user" })),
    status: () => read("status", () => ({})),
    tunnel: () => read("tunnel", () => tunnel()),
  };
  return { api: api as unknown as Api, position: () => position, language: () => language };
}

for (const route of ["settings", "list", "answering"] as const) {
  test(`what changes after ${route} was read at the start is brought by the feed`, async () => {
    const { api, position, language } = changedAfter(route);
    const program = new Program(api);
    const list = new ExchangeList(api);
    const detail = new Detail(api);
    const heldTurns = new HeldTurns(api);
    const stores = { all: [new Tunnel(api, () => undefined)] };
    const parts = { api, detail, heldTurns, list, program, stores };
    const live = new Live({ ...parts, selection: { selectFirst: () => undefined } } as unknown as LiveParts);
    const start = await live.start();
    expect(language()).toBe("ru");
    expect(program.settings?.language === "ru" || start < position()).toBe(true);
  });
}

test("the stores of the registry are read at the start", async () => {
  const { api } = changedAfter("list");
  const store = new Tunnel(api, () => undefined);
  const [detail, heldTurns, list, program] = [Detail, HeldTurns, ExchangeList, Program].map((Store) => new Store(api));
  const parts = { api, detail, heldTurns, list, program };
  const selection = { selectFirst: () => undefined };
  await new Live({ ...parts, selection, stores: { all: [store] } } as unknown as LiveParts).start();
  expect(store.view).not.toBeNull();
});
