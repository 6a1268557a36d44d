/** Words of a conversation that is sent again. */
import type { Table } from "./table";

export const run = {
  "run.title": { ru: "Повтор диалога", en: "Sending the conversation again" },
  "run.open": { ru: "Повторить диалог", en: "Send again" },
  "run.openHelp": { ru: "Послать ходы диалога заново, по порядку", en: "Send its turns again, in order" },
  "run.close": { ru: "К переменным", en: "Back to the variables" },
  "run.help": {
    ru: "Каждый ход ждёт ответа на прошлый; тела уходят как записаны. Что ответ меняет у бота, в следующий ход не попадает.",
    en: "Each turn waits for the answer before; bodies go as recorded. What an answer changes is not carried into the next turn.",
  },
  "run.user": { ru: "от кого", en: "as" },
  "run.sameUser": { ru: "как записано", en: "as recorded" },
  "run.all": { ru: "Послать все", en: "Send all" },
  "run.from": { ru: "С выбранного хода", en: "From the chosen turn" },
  "run.stop": { ru: "Остановить", en: "Stop" },
  "run.goOn": { ru: "Продолжить", en: "Go on" },
  "run.done": { ru: "{{value}} из {{total}}", en: "{{value}} of {{total}}" },
  "run.differing": {
    ru: { one: "{{value}} иначе", few: "{{value}} иначе", many: "{{value}} иначе", other: "{{value}} иначе" },
    en: { one: "{{value}} differs", other: "{{value}} differ" },
  },
  "run.event": { ru: "Событие", en: "Event" },
  "run.was": { ru: "Было", en: "Was" },
  "run.now": { ru: "Стало", en: "Now" },
  "run.what": { ru: "Что отличается", en: "What differs" },
  "run.same": { ru: "как было", en: "as it was" },
  "run.otherStatus": { ru: "другой статус", en: "another status" },
} as const satisfies Table;
