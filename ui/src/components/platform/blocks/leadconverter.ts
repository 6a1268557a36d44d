import type { Block } from "./block";

export const leadconverter: Block = {
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
