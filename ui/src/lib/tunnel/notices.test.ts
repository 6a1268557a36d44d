import { expect, test } from "vitest";

import { words } from "../i18n/index.svelte";
import { tunnel } from "../stores/sample-tunnel";
import { noticesOf, secondsToTry } from "./notices";
import { barWords, formatSpan, spokenWords } from "./words";

const A = "https://a.example";
const B = "https://b.example";
const online = tunnel({ state: "online", provider: "ngrok", url: A });

test("a loss is noticed once, and so is giving up", () => {
  const lost = tunnel({ state: "reconnecting", url: A });
  const failed = tunnel({ state: "failed" });
  expect(noticesOf(online, lost)).toEqual(["lost"]);
  expect(noticesOf(lost, { ...lost, attempt: 2 })).toEqual([]);
  expect(noticesOf(lost, failed)).toEqual(["failed"]);
  expect(noticesOf(online, failed)).toEqual(["failed"]);
});
test("what somebody does at the window makes no notice", () => {
  const connecting = tunnel({ state: "connecting" });
  expect(noticesOf(connecting, tunnel({ state: "failed" })), "a start that fails is watched").toEqual([]);
  expect(noticesOf(online, tunnel({ state: "stopping" }))).toEqual([]);
  expect(noticesOf(online, tunnel())).toEqual([]);
  expect(noticesOf(null, online), "what was so before the page").toEqual([]);
});
test("another address is noticed where an older one is pasted somewhere", () => {
  const moved = { ...online, url: B, previous_url: A };
  expect(noticesOf(tunnel({ state: "reconnecting", url: A }), moved)).toEqual(["changed"]);
  expect(noticesOf(online, moved), "even where the loss was never seen").toEqual(["changed"]);
  expect(noticesOf({ ...moved, previous_url: null }, moved), "the older one comes a moment later").toEqual(["changed"]);
  expect(noticesOf(tunnel({ state: "connecting" }), online), "the first address replaces none").toEqual([]);
  expect(noticesOf(moved, { ...moved, strangers: 1 }), "it is said once").toEqual([]);
  expect(noticesOf(moved, { ...moved, previous_url: null }), "pasted").toEqual([]);
});
test("the countdown is whole seconds, never below zero, by the program's clock", () => {
  const at = Date.parse("2026-11-22T05:00:10.000Z");
  const waiting = { next_try_at: "2026-11-22T05:00:10.000Z" };
  expect([4000, 3999, 1, 0, -5000].map((left) => secondsToTry(waiting, at - left))).toEqual([4, 4, 1, 0, 0]);
  expect(secondsToTry({ next_try_at: null }, at)).toBeNull();
});
test("a span has two units at most", () => {
  words.use("en");
  const minutes = (count: number) => formatSpan(count * 60_000);
  expect([0.5, 12, 60, 185, 1440, 3000].map(minutes)).toEqual([
    "under a minute",
    "12 min",
    "1 h 0 min",
    "3 h 5 min",
    "1 d 0 h",
    "2 d 2 h",
  ]);
});
test("bar and screen reader say the state in words", () => {
  words.use("en");
  const now = Date.parse("2026-11-22T05:12:00.000Z");
  expect(barWords(online, now)).toBe("ngrok online 12 min");
  const waiting = tunnel({
    state: "reconnecting",
    provider: "ssh",
    next_try_at: "2026-11-22T05:12:04.000Z",
    error: {
      class: "network",
      code: null,
      message: "Lost.",
      detail: null,
      help_url: null,
      can_retry: true,
      host_key: null,
    },
  });
  expect(barWords(waiting, now)).toBe("SSH tunnel reconnecting, 4 s");
  expect(spokenWords(waiting), "nothing that counts on by itself").toBe("Tunnel: reconnecting. Lost.");
  expect(spokenWords(tunnel({ state: "connecting", step: "auth" }))).toBe("Tunnel: connecting, logging in");
});
