/**
 * The rows of the list as plain data: newest first, keyed by id, with two ways in.
 * `replaceAll` takes what the program listed, `apply` what the feed told since.
 */
import type { Summary } from "../api/types";

export interface Applied {
  rows: Summary[];
  /** How many rows came in above the first one there was. */
  above: number;
  changed: boolean;
}

export interface Batch {
  changed: Summary[];
  removed: string[];
}

/** Puts rows in order of arrival, newest first; the newer copy of a row wins. */
export function merge(rows: readonly Summary[], incoming: readonly Summary[]): Summary[] {
  if (incoming.length === 0) return [...rows];
  const fresh = new Map(incoming.map((row) => [row.id, row]));
  const added: Summary[] = [];
  const known = new Set(rows.map((row) => row.id));
  for (const row of fresh.values()) if (!known.has(row.id)) added.push(row);
  added.sort((a, b) => b.seq - a.seq);
  const merged: Summary[] = [];
  let next = 0;
  for (const old of rows) {
    for (let row = added[next]; row && row.seq > old.seq; row = added[next]) {
      merged.push(row);
      next += 1;
    }
    merged.push(fresh.get(old.id) ?? old);
  }
  return merged.concat(added.slice(next));
}

/** Which part of all exchanges the rows cover. */
export interface Reach {
  /** The first row is the newest there is. */
  top: boolean;
  /** The last row is the oldest there is. */
  bottom: boolean;
}

/** Applies what the feed told. A row outside the covered part stays outside: it is paged in when it is asked for. */
export function apply(rows: readonly Summary[], batch: Batch, reach: Reach, takesUnknown: boolean): Applied {
  const removed = new Set(batch.removed);
  const kept = removed.size > 0 ? rows.filter((row) => !removed.has(row.id)) : rows;
  const first = kept[0]?.seq ?? Number.NEGATIVE_INFINITY;
  const last = kept.at(-1)?.seq ?? Number.POSITIVE_INFINITY;
  const known = new Set(kept.map((row) => row.id));
  const fitting = batch.changed.filter((row) => {
    if (removed.has(row.id)) return false;
    if (known.has(row.id)) return true;
    if (!takesUnknown) return false;
    if (kept.length === 0) return reach.top && reach.bottom;
    if (row.seq > first) return reach.top;
    return row.seq > last || reach.bottom;
  });
  const above = new Set(fitting.filter((row) => !known.has(row.id) && row.seq > first).map((row) => row.id)).size;
  const changed = fitting.length > 0 || kept.length !== rows.length;
  return { rows: changed ? merge(kept, fitting) : [...rows], above, changed };
}
