import type { Block } from "./block";
import { HEADERS, VARIABLES } from "./calls";

export const leadconverter: Block = {
  calls: {
    title: { ru: "блок «Отправить через вебхук»", en: "the block “Send via webhook”" },
    hasTarget: true,
    fields: [
      {
        name: "method",
        kind: "choice",
        choices: ["JSON POST", "POST", "GET", "PUT", "PATCH", "DELETE"],
        label: { ru: "Метод", en: "Method" },
      },
      {
        name: "parameters",
        kind: "parameters",
        label: { ru: "Параметры", en: "Parameters" },
        help: {
          ru: "Точка в названии — следующий уровень; ({имя}) — переменная.",
          en: "A dot in a name is the next level; ({name}) is a variable.",
        },
      },
      HEADERS,
      { ...VARIABLES, example: '{"name": "Иван"}' },
      {
        name: "result",
        kind: "text",
        example: "result",
        label: { ru: "Результат в", en: "Result in" },
        help: { ru: "Объект, если придёт JSON, иначе текст.", en: "An object where JSON comes, else a text." },
      },
      {
        name: "retry",
        kind: "choice",
        choices: ["off", "compressed", "real"],
        names: {
          off: { ru: "без повторов", en: "no attempts after it" },
          compressed: { ru: "час за секунду", en: "an hour a second" },
          real: { ru: "настоящие часы", en: "the real clock" },
        },
        label: { ru: "Повторы после 4xx и 5xx", en: "Attempts after 4xx and 5xx" },
      },
    ],
  },
  fields: {
    result: {
      label: { ru: "Переменная для ответа", en: "Variable of the answer" },
      help: {
        ru: "Как в блоке «Отправить через вебхук», поле «Сохранить результат в».",
        en: "As in the block “Send via webhook”, under “Save result to”.",
      },
    },
  },
  tester: {
    text: "Ваш код: ({result.promo.code})",
    variables: '{\n  "result": {"promo": {"code": "ABC", "percent": 15}}\n}',
  },
};
