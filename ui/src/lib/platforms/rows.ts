/** Rows of a list among the settings, and what an example would change about them. Pure. */
import { isObject } from "./schema";

/** A row as it stands in its fields; a list of plain texts has its one cell under "". */
export interface Row {
  key: string;
  cells: Readonly<Record<string, string>>;
  /** It was taken away, and can be brought back until then. */
  goneUntil: number | null;
}

/** The rows that are saved. Keys are made of places, so that the same ones stay the same. */
export function rowsOf(saved: unknown, columns: readonly string[]): Row[] {
  const all: readonly unknown[] = Array.isArray(saved) ? saved : [];
  return all.map((one, index) => ({ key: `saved-${index}`, cells: cellsOf(one, columns), goneUntil: null }));
}

function cellsOf(one: unknown, columns: readonly string[]): Record<string, string> {
  const cell = (column: string): string => {
    const value = column === "" ? one : isObject(one) ? one[column] : null;
    return typeof value === "string" ? value : "";
  };
  return Object.fromEntries(columns.map((column) => [column, cell(column)]));
}

export const isEmpty = ({ cells }: Pick<Row, "cells">): boolean => Object.values(cells).every((text) => text === "");

/** The rows that are sent: what was taken away and what is empty is left out. */
export const sentRows = (rows: readonly Row[]): Row[] => rows.filter((row) => row.goneUntil === null && !isEmpty(row));

/**
 * Rows as the program takes them. The first column is always there; others are null where empty.
 */
export function valueOfRows(rows: readonly Row[], columns: readonly string[]): unknown[] {
  const [first = ""] = columns;
  return sentRows(rows).map(({ cells }) =>
    first === ""
      ? cells[""]
      : Object.fromEntries(columns.map((name) => [name, cells[name] || (name === first ? "" : null)])),
  );
}

/** What an example does to the rows of its part. */
export interface RowsChange {
  added: readonly string[];
  kept: readonly string[];
  going: readonly string[];
}

/** Paths of an example beside those that are there. */
export function changeOf(rows: readonly Row[], column: string, paths: readonly string[]): RowsChange {
  const present = sentRows(rows).map(({ cells }) => cells[column] ?? "");
  return {
    added: paths.filter((path) => !present.includes(path)),
    kept: present.filter((path) => paths.includes(path)),
    going: present.filter((path) => !paths.includes(path)),
  };
}

/**
 * The rows after an example: its paths in its order, each with what else its row had; `keep` leaves
 * those that it does not have, before the new ones.
 */
export function withPaths(
  rows: readonly Row[],
  columns: readonly string[],
  paths: readonly string[],
  keep: boolean,
  key: () => string,
): Row[] {
  const [column = ""] = columns;
  const present = sentRows(rows);
  const of = (path: string) => present.find(({ cells }) => cells[column] === path);
  const made = (path: string): Row => ({
    key: key(),
    cells: { ...Object.fromEntries(columns.map((name) => [name, ""])), [column]: path },
    goneUntil: null,
  });
  if (!keep) return paths.map((path) => of(path) ?? made(path));
  return [...present, ...paths.filter((path) => of(path) === undefined).map(made)];
}

/** Whether two lists say the same. */
export function isSame(a: readonly Row[], b: readonly Row[]): boolean {
  const texts = (rows: readonly Row[]) => JSON.stringify(rows.map(({ cells }) => Object.entries(cells)));
  return texts(a) === texts(b);
}
