import type { Block } from "./block";
import { HEADERS, VARIABLES } from "./calls";

export const graphHttp: Block = {
  fields: {},
  calls: {
    title: { ru: "блок «HTTP-запрос»", en: "the block “HTTP request”" },
    fields: [
      {
        name: "method",
        kind: "choice",
        choices: ["GET", "POST", "PUT", "DELETE"],
        label: { ru: "Метод", en: "Method" },
      },
      {
        name: "url",
        kind: "text",
        example: "http://127.0.0.1:3000/${city}",
        label: { ru: "Адрес", en: "Address" },
        help: { ru: "${имя} — переменная.", en: "${name} is a variable." },
      },
      HEADERS,
      {
        name: "body",
        kind: "area",
        label: { ru: "Тело", en: "Body" },
        help: { ru: "$имя — переменная.", en: "$name is a variable." },
      },
      { ...VARIABLES, example: '{"city": "Казань"}' },
    ],
  },
};
