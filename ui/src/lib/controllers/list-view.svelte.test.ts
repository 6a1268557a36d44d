import { flushSync, tick } from "svelte";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";

import type { Api } from "../api/api";
import { Detail } from "../stores/detail.svelte";
import { DetailPane } from "../stores/detail-pane.svelte";
import { ExchangeList } from "../stores/exchange-list.svelte";
import { Focus } from "../stores/focus.svelte";
import { HeldTurns } from "../stores/held-turns.svelte";
import { Navigation } from "../stores/navigation.svelte";
import { summary } from "../stores/sample";
import { Toasts } from "../stores/toasts.svelte";
import { ListView, ROW } from "./list-view.svelte";
import { Selection } from "./selection.svelte";

// The day of the sample exchanges, so that no heading stands above them.
beforeAll(() => vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-22T05:00:00.000Z") }));
afterAll(() => vi.useRealTimers());

/** A list of `count` exchanges, as high as ten rows, whose element only remembers. */
function stage(count: number) {
  const api = { exchange: () => new Promise(() => undefined) } as unknown as Api;
  const parts = {
    api,
    detail: new Detail(api),
    focus: new Focus(),
    heldTurns: new HeldTurns(api),
    list: new ExchangeList(api),
    navigation: new Navigation(["exchanges"]),
    pane: new DetailPane({ variables: { label: { ru: "Переменные", en: "Variables" } } }),
    toasts: new Toasts(),
  };
  const selection = new Selection(parts);
  const view = new ListView({ ...parts, selection });
  const box = { scrollTop: 0, focused: 0, focus: () => (box.focused += 1) };
  parts.list.grouping = "flat";
  parts.list.replaceAll(
    Array.from({ length: count }, (_, index) => summary(count - index)),
    true,
  );
  view.height = 10 * ROW;
  const start = () => {
    const stop = $effect.root(() => {
      view.connect();
      view.attach(box);
    });
    flushSync();
    return stop;
  };
  let stop = start();
  onTestFinished(() => stop());
  const settle = async () => {
    flushSync();
    await tick();
  };
  return {
    ...parts,
    selection,
    view,
    box,
    settle,
    /** The reader scrolls so that a row is the first in sight. */
    scroll: (row: number) => {
      box.scrollTop = row * ROW;
      view.scrolled();
    },
    /** Rows come in on top. */
    receive: (rows: number) => {
      const first = parts.list.rows[0]?.seq ?? 0;
      const events = Array.from({ length: rows }, (_, index) => summary(first + 1 + index));
      parts.list.apply(events.map((row) => ({ seq: row.seq, kind: "exchange_received", id: row.id, exchange: row })));
    },
    press: (key: string) => view.press({ key, ctrlKey: false, metaKey: false, altKey: false }),
    /** The component goes and comes again, as when the settings are looked at meanwhile. */
    remake: () => {
      stop();
      stop = start();
    },
  };
}

test("what is looked at stays where it is when rows come in above", async () => {
  const { box, receive, scroll, settle, view } = stage(500);
  scroll(50);
  const before = view.shown[50]?.key;
  receive(7);
  await settle();
  expect(box.scrollTop).toBe(57 * ROW);
  expect(view.shown[57]?.key).toBe(before);
  expect(view.shifted, "rows in sight keep their elements").toBe(7);
});
test("the newest rows stay in sight while they are followed", async () => {
  const { box, list, receive, settle, view } = stage(500);
  receive(7);
  await settle();
  expect(box.scrollTop).toBe(0);
  expect(list.unseen).toBe(0);
  expect(view.shown).toHaveLength(507);
});
test("scrolling away ends the following, and the button back leads to the top at once", async () => {
  const { box, list, receive, scroll, settle } = stage(500);
  scroll(50);
  expect(list.following).toBe(false);
  receive(3);
  await settle();
  expect(list.unseen).toBe(3);
  await list.toNewest();
  await settle();
  expect(box.scrollTop).toBe(0);
  expect(list.unseen).toBe(0);
});
test("rows that came in within sight are not counted as new", async () => {
  const { list, receive, selection, settle } = stage(3);
  selection.select("id2");
  receive(2);
  await settle();
  expect(list.following).toBe(false);
  expect(list.unseen).toBe(0);
});
test("a choice out of sight is brought into it by as little as needed, once", async () => {
  const { box, scroll, selection, settle } = stage(500);
  scroll(50);
  selection.select("id400");
  await settle();
  expect(box.scrollTop, "row 100 is the last in sight").toBe(91 * ROW);
  scroll(0);
  await settle();
  expect(box.scrollTop, "the reader may look elsewhere").toBe(0);
});
test("keys move the selection, and a modified key does not", async () => {
  const { detail, press, selection, settle, view } = stage(50);
  selection.select("id50");
  expect(press("ArrowDown")).toBe(true);
  await settle();
  expect(detail.id).toBe("id49");
  expect(press("PageDown")).toBe(true);
  expect(detail.id).toBe("id34");
  expect(press("End")).toBe(true);
  expect(detail.id).toBe("id1");
  expect(view.press({ key: "Home", ctrlKey: true, metaKey: false, altKey: false })).toBe(false);
  expect(press("x")).toBe(false);
  expect(detail.id).toBe("id1");
});
test("a group's header is folded and unfolded by keys, and a row leads to its header", async () => {
  const { list, press, selection, settle, view } = stage(5);
  list.grouping = "user";
  selection.select("id4");
  await settle();
  expect(press("ArrowLeft")).toBe(true);
  expect(view.active).toBe("g:b:u");
  expect(press("ArrowRight"), "it is open").toBe(false);
  expect(press("ArrowLeft")).toBe(true);
  await settle();
  expect(view.shown).toHaveLength(1);
  expect(press("Enter")).toBe(true);
  await settle();
  expect(view.shown).toHaveLength(6);
  selection.select("id1");
  await settle();
  expect(view.active, "another choice leaves the header").toBe("id1");
});
test("the list stands where it stood when the reader comes back", async () => {
  const { box, remake, scroll, selection, settle } = stage(500);
  selection.select("id500");
  await settle();
  scroll(80);
  box.scrollTop = 0;
  remake();
  await settle();
  expect(box.scrollTop).toBe(80 * ROW);
});
test("a requested focus is given once", async () => {
  const { box, focus, settle } = stage(5);
  focus.request("list");
  await settle();
  await settle();
  expect(box.focused).toBe(1);
});
test("of a hundred thousand rows the one that is looked at keeps its position too", async () => {
  const { box, list, scroll, settle, view } = stage(100_000);
  scroll(60_000);
  list.replaceAll([summary(100_002), summary(100_001), ...list.rows], true);
  await settle();
  expect(box.scrollTop).toBe(60_002 * ROW);
  expect(view.shown[60_002]?.key).toBe("id40000");
});
