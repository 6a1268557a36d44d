import type { Block } from "./block";
import { HEADERS } from "./calls";

const alias = { ru: "Псевдоним", en: "Alias" };

export const nocobase: Block = {
  calls: {
    title: { ru: "вызов триггера «Вебхук»", en: "a call of a webhook trigger" },
    fields: [
      { name: "url", kind: "text", label: { ru: "Адрес", en: "Address" } },
      {
        name: "auth",
        kind: "login",
        label: { ru: "Вход по паролю", en: "Login" },
        help: { ru: "Пусто — без входа.", en: "Empty means none." },
      },
      { name: "query", kind: "text", example: "a=1", label: { ru: "Параметры запроса", en: "Query" } },
      HEADERS,
      {
        name: "body",
        kind: "json",
        example: '{"a": 1}',
        label: { ru: "Тело", en: "Body" },
        help: { ru: "JSON; пусто — без тела.", en: "JSON; empty means none." },
      },
    ],
  },
  fields: {
    key: {
      label: { ru: "Ключ триггера", en: "Key of the trigger" },
      help: { ru: "Конец адреса, после webhook:trigger/", en: "The end of the address, behind webhook:trigger/" },
      example: "1hfmkioou0d",
    },
    mode: {
      label: { ru: "Когда отвечать", en: "When to answer" },
      help: {
        ru: "Сразу: ответ бота по умолчанию, процесс идёт после. После процесса: отвечают правила, вы или ваш сервер.",
        en: "At once: the bot’s default answer, the workflow runs later. At its end: rules, you or your server answer.",
      },
      choices: { async: { ru: "сразу", en: "at once" }, sync: { ru: "после процесса", en: "at its end" } },
    },
    timeout_seconds: {
      label: { ru: "Предел времени, с", en: "Time limit, s" },
      help: { ru: "Дольше — ответ 408. Пусто — без предела.", en: "Longer: 408. Empty: no limit." },
    },
    auth: {
      label: { ru: "Вход Basic", en: "Basic login" },
      help: { ru: "Без него или с неверным — ответ 401.", en: "Without it, or with a wrong one: 401." },
    },
    "auth/user": { label: { ru: "Имя", en: "User" } },
    "auth/password": { label: { ru: "Пароль", en: "Password" } },
    headers: { label: { ru: "Заголовки", en: "Headers" }, columns: { path: { ru: "Заголовок", en: "Header" }, alias } },
    query: {
      label: { ru: "Параметры адреса", en: "Parameters of the address" },
      columns: { path: { ru: "Параметр адреса", en: "Parameter of the address" }, alias },
    },
    body: {
      label: { ru: "Тело", en: "Body" },
      columns: { path: { ru: "Путь в теле, JSON", en: "Path in the body, JSON" }, alias },
    },
  },
  made: {
    address: {
      label: { ru: "Адрес вебхука", en: "Address of the webhook" },
      help: { ru: "Только POST, на остальное ответ 405.", en: "POST alone; anything else is answered with 405." },
    },
  },
  when: { timeout_seconds: (value) => value("mode") === "sync" },
  examples: true,
};
