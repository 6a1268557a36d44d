import { flushSync, mount, tick, unmount } from "svelte";
import { beforeEach, expect, onTestFinished, test } from "vitest";

import AppView from "./App.svelte";
import type { Api } from "./lib/api/api";
import type { Status } from "./lib/api/types";
import { App } from "./lib/app/app.svelte";
import type { Registry } from "./lib/app/register";
import { Chunk } from "./lib/chunks/chunk.svelte";
import type { Host } from "./lib/host";
import type { StoreKind } from "./lib/app/stores";
import { words } from "./lib/i18n/index.svelte";
import { showKeys } from "./lib/keys/keys";
import { DetailPane } from "./lib/stores/detail-pane.svelte";
import type { FeedStore } from "./lib/stores/feed.svelte";
import { summary } from "./lib/stores/sample";
import { Ticker } from "./lib/stores/ticker.svelte";
import { REGISTRY } from "./registry";
import PlaceTabs from "./views/PlaceTabs.svelte";

const host = { kind: "browser", zoomsItself: true } as Host;
/** A program that never answers: what is tested here needs none. */
const api = new Proxy({}, { get: () => () => new Promise(() => undefined) }) as Api;

/** A window, whose zoom is the page's own. */
const desktop = { kind: "window", zoomsItself: false } as unknown as Host;

/** The page with more in its registry. */
function page(more: Partial<Registry> = {}, on = host) {
  const registry = {
    // One place alone, so that a second one is the test's own.
    places: { exchanges: REGISTRY.places.exchanges, ...more.places },
    views: { ...REGISTRY.views, ...more.views },
    dialogs: { ...REGISTRY.dialogs, ...more.dialogs },
    tabs: { ...REGISTRY.tabs, ...more.tabs },
  };
  const app = new App(api, on, new Ticker(), registry);
  const made = mount(AppView, { target: document.body, props: { app } });
  flushSync();
  onTestFinished(() => unmount(made));
  return app;
}
const STATUS = {
  counts: { held: 2, exchanges: 9 },
  database_bytes: 0,
  history: { saving: true },
  notices: [],
  search_lag: 0,
  server_waiting: { total: 0, bots: [] },
  late_waiting: { total: 0, bots: [] },
  strangers: 0,
  version: "1",
  webhook: { addr: "127.0.0.1:1", port_taken: false, url: "http://127.0.0.1:1/" },
} as unknown as Status;
const label = { ru: "Второе", en: "Second" };
const chunk = Chunk.of(PlaceTabs);
const strip = () => document.querySelector<HTMLElement>("nav[aria-label='Places']");
const currentTab = () => strip()?.querySelector("[aria-current='page']")?.textContent.trim();
async function press(key: string, code: string, ctrlKey = false): Promise<void> {
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key, code, ctrlKey, bubbles: true, cancelable: true }));
  flushSync();
  await tick();
}

beforeEach(() => words.use("en"));

