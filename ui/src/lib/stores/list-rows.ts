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

export type ListItem = GroupItem | RowItem;

/** Users of two bots are two users, whatever they are called. */
export function groupKey({ bot, user }: Pick<Summary, "bot" | "user">): string {
  return user === null ? `g:${bot}` : `g:${bot}:${user}`;
}

/** The user with the newest exchange comes first, and inside a user the newest exchange does. */
export function listItems(all: readonly Summary[], grouping: Grouping, collapsed: ReadonlySet<string>): ListItem[] {
  const rows = all.filter((row) => row.state !== "held");
  if (grouping === "flat") return rows.map((exchange) => ({ type: "row", key: exchange.id, exchange }));
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
    if (!closed) for (const exchange of group) items.push({ type: "row", key: exchange.id, exchange });
  }
  return items;
}
