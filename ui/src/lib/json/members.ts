/**
 * Changes of an object's members in its JSON text: what is changed is written anew, and every other
 * sign stays as it is. Strings and names alone go through `JSON`, where nothing can be lost.
 */
import { childrenOf, decodeString, type JsonKind, kindOf, type Span } from "./walk";

export interface Member {
  name: string;
  /** Where the name stands, quotes included. */
  key: Span;
  value: Span;
  kind: JsonKind;
  /** The value's own text. */
  json: string;
}

/** Why a text has no members. */
export type NoMembers = "syntax" | "notObject";

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const BLANK = /^\s*$/;

export const isNumber = (text: string): boolean => NUMBER.test(text);

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether a text is a value of this kind. */
export const isOfKind = (json: string, kind: JsonKind): boolean => kindOf(json) === kind && isJson(json);

/** The members in their order, repeats included. An empty text is an object that is to be made. */
export function membersOf(text: string): Member[] | NoMembers {
  if (BLANK.test(text)) return [];
  if (!isJson(text)) return "syntax";
  const children = kindOf(text) === "object" ? childrenOf(text) : null;
  if (!children) return "notObject";
  let before = text.indexOf("{") + 1;
  return children.map(({ key: name, from, to }) => {
    // Between the value before and this one there are a comma, spaces, the name and its colon.
    const start = text.indexOf('"', before);
    const end = text.lastIndexOf('"', text.lastIndexOf(":", from)) + 1;
    before = to;
    const json = text.slice(from, to);
    return { name, key: { from: start, to: end }, value: { from, to }, kind: kindOf(json), json };
  });
}

const replaced = (text: string, { from, to }: Span, by: string) => text.slice(0, from) + by + text.slice(to);

const listed = (text: string): Member[] => {
  const members = membersOf(text);
  return typeof members === "string" ? [] : members;
};

/** Writes another value in place of a member's. */
export function withValue(text: string, index: number, json: string): string {
  const member = listed(text)[index];
  return member ? replaced(text, member.value, json) : text;
}

/** Writes another name in place of a member's. */
export function withName(text: string, index: number, name: string): string {
  const member = listed(text)[index];
  return member ? replaced(text, member.key, JSON.stringify(name)) : text;
}

/** Takes a member away, with the comma and the space that were its own. */
export function without(text: string, index: number): string {
  const members = listed(text);
  const [member, before, after] = [members[index], members[index - 1], members[index + 1]];
  if (!member) return text;
  if (after) return replaced(text, { from: member.key.from, to: after.key.from }, "");
  if (before) return replaced(text, { from: before.value.to, to: member.value.to }, "");
  return replaced(text, { from: text.indexOf("{") + 1, to: text.lastIndexOf("}") }, "");
}

/** Puts a member at the end, laid out as the one before it. */
export function withMember(text: string, name: string, json: string): string {
  const members = listed(text);
  const key = JSON.stringify(name);
  const last = members.at(-1);
  if (!last) {
    const made = `{\n  ${key}: ${json}\n}`;
    if (BLANK.test(text)) return made;
    return replaced(text, { from: text.indexOf("{"), to: text.lastIndexOf("}") + 1 }, made);
  }
  const start = members.length > 1 ? (members.at(-2)?.value.to ?? 0) : text.indexOf("{");
  // With one member alone there is no comma to look at: what stands before it is its space.
  const between = text.slice(start, last.key.from).replace(/^\s*[,{]/, "");
  const space = members.length === 1 && between === "" ? " " : between;
  const colon = text.slice(last.key.to, last.value.from);
  return replaced(text, { from: last.value.to, to: last.value.to }, `,${space}${key}${colon}${json}`);
}

/** The text of a string, or a value's own. */
export const shownValue = (json: string): string => (kindOf(json) === "string" ? decodeString(json) : json.trim());

const YES = /^(true|1|да|yes)$/i;

/** A value as one of another kind, as near to it as there is. */
export function convert(json: string, to: JsonKind): string {
  const shown = shownValue(json);
  switch (to) {
    case "string":
      return JSON.stringify(kindOf(json) === "null" ? "" : shown);
    case "number": {
      const digits = shown.trim().replace(/^\+/, "").replace(",", ".");
      return isNumber(digits) ? digits : YES.test(shown.trim()) ? "1" : "0";
    }
    case "bool":
      return String(YES.test(shown.trim()) || (isNumber(shown.trim()) && /[1-9]/.test(shown)));
    case "object":
      return isOfKind(shown, "object") ? shown : "{}";
    case "array":
      return isOfKind(shown, "array") ? shown : kindOf(json) === "null" ? "[]" : `[${json.trim()}]`;
    case "null":
    case "broken":
      return "null";
  }
}
