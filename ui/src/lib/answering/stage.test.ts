import { expect, test } from "vitest";

import type { Exchange, Finding } from "../api/types";
import { serverStage } from "./stage";

const refused = { code: "upstream_refused", where: "response", severity: "error" } as Finding;
const other = { code: "json_syntax", where: "response", severity: "error" } as Finding;
type Facts = Pick<Exchange, "state" | "upstream" | "findings">;
const held = (more: Partial<Facts> = {}): Facts => ({ state: "held", upstream: null, findings: [], ...more });

test("a server that is asked is at work until it has answered or failed", () => {
  const both = { mode: "upstream_hold" } as const;
  expect(serverStage(held(), both)).toBe("thinks");
  expect(serverStage(held({ findings: [other] }), both), "what is wrong with the answer is not its failure").toBe(
    "thinks",
  );
  expect(serverStage(held({ findings: [refused] }), both)).toBe("failed");
  expect(serverStage(held({ upstream: {} as Exchange["upstream"] }), both)).toBe("answered");
});
test("one that is not asked is told of by what it did alone", () => {
  expect(serverStage(held(), { mode: "hold" })).toBe("none");
  expect(serverStage(held({ upstream: {} as Exchange["upstream"] }), { mode: "hold" })).toBe("answered");
  expect(serverStage(held({ state: "answered" }), { mode: "upstream_hold" })).toBe("none");
});
