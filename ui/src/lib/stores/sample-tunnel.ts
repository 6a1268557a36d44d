/** A tunnel for tests. */
import type { Tunnel } from "../api/types";

export function tunnel(more: Partial<Tunnel> = {}): Tunnel {
  return {
    state: "offline",
    step: null,
    provider: null,
    url: null,
    webhook_url: null,
    previous_url: null,
    since: "2026-11-22T05:00:00.000Z",
    attempt: 0,
    next_try_at: null,
    error: null,
    latency_ms: null,
    forward_to: null,
    warnings: [],
    strangers: 0,
    strangers_minute: 0,
    usage: { month: "2026-11", requests: 0, bytes_in: 0, bytes_out: 0 },
    check: null,
    plan: null,
    has_authtoken: false,
    ssh_public_key: null,
    key_store: "system",
    ...more,
  };
}
