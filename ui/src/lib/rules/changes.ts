/** What of one answer is another in a second one, variable by variable. Pure. */
import type { ChangedAnswer } from "../api/types";
import { childTexts, kindOf, summarize } from "../json/walk";
import { readValue, same } from "../json/same";

export interface AnswerChange {
  /** A variable, or what is no part of the body. */
  part: { variable: string } | "status" | "body";
  before: string | null;
  after: string | null;
}

export function changesOf({ from, to }: ChangedAnswer): AnswerChange[] {
  if (!from || !to) return [];
  const changes: AnswerChange[] = [];
  if (from.status !== to.status)
    changes.push({ part: "status", before: String(from.status), after: String(to.status) });
  if (kindOf(from.body) !== "object" || kindOf(to.body) !== "object") {
    if (from.body !== to.body) changes.push({ part: "body", before: lineOf(from.body), after: lineOf(to.body) });
    return changes;
  }
  const [before, after] = [childTexts(from.body), childTexts(to.body)];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(name) ?? null, after.get(name) ?? null];
    if (old !== null && now !== null && same(readValue(old), readValue(now))) continue;
    changes.push({ part: { variable: name }, before: old && lineOf(old), after: now && lineOf(now) });
  }
  return changes;
}

const lineOf = (text: string) => summarize(text).slice(0, 120);
