/** What a change of the tunnel means to somebody who looks elsewhere. Pure. */
import type { Tunnel } from "../api/types";

export type Notice = "lost" | "failed" | "changed";

/**
 * What is worth a notice. Readings may skip states between them, so only both ends count: a
 * short loss that is over by the next reading makes no notice.
 */
export function noticesOf(before: Tunnel | null, now: Tunnel): Notice[] {
  const notices: Notice[] = [];
  const was = before?.state;
  if (was === "online" && now.state === "reconnecting") notices.push("lost");
  // Nobody looks at the window while the tunnel reconnects by itself, so its final failure is a
  // notice of its own.
  if ((was === "online" || was === "reconnecting") && now.state === "failed") notices.push("failed");
  // The older address may come with a later reading than the new one.
  const isNew = before && (now.url !== before.url || before.previous_url === null);
  if (isNew && now.state === "online" && now.previous_url !== null) notices.push("changed");
  return notices;
}

/** Whole seconds until the next try, never below zero; `null` while nothing is waited for. */
export function secondsToTry(tunnel: Pick<Tunnel, "next_try_at">, now: number): number | null {
  if (tunnel.next_try_at === null) return null;
  return Math.max(0, Math.ceil((Date.parse(tunnel.next_try_at) - now) / 1000));
}
