/**
 * Words in the reader's language. A table holds both languages of each key; the compiler demands
 * both.
 */
import i18next, { type i18n as I18next } from "i18next";

import { answer } from "./answer";
import { answeredBy } from "./answered-by";
import { calls } from "./calls";
import { compare } from "./compare";
import { common } from "./common";
import { conversation } from "./conversation";
import { detail } from "./detail";
import { list } from "./list";
import { patience } from "./patience";
import { platforms } from "./platforms";
import { ruleEditor } from "./rule-editor";
import { run } from "./run";
import { rules } from "./rules";
import { server } from "./server";
import { settings } from "./settings";
import { simulator } from "./simulator";
import { flat, type Language, type Pair, type Table } from "./table";
import { tunnel } from "./tunnel";
import { versions } from "./versions";
import { tunnelForms } from "./tunnel-forms";

export type { Language, Pair } from "./table";
export type Values = Record<string, string | number>;

const LANGUAGES: readonly Language[] = ["ru", "en"];
/** The words that several parts of the page use. A view's own words are in the view's folder. */
const SHARED = {
  ...common,
  ...calls,
  ...compare,
  ...conversation,
  ...list,
  ...detail,
  ...answer,
  ...answeredBy,
  ...patience,
  ...platforms,
  ...rules,
  ...run,
  ...ruleEditor,
  ...server,
  ...settings,
  ...simulator,
  ...tunnel,
  ...tunnelForms,
  ...versions,
};
export type Key = keyof typeof SHARED;

function instance(): I18next {
  const made = i18next.createInstance();
  void made.init({
    lng: "ru",
    fallbackLng: false,
    initAsync: false,
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    resources: {},
  });
  return made;
}

class Words {
  readonly #i18n = instance();
  #language = $state<Language>("ru");

  get language(): Language {
    return this.#language;
  }

  use(language: Language): void {
    void this.#i18n.changeLanguage(language);
    this.#language = language;
  }

  add(table: Table): void {
    for (const language of LANGUAGES) this.#i18n.addResources(language, "translation", flat(table, language));
  }

  text(key: string, values?: Values): string {
    return this.#i18n.t(key, { lng: this.#language, ...values });
  }
}

export const words = new Words();

/**
 * Adds a table; gives the function that finds its keys. Read inside a template or a derived value,
 * it follows the language.
 */
export function wordsOf<T extends Table>(table: T): (key: keyof T & string, values?: Values) => string {
  words.add(table);
  return (key, values) => words.text(key, values);
}

export const t = wordsOf(SHARED);

/**
 * The side of a pair that the reader speaks; for words that stand with what they name, such as a
 * command's.
 */
export function say(pair: Pair): string {
  return pair[words.language];
}

/** Whether a text is a key; for keys made of a code that the server may extend. */
export function isKey(text: string): text is Key {
  return text in SHARED;
}

/** The language of a choice; `system` asks the browser, and what is neither is English. */
export function resolveLanguage(choice: "system" | Language, preferred: readonly string[]): Language {
  if (choice !== "system") return choice;
  for (const tag of preferred) {
    if (tag.toLowerCase().startsWith("ru")) return "ru";
    if (tag.toLowerCase().startsWith("en")) return "en";
  }
  return "en";
}
