import { describe, expect, test } from "vitest";
import type { Tunnel } from "../api/types";
import { tunnel } from "../stores/sample-tunnel";
import { standingOf } from "./standing";

const URL = "https://bot.example.org";

function check(outcome: NonNullable<Tunnel["check"]>["outcome"], url = URL): Tunnel["check"] {
  return { at: "2026-11-22T05:00:00.000Z", url, outcome, arrived_ms: null, status: null, code: null, message: "" };
}

describe("how the tunnel stands", () => {
  test.each([
    ["nothing", "silent"],
    ["answered", "elsewhere"],
    ["arrived", "online"],
  ] as const)("an online tunnel whose check found “%s” is “%s”", (outcome, standing) => {
    expect(standingOf(tunnel({ state: "online", url: URL, check: check(outcome) }))).toBe(standing);
  });

  test("a check of another address, or none, leaves the state", () => {
    const other = check("nothing", "https://old.example.org");
    expect(standingOf(tunnel({ state: "online", url: URL, check: other }))).toBe("online");
    expect(standingOf(tunnel({ state: "online", url: URL }))).toBe("online");
  });

  test.each(["offline", "connecting", "reconnecting", "failed", "stopping"] as const)(
    "a tunnel that is %s stays so, whatever the check found",
    (state) => {
      expect(standingOf(tunnel({ state, url: URL, check: check("nothing") }))).toBe(state);
    },
  );
});
