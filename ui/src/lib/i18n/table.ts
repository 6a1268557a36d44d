/**
 * The shape of words: each key holds both languages, and a sentence about a number all forms of
 * each.
 */

export interface Pair {
  ru: string;
  en: string;
}

/** The forms that Intl.PluralRules names in each language. */
export interface Plural {
  ru: Record<"one" | "few" | "many" | "other", string>;
  en: Record<"one" | "other", string>;
}

export type Table = Record<string, Pair | Plural>;
export type Language = keyof Pair;

/**
 * One language of a table as i18next wants it: a plural form is a key with the form as its suffix.
 */
export function flat(table: Table, language: Language): Record<string, string> {
  const words: Record<string, string> = {};
  for (const [key, pair] of Object.entries(table)) {
    const text = pair[language];
    if (typeof text === "string") words[key] = text;
    else for (const [form, sentence] of Object.entries(text)) words[`${key}_${form}`] = sentence;
  }
  return words;
}
