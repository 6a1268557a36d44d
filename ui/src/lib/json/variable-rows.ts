/**
 * The rows of the variables table: each variable, and under an opened one its members, in and out
 * side by side.
 */
import type { Change, Variable } from "../api/types";
import { childTexts, joinPath, kindOf } from "./walk";

export interface VariableRow {
  path: string;
  name: string;
  depth: number;
  in: string | null;
  /** What the developer's own server sent, where a person corrects that. */
  server: string | null;
  out: string | null;
  after: string | null;
  /** Known for whole variables; members are compared by eye. */
  change: Change | null;
  /** The members to open; 0 where there are none. */
  expandable: boolean;
  open: boolean;
  /** Stands for members beyond the limit: how many there are. */
  more: number;
}

/** Members shown under an opened value; the whole is in the full view. */
const MOST_MEMBERS = 500;

const isContainer = (text: string | null) => text !== null && (kindOf(text) === "object" || kindOf(text) === "array");

function contains(text: string | null, part: string): boolean {
  return text !== null && text.toLowerCase().includes(part);
}

/** A variable with what the developer's own server sent for it. */
export type ShownVariable = Variable & { server?: string | null };

/**
 * The variables with what a server's answer has for each; those that it alone has stand at the end.
 * An answer that is no JSON object has none.
 */
export function withServer(variables: readonly Variable[], answer: string): ShownVariable[] {
  const sent = kindOf(answer) === "object" ? childTexts(answer) : new Map<string, string>();
  const known = new Set(variables.map(({ name }) => name));
  const beyond = [...sent.keys()].filter((name) => !known.has(name));
  return [
    ...variables.map((one) => ({ ...one, server: sent.get(one.name) ?? null })),
    ...beyond.map((name): ShownVariable => ({
      name,
      role: "user",
      in: null,
      server: sent.get(name) ?? null,
      out: null,
      after: null,
      change: "untouched",
    })),
  ];
}

/** What a person made of a server's value; `null` where it goes out as it came, or none did. */
export function correctionOf({ server, out }: Pick<VariableRow, "server" | "out">): "edited" | "removed" | null {
  if (server === null) return null;
  if (out === null) return "removed";
  return out === server ? null : "edited";
}

const DECIMAL = /^(-?)0*(\d+?)(?:\.(\d*?)0*)?$/;
/** Whether the bot will hold another number than goes out: its JavaScript has 53 bits for one. */
export function rounds({ out, after }: Pick<VariableRow, "out" | "after">): boolean {
  const [sent, kept] = [out, after].map((text) => (text === null ? null : DECIMAL.exec(text.trim())));
  if (!sent || !kept) return false;
  return [1, 2, 3].some((part) => (sent[part] ?? "") !== (kept[part] ?? ""));
}

/** What a turn brought at a path as it is written in a rule; `null` where it brought nothing. */
export function valueAt(variables: readonly Variable[], path: string): string | null {
  const goesOn = (at: string) => path === at || (path.startsWith(at) && /^[.[]/.test(path.slice(at.length)));
  const named = variables.map(({ name, in: json }) => ({ at: joinPath("", name, false), json }));
  let found = named.find(({ at, json }) => json !== null && goesOn(at)) ?? null;
  while (found !== null && found.at !== path) {
    const { at, json } = found;
    const inArray = kindOf(json ?? "") === "array";
    const members = [...childTexts(json)].map(([key, text]) => ({ at: joinPath(at, key, inArray), json: text }));
    found = members.find((one) => goesOn(one.at)) ?? null;
  }
  return found?.json ?? null;
}

/** Whether a variable has the text in its name or in a value. */
export function matchesText(variable: Variable, text: string): boolean {
  const part = text.trim().toLowerCase();
  if (part === "") return true;
  return [variable.name, variable.in, variable.out].some((one) => contains(one, part));
}

export function variableRows(variables: readonly ShownVariable[], opened: ReadonlySet<string>): VariableRow[] {
  const rows: VariableRow[] = [];
  for (const variable of variables) {
    addRow(rows, opened, {
      path: joinPath("", variable.name, false),
      name: variable.name,
      depth: 0,
      in: variable.in,
      server: variable.server ?? null,
      out: variable.out,
      after: variable.after,
      change: variable.change,
    });
  }
  return rows;
}

type Texts = Omit<VariableRow, "expandable" | "open" | "more">;

function addRow(rows: VariableRow[], opened: ReadonlySet<string>, texts: Texts): void {
  const expandable = [texts.in, texts.server, texts.out, texts.after].some(
    (text) => isContainer(text) && childTexts(text).size > 0,
  );
  const open = expandable && opened.has(texts.path);
  rows.push({ ...texts, expandable, open, more: 0 });
  if (open) addMembers(rows, opened, texts);
}

function addMembers(rows: VariableRow[], opened: ReadonlySet<string>, parent: Texts): void {
  const texts = [parent.in, parent.server, parent.out, parent.after];
  const members = texts.map(childTexts);
  const [incoming, server, outgoing, after] = members;
  const keys = [...new Set(members.flatMap((one) => [...one.keys()]))];
  const inArray = texts.every((text) => text === null || kindOf(text) !== "object");
  for (const key of keys.slice(0, MOST_MEMBERS)) {
    addRow(rows, opened, {
      path: joinPath(parent.path, key, inArray),
      name: key,
      depth: parent.depth + 1,
      in: incoming?.get(key) ?? null,
      server: server?.get(key) ?? null,
      out: outgoing?.get(key) ?? null,
      after: after?.get(key) ?? null,
      change: null,
    });
  }
  const more = keys.length - MOST_MEMBERS;
  if (more > 0) {
    rows.push({
      path: `${parent.path}…`,
      name: "",
      depth: parent.depth + 1,
      in: null,
      server: null,
      out: null,
      after: null,
      change: null,
      expandable: false,
      open: false,
      more,
    });
  }
}
