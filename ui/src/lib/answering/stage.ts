/** How far the developer's own server has come with a turn. Pure. */
import type { Answering, Exchange, Finding } from "../api/types";
import { MODES } from "./modes";

/** `none`: it is not asked. */
export type ServerStage = "none" | "thinks" | "answered" | "failed";

/** How an answer that is corrected is looked at. */
export type ServerView = "edit" | "difference" | "server";

/** What went wrong with the server, or is to be known of its answer. */
export const causesOf = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ code, where }) => where === "response" && code.startsWith("upstream_"));

export function serverStage(
  exchange: Pick<Exchange, "state" | "upstream" | "findings">,
  answering: Pick<Answering, "mode"> | null,
): ServerStage {
  if (exchange.upstream !== null) return "answered";
  if (causesOf(exchange.findings).length > 0) return "failed";
  if (exchange.state !== "held" || answering === null) return "none";
  return MODES[answering.mode].asks ? "thinks" : "none";
}
