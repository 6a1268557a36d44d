/**
 * A form as three readers see it, line by line, and where they part. Read from the program's text:
 * an object's members keep the order in which the reader has them.
 */
import { childrenOf, childTexts, decodeString, joinPath, kindOf } from "../json/walk";

export const READERS = ["php", "qs", "whatwg"] as const;
export type ReaderId = (typeof READERS)[number];

export interface ReaderLine {
  path: string;
  /** As JSON text. */
  value: string;
  /** Another reader does not have the same value at the same place. */
  parts: boolean;
}

export interface ReadForm {
  readers: Readonly<Record<ReaderId, readonly ReaderLine[]>>;
  /** The reader that the platform takes the form with, where it is one of them. */
  inForce: ReaderId | null;
  agree: boolean;
}

/** `shown`: where the path is shown otherwise. */
type Entry = readonly [path: string, value: string, shown?: string];

/** The leaves of a value, empty objects and lists among them. */
function leavesOf(json: string, path: string): Entry[] {
  const children = childrenOf(json);
  if (children === null || (children.length === 0 && path !== "")) return [[path, json]];
  const inArray = kindOf(json) === "array" && path !== "";
  return children.flatMap(({ key, from, to }) => {
    // A name of the form itself stands as it is, like those of the WHATWG's rules.
    const inner = path === "" ? nameOf(key) : joinPath(path, key, inArray);
    return leavesOf(json.slice(from, to), inner);
  });
}

/** A name that would read as a way down is quoted. */
const nameOf = (key: string) => (/[.[\]]/.test(key) || key === "" ? `[${JSON.stringify(key)}]` : key);

/** Names and values of the WHATWG's rules, whose names mean nothing but themselves. */
function pairsOf(json: string): Entry[] {
  return (childrenOf(json) ?? []).map(({ from, to }) => {
    const pair = json.slice(from, to);
    const [name, value] = (childrenOf(pair) ?? []).map((one) => pair.slice(one.from, one.to));
    const shown = decodeString(name ?? '""');
    return [nameOf(shown), value ?? "null", shown];
  });
}

export function readersOf(text: string): ReadForm {
  const parts = childTexts(text);
  const entries: Record<ReaderId, Entry[]> = {
    php: leavesOf(parts.get("php") ?? "{}", ""),
    qs: leavesOf(parts.get("qs") ?? "{}", ""),
    whatwg: pairsOf(parts.get("whatwg") ?? "[]"),
  };
  const lineOf = ([path, value]: Entry) => `${path}\n${value}`;
  const lines = READERS.map((id) => new Set(entries[id].map(lineOf)));
  const marked = (id: ReaderId) =>
    entries[id].map((entry) => ({
      // Names of the WHATWG's rules lead nowhere: they stand as they are.
      path: entry[2] ?? entry[0],
      value: entry[1],
      parts: !lines.every((those) => those.has(lineOf(entry))),
    }));
  const readers = { php: marked("php"), qs: marked("qs"), whatwg: marked("whatwg") };
  const named = decodeString(parts.get("in_force") ?? "null");
  return {
    readers,
    inForce: READERS.find((id) => id === named) ?? null,
    agree: READERS.every((id) => readers[id].every((line) => !line.parts)),
  };
}
