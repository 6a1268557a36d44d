import { expect, test } from "vitest";

import { ENUMS } from "../api/values";
import { CHOICES, FALLBACKS, fallbacks, MODES } from "./modes";

test("every mode and every fallback that the program knows has its entry", () => {
  expect(Object.keys(MODES).sort()).toEqual([...ENUMS.Mode].sort());
  expect(Object.keys(FALLBACKS).sort()).toEqual([...ENUMS.Fallback].sort());
});
test("the switch offers what can be chosen, each by a key of its own", () => {
  expect(CHOICES.map(({ mode, key }) => [mode, key])).toEqual([
    ["rules", "1"],
    ["hold", "2"],
    ["upstream", "3"],
    ["upstream_hold", "4"],
  ]);
});
test("a fallback that the panel does not offer is shown while it is set", () => {
  for (const fallback of ["rules", "upstream"] as const)
    expect(fallbacks(fallback, false)).toEqual([
      "default",
      "last",
      "rules",
      ...(fallback === "rules" ? [] : [fallback]),
    ]);
  expect(fallbacks("last", false)).toEqual(["default", "last", "rules"]);
});
test("a server's answer is a fallback where a server is named", () => {
  expect(fallbacks("last", true)).toEqual(["default", "last", "rules", "upstream"]);
});
