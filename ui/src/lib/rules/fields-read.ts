/** Reads a rule's JSON text into the fields of a form. Pure. */
import type { HeaderPair } from "../api/types";
import { childrenOf, childTexts, decodeString, type JsonKind, kindOf } from "../json/walk";
import {
  ACTIONS,
  type ActionFields,
  type CallFields,
  type ConditionFields,
  isText,
  newAction,
  fieldOf,
  newCondition,
  newKey,
  newPatchRow,
  OPERATORS,
  type PatchFields,
  type ReplyFields,
  type RuleFields,
  subjectOf,
  valueOf,
  WITHOUT_VALUE,
} from "./fields";

const textOf = (json: string | undefined, otherwise = ""): string =>
  json === undefined || kindOf(json) !== "string" ? otherwise : decodeString(json.trim());
const itemsOf = (json: string | undefined): string[] =>
  (childrenOf(json ?? "") ?? []).map(({ from, to }) => (json ?? "").slice(from, to));
const isTrue = (json: string | undefined) => json?.trim() === "true";
/** A number, or what stands in its place while it is typed. */
const typedNumber = (json: string | undefined, otherwise: string): string =>
  json === undefined || kindOf(json) === "null" ? otherwise : kindOf(json) === "string" ? textOf(json) : json.trim();
const pairsOf = (json: string | undefined): HeaderPair[] =>
  itemsOf(json).map((pair): HeaderPair => {
    const [name, value] = itemsOf(pair);
    return [textOf(name), textOf(value)];
  });

/** What a field of one line cannot hold: it drops them without a word. */
const LINE_BREAK = /[\r\n]/;
const inOneLine = (text: string) => !LINE_BREAK.test(text);

/** A value as it is typed: a text without its quotes where it would not be taken for another. */
export function typedOf(json: string, asText: boolean): string {
  if (kindOf(json) !== "string") return inOneLine(json) ? json.trim() : unbroken(json.trim());
  const text = decodeString(json.trim());
  const bare = asText || (inOneLine(text) && valueOf(text) === JSON.stringify(text));
  return bare ? text : json.trim();
}

/** JSON without its line breaks: they stand between its values alone. */
const unbroken = (json: string) => json.replaceAll(/\s*[\r\n]\s*/g, " ");

/** A list as it is typed: by commas where no value of it would be taken for another. */
function typedList(json: string, asText: boolean): string {
  const typed = itemsOf(json).map((one) => typedOf(one, asText));
  const plain = typed.every((one) => one === one.trim() && one !== "" && !/[,[\]\r\n]/.test(one));
  return plain && kindOf(json) === "array" ? typed.join(", ") : unbroken(json.trim());
}

const namesTwice = (json: string): boolean => {
  const names = (childrenOf(json) ?? []).map(({ key }) => key);
  return new Set(names).size !== names.length;
};

function conditionOf(json: string): ConditionFields {
  const other = { ...newCondition(), json: json.trim() };
  const parts = childTexts(json);
  const names = [...parts.keys()].sort().join();
  if (names === "not") {
    const inner = conditionOf(parts.get("not") ?? "");
    return inner.json !== null || inner.negated || inner.field === "chance" ? other : { ...inner, negated: true };
  }
  if (names === "chance") return { ...newCondition("chance"), value: typedNumber(parts.get("chance"), "") };
  const op = OPERATORS.find((one) => one === textOf(parts.get("op")));
  if (op === undefined || names !== (WITHOUT_VALUE.has(op) ? "field,op" : "field,op,value")) return other;
  const [field, value] = [textOf(parts.get("field")), parts.get("value")];
  const { subject, name } = subjectOf(field);
  if (fieldOf(subject, name) !== field || namesTwice(json)) return other;
  const asText = isText(field, op);
  const typed = value === undefined ? "" : op === "in" ? typedList(value, asText) : typedOf(value, asText);
  return inOneLine(field + typed) ? newCondition(field, typed, op) : other;
}

function delayOf(json: string | undefined): string {
  return json !== undefined && kindOf(json) === "array" ? itemsOf(json).join("-") : typedNumber(json, "0");
}

function replyOf(json: string | undefined): ReplyFields {
  const parts = childTexts(json ?? null);
  const headers = parts.get("headers");
  return {
    key: newKey(),
    status: typedNumber(parts.get("status"), "200"),
    headers: headers === undefined || kindOf(headers) === "null" ? null : pairsOf(headers),
    body: textOf(parts.get("body")),
    template: isTrue(parts.get("template")),
    delay: delayOf(parts.get("delay_ms")),
  };
}

function callOf(json: string): CallFields {
  const parts = childTexts(json);
  return {
    key: newKey(),
    method: textOf(parts.get("method"), "POST"),
    url: textOf(parts.get("url")),
    headers: pairsOf(parts.get("headers")),
    body: textOf(parts.get("body")),
    template: isTrue(parts.get("template")),
    delay: delayOf(parts.get("delay_ms")),
  };
}

function patchOf(json: string | undefined): PatchFields | null {
  if (json === undefined || kindOf(json) !== "object") return null;
  const parts = childTexts(json);
  return {
    set: [...childTexts(parts.get("set") ?? null)].map(([name, value]) => newPatchRow(name, textOf(value))),
    remove: itemsOf(parts.get("remove")).map((name) => newPatchRow(textOf(name))),
    template: isTrue(parts.get("template")),
  };
}

