/**
 * Why each rule took a turn, or did not, condition by condition. What was compared keeps its text:
 * numbers have digits that no reading gives back. Pure.
 */
import { childrenOf, childTexts, decodeString, kindOf } from "../json/walk";
import type { ConditionFields } from "./fields";
import { fieldsOf } from "./fields-read";
import type { ListedRule } from "./listed";

export interface Failed {
  pointer: string;
  field: string;
  /** What there was, as JSON; nothing, and `null`, are both `null`. */
  actual: string | null;
  /** Where it was, for a path with `[*]`. */
  element: string | null;
  unjudged: boolean;
}

export interface Explained {
  id: string;
  matched: boolean;
  disabled: boolean;
  finished: boolean;
  /** Somebody else was to answer: the rule had no say. */
  notAsked: boolean;
  countersOfToday: boolean;
  failed: Failed | null;
}

const text = (json: string | undefined): string | null =>
  json !== undefined && kindOf(json) === "string" ? decodeString(json) : null;
const isTrue = (json: string | undefined) => json?.trim() === "true";

function failedOf(json: string | undefined): Failed | null {
  if (json === undefined || kindOf(json) !== "object") return null;
  const parts = childTexts(json);
  const actual = parts.get("actual")?.trim();
  return {
    pointer: text(parts.get("pointer")) ?? "",
    field: text(parts.get("field")) ?? "",
    actual: actual === undefined || actual === "null" ? null : actual,
    element: text(parts.get("element")),
    unjudged: isTrue(parts.get("unjudged")),
  };
}

/** Reads the answer of the API. */
export function explainedOf(answer: string): Explained[] {
  const rules = childTexts(answer).get("rules") ?? "[]";
  return (childrenOf(rules) ?? []).map(({ from, to }) => {
    const parts = childTexts(rules.slice(from, to));
    return {
      id: text(parts.get("id")) ?? "",
      matched: isTrue(parts.get("matched")),
      disabled: isTrue(parts.get("disabled")),
      finished: isTrue(parts.get("finished")),
      notAsked: isTrue(parts.get("not_asked")),
      countersOfToday: isTrue(parts.get("counters_of_today")),
      failed: failedOf(parts.get("failed")),
    };
  });
}

export interface ConditionResult {
  condition: ConditionFields;
  /** `null`: it did not matter, or nobody knows which one did. */
  holds: boolean | null;
  /** What there was instead. */
  failed: Failed | null;
}

/** How each condition of a rule came out: up to the first that failed, all of them held. */
export function resultsOf(rule: ListedRule, explained: Explained): ConditionResult[] {
  const { conditions, mode } = fieldsOf(rule.json);
  const { failed } = explained;
  if (explained.notAsked) return conditions.map((condition) => ({ condition, holds: null, failed: null }));
  if (failed === null) {
    const holds = mode === "all" && explained.matched ? true : null;
    return conditions.map((condition) => ({ condition, holds, failed: null }));
  }
  const found = /^\/when\/(?:all|any)\/(\d+)/.exec(failed.pointer);
  const at = found ? Number(found[1]) : 0;
  return conditions.map((condition, index) => {
    const here = index === at ? failed : null;
    if (mode === "any") return { condition, holds: failed.unjudged ? null : false, failed: here };
    const holds = index < at ? true : index > at || failed.unjudged ? null : false;
    return { condition, holds, failed: here };
  });
}
