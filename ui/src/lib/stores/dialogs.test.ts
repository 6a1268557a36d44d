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
