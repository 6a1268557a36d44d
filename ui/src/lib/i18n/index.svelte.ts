/** Words in the reader's language. Keys are typed by the Russian table; the English one must match it. */
import i18next, { type i18n as I18next } from "i18next";

import { en } from "./en";
import { ru } from "./ru";

type Plural<K> = K extends `${infer Base}_${"one" | "few" | "many" | "other"}` ? Base : K;
/** A key as the code names it: plural forms share one. */
export type Key = Plural<keyof typeof ru>;
export type Language = "ru" | "en";
export type Values = Record<string, string | number>;

export const TABLES: Record<Language, Record<string, string>> = { ru, en };

function instance(): I18next {
  const made = i18next.createInstance();
  void made.init({
    lng: "ru",
    fallbackLng: false,
    initAsync: false,
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    resources: { ru: { translation: ru }, en: { translation: en } },
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

  text(key: Key, values?: Values): string {
    return this.#i18n.t(key, { lng: this.#language, ...values });
  }
}

export const words = new Words();

/** The words of a key. Read inside a template or a derived value, it follows the language. */
export function t(key: Key, values?: Values): string {
  return words.text(key, values);
}

/** Whether a text is a key; for keys made of a code that the server may extend. */
export function isKey(text: string): text is Key {
  return text in ru || `${text}_other` in ru;
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
