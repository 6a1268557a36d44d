/** What an exchange and its user are called where they are named: never nothing. */
import type { Summary } from "../api/types";
import { visible } from "../format/visible";
import { t } from "../i18n/index.svelte";

/** The event, or method and path of a request that has none. */
export function titleOf({ event, method, path }: Pick<Summary, "event" | "method" | "path">): string {
  if (event === null) return visible(`${method} ${path}`);
  return event.trim() === "" ? t("list.emptyEvent") : visible(event);
}

/** The user; `null` where the platform names none. */
export function userOf({ user }: Pick<Summary, "user">): string | null {
  if (user === null) return null;
  return user.trim() === "" ? t("list.emptyUser") : visible(user);
}

/** The programs that a platform tells apart, as they write their names. */
const SENDERS: ReadonlyMap<string, string> = new Map([
  ["bitrix24", "Bitrix24"],
  ["amocrm", "amoCRM"],
]);

/** The name of the program that sent a request; of a later one its id. */
export const senderName = (id: string): string => SENDERS.get(id) ?? id;
