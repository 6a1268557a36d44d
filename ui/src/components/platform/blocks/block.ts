/** What the page says of a platform's settings, beside what their schema says. */
import type { Pair } from "$lib/i18n/index.svelte";
import type { Conditions } from "$lib/platforms/form.svelte";
import type { CallsOf } from "./calls";

export interface FieldWords {
  label: Pair;
  help?: Pair;
  example?: string;
  /** What each choice is called. */
  choices?: Readonly<Record<string, Pair>>;
  /** What the columns of a list are called, by their names. */
  columns?: Readonly<Record<string, Pair>>;
  /** A value can be made here, because nobody else gives one. */
  makes?: boolean;
}

export interface Block {
  /** Calls that a person can compose. */
  calls?: CallsOf;
  /** By the names of the fields, those of a group below `group/`. */
  fields: Readonly<Record<string, FieldWords>>;
  /** By the names of what is made of the settings. */
  made?: Readonly<Record<string, FieldWords>>;
  when?: Conditions;
  /** A text of its next blocks to begin with, and variables where no turn has some. */
  tester?: { text: string; variables: string };
  /** Its channel shows less than is sent: a text to begin with. */
  preview?: Pair;
  /** Its lists are paths of calls, which an example can fill. */
  examples?: boolean;
}
