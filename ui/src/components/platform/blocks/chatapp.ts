import type { Block } from "./block";

export const chatapp: Block = {
  calls: {
    title: { ru: "вызов ссылки входящего вебхука", en: "a call of an incoming webhook's link" },
    fields: [
      {
        name: "link",
        kind: "text",
        label: { ru: "Ссылка", en: "Link" },
        help: {
          ru: "Как из блока: с token; поля подставятся по их названиям.",
          en: "As the block gives it, with its token; fields are put in by their names.",
        },
      },
      {
        name: "fields",
        kind: "json",
        example: '{"chat_id": "7999"}',
        label: { ru: "Поля", en: "Fields" },
      },
      {
        name: "body",
        kind: "json",
        label: { ru: "Тело", en: "Body" },
        help: { ru: "JSON; пусто — без тела.", en: "JSON; empty means none." },
      },
    ],
  },
  fields: {
    token: {
      label: { ru: "Токен ссылки", en: "Token of the link" },
      help: {
        ru: "Из блока «Входящий вебхук». Если пересылаете вызовы в ChatApp, нужен токен настоящей ссылки.",
        en: "From the block “Incoming webhook”. Where calls go on to ChatApp, that of the real link.",
      },
      makes: true,
    },
    template_id: {
      label: { ru: "Номер сценария", en: "Number of the scenario" },
      help: { ru: "template_id в ссылке. Пусто, если его там нет.", en: "template_id of the link, if it has one." },
    },
    fields: {
      label: { ru: "Поля", en: "Fields" },
      help: {
        ru: "Параметры ссылки, объявленные в блоке: только они станут переменными.",
        en: "Parameters of the link that the block declares: these alone become variables.",
      },
      columns: { "": { ru: "Имя поля", en: "Name of the field" } },
    },
  },
  tester: { text: "Заказ {{order.id}}", variables: '{\n  "order": {"id": 10542, "items": [{"sku": "PZ-30"}]}\n}' },
  made: {
    link: {
      label: { ru: "Ссылка для отправителя", en: "Link for the sender" },
      help: {
        ru: "В ней токен: у кого она есть, тот может вызывать бота.",
        en: "It holds the token: whoever has it can call the bot.",
      },
    },
  },
};
