/** What may follow in the filter field: keys, then values seen lately or listed by the program. */
import type { Pair } from "../i18n/table";
import { decodeString } from "../json/walk";
import { findKey, KEYS, type Known, valuesOf } from "./keys";

export interface Suggestion {
  /** What stands in the list. */
  text: string;
  /** What replaces the word under the caret. */
  insert: string;
  /** Words about a key; values have none. */
  about: Pair | null;
}

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

/** A value as the filter takes it: in quotes when it holds a space, a quote or a comma. */
export function quoted(value: string): string {
  return /[\s",]/.test(value) ? `"${escaped(value)}"` : value;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
}

/**
 * A JSON value as a variable's condition takes it: a string in quotes where it would else be read
 * as something else, other values as they are written.
 */
export function variableValue(json: string): string {
  if (!json.startsWith('"')) return json;
  const text = decodeString(json);
  const plain = /^[^\s",=<>~![{\d-][^\s",]*$/.test(text) && !/^(?:null|true|false)$/i.test(text);
  return plain ? text : `"${escaped(text)}"`;
}

/** Where the last of the values with commas between them begins. */
function lastValue(values: string): number {
  let from = 0;
  let quoted = false;
  for (let at = 0; at < values.length; at += 1) {
    const sign = values.charAt(at);
    if (sign === '"') quoted = !quoted;
    else if (sign === "," && !quoted) from = at + 1;
  }
  return from;
}

export function suggest(text: string, caret: number, known: Known): Suggestion[] {
  const typedWord = text.slice(wordAt(text, caret).from, caret);
  const minus = typedWord.startsWith("-") ? "-" : "";
  const word = typedWord.slice(minus.length);
  const [, area = "", beginning = ""] = /^(\w+)\.([^=<>]*)$/.exec(word) ?? [];
  const named = findKey(area);
  if (named?.sign === "." && named.seen) {
    return valuesOf(area, known)
      .filter((name) => name.toLowerCase().startsWith(beginning.toLowerCase()))
      .slice(0, MOST)
      .map((name) => ({ text: `${area}.${name}`, insert: `${minus}${area}.${name}=`, about: null }));
  }
  const colon = word.indexOf(":");
  if (colon >= 0) {
    const key = word.slice(0, colon);
    const from = colon + 1 + lastValue(word.slice(colon + 1));
    const [others, typed] = [word.slice(colon + 1, from), word.slice(from)];
    const start = typed.replace(/^"/, "").toLowerCase();
    const sign = findKey(key)?.sign ?? ".";
    const values = sign === "." ? [] : valuesOf(key, known);
    const fitting = values.filter((value) => value.toLowerCase().includes(start) && value.toLowerCase() !== start);
    fitting.sort((a, b) => Number(b.toLowerCase().startsWith(start)) - Number(a.toLowerCase().startsWith(start)));
    return fitting
      .slice(0, MOST)
      .map((value) => ({ text: value, insert: `${minus}${key}:${others}${quoted(value)} `, about: null }));
  }
  return Object.entries(KEYS)
    .map(([name, { sign, about }]) => ({ text: name + sign, insert: minus + name + sign, about }))
    .filter((one) => one.text.startsWith(word.toLowerCase()))
    .slice(0, word === "" ? MOST : undefined);
}
