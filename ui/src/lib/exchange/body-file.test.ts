import { expect, test } from "vitest";

import type { BodyInfo } from "../api/types";
import { bodyFileName, isDecoded } from "./body-file";

const info = (kind: BodyInfo["kind"], encoding: string | null = null): BodyInfo => ({
  kind,
  encoding,
  bytes: 1,
  charset: null,
  truncated: false,
});
const row = { event: "pay", method: "POST", at: new Date(2026, 10, 26, 9, 3, 4).toISOString() };
const named = (body: BodyInfo, type = "") => bodyFileName(row, "request", body, [["Content-Type", type]]);

test("a body's file says what, when and which side, with the extension of what it holds", () => {
  expect(named(info("json"))).toBe("pay-2026-11-26-090304-request.json");
  expect(named(info("json"), "text/html")).toMatch(/\.json$/);
  expect(named(info("text"), "Text/HTML; charset=utf-8")).toMatch(/\.html$/);
  expect(named(info("text"))).toMatch(/\.txt$/);
  expect(named(info("form"))).toMatch(/\.txt$/);
  expect(named(info("binary"), "image/png")).toMatch(/\.png$/);
  expect(named(info("binary"), "application/x-unknown")).toMatch(/\.bin$/);
  expect(named(info("multipart"), "multipart/form-data; boundary=x")).toMatch(/\.bin$/);
});
test("text is saved decoded, other coded bytes as they came and named so", () => {
  expect(isDecoded(info("json", "gzip"))).toBe(true);
  expect(named(info("json", "gzip"))).toMatch(/request\.json$/);
  expect(isDecoded(info("binary", "gzip"))).toBe(false);
  expect(named(info("binary", "gzip"), "image/png")).toMatch(/\.png\.gz$/);
  expect(isDecoded(info("json"))).toBe(false);
});
test("what a file's name cannot hold is left out of it", () => {
  const name = (event: string | null) => bodyFileName({ ...row, event }, "response", info("json"), []);
  expect(name("Оплата картой")).toMatch(/^Оплата-картой-2026/);
  expect(name("../../etc/pass\u202ewd")).toMatch(/^etc-pass-wd-2026/);
  expect(name("")).toMatch(/^2026/);
  expect(name(null)).toMatch(/^POST-2026/);
  expect(name("x".repeat(300)).length).toBeLessThan(110);
});
