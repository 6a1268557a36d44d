/**
 * What the list shows: exchanges one after another, or under a header for each user. Held ones are
 * left out: they have a section of their own.
 */
import type { Grouping, Summary } from "../api/types";

export interface GroupItem {
  type: "group";
  key: string;
  user: string | null;
  bot: string;
  count: number;
  collapsed: boolean;
}

export interface RowItem {
  type: "row";
  key: string;
  exchange: Summary;
}

/** Stands above the first row of a day that is not today. */
export interface DayItem {
  type: "day";
  key: string;
  /** A moment of the day. */
  at: string;
}

export type ListItem = GroupItem | RowItem | DayItem;

/** Users of two bots are two users, whatever they are called. */
export function groupKey({ bot, user }: Pick<Summary, "bot" | "user">): string {
  return user === null ? `g:${bot}` : `g:${bot}:${user}`;
}

/** The reader's day of a moment, from its beginning to the next one's. */
function dayOf(at: number): { from: number; until: number } {
  const from = new Date(at);
  from.setHours(0, 0, 0, 0);
  const until = new Date(from);
  until.setDate(from.getDate() + 1);
  return { from: from.getTime(), until: until.getTime() };
}

/** Rows, newest first, with a heading where another day begins; those of today need none. */
function withDays(rows: readonly Summary[], group: string, now: number): (RowItem | DayItem)[] {
  const items: (RowItem | DayItem)[] = [];
  let day = dayOf(now);
  for (const exchange of rows) {
    const at = Date.parse(exchange.at);
    // A clock that was set back may bring a day again.
    if (at < day.from || at >= day.until) {
      day = dayOf(at);
      items.push({ type: "day", key: `d:${group}:${exchange.id}`, at: exchange.at });
    }
    items.push({ type: "row", key: exchange.id, exchange });
  }
  return items;
}

/** The user with the newest exchange comes first, and inside a user the newest exchange does. */
export function listItems(
  all: readonly Summary[],
  grouping: Grouping,
  collapsed: ReadonlySet<string>,
  now: number,
): ListItem[] {
  const rows = all.filter((row) => row.state !== "held");
  if (grouping === "flat") return withDays(rows, "", now);
  const groups = new Map<string, Summary[]>();
  for (const row of rows) {
    const key = groupKey(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  const items: ListItem[] = [];
  for (const [key, group] of groups) {
    const closed = collapsed.has(key);
    items.push({
      type: "group",
      key,
      user: group[0]?.user ?? null,
      bot: group[0]?.bot ?? "",
      count: group.length,
      collapsed: closed,
    });
    if (!closed) items.push(...withDays(group, key, now));
  }
  return items;
}
