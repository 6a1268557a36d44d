/** Numbers, sizes and moments as people read them, by Intl. */
import { t, words } from "../i18n/index.svelte";

const cache = new Map<string, Intl.NumberFormat>();

function numbers(digits: number): Intl.NumberFormat {
  const key = `${words.language}/${digits}`;
  let made = cache.get(key);
  if (!made) {
    made = new Intl.NumberFormat(words.language, { maximumFractionDigits: digits });
    cache.set(key, made);
  }
  return made;
}

export function formatNumber(value: number, digits = 0): string {
  return numbers(digits).format(value);
}

const moments = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter costs more than a row of the list; each is made once. */
function dates(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${words.language}/${name}`;
  let made = moments.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(words.language, options);
    moments.set(key, made);
  }
  return made;
}

const KILO = 1000;

/** A size in decimal units, as file managers show it. */
export function formatBytes(bytes: number): string {
  if (bytes < KILO) return t("unit.bytes", { count: bytes, value: formatNumber(bytes) });
  if (bytes < KILO ** 2) return t("unit.kb", { value: formatNumber(bytes / KILO, bytes < 10 * KILO ? 1 : 0) });
  if (bytes < KILO ** 3)
    return t("unit.mb", { value: formatNumber(bytes / KILO ** 2, bytes < 10 * KILO ** 2 ? 1 : 0) });
  return t("unit.gb", { value: formatNumber(bytes / KILO ** 3, 1) });
}

/** A length of time with the precision that matters at its size. */
export function formatDuration(ms: number): string {
  if (ms < 10) return t("unit.ms", { value: formatNumber(ms, 1) });
  if (ms < 1000) return t("unit.ms", { value: formatNumber(ms) });
  if (ms < 60_000) return t("unit.s", { value: formatNumber(ms / 1000, 1) });
  return t("unit.min", { value: formatNumber(ms / 60_000, 1) });
}

/** Remaining time: seconds while they can be counted, minutes and seconds above. */
export function formatRemaining(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 100) return t("common.seconds", { value: seconds });
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
}

function two(value: number): string {
  return value.toString().padStart(2, "0");
}

/** Hours, minutes and seconds of the reader's day. */
export function formatTime(at: string | number): string {
  const moment = new Date(at);
  return `${two(moment.getHours())}:${two(moment.getMinutes())}:${two(moment.getSeconds())}`;
}

/** The same with milliseconds, after the language's decimal sign. */
export function formatTimeExact(at: string | number): string {
  const sign = words.language === "ru" ? "," : ".";
  return `${formatTime(at)}${sign}${new Date(at).getMilliseconds().toString().padStart(3, "0")}`;
}

/** A sentence of the program's whose moments, in UTC to the millisecond, are the reader's. */
export function withOwnTimes(sentence: string): string {
  return sentence.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (at) => formatTime(at));
}

/** Day and time in full, for tooltips. */
export function formatMoment(at: string | number): string {
  return dates("moment", { dateStyle: "long", timeStyle: "medium" }).format(new Date(at));
}

/** The day, when it is not the reader's today; else nothing. */
export function formatOtherDay(at: string | number, now: number): string {
  const moment = new Date(at);
  if (moment.toDateString() === new Date(now).toDateString()) return "";
  return dates("day", { day: "numeric", month: "short" }).format(moment);
}

/** The day with its weekday, for headings; with the year when it is another one. */
export function formatDay(at: string | number): string {
  const moment = new Date(at);
  const other = moment.getFullYear() !== new Date().getFullYear();
  const options: Intl.DateTimeFormatOptions = { weekday: "long", day: "numeric", month: "long" };
  return dates(other ? "dayOfYear" : "weekday", other ? { ...options, year: "numeric" } : options).format(moment);
}

/** The day as the filter's `at:` takes it. */
export function filterDay(at: string | number): string {
  const moment = new Date(at);
  return `${two(moment.getDate())}.${two(moment.getMonth() + 1)}.${moment.getFullYear()}`;
}

/** An address whose secret is cut in the middle: enough to tell it from another. */
export function shortAddress(url: string): string {
  return url.replace(/\/([^/]{4})[^/]{10,}([^/]{2})(\/?)$/, "/$1…$2$3");
}
