/** Puts theme, language and zoom on the page. */
import type { LanguageChoice, ThemeChoice } from "../api/types";
import { systemLanguages } from "../host";
import { resolveLanguage, words } from "../i18n/index.svelte";
import { prefs } from "../stores/prefs.svelte";

export type Theme = "light" | "dark" | "contrast";

const asks = (query: string) => window.matchMedia(query).matches;

export function resolveTheme(choice: ThemeChoice): Theme {
  if (choice !== "system") return choice;
  if (asks("(prefers-contrast: more)")) return "contrast";
  return asks("(prefers-color-scheme: dark)") ? "dark" : "light";
}

export function showTheme(choice: ThemeChoice): void {
  document.documentElement.dataset["theme"] = resolveTheme(choice);
}

export function showLanguage(choice: LanguageChoice): void {
  words.use(resolveLanguage(choice, systemLanguages()));
  document.documentElement.lang = words.language;
}

/** The choices of the last visit, so that the page does not flash before the settings are read. */
export function showRemembered(): void {
  showTheme(prefs.values.theme);
  showLanguage(prefs.values.language);
}

/** Calls `changed` when the system's own look changes. */
export function watchSystem(changed: () => void): () => void {
  const queries = ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"].map((query) => window.matchMedia(query));
  for (const query of queries) query.addEventListener("change", changed);
  return () => {
    for (const query of queries) query.removeEventListener("change", changed);
  };
}
