/**
 * A rule as the fields of a form. Values of conditions are what is typed, so that no digit is lost;
 * a condition that has no fields stays the text it was. Pure.
 */
import type { FaultKind, HeaderPair, RuleFallback, RuleOperator, RuleScope, RuleSequenceEnd } from "../api/types";
import { ENUMS } from "../api/values";

export const OPERATORS = ENUMS.RuleOperator;
export type Operator = RuleOperator;
/** Operators that compare with nothing. */
export const WITHOUT_VALUE: ReadonlySet<Operator> = new Set(["present", "absent", "changed"]);

/**
 * What a condition asks about; these with a name of their own are written `var:city`. By hand: in
 * the API a field is a text of any name.
 */
export const SUBJECTS = [
  "event",
  "var",
  "user",
  "header",
  "query",
  "method",
  "path",
  "body",
  "platform",
  "source",
  "prev:event",
  "call",
  "chance",
] as const;
export type Subject = (typeof SUBJECTS)[number];
export const NAMED: ReadonlySet<Subject> = new Set(["var", "header", "query"]);

/** Tells rows apart while they are added, moved and removed. */
let keys = 0;
export const newKey = (): number => ++keys;

export interface ConditionFields {
  key: number;
  /** As in the API: `event`, `var:city`; `chance` for a share of turns, which is then the value. */
  field: string;
  negated: boolean;
  op: Operator;
  /** As it is typed: JSON, or a bare text. */
  value: string;
  /** A condition that has no fields here, as JSON; then the others say nothing. */
  json: string | null;
}

export interface ReplyFields {
  key: number;
  status: string;
  /** `null`: not given, and the answer is JSON. */
  headers: HeaderPair[] | null;
  body: string;
  template: boolean;
  /** Milliseconds, or a range as in `100-300`. */
  delay: string;
}

export interface CallFields {
  key: number;
  method: string;
  url: string;
  headers: HeaderPair[];
  body: string;
  template: boolean;
  delay: string;
}

export const ACTIONS = ["reply", "sequence", "hold", "forward", "fault"] as const;
export type ActionKind = (typeof ACTIONS)[number];
export const FAULTS: readonly FaultKind[] = ENUMS.FaultKind;
export const ENDS: readonly RuleSequenceEnd[] = ENUMS.RuleSequenceEnd;
export const FALLBACKS: readonly RuleFallback[] = ENUMS.RuleFallback;
export const SCOPES: readonly RuleScope[] = ENUMS.RuleScope;

/** A variable that is set in the server's answer; a removed one has no value. */
export interface PatchRow {
  key: number;
  name: string;
  /** The JSON text that it becomes. */
  value: string;
}
export const newPatchRow = (name = "", value = ""): PatchRow => ({ key: newKey(), name, value });

export interface PatchFields {
  set: PatchRow[];
  remove: PatchRow[];
  template: boolean;
}

/** The fields of every action, so that what was typed for one is there when it is chosen again. */
export interface ActionFields {
  kind: ActionKind;
  reply: ReplyFields;
  replies: ReplyFields[];
  end: string;
  seconds: string;
  fallback: string;
  upstream: string;
  holds: boolean;
  patch: PatchFields | null;
  fault: string;
}

export interface RuleFields {
  id: string | null;
  name: string;
  enabled: boolean;
  scope: string;
  group: string;
  mode: "all" | "any";
  conditions: ConditionFields[];
  action: ActionFields;
  after: CallFields[];
}

const JSON_TYPE: HeaderPair = ["Content-Type", "application/json"];

export const newReply = (body = "{}"): ReplyFields => ({
  key: newKey(),
  status: "200",
  headers: [JSON_TYPE],
  body,
  template: false,
  delay: "0",
});

export const newCall = (): CallFields => ({
  key: newKey(),
  method: "POST",
  url: "",
  headers: [JSON_TYPE],
  body: "",
  template: false,
  delay: "0",
});

/** A condition; a value is what is typed. */
export const newCondition = (field = "event", value = "", op: Operator = "equals"): ConditionFields => ({
  key: newKey(),
  field,
  negated: false,
  op,
  value,
  json: null,
});

export const newAction = (reply = newReply()): ActionFields => ({
  kind: "reply",
  reply,
  replies: [newReply()],
  end: "last",
  seconds: "",
  fallback: "",
  upstream: "",
  holds: false,
  patch: null,
  fault: "close",
});

export const newRule = (conditions = [newCondition()], reply = newReply()): RuleFields => ({
  id: null,
  name: "",
  enabled: true,
  scope: "user",
  group: "",
  mode: "all",
  conditions,
  action: newAction(reply),
  after: [],
});

/** What a condition's field is about, and the name in it. */
export function subjectOf(field: string): { subject: Subject; name: string } {
  const plain = SUBJECTS.find((one) => one === field && !NAMED.has(one));
  if (plain) return { subject: plain, name: "" };
  const [area, ...rest] = field.split(":");
  const named = [...NAMED].find((one) => one === area);
  return named ? { subject: named, name: rest.join(":") } : { subject: "var", name: field };
}

export const fieldOf = (subject: Subject, name: string): string =>
  NAMED.has(subject) ? `${subject}:${name}` : subject;

const TEXT_OPERATORS: Operator[] = [
  "equals",
  "not_equals",
  "contains",
  "matches",
  "present",
  "absent",
  "in",
  "less",
  "greater",
];

/** The operators that say something about a subject. */
export function operatorsOf(subject: Subject): Operator[] {
  if (subject === "chance") return [];
  if (subject === "call") return ["equals", "not_equals", "less", "greater", "in", "every"];
  if (subject === "var") return [...TEXT_OPERATORS, "changed", "schema"];
  return subject === "body" ? [...TEXT_OPERATORS, "schema"] : TEXT_OPERATORS;
}

/** Whether what is typed for a condition is a text, whatever it looks like. */
export function isText(field: string, op: Operator): boolean {
  if (op === "contains" || op === "matches") return true;
  const { subject } = subjectOf(field);
  return subject !== "var" && subject !== "call" && ["equals", "not_equals", "in"].includes(op);
}

/** What is typed as JSON: bare text is a string where it is no JSON. */
export function valueOf(typed: string): string {
  try {
    JSON.parse(typed);
    return typed.trim();
  } catch {
    return JSON.stringify(typed);
  }
}
