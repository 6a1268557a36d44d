/**
 * Reads JSON text without turning it into values: numbers stay the digits that were sent, keys keep
 * their order. One level at a time and without recursion, so depth costs nothing. Broken text gives
 * `null`, never an exception.
 */

export type JsonKind = "object" | "array" | "string" | "number" | "bool" | "null" | "broken";

/** A member of an object or an item of an array, as a piece of the text it stands in. */
export interface Child {
  key: string;
  from: number;
  to: number;
}

export interface Span {
  from: number;
  to: number;
}

const WHITE = /[ \t\r\n]/;

function skipWhite(text: string, at: number): number {
  while (at < text.length && WHITE.test(text.charAt(at))) at += 1;
  return at;
}

/** The end of the string that begins at `at`, after its closing quote; -1 when it does not end. */
function stringEnd(text: string, at: number): number {
  for (let index = at + 1; index < text.length; index += 1) {
    const sign = text.charCodeAt(index);
    if (sign === 0x5c) index += 1;
    else if (sign === 0x22) return index + 1;
  }
  return -1;
}

/** The end of the value that begins at `at`; -1 when it is broken or does not end. */
function valueEnd(text: string, at: number): number {
  const first = text.charAt(at);
  if (first === '"') return stringEnd(text, at);
  if (first !== "{" && first !== "[") {
    let index = at;
    while (index < text.length && !/[\s,\]}:"[{]/.test(text.charAt(index))) index += 1;
    return index === at ? -1 : index;
  }
  let depth = 0;
  for (let index = at; index < text.length; index += 1) {
    const sign = text.charAt(index);
    if (sign === '"') {
      index = stringEnd(text, index) - 1;
      if (index < 0) return -1;
    } else if (sign === "{" || sign === "[") depth += 1;
    else if (sign === "}" || sign === "]") {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
  }
  return -1;
}

/** What a JSON text holds, by its first sign. */
export function kindOf(json: string): JsonKind {
  switch (json.charAt(skipWhite(json, 0))) {
    case "{":
      return "object";
    case "[":
      return "array";
    case '"':
      return "string";
    case "t":
    case "f":
      return "bool";
    case "n":
      return "null";
    default:
      return /^\s*-?\d/.test(json) ? "number" : "broken";
  }
}

/** The text of a JSON string. Strings alone go through `JSON.parse`, where nothing can be lost. */
export function decodeString(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "string" ? value : json;
  } catch {
    return json;
  }
}

/**
 * The children of an object or an array, duplicates included; `null` for other kinds and broken
 * text.
 */
export function childrenOf(json: string): Child[] | null {
  const open = skipWhite(json, 0);
  const kind = json.charAt(open);
  if (kind !== "{" && kind !== "[") return null;
  const close = kind === "{" ? "}" : "]";
  const found: Child[] = [];
  let at = skipWhite(json, open + 1);
  if (json.charAt(at) === close) return found;
  for (;;) {
    let key = String(found.length);
    if (kind === "{") {
      const keyEnd = json.charAt(at) === '"' ? stringEnd(json, at) : -1;
      if (keyEnd < 0) return null;
      key = decodeString(json.slice(at, keyEnd));
      at = skipWhite(json, keyEnd);
      if (json.charAt(at) !== ":") return null;
      at = skipWhite(json, at + 1);
    }
    const to = valueEnd(json, at);
    if (to < 0) return null;
    found.push({ key, from: at, to });
    at = skipWhite(json, to);
    if (json.charAt(at) === close) return found;
    if (json.charAt(at) !== ",") return null;
    at = skipWhite(json, at + 1);
  }
}

/** The children by name, the last of a name winning as it does for the caller. */
export function childTexts(json: string | null): Map<string, string> {
  const texts = new Map<string, string>();
  if (json === null) return texts;
  for (const child of childrenOf(json) ?? []) texts.set(child.key, json.slice(child.from, child.to));
  return texts;
}

/**
 * Where the value that a JSON pointer names stands in the text. The empty pointer is the whole
 * value.
 */
export function locate(json: string, pointer: string): Span | null {
  const start = skipWhite(json, 0);
  const end = valueEnd(json, start);
  if (end < 0) return null;
  let span: Span = { from: start, to: end };
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    const piece = json.slice(span.from, span.to);
    const child = childrenOf(piece)?.findLast((one) => one.key === key);
    if (!child) return null;
    span = { from: span.from + child.from, to: span.from + child.to };
  }
  return span;
}

/**
 * Where the word that begins at an index ends: a string in its quotes, else all up to the next sign
 * or space.
 */
export function wordEnd(json: string, from: number): number {
  const word = /"(?:[^"\\\n]|\\.)*"?|[^\s,:{}[\]"]+/y;
  word.lastIndex = from;
  return word.test(json) ? word.lastIndex : Math.min(json.length, from + 1);
}

const PREVIEW = 120;

/**
 * One line that says what a value is: scalars as sent, objects and arrays by count and beginning.
 */
export function summarize(json: string): string {
  const kind = kindOf(json);
  if (kind !== "object" && kind !== "array") return json.trim();
  const children = childrenOf(json);
  if (!children) return json.slice(0, PREVIEW);
  const [open, close] = kind === "object" ? ["{", "}"] : ["[", "]"];
  if (children.length === 0) return `${open}${close}`;
  let line = `${open} ${children.length} ${close} `;
  for (const [index, child] of children.entries()) {
    const value = json.slice(child.from, Math.min(child.to, child.from + PREVIEW));
    const nested = value.startsWith("{") ? "{…}" : value.startsWith("[") ? "[…]" : value;
    line += (index > 0 ? ", " : "") + (kind === "object" ? `${child.key}: ${nested}` : nested);
    if (line.length > PREVIEW) return `${line.slice(0, PREVIEW)}…`;
  }
  return line;
}

/** A path as one writes it in a script: `address.city`, `cart[0].sku`, `["two words"]`. */
export function joinPath(parent: string, key: string, inArray: boolean): string {
  if (inArray) return `${parent}[${key}]`;
  if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === "" ? key : `${parent}.${key}`;
}

/** The position of a byte of the UTF-8 text, as an index into the string. */
export function indexOfByte(text: string, offset: number): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (bytes >= offset) return index;
    const code = text.charCodeAt(index);
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else if (code >= 0xd800 && code < 0xdc00) {
      bytes += 4;
      index += 1;
    } else bytes += 3;
  }
  return text.length;
}
