/** How far the developer's own server has come with a turn. Pure. */
import type { Exchange, Finding, Summary } from "../api/types";

/** `none`: it is not asked. */
export type ServerStage = "none" | "thinks" | "answered" | "failed";

/** How an answer that is corrected is looked at. */
export type ServerView = "edit" | "difference" | "server";

/** What went wrong with the server, or is to be known of its answer. */
export const causesOf = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ code, where }) => where === "response" && code.startsWith("upstream_"));

/** `waiting`: as the row says it, which is told of sooner than the exchange is read. */
export function serverStage(exchange: Pick<Exchange, "upstream" | "findings">, waiting: boolean): ServerStage {
  if (exchange.upstream !== null) return "answered";
  if (causesOf(exchange.findings).length > 0) return "failed";
  return waiting ? "thinks" : "none";
}

/** What a row tells of the server while its turn goes on, or while a late answer is waited for. */
export function rowStage(
  row: Pick<Summary, "state" | "upstream_after_ms" | "server_waiting" | "late_waiting">,
): "thinks" | "answered" | null {
  if (row.server_waiting || row.late_waiting) return "thinks";
  return row.state === "held" && row.upstream_after_ms !== null ? "answered" : null;
}
