/**
 * The rows of the list as plain data: newest first, keyed by id, with two ways in.
 * `replaceAll` takes what the program listed, `apply` what the feed brought since.
 */
import type { Summary } from "../api/types";

export interface Applied {
  rows: Summary[];
  /** How many rows came in above the first one there was; a held one stands elsewhere, in sight. */
  above: number;
  changed: boolean;
}

export interface Batch {
  changed: Summary[];
  removed: string[];
}

/** The first index whose row arrived at or before `seq`; the length if there is none. */
function indexOf(rows: readonly Summary[], seq: number): number {
  let [from, to] = [0, rows.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((rows[middle]?.seq ?? 0) > seq) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Whether a row is there. Its index follows from its `seq`, so there is no index of all rows. */
function has(rows: readonly Summary[], row: Summary): boolean {
  return rows[indexOf(rows, row.seq)]?.id === row.id;
}

/** Puts rows in order of arrival, newest first; the newer copy of a row wins. */
export function merge(rows: readonly Summary[], incoming: readonly Summary[]): Summary[] {
  const fresh = [...new Map(incoming.map((row) => [row.id, row])).values()].sort((a, b) => b.seq - a.seq);
  const merged: Summary[] = [];
  let taken = 0;
  for (const row of fresh) {
    const index = indexOf(rows, row.seq);
    for (const old of rows.slice(taken, index)) merged.push(old);
    taken = Math.max(taken, index);
    merged.push(row);
    if (rows[index]?.id === row.id) taken = index + 1;
  }
  return merged.concat(rows.slice(taken));
}

/** Which part of all exchanges the rows cover. */
export interface Reach {
  /** The first row is the newest there is. */
  top: boolean;
  /** The last row is the oldest there is. */
  bottom: boolean;
}

/**
 * Applies what the feed brought. A row outside the covered part stays outside: it is paged in when
 * it is asked for.
 */
export function apply(rows: readonly Summary[], batch: Batch, reach: Reach, takesUnknown: boolean): Applied {
  const removed = new Set(batch.removed);
  const remaining = removed.size > 0 ? rows.filter((row) => !removed.has(row.id)) : rows;
  const first = remaining[0]?.seq ?? Number.NEGATIVE_INFINITY;
  const last = remaining.at(-1)?.seq ?? Number.POSITIVE_INFINITY;
  const fitting = batch.changed.filter((row) => {
    if (removed.has(row.id)) return false;
    if (has(remaining, row)) return true;
    if (!takesUnknown) return false;
    if (remaining.length === 0) return reach.top && reach.bottom;
    if (row.seq > first) return reach.top;
    return row.seq > last || reach.bottom;
  });
  const above = new Set(fitting.filter((row) => row.seq > first && row.state !== "held").map((row) => row.id)).size;
  const changed = fitting.length > 0 || remaining.length !== rows.length;
  return { rows: changed ? merge(remaining, fitting) : [...rows], above, changed };
}
