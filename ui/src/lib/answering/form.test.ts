import { expect, test } from "vitest";

import type { Answering, NewAnswering } from "../api/types";
import { answeringOf, fieldsOf, secondsFit } from "./form";
import { statusOf } from "./status";

const TEXT: Answering = {
  mode: "hold",
  upstream: "http://localhost:3000",
  upstreams: [{ name: "local", url: "http://localhost:3000", ca_file: null, insecure: false, connect_seconds: 5 }],
  hold: { seconds: 15, fallback: "last", per_message: false },
  default_answer: { status: 201, headers: [["Content-Type", "application/json"]], body: '{"n": 1.0}' },
  default_answer_given: true,
};

test("a panel that is saved as it was opened changes nothing", () => {
  const saved: NewAnswering = answeringOf(TEXT, fieldsOf(TEXT));
  expect(saved).toEqual(TEXT);
});
test("a default answer of bytes that are no text survives saving", () => {
  const bytes: Answering = { ...TEXT, default_answer: { status: 200, headers: [], body_base64: "/wA=" } };
  expect(answeringOf(bytes, fieldsOf(bytes))).toEqual(bytes);
  const typed = answeringOf(bytes, { ...fieldsOf(bytes), body: "{}" });
  expect(typed.default_answer).toEqual({ status: 200, headers: [], body: "{}" });
});
test("a fallback that the panel does not offer survives saving", () => {
  for (const fallback of ["rules", "upstream"] as const) {
    const other: Answering = { ...TEXT, hold: { seconds: 50, fallback, per_message: true } };
    expect(answeringOf(other, fieldsOf(other)).hold).toEqual(other.hold);
  }
});
test("an empty text stays an empty text where there were no bytes", () => {
  expect(answeringOf(TEXT, { ...fieldsOf(TEXT), body: "" }).default_answer?.body).toBe("");
});
test("a status is one that the program takes", () => {
  expect(["200", "599", " 404 "].map(statusOf)).toEqual([200, 599, 404]);
  expect(["199", "600", "", "2e2", "2xx", "-200"].map(statusOf)).toEqual([null, null, null, null, null, null]);
});
test("a hold is as long as the program takes it", () => {
  expect(["1", "3600", " 50 "].map(secondsFit)).toEqual([true, true, true]);
  expect(["0", "3601", "", "1.5", "-1"].map(secondsFit)).toEqual([false, false, false, false, false]);
});
