/** How a status looks where it stands as a tag. Pure. */
export type StatusLook = "plain" | "ok" | "warn" | "bad";

/** `none`: how no status looks; where an answer was meant to come, its absence is bad. */
export function lookOfStatus(status: number | null, none: StatusLook = "plain"): StatusLook {
  if (status === null) return none;
  return status < 300 ? "ok" : status < 400 ? "warn" : "bad";
}
