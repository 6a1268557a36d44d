/**
 * What may follow in the filter field: names of fields, then values seen lately or fixed by the
 * language.
 */
import { FILTER_VALUES } from "../api/values";
import type { Key } from "../i18n/index.svelte";

export interface Suggestion {
  /** What stands in the list. */
  text: string;
  /** What replaces the word under the caret. */
  insert: string;
  /** Words about it, a key of the table; values have none. */
  about: Key | null;
}

export interface Seen {
  events: string[];
  users: string[];
  paths: string[];
  methods: string[];
  names: string[];
  bots: string[];
}

const FIELDS: readonly [string, Key][] = [
  ["event:", "filter.event"],
  ["user:", "filter.user"],
  ["status:", "filter.status"],
  ["by:", "filter.by"],
  ["is:", "filter.is"],
  ["has:", "filter.has"],
  ["var.", "filter.var"],
  ["body:", "filter.body"],
  ["method:", "filter.method"],
  ["path:", "filter.path"],
  ["header.", "filter.header"],
  ["note:", "filter.note"],
  ["at>", "filter.at"],
  ["duration>", "filter.duration"],
  ["size>", "filter.size"],
  ["source:", "filter.source"],
  ["platform:", "filter.platform"],
  ["bot:", "filter.bot"],
  ["id:", "filter.id"],
];

/** The values that the program names for a key, such as `held` for `is:`. */
const FIXED = new Map<string, readonly string[]>(
  Object.entries(FILTER_VALUES).map(([key, values]) => [`${key}:`, values]),
);

const MOST = 8;

/** The word of the text that the caret stands in; quotes keep spaces inside a word. */
export function wordAt(text: string, caret: number): { from: number; to: number } {
  let from = 0;
  let quoted = false;
  for (let at = 0; at < caret; at += 1) {
    const sign = text.charAt(at);
    if (sign === '"') quoted = !quoted;
    else if (sign === " " && !quoted) from = at + 1;
  }
  let to = caret;
  while (to < text.length && (quoted || text.charAt(to) !== " ")) {
    if (text.charAt(to) === '"') quoted = !quoted;
    to += 1;
  }
  return { from, to };
}

/** A value as the filter takes it: in quotes when it holds a space or a quote. */
export function quoted(value: string): string {
  return /[\s"]/.test(value) ? `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"` : value;
}

function values(field: string, seen: Seen): readonly string[] | null {
  switch (field) {
    case "event:":
      return seen.events;
    case "user:":
      return seen.users;
    case "path:":
      return seen.paths;
    case "method:":
      return seen.methods;
    case "bot:":
      return seen.bots;
    default:
      return FIXED.get(field) ?? null;
  }
}

export function suggest(text: string, caret: number, seen: Seen): Suggestion[] {
  const { from } = wordAt(text, caret);
  const typed = text.slice(from, caret);
  const minus = typed.startsWith("-") ? "-" : "";
  const word = typed.slice(minus.length);
  if (word.startsWith("var.") && !/[=<>]/.test(word)) {
    const start = word.slice(4).toLowerCase();
    return seen.names
      .filter((name) => name.toLowerCase().startsWith(start))
      .slice(0, MOST)
      .map((name) => ({ text: `var.${name}`, insert: `${minus}var.${name}=`, about: null }));
  }
  const colon = word.indexOf(":");
  if (colon >= 0) {
    const field = word.slice(0, colon + 1);
    const start = word
      .slice(colon + 1)
      .replace(/^"/, "")
      .toLowerCase();
    const known = values(field, seen) ?? [];
    const fitting = known.filter((value) => value.toLowerCase().includes(start) && value.toLowerCase() !== start);
    fitting.sort((a, b) => Number(b.toLowerCase().startsWith(start)) - Number(a.toLowerCase().startsWith(start)));
    return fitting
      .slice(0, MOST)
      .map((value) => ({ text: value, insert: `${minus}${field}${quoted(value)} `, about: null }));
  }
  return FIELDS.filter(([name]) => name.startsWith(word.toLowerCase()))
    .slice(0, word === "" ? MOST : FIELDS.length)
    .map(([name, about]) => ({ text: name, insert: minus + name, about }));
}
