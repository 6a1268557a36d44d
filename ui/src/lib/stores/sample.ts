/** An exchange for tests. */
import type { Summary } from "../api/types";

export function summary(seq: number, more: Partial<Summary> = {}): Summary {
  return {
    id: `id${seq}`,
    seq,
    at: "2026-11-22T05:00:00.000Z",
    bot: "b",
    source: "webhook",
    platform: "graph",
    method: "POST",
    path: "/",
    event: "e",
    user: "u",
    state: "answered",
    answered_by: "default",
    status: 200,
    request_bytes: 1,
    response_bytes: 2,
    duration_ms: 1,
    deadline: null,
    findings: { error: 0, warning: 0, info: 0 },
    replay_of: null,
    note: "",
    pinned: false,
    fault: null,
    failure: null,
    failure_code: null,
    upstream_after_ms: null,
    late_after_ms: null,
    delivered_with: null,
    carried: null,
    rule: null,
    rule_call: null,
    caused_by: null,
    ...more,
  };
}
