/** CodeMirror's own words in Russian; English ones are built in. */
import type { Language } from "../i18n/index.svelte";

const RUSSIAN: Record<string, string> = {
  Find: "Найти",
  Replace: "Заменить",
  next: "дальше",
  previous: "назад",
  all: "все",
  "match case": "регистр",
  "by word": "слово целиком",
  regexp: "регулярное выражение",
  replace: "заменить",
  "replace all": "заменить все",
  close: "закрыть",
  "current match": "это место",
  "on line": "в строке",
  "replaced $ matches": "заменено: $",
  "replaced match on line $": "заменено в строке $",
  "Folded lines": "Свёрнутые строки",
  "Unfolded lines": "Развёрнутые строки",
  "folded code": "свёрнуто",
  unfold: "развернуть",
  "Fold line": "Свернуть",
  "Unfold line": "Развернуть",
  Completions: "Подсказки",
  "No diagnostics": "Замечаний нет",
  Diagnostics: "Замечания",
  "Go to line": "К строке",
  go: "перейти",
};

export function phrases(language: Language): Record<string, string> {
  return language === "ru" ? RUSSIAN : {};
}
