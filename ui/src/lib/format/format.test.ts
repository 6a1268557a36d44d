import { beforeEach, expect, test } from "vitest";

import { words } from "../i18n/index.svelte";
import { formatBytes, formatDuration, formatNumber, formatTimeExact, shortAddress } from "./format";

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, " ");
beforeEach(() => words.use("ru"));

test("sizes are short and have Russian words", () => {
  expect([0, 1, 138, 1722, 38_400_000, 10_000_000_000].map((size) => plain(formatBytes(size)))).toEqual([
    "0 байт",
    "1 байт",
    "138 байт",
    "1,7 КБ",
    "38 МБ",
    "10 ГБ",
  ]);
});
test("durations keep the precision that matters", () => {
  expect([0.8, 42.4, 7900, 125_000].map((time) => plain(formatDuration(time)))).toEqual([
    "0,8 мс",
    "42 мс",
    "7,9 с",
    "2,1 мин",
  ]);
});
test("thousands are grouped as the language does", () => {
  expect(plain(formatNumber(1204))).toBe("1 204");
  expect(plain(formatNumber(12_040))).toBe("12 040");
  words.use("en");
  expect(formatNumber(1204)).toBe("1,204");
});
test("a moment has milliseconds after the language's sign", () => {
  expect(formatTimeExact("2026-11-22T05:00:00.007Z")).toMatch(/:00,007$/);
  words.use("en");
  expect(formatTimeExact("2026-11-22T05:00:00.123Z")).toMatch(/:00\.123$/);
});
test("a secret in an address is cut in the middle", () => {
  expect(shortAddress("http://127.0.0.1:8787/k3v9q0aaaaaaaaaaaaaaaaax2")).toBe("http://127.0.0.1:8787/k3v9…x2");
  expect(shortAddress("http://127.0.0.1:8787/")).toBe("http://127.0.0.1:8787/");
});
