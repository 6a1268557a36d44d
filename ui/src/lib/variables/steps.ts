/** What the keys mean in the variables table, whose cells are one tab stop. Pure. */
import type { Column } from "./columns";

export interface Place {
  row: number;
  column: Column;
  /** Those that are shown. */
  columns: readonly Column[];
  /** How many rows there are. */
  rows: number;
  /** Whether the row has members, and shows them. */
  expandable: boolean;
  open: boolean;
}

/** The cell to go to, or what is done with the one the keys are on; `null` where it is nothing. */
export type Step = { row: number; column: Column } | "toggle" | "open" | null;

/** Rows that Page Up and Page Down go by. */
const JUMP = 12;

export function stepOf(key: string, { row, column, columns, rows, expandable, open }: Place): Step {
  const last = rows - 1;
  const to = (next: number) => ({ row: Math.max(0, Math.min(last, next)), column });
  const beside = (by: 1 | -1): Step => {
    const next = columns[columns.indexOf(column) + by];
    return next === undefined ? null : { row, column: next };
  };
  const folds = column === "name" && expandable;
  switch (key) {
    case "ArrowDown":
      return to(row + 1);
    case "ArrowUp":
      return to(row - 1);
    case "PageDown":
      return to(row + JUMP);
    case "PageUp":
      return to(row - JUMP);
    case "Home":
      return to(0);
    case "End":
      return to(last);
    case "ArrowRight":
      return folds && !open ? "toggle" : beside(1);
    case "ArrowLeft":
      return folds && open ? "toggle" : beside(-1);
    case "Enter":
    case " ":
      return column === "name" ? (folds ? "toggle" : null) : "open";
    default:
      return null;
  }
}
