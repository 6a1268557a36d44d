import type { Block } from "./block";

const isBot = (value: (name: string) => string) => (value("role") || "bot") === "bot";

export const webim: Block = {
  calls: {
    title: { ru: "события чата для бота", en: "events of a chat for a bot" },
    hasTarget: true,
    fields: [
      {
        name: "event",
        kind: "choice",
        choices: ["new_message", "new_chat"],
        names: {
          new_message: { ru: "сообщение", en: "a message" },
          new_chat: { ru: "новый чат", en: "a new chat" },
        },
        label: { ru: "Событие", en: "Event" },
      },
      { name: "chat", kind: "text", example: "1", label: { ru: "Чат", en: "Chat" } },
      { name: "text", kind: "text", label: { ru: "Посетитель пишет", en: "The visitor writes" } },
      {
        name: "kind",
        kind: "choice",
        choices: ["visitor", "keyboard_response", "file_visitor"],
        names: {
          visitor: { ru: "текст", en: "a text" },
          keyboard_response: { ru: "кнопка", en: "a button" },
          file_visitor: { ru: "файл", en: "a file" },
        },
        label: { ru: "Вид", en: "Kind" },
      },
      {
        name: "button",
        kind: "json",
        example: '{"id": "1", "text": "Да"}',
        label: { ru: "Кнопка", en: "Button" },
        help: { ru: "Только когда нажата кнопка.", en: "Only where a button was pressed." },
      },
      {
        name: "version",
        kind: "choice",
        choices: ["2.0", "1.0"],
        label: { ru: "Версия API", en: "Version of the API" },
      },
    ],
  },
  fields: {
    role: {
      label: { ru: "Кто мы", en: "Who we are" },
      help: {
        ru: "Бот: Webim присылает события сюда. Webim: бот вызывает нас, как вызывал бы Webim.",
        en: "A bot: Webim sends its events here. Webim: a bot calls us as it would call Webim.",
      },
      choices: {
        bot: { ru: "внешний бот", en: "external bot" },
        webim: { ru: "вместо Webim", en: "in place of Webim" },
      },
    },
    token: {
      label: { ru: "Токен авторизации", en: "Authorization token" },
      help: {
        ru: "Из личного кабинета Webim: интеграция с ботом.",
        en: "From the Webim account: the bot’s integration.",
      },
      makes: true,
    },
    domain: {
      label: { ru: "Адрес домена", en: "Domain" },
      help: { ru: "Домен аккаунта Webim.", en: "The domain of the Webim account." },
      example: "salutebot.webim.ru",
    },
    to: {
      label: { ru: "Переводить на", en: "Hand over to" },
      choices: { department: { ru: "отдел", en: "a department" }, operator: { ru: "оператора", en: "an operator" } },
    },
    department: {
      label: { ru: "ID отдела", en: "Department’s id" },
      help: {
        ru: "Буквенный: «Отделы» → отдел → «Буквенный идентификатор отдела».",
        en: "Of letters: Departments, the department, its letter id.",
      },
      example: "sales",
    },
    operator: {
      label: { ru: "ID оператора", en: "Operator’s id" },
      help: { ru: "В Webim: «Сотрудники».", en: "In Webim: Staff." },
    },
    version: {
      label: { ru: "Версия Webim", en: "Version of Webim" },
      help: { ru: "С 10.4 бот может переводить в очередь.", en: "From 10.4 on a bot can hand over to the queue." },
      example: "10.5.62",
    },
    bot_url: {
      label: { ru: "Адрес бота", en: "Address of the bot" },
      help: { ru: "Куда слать события за Webim.", en: "Where events go in Webim’s name." },
      example: "https://bot.example.org/webim",
    },
  },
  preview: {
    ru: "Заказ **10542** оплачен. [Подробнее](https://pizza.example.ru)",
    en: "Order **10542** is paid. [More](https://pizza.example.ru)",
  },
  made: {
    address: {
      label: { ru: "Адрес для бота", en: "Address for the bot" },
      help: {
        ru: "Его бот вызывает вместо адреса Webim, с Authorization: Token.",
        en: "The bot calls it in place of Webim’s, with Authorization: Token.",
      },
    },
  },
  when: {
    domain: isBot,
    to: isBot,
    department: (value) => isBot(value) && value("to") !== "operator",
    operator: (value) => isBot(value) && value("to") === "operator",
    version: (value) => !isBot(value),
    bot_url: (value) => !isBot(value),
  },
};
