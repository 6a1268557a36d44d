/** Who answered: as the list says it, and as a sentence. */
import type { Table } from "./table";

export const answeredBy = {
  "by.default": { ru: "по умолчанию", en: "default" },
  "answer.by.default": { ru: "Ответ по умолчанию", en: "Default answer" },
  "by.rule": { ru: "правило", en: "rule" },
  "answer.by.rule": { ru: "Ответило правило", en: "Answered by a rule" },
  "by.hand": { ru: "вручную", en: "by hand" },
  "answer.by.hand": { ru: "Ответили вручную", en: "Answered by hand" },
  "by.fallback": { ru: "запасной", en: "fallback" },
  "answer.by.fallback": { ru: "Ушёл запасной ответ", en: "The fallback went out" },
  "by.upstream": { ru: "мой сервер", en: "my server" },
  "answer.by.upstream": { ru: "Ответил мой сервер", en: "Answered by my server" },
  "by.upstream_edited": { ru: "мой сервер ✎", en: "my server ✎" },
  "answer.by.upstream_edited": { ru: "Ответил мой сервер, с правкой", en: "Answered by my server, edited" },
  "by.platform": { ru: "платформа", en: "platform" },
  "answer.by.platform": { ru: "Ответила сама платформа", en: "Answered as the platform itself does" },
} as const satisfies Table;
