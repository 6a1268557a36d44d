/**
 * What is said of how an exchange went: one place for every sentence, made from the exchange's
 * source, state, answer and failure, so that no two parts of the page say different things of it.
 * Pure: it gives keys of words, and the caller reads them in the reader's language.
 */
import type { Exchange, FailureCode, Outcome, Summary } from "../api/types";
import type { Key, Values } from "../i18n/index.svelte";

/** What statements are made from. */
export type Facts = Pick<Summary, "source" | "state" | "answered_by" | "failure_code"> &
  Partial<Pick<Summary, "late_after_ms" | "delivered_with" | "carried">>;

export interface Statement {
  key: Key;
  values?: Values;
}

/** Failures of what was sent to an address: what each says of how far it came. */
const REACHED: Record<FailureCode, "nothing_sent" | "no_answer" | "unreadable" | "in_part" | null> = {
  no_address: "nothing_sent",
  refused: "nothing_sent",
  tls: "nothing_sent",
  bad_target: "nothing_sent",
  body_unreadable: "nothing_sent",
  timed_out: "no_answer",
  bad_answer: "unreadable",
  answer_cut: "in_part",
  no_room: "unreadable",
  other: "nothing_sent",
  broken_request: null,
  caller_left: null,
  write_failed: null,
  process_ended: null,
};

const reached = ({ failure_code }: Facts) => (failure_code === null ? null : REACHED[failure_code]);

/**
 * Whether the app sent it to an address, past everything that answers here: a replay, a rule's
 * call, a simulated turn, or a scenario's.
 */
export function wentToAddress(facts: Facts): boolean {
  if (hasBot(facts) || facts.answered_by !== null) return false;
  return facts.state === "answered" || (facts.state === "failed" && reached(facts) !== null);
}

/** Whether a bot waits at the other end; all else is sent by the app itself. */
const hasBot = ({ source }: Facts) => source === "webhook" || source === "tunnel" || source === "import";

/** Who gave the answer, or why there is none. `host` is the address that it was sent to. */
export function answerStatement(facts: Facts, host: string): Statement {
  if (facts.state === "held") return { key: "answer.waits" };
  if (facts.state === "answering") return { key: "answer.noneYet" };
  if (facts.state === "abandoned") return { key: hasBot(facts) ? "answer.left" : "answer.senderLeft" };
  if (facts.state === "failed") return failureStatement(facts, host);
  if (facts.answered_by !== null) return { key: `answer.by.${facts.answered_by}` };
  return wentToAddress(facts) ? { key: "answer.byHost", values: { host } } : { key: "answer.byApp" };
}

function failureStatement(facts: Facts, host: string): Statement {
  if (!wentToAddress(facts)) return { key: "answer.notDelivered" };
  const far = reached(facts);
  if (far === "no_answer") return { key: "answer.hostSilent", values: { host } };
  if (far === "in_part") return { key: "answer.hostInPart", values: { host } };
  if (far === "unreadable") return { key: "answer.hostUnreadable", values: { host } };
  return { key: "answer.notSent", values: { host } };
}

export interface EndTag {
  key: Key;
  /** A length of time that belongs into the word. */
  ms?: number;
  look: "plain" | "warn" | "bad";
}

/** The word in a row of the list; none for a held exchange, which shows its countdown. */
export function tagStatement(facts: Facts): EndTag | null {
  switch (facts.state) {
    case "held":
      return null;
    case "answering":
      return { key: "list.answering", look: "plain" };
    case "abandoned":
      return { key: "list.left", look: "bad" };
    case "failed":
      if (!wentToAddress(facts)) return { key: "list.failedTag", look: "bad" };
      if (reached(facts) === "in_part") return { key: "list.inPart", look: "bad" };
      return { key: reached(facts) === "nothing_sent" ? "list.notSent" : "list.noAnswer", look: "bad" };
    case "answered":
      if (facts.delivered_with != null) return { key: "list.deliveredTag", look: "warn" };
      if (facts.late_after_ms != null) return { key: "list.lateTag", ms: facts.late_after_ms, look: "warn" };
      if (facts.carried != null) return { key: "list.carriedTag", look: "plain" };
      if (facts.answered_by === null) return null;
      return { key: `by.${facts.answered_by}`, look: facts.answered_by === "fallback" ? "warn" : "plain" };
  }
}

/**
 * Why the variables stayed as they were; `null` where they did not, or where nobody has any.
 * `reason` is the platform's word for an answer that it does not take.
 */
export function refusalStatement(facts: Facts, outcome: Outcome | null, reason: string): Statement | null {
  if (!outcome || outcome.merged) return null;
  if (facts.state === "held" || facts.state === "answering") return { key: "outcome.refusedHeld", values: { reason } };
  if (facts.state === "abandoned") return hasBot(facts) ? { key: "outcome.callerLeft" } : { key: "outcome.senderLeft" };
  if (facts.state === "failed") return wentToAddress(facts) ? null : { key: "outcome.notDelivered" };
  return { key: hasBot(facts) ? "outcome.refused" : "outcome.refusedReplay", values: { reason } };
}

/**
 * What the time between the decision and the end was spent on. `hadServer`: the developer's own
 * server was asked, and did not answer in time.
 */
export function lastSpan(facts: Facts, decidedMs: number | null, endedMs: number | null, hadServer = false): Key {
  if (hadServer && facts.answered_by === "fallback") return "timing.server";
  if (facts.state === "held") return "timing.held";
  if (wentToAddress(facts)) return "timing.target";
  if (decidedMs === null || endedMs === null) return "timing.open";
  // Nobody but a person is waited for: what left before an answer left while it was held.
  if (facts.state === "abandoned") return facts.answered_by === null ? "timing.held" : "timing.left";
  if (facts.state === "failed") return "timing.open";
  // A replay may have brought its answer, or have waited for it: the record says not which.
  if (facts.source === "replay" && facts.answered_by === "hand") return "timing.byHand";
  return facts.answered_by === "hand" || facts.answered_by === "fallback" ? "timing.held" : "timing.answered";
}

/** What is said at an editor whose turn ended while it was written in. */
export function overStatement(facts: Facts): Key {
  if (facts.state === "abandoned") return "answer.overLeft";
  if (facts.state === "failed") return "answer.overFailed";
  if (facts.state !== "answered") return "answer.over";
  return facts.answered_by === "fallback" ? "answer.overFallback" : "answer.overOther";
}

/** The address that it was sent to, from its own headers. */
export function hostOf(exchange: Pick<Exchange, "request">): string {
  const found = exchange.request.headers.find(([name]) => name?.toLowerCase() === "host");
  return found?.[1] ?? "";
}
