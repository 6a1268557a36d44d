/**
 * The keys of the filter, one entry each, in the order in which they are offered. A key that the
 * program's document gains is an error of the compiler until it has its entry. Pure.
 */
import type { Summary } from "../api/types";
import { FILTER_VALUES } from "../api/values";
import type { Pair } from "../i18n/table";

/** What the page has seen, as a source of values. */
export interface Known {
  rows: readonly Summary[];
  /** Names of variables. */
  names: readonly string[];
  /** Names of bots. */
  bots: readonly string[];
  /** Words for days in the reader's language. */
  days: readonly string[];
}

export interface FilterKey {
  /** What follows the key: a value, a quantity to compare with, or a name of its own. */
  sign: ":" | ">" | ".";
  about: Pair;
  /** Values seen lately, for `.` names; a key without it offers those that the program lists. */
  seen?: (known: Known) => readonly (string | null)[];
}

/** The keys that take no plain value, so that the document lists none for them. */
type Unlisted = "var" | "header" | "at" | "duration" | "size";
export type KeyName = keyof typeof FILTER_VALUES | Unlisted;

export const KEYS: Record<KeyName, FilterKey> = {
  event: { sign: ":", about: { ru: "событие", en: "event" }, seen: ({ rows }) => rows.map((row) => row.event) },
  user: { sign: ":", about: { ru: "пользователь", en: "user" }, seen: ({ rows }) => rows.map((row) => row.user) },
  at: {
    sign: ">",
    about: { ru: "время: at>12:00, at>1h, at:вчера", en: "time: at>12:00, at>1h, at:yesterday" },
    seen: ({ days }) => days,
  },
  status: { sign: ":", about: { ru: "статус ответа: 200, 5xx, 500-599", en: "answer status: 200, 5xx, 500-599" } },
  by: { sign: ":", about: { ru: "кто ответил", en: "who answered" } },
  is: { sign: ":", about: { ru: "состояние и пометки", en: "state and marks" } },
  has: { sign: ":", about: { ru: "замечания и заметка", en: "findings and note" } },
  var: {
    sign: ".",
    about: {
      ru: "переменная: var.city=Казань, var.total>100, var.name~часть",
      en: "variable: var.city=Paris, var.total>100, var.name~part",
    },
    seen: ({ names }) => names,
  },
  body: { sign: ":", about: { ru: "текст в теле", en: "text in the body" } },
  method: { sign: ":", about: { ru: "метод", en: "method" }, seen: ({ rows }) => rows.map((row) => row.method) },
  path: { sign: ":", about: { ru: "путь", en: "path" }, seen: ({ rows }) => rows.map((row) => row.path) },
  header: { sign: ".", about: { ru: "заголовок, header.x-id:abc", en: "header, header.x-id:abc" } },
  note: { sign: ":", about: { ru: "текст заметки", en: "text of the note" } },
  duration: { sign: ">", about: { ru: "длительность в мс, duration>100", en: "duration in ms, duration>100" } },
  size: { sign: ">", about: { ru: "размер тела в байтах, size>1000", en: "body size in bytes, size>1000" } },
  source: { sign: ":", about: { ru: "откуда пришёл", en: "where it came from" } },
  platform: { sign: ":", about: { ru: "платформа", en: "platform" } },
  bot: { sign: ":", about: { ru: "бот", en: "bot" }, seen: ({ bots }) => bots },
  id: { sign: ":", about: { ru: "номер обмена или его начало", en: "the exchange's id or its beginning" } },
  of: {
    sign: ":",
    about: {
      ru: "повторы обмена и вызовы после него, по его номеру",
      en: "an exchange's replays and the calls after it, by its id",
    },
  },
};

/** The values the program lists, as `held` for `is`. */
const LISTED: Partial<Record<string, readonly string[]>> = FILTER_VALUES;
/** Values of a key beyond these are not looked through. */
const SEEN_MOST = 200;

export function findKey(name: string): FilterKey | null {
  return Object.hasOwn(KEYS, name) ? KEYS[name as KeyName] : null;
}

/** The values that are known of a key, each once. */
export function valuesOf(name: string, known: Known): readonly string[] {
  const seen = findKey(name)?.seen?.(known);
  if (seen) return [...new Set(seen.filter((one) => one !== null))].slice(0, SEEN_MOST);
  return LISTED[name] ?? [];
}
