import { expect, test } from "vitest";

import { Focus } from "./focus.svelte";

test("letters are meant for an answer from the request for its focus until it is granted or given up", () => {
  const focus = new Focus();
  focus.request("list");
  expect(focus.awaitsText).toBe(false);
  focus.request("answer");
  expect(focus.awaitsText).toBe(true);
  expect(focus.claim("list")).toBe(false);
  expect(focus.claim("answer")).toBe(true);
  expect(focus.awaitsText).toBe(false);
  focus.request("answer");
  focus.cancel();
  expect([focus.awaitsText, focus.claim("answer")]).toEqual([false, false]);
});
