/** Conditions and answers that a recorded turn proposes for a rule. Pure. */
import type { Exchange } from "../api/types";
import { joinPath, kindOf } from "../json/walk";
import { readValue, same } from "../json/same";
import { type ConditionFields, newCondition } from "./fields";
import { typedOf } from "./fields-read";

type Turn = Pick<Exchange, "event" | "variables">;

/** A condition that a variable has the value it has; of a list or an object, that it is there. */
export function conditionFor(path: string, json: string): ConditionFields {
  const kind = kindOf(json);
  if (kind === "object" || kind === "array") return newCondition(`var:${path}`, "", "present");
  return newCondition(`var:${path}`, typedOf(json, false));
}

export const eventCondition = (event: string | null): ConditionFields[] =>
  event === null ? [] : [newCondition("event", event)];

/** Conditions on variables that are proposed at most. */
const MOST = 3;

/**
 * What a rule would ask for to take turns like this one: its event, and the variables that are
 * otherwise than in each of the last turns of the event. Values that were never the same twice are
 * times and numbers: no rule waits for one of them.
 */
export function conditionsLike(turn: Turn, others: readonly Turn[]): ConditionFields[] {
  const proposed = turn.variables.filter(({ in: value, name, role }) => {
    if (role !== "user" || value === null || others.length === 0) return false;
    const seen = others.map(({ variables }) => variables.find((one) => one.name === name)?.in ?? null);
    const values = seen.flatMap((one) => (one === null ? [] : readValue(one)));
    const now = readValue(value);
    if (values.some((one) => same(one, now))) return false;
    return values.length < 2 || values.some((one, at) => values.slice(at + 1).some((two) => same(one, two)));
  });
  const conditions = proposed
    .slice(0, MOST)
    .map(({ in: value, name }) => conditionFor(joinPath("", name, false), value ?? "null"));
  return [...eventCondition(turn.event), ...conditions];
}
