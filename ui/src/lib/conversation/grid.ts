/** The variables of a conversation over its turns, as the grid shows them. Pure. */
import type { Matrix, MatrixCell } from "../api/types";
import { kindOf } from "../json/walk";

/** What a turn did to a variable, as a mark of its cell. */
export type CellMark = "answer" | "bot" | "type" | null;

/** The signs of the marks. */
export const MARKS = { answer: "●", bot: "◆", type: "≠" } as const;

export interface GridCell {
  /** What the bot has of it once the turn is over; `null` where it has none. */
  value: string | null;
  mark: CellMark;
}

export interface GridRow {
  name: string;
  /** Its place among the rows of the matrix. */
  index: number;
  cells: readonly GridCell[];
  changes: boolean;
}

const NONE: GridCell = { value: null, mark: null };

const valueOf = (cell: MatrixCell | null | undefined): string | null => cell?.after ?? cell?.in ?? null;

function markOf(cell: MatrixCell, before: string | null, isFirst: boolean): CellMark {
  if (cell.change === "type_changed") return "type";
  if (cell.change === "new" || cell.change === "changed") return "answer";
  // What the turn before left is not what came: the bot has set it in between.
  if (isFirst || cell.in === before) return null;
  return cell.in !== null && before !== null && kindOf(cell.in) !== kindOf(before) ? "type" : "bot";
}

/** Row by row; a row that has the same value in every turn does not change. */
export function gridOf({ variables, cells }: Pick<Matrix, "variables" | "cells">): GridRow[] {
  return variables.map((name, index) => {
    const row = cells[index] ?? [];
    let before: string | null = null;
    const made = row.map((cell, at): GridCell => {
      if (cell === null) {
        const lost = before;
        before = null;
        return lost === null ? NONE : { value: null, mark: "bot" };
      }
      const mark = markOf(cell, before, at === 0);
      before = valueOf(cell);
      return { value: before, mark };
    });
    const changes = made.some(({ mark }) => mark !== null) || new Set(made.map(({ value }) => value)).size > 1;
    return { name, index, cells: made, changes };
  });
}

/** The rows that are asked for: by a part of their name, and of those that change alone. */
export function shownRows(rows: readonly GridRow[], text: string, onlyChanging: boolean): GridRow[] {
  const part = text.trim().toLocaleLowerCase();
  return rows.filter(({ name, changes }) => {
    return (!onlyChanging || changes) && (part === "" || name.toLocaleLowerCase().includes(part));
  });
}

/** What is in sight of equally long pieces: from, and until without it. */
export function inSight(count: number, size: number, scrolled: number, room: number): { from: number; until: number } {
  const from = Math.max(0, Math.floor(scrolled / size) - 1);
  return { from, until: Math.min(count, Math.ceil((scrolled + room) / size) + 1) };
}

/** Where an arrow leads from a cell; `null` for a key that leads nowhere. */
export function cellStep(
  key: string,
  at: { row: number; column: number },
  size: { rows: number; columns: number },
): { row: number; column: number } | null {
  const within = (value: number, count: number) => Math.max(0, Math.min(count - 1, value));
  const to = (row: number, column: number) => ({
    row: within(row, size.rows),
    column: within(column, size.columns),
  });
  /** Rows that Page Up and Page Down go by. */
  const JUMP = 12;
  switch (key) {
    case "ArrowDown":
      return to(at.row + 1, at.column);
    case "ArrowUp":
      return to(at.row - 1, at.column);
    case "ArrowRight":
      return to(at.row, at.column + 1);
    case "ArrowLeft":
      return to(at.row, at.column - 1);
    case "PageDown":
      return to(at.row + JUMP, at.column);
    case "PageUp":
      return to(at.row - JUMP, at.column);
    case "Home":
      return to(at.row, 0);
    case "End":
      return to(at.row, size.columns - 1);
    default:
      return null;
  }
}
