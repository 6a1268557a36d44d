/**
 * What of one answer is other than in another, as lines for reading. It knows JSON: a space, a
 * comma or a moved key is no difference. Texts that are no JSON are compared line by line. Pure.
 */
import { type Member, readValue, same, type Value } from "./same";

export interface DifferenceLine {
  /** `-`: only in the first, `+`: only in the second. */
  sign: "-" | "+" | " ";
  /** Spaces of its indent. */
  indent: number;
  text: string;
}

export interface Difference {
  lines: DifferenceLine[];
  /** How many values are other, new or gone. */
  count: number;
}

const STEP = 2;
/** What is gone or the same is shown by its beginning beyond this many signs. */
const LONGEST = 2000;
/** A value with what stands before it on its line. */
interface Named {
  name: string;
  value: Value;
}

export function differenceOf(before: string, after: string): Difference {
  const made: Difference = { lines: [], count: 0 };
  if (isJson(before) && isJson(after))
    addPair(made, { name: "", value: readValue(before) }, { name: "", value: readValue(after) }, 0, "");
  else addTexts(made, before, after);
  return made;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The members of a value; of a key that stands twice the last one counts, as for a bot. */
function membersOf({ kind, members }: Value): Named[] {
  if (kind !== "object") return members.map(({ value }) => ({ name: "", value }));
  const lasts = new Map<string, Member>();
  for (const member of members) {
    lasts.delete(member.key);
    lasts.set(member.key, member);
  }
  return [...lasts.values()].map(({ key, value }) => ({ name: `${JSON.stringify(key)}: `, value }));
}

const bracketsOf = ({ kind }: Value) => (kind === "object" ? ["{", "}"] : ["[", "]"]);

function addPair(made: Difference, before: Named, after: Named, indent: number, end: string): void {
  if (same(before.value, after.value)) return addWhole(made, " ", after, indent, end);
  const { kind } = after.value;
  if (kind !== before.value.kind || (before.value.members.length === 0 && after.value.members.length === 0)) {
    made.count += 1;
    addWhole(made, "-", before, indent, end);
    return addWhole(made, "+", after, indent, end);
  }
  const [open, close] = bracketsOf(after.value);
  made.lines.push({ sign: " ", indent, text: `${after.name}${open}` });
  const [olds, news] = [membersOf(before.value), membersOf(after.value)];
  const pairs = kind === "object" ? byName(olds, news) : byPlace(olds, news);
  for (const [index, { old, now }] of pairs.entries()) {
    const comma = index < pairs.length - 1 ? "," : "";
    if (old && now) addPair(made, old, now, indent + STEP, comma);
    else {
      made.count += 1;
      const one = now ?? old;
      if (one) addWhole(made, now ? "+" : "-", one, indent + STEP, comma);
    }
  }
  made.lines.push({ sign: " ", indent, text: `${close}${end}` });
}

interface Pair {
  old?: Named;
  now?: Named;
}

/** Each member of the second with its namesake; what is gone stands where it stood. */
function byName(olds: readonly Named[], news: readonly Named[]): Pair[] {
  const left = new Map(olds.map((one) => [one.name, one]));
  const place = new Map(olds.map(({ name }, at) => [name, at]));
  const names = new Set(news.map(({ name }) => name));
  const gone = olds.filter(({ name }) => !names.has(name));
  const pairs: Pair[] = [];
  for (const now of news) {
    const old = left.get(now.name);
    const at = place.get(now.name) ?? -1;
    for (let next = gone[0]; old && next && (place.get(next.name) ?? 0) < at; next = gone[0]) {
      pairs.push({ old: next });
      gone.shift();
    }
    pairs.push(old ? { old, now } : { now });
  }
  return [...pairs, ...gone.map((old) => ({ old }))];
}

/** Items from both ends as long as they are the same, and the rest one beside the other. */
function byPlace(olds: readonly Named[], news: readonly Named[]): Pair[] {
  const least = Math.min(olds.length, news.length);
  const isSameAt = (at: number) => {
    const [old, now] = [olds.at(at), news.at(at)];
    return old !== undefined && now !== undefined && same(old.value, now.value);
  };
  let head = 0;
  while (head < least && isSameAt(head)) head += 1;
  let tail = 0;
  while (tail < least - head && isSameAt(-1 - tail)) tail += 1;
  const pairs: Pair[] = news.slice(0, head).map((now, at) => pairOf(olds[at], now));
  const [oldEnd, newEnd] = [olds.length - tail, news.length - tail];
  for (let at = head; at < Math.max(oldEnd, newEnd); at += 1) {
    pairs.push(pairOf(at < oldEnd ? olds[at] : undefined, at < newEnd ? news[at] : undefined));
  }
  return [...pairs, ...news.slice(newEnd).map((now, at) => pairOf(olds[oldEnd + at], now))];
}

const pairOf = (old: Named | undefined, now: Named | undefined): Pair => ({
  ...(old ? { old } : {}),
  ...(now ? { now } : {}),
});

/** A value as it is: what is gone, and what is long, in one line. */
function addWhole(made: Difference, sign: DifferenceLine["sign"], one: Named, indent: number, end: string): void {
  const { name, value } = one;
  const members = membersOf(value);
  const [open, close] = bracketsOf(value);
  if (members.length === 0 || sign === "-" || value.json.length > LONGEST) {
    const long = value.json.length > LONGEST ? `${value.json.slice(0, LONGEST)}…` : value.json;
    const short = members.length === 0 ? long : `${open} …${members.length} ${close}`;
    made.lines.push({ sign, indent, text: name + short + end });
    return;
  }
  made.lines.push({ sign, indent, text: `${name}${open}` });
  for (const [index, member] of members.entries()) {
    addWhole(made, sign, member, indent + STEP, index < members.length - 1 ? "," : "");
  }
  made.lines.push({ sign, indent, text: `${close}${end}` });
}

function addTexts(made: Difference, before: string, after: string): void {
  const [olds, news] = [before.split("\n"), after.split("\n")];
  const least = Math.min(olds.length, news.length);
  let head = 0;
  while (head < least && olds[head] === news[head]) head += 1;
  let tail = 0;
  while (tail < least - head && olds.at(-1 - tail) === news.at(-1 - tail)) tail += 1;
  const add = (sign: DifferenceLine["sign"], texts: readonly string[]) =>
    made.lines.push(...texts.map((text) => ({ sign, indent: 0, text })));
  add(" ", news.slice(0, head));
  add("-", olds.slice(head, olds.length - tail));
  add("+", news.slice(head, news.length - tail));
  add(" ", news.slice(news.length - tail));
  made.count = Math.max(olds.length, news.length) - head - tail;
}
