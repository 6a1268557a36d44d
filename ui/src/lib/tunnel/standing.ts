/** How the tunnel stands by the last check of its address, not only by its service's word. Pure. */
import type { Tunnel, TunnelState } from "../api/types";

/** `silent`: nobody answers at the address. `elsewhere`: somebody else does. */
export type Standing = TunnelState | "silent" | "elsewhere";

export function standingOf({ state, url, check }: Pick<Tunnel, "state" | "url" | "check">): Standing {
  // A check of an earlier address says nothing of this one.
  if (state !== "online" || check?.url !== url) return state;
  if (check.outcome === "nothing") return "silent";
  return check.outcome === "answered" ? "elsewhere" : state;
}
