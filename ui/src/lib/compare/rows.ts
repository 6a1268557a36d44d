/** What differs between two messages, as rows of a table. Pure. */
import type { BodyChange } from "../api/types";

/** What became of a person's correction of the left answer in the right one. */
export type Verdict = "as_corrected" | "as_before" | "new";

export interface ChangeRow {
  /** A JSON pointer, a line or an offset, as the program names it. */
  pointer: string;
  kind: BodyChange["kind"];
  left: string | null;
  right: string | null;
  /** What the server had sent before the left answer was corrected, and what came of that. */
  corrected?: { server: string | null; verdict: Verdict };
}

/** The names that lead to a value, outermost first; none leads to the whole. */
export function namesOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/**
 * The rows of a comparison. `correction`: what a person had changed in the left answer, from the
 * server's to what went out; what the right one has of it is said with it.
 */
export function rowsOf(changes: readonly BodyChange[], correction: readonly BodyChange[] | null): ChangeRow[] {
  if (correction === null) return changes.map(({ pointer, kind, left, right }) => ({ pointer, kind, left, right }));
  const since = new Map(changes.map((change) => [change.pointer, change]));
  const edited = correction.map(({ pointer, kind, left, right }): ChangeRow => {
    const other = since.get(pointer);
    since.delete(pointer);
    const now = other ? other.right : right;
    const verdict = other === undefined ? "as_corrected" : now === left ? "as_before" : "new";
    return { pointer, kind: other?.kind ?? kind, left: right, right: now, corrected: { server: left, verdict } };
  });
  const added = [...since.values()].map(({ pointer, kind, left, right }): ChangeRow => {
    return { pointer, kind, left, right, corrected: { server: left, verdict: "new" } };
  });
  return [...edited, ...added];
}
