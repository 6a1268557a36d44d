/**
 * What a draft of a rule makes of one turn: its conditions one by one, and what it would send.
 * What was compared keeps its text: numbers have digits that no reading gives back. Pure.
 */
import type { Finding } from "../api/types";
import { childrenOf, childTexts, decodeString, kindOf } from "../json/walk";

/** How a condition came out. */
export interface Judged {
  field: string;
  /** It is as the rule wants it; `null`: not found out. */
  met: boolean | null;
  /** What there was, as JSON; `null` where there was nothing. */
  actual: string | null;
  /** Where it was, for a path with `[*]`. */
  element: string | null;
  unjudged: boolean;
}

export interface TriedAnswer {
  status: number;
  /** `null` where it is no text. */
  body: string | null;
  bytes: number;
  delayMs: number;
  /** Its number in a sequence, from 1. */
  position: number | null;
  findings: Finding[];
}

/** A part of the draft that fails for this turn. */
export interface TriedError {
  pointer: string;
  message: string;
  line: number | null;
  column: number | null;
}

export interface TriedTurn {
  matched: boolean;
  /** By the condition's place in the rule, a JSON pointer. */
  conditions: Map<string, Judged>;
  /** `null` where a person or a server is asked first, and where a template failed. */
  answer: TriedAnswer | null;
  errors: TriedError[];
}

/** The parts that are read as they are: their numbers are counts. */
interface Plain {
  matched: boolean;
  answer: {
    status: number;
    body?: string;
    bytes: number;
    delay_ms: number;
    position: number | null;
    findings: Finding[];
  } | null;
  errors: { pointer: string; message: string; line?: number; column?: number }[];
}

const text = (json: string | undefined): string | null =>
  json !== undefined && kindOf(json) === "string" ? decodeString(json.trim()) : null;
const isTrue = (json: string | undefined) => json?.trim() === "true";

function judgedOf(json: string): [string, Judged] {
  const parts = childTexts(json);
  const met = parts.get("met")?.trim();
  const isThere = kindOf(parts.get("actual_bytes") ?? "null") !== "null";
  const judged = {
    field: text(parts.get("field")) ?? "",
    met: met === "true" ? true : met === "false" ? false : null,
    actual: isThere ? (parts.get("actual")?.trim() ?? null) : null,
    element: text(parts.get("element")),
    unjudged: isTrue(parts.get("unjudged")),
  };
  return [text(parts.get("pointer")) ?? "", judged];
}

/** Reads the answer of the API. */
export function triedOf(json: string): TriedTurn {
  const { answer, errors, matched } = JSON.parse(json) as Plain;
  const conditions = childTexts(json).get("conditions") ?? "[]";
  const judged = (childrenOf(conditions) ?? []).map(({ from, to }) => judgedOf(conditions.slice(from, to)));
  return {
    matched,
    conditions: new Map(judged),
    answer: answer && {
      status: answer.status,
      body: answer.body ?? null,
      bytes: answer.bytes,
      delayMs: answer.delay_ms,
      position: answer.position,
      findings: answer.findings,
    },
    errors: errors.map(({ column = null, line = null, message, pointer }) => ({ column, line, message, pointer })),
  };
}
