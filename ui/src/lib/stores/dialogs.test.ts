import { expect, test } from "vitest";

import { Dialogs } from "./dialogs.svelte";

test("a replay that was edited and not sent is gone on with, and one that was sent is not", () => {
  const dialogs = new Dialogs();
  const edited = { method: "PUT", path: "/x", headers: [], body: "{}" };
  dialogs.rememberReplay("a", edited);
  expect(dialogs.replayOf("a")).toEqual(edited);
  expect(dialogs.replayOf("b")).toBeNull();
  dialogs.rememberReplay("a", null);
  expect(dialogs.replayOf("a")).toBeNull();
});
test("edited replays are remembered up to a limit", () => {
  const dialogs = new Dialogs();
  const edited = { method: "PUT", path: "/", headers: [], body: null };
  for (let one = 0; one < 30; one += 1) dialogs.rememberReplay(`${one}`, edited);
  expect(dialogs.replayOf("0")).toBeNull();
  expect(dialogs.replayOf("29")).toEqual(edited);
});
test("a dialog is opening from its request until it has the focus or is closed", () => {
  const dialogs = new Dialogs();
  dialogs.open("palette");
  expect(dialogs.opening).toBe(true);
  dialogs.opened();
  expect([dialogs.current, dialogs.opening]).toEqual(["palette", false]);
  dialogs.open("keys");
  expect(dialogs.opening).toBe(true);
  dialogs.close();
  expect([dialogs.current, dialogs.opening]).toEqual([null, false]);
});
