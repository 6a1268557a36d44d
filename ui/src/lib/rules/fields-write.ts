/**
 * Makes a rule's JSON text of the fields of a form. What is no number where one belongs goes out as
 * it was typed, for the program to refuse at its place. Pure.
 */
import type { HeaderPair } from "../api/types";
import { kindOf } from "../json/walk";
import {
  type ActionFields,
  type CallFields,
  type ConditionFields,
  isText,
  type PatchFields,
  type ReplyFields,
  type RuleFields,
  valueOf,
  WITHOUT_VALUE,
} from "./fields";

const quoted = (text: string) => JSON.stringify(text);
const listed = (texts: readonly string[]) => `[${texts.join(",")}]`;
/** A number of JSON has no zeros before it. */
const numberOr = (typed: string) => (/^(0|[1-9]\d*)$/.test(typed.trim()) ? typed.trim() : quoted(typed));

function valueJson({ field, op, value }: ConditionFields): string {
  const asText = isText(field, op);
  if (op !== "in") return asText ? quoted(value) : valueOf(value);
  if (kindOf(value) === "array" && valueOf(value) === value.trim()) return value.trim();
  const items = value.split(",").map((one) => one.trim());
  return listed(items.flatMap((one) => (one === "" ? [] : asText ? quoted(one) : valueOf(one))));
}

function conditionJson(condition: ConditionFields): string {
  const { field, json, negated, op, value } = condition;
  if (json !== null) return json;
  if (field === "chance") return `{"chance":${valueOf(value.replace(",", "."))}}`;
  const compared = WITHOUT_VALUE.has(op) ? "" : `,"value":${valueJson(condition)}`;
  const test = `{"field":${quoted(field.trim())},"op":${quoted(op)}${compared}}`;
  return negated ? `{"not":${test}}` : test;
}

function delayJson(delay: string): string {
  const [, from, to] = /^\s*(0|[1-9]\d*)\s*(?:[-–]\s*(0|[1-9]\d*))?\s*$/.exec(delay) ?? [];
  if (from === undefined) return quoted(delay);
  return to === undefined ? from : `[${from},${to}]`;
}

function pairsJson(pairs: readonly HeaderPair[]): string {
  const named = pairs.filter(([name]) => name.trim() !== "");
  return listed(named.map(([name, value]) => listed([quoted(name.trim()), quoted(value)])));
}

function replyJson({ body, delay, headers, status, template }: ReplyFields): string {
  const fields = headers === null ? "" : `"headers":${pairsJson(headers)},`;
  return `{"status":${numberOr(status)},${fields}"body":${quoted(body)},"template":${template},"delay_ms":${delayJson(delay)}}`;
}

function callJson({ body, delay, headers, method, template, url }: CallFields): string {
  return `{"method":${quoted(method.trim())},"url":${quoted(url.trim())},"headers":${pairsJson(headers)},"body":${quoted(body)},"template":${template},"delay_ms":${delayJson(delay)}}`;
}

function patchJson({ remove, set, template }: PatchFields): string {
  const values = set.flatMap(({ name, value }) =>
    name.trim() === "" ? [] : `${quoted(name.trim())}:${quoted(value)}`,
  );
  const names = remove.flatMap(({ name }) => (name.trim() === "" ? [] : quoted(name.trim())));
  return `{"set":{${values.join(",")}},"remove":${listed(names)},"template":${template}}`;
}

function actionJson(action: ActionFields): string {
  switch (action.kind) {
    case "reply":
      return replyJson(action.reply);
    case "sequence":
      return `{"replies":${listed(action.replies.map(replyJson))},"end":${quoted(action.end)}}`;
    case "hold": {
      const seconds = action.seconds.trim() === "" ? [] : [`"seconds":${numberOr(action.seconds)}`];
      const fallback = action.fallback === "" ? [] : [`"fallback":${quoted(action.fallback)}`];
      return `{${[...seconds, ...fallback].join(",")}}`;
    }
    case "forward": {
      const upstream = action.upstream.trim() === "" ? [] : [`"upstream":${quoted(action.upstream.trim())}`];
      const patch = action.patch === null ? [] : [`"patch":${patchJson(action.patch)}`];
      return `{${[...upstream, `"hold":${action.holds}`, ...patch].join(",")}}`;
    }
    case "fault":
      return `{"kind":${quoted(action.fault)}}`;
  }
}

/** The rule as it is sent. */
export function ruleJson(fields: RuleFields): string {
  const { action, after, conditions, enabled, group, id, mode, name, scope } = fields;
  const calls = after.length === 0 ? "" : `,"after":${listed(after.map(callJson))}`;
  const parts = [
    '"version":1',
    ...(id === null ? [] : [`"id":${quoted(id)}`]),
    `"name":${quoted(name.trim())}`,
    `"enabled":${enabled}`,
    ...(group.trim() === "" ? [] : [`"group":${quoted(group.trim())}`]),
    `"scope":${quoted(scope)}`,
    `"when":{${quoted(mode)}:${listed(conditions.map(conditionJson))}}`,
    `"then":{${quoted(action.kind)}:${actionJson(action)}${calls}}`,
  ];
  return `{${parts.join(",")}}`;
}
