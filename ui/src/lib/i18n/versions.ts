/** Words of what was answered before. */
import type { Table } from "./table";

export const versions = {
  "versions.title": { ru: "Ответы на «{{event}}»", en: "Answers to “{{event}}”" },
  "versions.list": { ru: "Версии ответа, новые сверху", en: "Versions of the answer, newest first" },
  "versions.none": { ru: "На это событие ещё не отвечали.", en: "This event has not been answered before." },
  "versions.times": {
    ru: {
      one: "{{value}} раз",
      few: "{{value}} раза",
      many: "{{value}} раз",
      other: "{{value}} раза",
    },
    en: { one: "{{value}} time", other: "{{value}} times" },
  },
  "versions.byNobody": { ru: "приложение", en: "the app" },
  "versions.byRule": { ru: "правило «{{name}}»", en: "rule “{{name}}”" },
  "versions.more": { ru: "Более старые", en: "Older ones" },
  "versions.since": { ru: "впервые {{time}}", en: "first at {{time}}" },
  "versions.against": { ru: "отмечен для сравнения", en: "to compare" },
  "versions.compare": { ru: "Сравнить с…", en: "Compare with…" },
  "versions.compareNot": { ru: "Не сравнивать", en: "Compare no more" },
  "versions.compareHelp": {
    ru: "Отметить эту версию; разница видна с той, что выбрана потом",
    en: "Mark this version; the difference is to the one that is chosen then",
  },
  "versions.compared": { ru: "Разница: старая версия → новая", en: "Difference: older version → newer one" },
  "versions.restore": { ru: "В редактор", en: "Into the editor" },
  "versions.toTurn": { ru: "К ходу", en: "Go to the turn" },
  "versions.text": { ru: "Тело ответа", en: "Body of the answer" },
  "versions.noDifference": {
    ru: "Одна из двух версий — не текст или сохранена не целиком: сравнить их нельзя.",
    en: "One of the two versions is no text, or is not kept whole: they cannot be compared.",
  },
  "versions.noText": {
    ru: "Тело этого ответа — не текст или сохранено не целиком: в редактор его не взять.",
    en: "The body of this answer is no text, or is not kept whole: the editor does not take it.",
  },
} as const satisfies Table;