function actionOf(json: string): ActionFields {
  const parts = childTexts(json);
  const kind = ACTIONS.find((one) => parts.has(one)) ?? "reply";
  const inner = parts.get(kind) ?? "{}";
  const one = childTexts(inner);
  const action = { ...newAction(), kind };
  switch (kind) {
    case "reply":
      return { ...action, reply: replyOf(inner) };
    case "sequence":
      return { ...action, replies: itemsOf(one.get("replies")).map(replyOf), end: textOf(one.get("end"), "last") };
    case "hold":
      return { ...action, seconds: typedNumber(one.get("seconds"), ""), fallback: textOf(one.get("fallback")) };
    case "forward":
      return {
        ...action,
        upstream: textOf(one.get("upstream")),
        holds: isTrue(one.get("hold")),
        patch: patchOf(one.get("patch")),
      };
    case "fault":
      return { ...action, fault: textOf(one.get("kind"), "close") };
  }
}

export function fieldsOf(rule: string): RuleFields {
  const parts = childTexts(rule);
  const when = parts.get("when") ?? '{"all":[]}';
  const tests = childTexts(when);
  const mode = tests.has("any") ? "any" : "all";
  const list = tests.get(mode);
  const then = parts.get("then") ?? "{}";
  return {
    id: parts.has("id") ? textOf(parts.get("id")) : null,
    name: textOf(parts.get("name")),
    enabled: parts.get("enabled")?.trim() !== "false",
    scope: textOf(parts.get("scope"), "user"),
    group: textOf(parts.get("group")),
    mode,
    conditions: (list === undefined ? [when] : itemsOf(list)).map(conditionOf),
    action: actionOf(then),
    after: itemsOf(childTexts(then).get("after")).map(callOf),
  };
}

type Shape = readonly JsonKind[] | "line" | { members: Record<string, Shape> } | { items: Shape; count?: number };

const TEXT: Shape = ["string"];
/** A text that its field of one line holds whole. */
const LINE: Shape = "line";
const FLAG: Shape = ["bool"];
/** A number may be a text here: what is no number yet goes out as it is typed, and is refused. */
const NUMBER: Shape = ["number", "string"];
const DELAY: Shape = ["number", "string", "array"];
const HEADERS: Shape = { items: { items: LINE, count: 2 } };
const REPLY: Shape = { members: { status: NUMBER, headers: HEADERS, body: TEXT, template: FLAG, delay_ms: DELAY } };
const CALL: Shape = {
  members: { method: LINE, url: LINE, headers: HEADERS, body: TEXT, template: FLAG, delay_ms: DELAY },
};
/** What has names of its own is looked at apart: `when` by its rows, `set` by its values. */
const RULE: Shape = {
  members: {
    version: ["number"],
    id: TEXT,
    name: LINE,
    enabled: FLAG,
    group: LINE,
    scope: TEXT,
    when: ["object"],
    then: {
      members: {
        reply: REPLY,
        sequence: { members: { replies: { items: REPLY }, end: TEXT } },
        hold: { members: { seconds: NUMBER, fallback: TEXT } },
        forward: {
          members: {
            upstream: LINE,
            hold: FLAG,
            patch: { members: { set: ["object"], remove: { items: LINE }, template: FLAG } },
          },
        },
        fault: { members: { kind: TEXT } },
        after: { items: CALL },
      },
    },
  },
};

function hasShape(json: string, shape: Shape): boolean {
  if (shape === "line") return kindOf(json) === "string" && inOneLine(textOf(json));
  if ("members" in shape) {
    const children = kindOf(json) === "object" ? childrenOf(json) : null;
    return (
      !namesTwice(json) &&
      children?.every(({ key, from, to }) => {
        const inner = shape.members[key];
        return inner !== undefined && hasShape(json.slice(from, to), inner);
      }) === true
    );
  }
  if ("items" in shape) {
    const items = kindOf(json) === "array" ? itemsOf(json) : null;
    const counted = shape.count === undefined || items?.length === shape.count;
    return counted && items?.every((item) => hasShape(item, shape.items)) === true;
  }
  return shape.includes(kindOf(json));
}

/** Whether the fields hold all of a rule's text, so that nothing is lost on the way. */
export function fits(rule: string): boolean {
  try {
    JSON.parse(rule);
  } catch {
    return false;
  }
  if (!hasShape(rule, RULE)) return false;
  const parts = childTexts(rule);
  const then = childTexts(parts.get("then") ?? null);
  const when = childTexts(parts.get("when") ?? null);
  const set = childTexts(childTexts(then.get("forward") ?? null).get("patch") ?? null).get("set") ?? "{}";
  const groups = ["all", "any"].filter((name) => when.has(name));
  return (
    Number(parts.get("version") ?? 1) === 1 &&
    ACTIONS.filter((name) => then.has(name)).length === 1 &&
    (groups.length === 0 || (when.size === 1 && kindOf(when.get(groups[0] ?? "") ?? "") === "array")) &&
    !namesTwice(set) &&
    [...childTexts(set)].every(([name, value]) => inOneLine(name) && hasShape(value, LINE))
  );
}
