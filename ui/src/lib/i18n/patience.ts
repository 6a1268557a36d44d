/** Words of how long a bot waits for an answer. */
import type { Table } from "./table";

export const patience = {
  "patience.label": { ru: "Терпение бота", en: "The bot's patience" },
  "patience.learned": {
    ru: {
      one: "Бот уходил через {{time}}, {{value}} раз",
      few: "Бот уходил через {{time}}, {{value}} раза",
      many: "Бот уходил через {{time}}, {{value}} раз",
      other: "Бот уходил через {{time}}, {{value}} раза",
    },
    en: { one: "This bot left after {{time}} {{value}} time", other: "This bot left after {{time}} {{value}} times" },
  },
  "patience.probed": { ru: "Проба: бот ушёл через {{time}}", en: "Probed: this bot left after {{time}}" },
  "patience.take": { ru: "Поставить {{seconds}} с", en: "Set {{seconds}} s" },
  "patience.forgetOf": { ru: "Забыть о платформе {{platform}}", en: "Forget what {{platform}} does" },
  "patience.forget": { ru: "Забыть", en: "Forget" },
  "patience.help": {
    ru: "Проба удержит следующий запрос бота и засечёт, когда он уйдёт.",
    en: "A probe holds the bot's next request and times when it leaves.",
  },
  "patience.atMost": { ru: "не дольше, с", en: "at most, s" },
  "patience.atMostLabel": { ru: "Проба не дольше, секунд", en: "Length of the probe, seconds at most" },
  "patience.atMostWrong": {
    ru: "Целое число от {{least}} до {{most}}",
    en: "A whole number from {{least}} to {{most}}",
  },
  "patience.begin": { ru: "Узнать терпение", en: "Probe" },
  "patience.end": { ru: "Закончить пробу", en: "End the probe" },
  "patience.armed": { ru: "Проба ждёт следующий запрос бота.", en: "The probe waits for the bot's next request." },
  "patience.held": { ru: "Запрос удержан.", en: "A request is held." },
  "patience.soFar": { ru: "Прошло {{time}}.", en: "{{time}} so far." },
  "patience.left": { ru: "Бот ушёл через {{time}}.", en: "The bot left after {{time}}." },
  "patience.outlasted": { ru: "Бот дождался: прошло {{time}}.", en: "The bot waited all of {{time}}." },
  "patience.answered": {
    ru: "Проба кончилась раньше, чем бот ушёл: на запрос ответили.",
    en: "The request was answered before the bot left.",
  },
  "patience.toTurn": { ru: "К ходу", en: "Go to the turn" },
} as const satisfies Table;
