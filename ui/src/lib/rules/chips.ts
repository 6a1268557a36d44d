/** The values of a turn that conditions are made of by one click. Pure. */
import type { Variable } from "../api/types";
import { childrenOf, joinPath, kindOf } from "../json/walk";

export interface Chip {
  /** As it is written in a rule. */
  path: string;
  /** The value's JSON text. */
  json: string;
}

/** What is shown of one list or object, and how deep it is looked into. */
const LEAVES = 3;
const DEEPEST = 3;

const isContainer = (json: string) => kindOf(json) === "object" || kindOf(json) === "array";

function leavesOf(path: string, json: string, depth: number): Chip[] {
  const children = isContainer(json) && depth < DEEPEST ? (childrenOf(json) ?? []) : [];
  if (children.length === 0) return [{ path, json }];
  const inArray = kindOf(json) === "array";
  const found: Chip[] = [];
  for (const [index, { from, key, to }] of children.entries()) {
    if (found.length >= LEAVES) break;
    const at = joinPath(path, inArray ? String(index) : (key ?? ""), inArray);
    found.push(...leavesOf(at, json.slice(from, to), depth + 1));
  }
  return found.slice(0, LEAVES);
}

/**
 * The values of a turn, the developer's own before the platform's. Of a list or an object the first
 * ones in it, which conditions compare; an empty one stands for itself.
 */
export function chipsOf(variables: readonly Variable[]): Chip[] {
  const given = variables.filter(({ in: json, role }) => role !== "event" && json !== null);
  const ordered = [...given.filter(({ role }) => role === "user"), ...given.filter(({ role }) => role !== "user")];
  return ordered.flatMap(({ in: json, name }) => leavesOf(joinPath("", name, false), json ?? "null", 0));
}
