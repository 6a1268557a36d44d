/** Conditions of rules in words, and what a turn had in place of what they ask for. */
import { visible } from "../format/visible";
import { t } from "../i18n/index.svelte";
import { type ConditionFields, NAMED, subjectOf, WITHOUT_VALUE } from "./fields";

/** Letters of a value that are shown. */
const LONGEST = 200;

/** What a condition asks for. */
export function conditionWords(condition: ConditionFields): string {
  if (condition.json !== null) return condition.json;
  const { name, subject } = subjectOf(condition.field);
  const about = NAMED.has(subject) ? name : t(`rule.subject.${subject}`);
  if (subject === "chance") return `${about}: ${condition.value}`;
  const value = WITHOUT_VALUE.has(condition.op) ? "" : ` ${condition.value}`;
  return `${condition.negated ? `${t("rule.not")} ` : ""}${about} ${t(`rule.op.${condition.op}`)}${value}`;
}

/** What there was; `actual` is JSON, or `null` where there was nothing. */
export function actualWords(judged: {
  actual: string | null;
  element: string | null;
  field: string;
  unjudged: boolean;
}): { words: string; json: string } {
  const { actual, element, field, unjudged } = judged;
  if (unjudged) return { words: t("why.unjudged"), json: "" };
  if (actual === null) return { words: t("why.absent"), json: "" };
  if (field === "call") return { words: t("why.actualCall", { value: actual }), json: "" };
  if (field === "chance") return { words: t("why.actualChance", { value: actual }), json: "" };
  const json = visible(actual.slice(0, LONGEST)) + (actual.length > LONGEST ? "…" : "");
  return { words: t("why.actual"), json: element === null ? json : `${visible(element)} = ${json}` };
}
