/**
 * How wide the columns of the variables table are: as their content needs until one is dragged. The
 * columns of values give way first, one without a value shrinks to its heading, and the names are
 * cut last. Pure.
 */

export const COLUMNS = ["name", "in", "server", "out", "after"] as const;
export type Column = (typeof COLUMNS)[number];
/** Those that are shown: what the developer's server sent only where its answer is corrected. */
export const columnsOf = (hasServer: boolean): readonly Column[] =>
  COLUMNS.filter((column) => hasServer || column !== "server");
/** Widths in pixels that were chosen by hand; what is not there follows the content. */
export type Chosen = { [column in Column]?: number | undefined };

/** What decides of a row: how deep it stands, and whether the answer names it. */
export interface ColumnRow {
  name: string;
  depth: number;
  out: string | null;
}

export const LEAST = 64;
export const MOST = 1200;
/** A letter of the data face at the table's size, in pixels. */
const LETTER = 7.3;
/** Edges, the arrow, and the menu at a name's end. */
const AROUND_NAME = 16 + 28 + 8;
const EMPTY_OUT = 96;
const NAME_LEAST = 112;
/** Names take this share of the room at most. */
const NAME_SHARE = 0.45;
/** What a column of values needs to show anything. */
const VALUE_LEAST = 88;
const STEP = 12;
/** Below this level the indent ends: the name would have no room, and the path says where it is. */
const DEEPEST = 5;

/** How far a name stands from the edge, in pixels. */
export function indentOf(depth: number): number {
  return 16 + Math.min(depth, DEEPEST) * STEP;
}

/** The widths of the columns; together as wide as the room, or wider where it is too small. */
export function columnWidths(
  rows: readonly ColumnRow[],
  room: number,
  chosen: Chosen,
  hasServer = false,
): Record<Column, number> {
  const longest = rows.reduce((most, row) => Math.max(most, indentOf(row.depth) + row.name.length * LETTER), 0);
  const wanted = Math.max(NAME_LEAST, Math.ceil(longest) + AROUND_NAME - 16);
  const name = chosen.name ?? Math.min(wanted, Math.max(NAME_LEAST, Math.floor(room * NAME_SHARE)));
  const out = chosen.out ?? (rows.some((row) => row.out !== null) ? null : EMPTY_OUT);
  const server = hasServer ? (chosen.server ?? null) : 0;
  const open = [chosen.in ?? null, server, out, chosen.after ?? null];
  const taken = name + open.reduce((sum: number, width) => sum + (width ?? 0), 0);
  const free = open.filter((width) => width === null).length;
  const each = free === 0 ? 0 : Math.max(VALUE_LEAST, Math.floor((room - taken) / free));
  const [first, second, third, fourth] = open.map((width) => width ?? each);
  const widths = {
    name,
    in: first ?? each,
    server: second ?? each,
    out: third ?? each,
    after: fourth ?? each,
  };
  // The last column takes what the others leave.
  const left = room - Object.values(widths).reduce((sum, width) => sum + width, 0);
  return left > 0 ? { ...widths, after: widths.after + left } : widths;
}
