/**
 * JSON as values that can be compared: a number by its worth, a key wherever it stands. Texts are
 * read once, so that comparing costs no reading. Pure.
 */
import { childrenOf, decodeString, type JsonKind, kindOf } from "./walk";

export interface Value {
  kind: JsonKind;
  /** As it stands, without spaces around it. */
  json: string;
  /** Empty where it has none, and below the deepest level. */
  members: readonly Member[];
}

export interface Member {
  /** In an array its place. */
  key: string;
  value: Value;
}

/** Each level reads its text anew: what stands deeper is compared sign by sign. */
const LEVELS = 64;

export function readValue(text: string, level = 0): Value {
  const json = text.trim();
  const children = level < LEVELS ? (childrenOf(json) ?? []) : [];
  const members = children.map(({ key, from, to }) => ({ key, value: readValue(json.slice(from, to), level + 1) }));
  return { kind: kindOf(json), json, members };
}

export function same(a: Value, b: Value): boolean {
  if (a.kind !== b.kind) return false;
  if (a.json === b.json) return true;
  if (a.kind === "string") return decodeString(a.json) === decodeString(b.json);
  if (a.kind === "number") return worth(a.json) === worth(b.json);
  if (a.members.length === 0 || b.members.length === 0) return isEmpty(a) && isEmpty(b);
  const [left, right] = [byKey(a), byKey(b)];
  return left.size === right.size && [...left].every(([key, value]) => isSame(value, right.get(key)));
}

const isSame = (value: Value, other: Value | undefined) => other !== undefined && same(value, other);
const isEmpty = ({ json }: Value) => /^(\{\s*\}|\[\s*\])$/.test(json);
/** Of a key that stands twice the last one counts, as it does for a bot. */
const byKey = ({ members }: Value) => new Map(members.map(({ key, value }) => [key, value]));

export const sameText = (a: string, b: string): boolean => same(readValue(a), readValue(b));

/** A number's digits without what says nothing, and how far they are shifted: each counts. */
function worth(number: string): string {
  const [, sign = "", whole = "", fraction = "", power = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  const short = digits.replace(/0+$/, "");
  if (short === "") return "0";
  const shift = BigInt(power) - BigInt(fraction.length) + BigInt(digits.length - short.length);
  return `${sign}${short}e${shift}`;
}