test("with one place there is no strip and no key for it", () => {
  const app = page();
  expect(strip()).toBeNull();
  expect(app.commands.list.map(({ id }) => id)).not.toContain("exchanges");
});
test("a second place brings the strip, which says where one is and leads to the other", async () => {
  const app = page({ places: { second: { label, chunk } } });
  expect([...(strip()?.querySelectorAll("button") ?? [])].map((tab) => tab.textContent.trim())).toEqual([
    "Turns",
    "Second",
  ]);
  expect(currentTab()).toBe("Turns");
  strip()?.querySelectorAll("button")[1]?.click();
  flushSync();
  expect(app.navigation.place).toBe("second");
  expect(currentTab()).toBe("Second");
  await press("1", "Digit1", true);
  expect(currentTab()).toBe("Turns");
});
test("what waits in a place is shown at its tab from elsewhere only", async () => {
  const app = page({ places: { second: { label, chunk } } });
  app.program.status = STATUS;
  flushSync();
  expect(strip()?.textContent).not.toContain("2");
  await press("2", "Digit2", true);
  expect(strip()?.textContent).toContain("2");
});
test("a view is a line: its key opens it, Escape leads back to the place one came from", async () => {
  const app = page({ places: { second: { label, chunk } }, views: { third: { label, chunk, keys: ["Y"] } } });
  await press("2", "Digit2", true);
  await press("y", "KeyY");
  expect(app.navigation.view).toBe("third");
  await press("Escape", "Escape");
  expect([app.navigation.view, app.navigation.place]).toEqual([null, "second"]);
  expect(app.commands.list.find(({ id }) => id === "third")?.label).toEqual(label);
});
test("a view's data is the store of its line, which the feed and another language refresh", () => {
  const read: string[] = [];
  const note = (what: string) => () => void read.push(what);
  const counted: StoreKind<FeedStore> = {
    make: () => ({
      reload: () => Promise.resolve(note("reload")()),
      refresh: () => Promise.resolve(note("refresh")()),
      follows: { rules_changed: note("rules") },
    }),
  };
  const app = page({ views: { third: { label, chunk, store: counted } } });
  expect(app.stores.all).toContain(app.stores.get(counted));
  app.live.apply([
    { kind: "rules_changed", seq: 1 },
    { kind: "bots_changed", seq: 2 },
  ]);
  expect(read).toEqual(["rules"]);
  words.use("ru");
  flushSync();
  expect(read).toEqual(["rules", "refresh"]);
});
test("a dialog is a line, and only what belongs over dialogs works while it is open", async () => {
  const app = page({ dialogs: { fourth: { label, chunk, keys: ["Y"] } } });
  await press("y", "KeyY");
  expect(app.dialogs.current).toBe("fourth");
  await press("?", "Slash");
  expect(app.dialogs.current).toBe("fourth");
  await press("k", "KeyK", true);
  expect(app.dialogs.current).toBe("palette");
});
test("no key means two things, those of the window and of many places included", () => {
  const places = Object.fromEntries(["second", "third", "fourth"].map((id) => [id, { label, chunk }]));
  const { commands } = page({ places }, desktop);
  const keysOf = (fits: (group: string) => boolean) =>
    commands.list
      .filter(({ group }) => fits(group))
      .flatMap(({ keys, everywhere }) => [...keys, ...everywhere].map((one) => showKeys(one)));
  // The places of the rules and of the simulator have keyboards of their own.
  const own = ["rules", "simulator"];
  const shared = keysOf((group) => !own.includes(group));
  expect(shared).toEqual(expect.arrayContaining(["Ctrl +", "Ctrl 0", "Ctrl 1", "Ctrl 4"]));
  for (const keys of [shared, ...own.map((place) => keysOf((group) => group === place))]) {
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  }
});
test("no two places, views, dialogs or commands have the same id, and none stands behind one that is not there", () => {
  expect(() => page({ places: { pin: { label, chunk } } })).toThrow("the id pin");
  expect(() => page({ places: { tunnel: { label, chunk } } })).toThrow("the id tunnel");
  expect(() => page({ dialogs: { fourth: { label, chunk, after: "nothing" } } })).toThrow("behind nothing");
});
test("what is done with a turn is disabled where no turn is shown", async () => {
  const app = page({ places: { second: { label, chunk } } });
  app.list.replaceAll([summary(1)], true);
  app.selection.select("id1");
  flushSync();
  const enabled = () => app.commands.list.filter((one) => one.enabled()).map(({ id }) => id);
  const ofTurns = ["next", "replay", "replayEdit", "pin", "note", "delete", "deleteListed", "nextTab"];
  expect(enabled()).toEqual(expect.arrayContaining(ofTurns));
  await press("2", "Digit2", true);
  expect(enabled().filter((id) => ofTurns.includes(id))).toEqual([]);
  await press("1", "Digit1", true);
  expect(enabled()).toEqual(expect.arrayContaining(ofTurns));
  app.navigation.open("settings");
  expect(enabled().filter((id) => ofTurns.includes(id))).toEqual([]);
  expect(enabled()).toContain("answer");
});
test("the answer is looked for where the registry says that it is", () => {
  const tabs = {
    first: { label, chunk },
    both: { label, chunk, answer: "beside" as const },
    whole: { label, chunk, answer: "always" as const },
  };
  const pane = new DetailPane(tabs);
  pane.showAnswer();
  expect(pane.tab).toBe("whole");
  pane.step(-1);
  expect([pane.tab, pane.showsAnswer]).toEqual(["both", false]);
  pane.hasRoomBeside = true;
  pane.showAnswer();
  expect([pane.tab, pane.showsAnswerBeside]).toEqual(["both", true]);
});
test("Ctrl+F and the palette work in a field, a letter does not", () => {
  const { commands } = page();
  const field = document.createElement("input");
  const pressed = (key: string, code: string, ctrlKey: boolean) => ({
    key,
    code,
    ctrlKey,
    metaKey: false,
    shiftKey: false,
    altKey: false,
  });
  expect(commands.commandFor(pressed("f", "KeyF", true), field, false)?.id).toBe("filter");
  expect(commands.commandFor(pressed("k", "KeyK", true), field, false)?.id).toBe("palette");
  expect(commands.commandFor(pressed("/", "Slash", false), field, false)).toBeNull();
  expect(commands.commandFor(pressed("/", "Slash", false), document.body, false)?.id).toBe("filter");
});
test("a command stands behind the one that it names", () => {
  const ids = page().commands.list.map(({ id }) => id);
  expect(ids[ids.indexOf("replay") + 1]).toBe("replayEdit");
});
