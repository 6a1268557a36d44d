/** What a call of a platform is made of, where a person composes one. */
import type { Pair } from "$lib/i18n/index.svelte";
import type { CallField } from "$lib/simulator/calls.svelte";

export interface FieldOfCall extends CallField {
  label: Pair;
  help?: Pair;
  example?: string;
}

/** The calls that a platform makes of others. */
export interface CallsOf {
  /** The block or the program that makes them. */
  title: Pair;
  fields: readonly FieldOfCall[];
  /** They go to the bot's address or server; else they have an address of their own. */
  hasTarget?: boolean;
}

/** Fields that several platforms have. */
export const HEADERS: FieldOfCall = { name: "headers", kind: "headers", label: { ru: "Заголовки", en: "Headers" } };
export const VARIABLES: FieldOfCall = {
  name: "variables",
  kind: "json",
  label: { ru: "Переменные", en: "Variables" },
  help: { ru: "Откуда берутся подстановки, объект JSON.", en: "Where the placeholders come from, a JSON object." },
};
