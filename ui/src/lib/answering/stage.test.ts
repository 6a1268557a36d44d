import { expect, test } from "vitest";

import type { Exchange, Finding } from "../api/types";
import { summary } from "../stores/sample";
import { rowStage, serverStage } from "./stage";

const refused = { code: "upstream_refused", where: "response", severity: "error" } as Finding;
const other = { code: "json_syntax", where: "response", severity: "error" } as Finding;
type Facts = Pick<Exchange, "upstream" | "findings">;
const exchange = (more: Partial<Facts> = {}): Facts => ({ upstream: null, findings: [], ...more });
const answered = { upstream: {} as Exchange["upstream"] };

test("a server that is asked is at work until it has answered or failed", () => {
  expect(serverStage(exchange(), true)).toBe("thinks");
  expect(serverStage(exchange({ findings: [other] }), true), "what is wrong with the answer is not its failure").toBe(
    "thinks",
  );
  expect(serverStage(exchange({ findings: [refused] }), true)).toBe("failed");
  expect(serverStage(exchange(answered), true)).toBe("answered");
});
test("one that is not asked is told of by what it did alone", () => {
  expect(serverStage(exchange(), false)).toBe("none");
  expect(serverStage(exchange(answered), false)).toBe("answered");
});
test("a row tells of the server while something is still to come of it", () => {
  for (const [more, stage] of [
    [{ state: "answering", server_waiting: true }, "thinks"],
    [{ state: "held", server_waiting: true }, "thinks"],
    [{ state: "held", upstream_after_ms: 3 }, "answered"],
    [{ state: "held" }, null],
    [{ state: "answered", late_waiting: true }, "thinks"],
    [{ state: "answered", upstream_after_ms: 3 }, null],
  ] as const)
    expect(rowStage(summary(1, more)), JSON.stringify(more)).toBe(stage);
});
