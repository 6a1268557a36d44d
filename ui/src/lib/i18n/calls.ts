/** Words of calls that a person composes in a platform's name. */
import type { Table } from "./table";

export const calls = {
  "calls.list": { ru: "Вызовы платформ", en: "Calls of platforms" },
  "calls.send": { ru: "Послать", en: "Send" },
  "calls.notJson": { ru: "Это не JSON", en: "This is no JSON" },
  "calls.user": { ru: "имя", en: "user" },
  "calls.password": { ru: "пароль", en: "password" },
  "calls.sent": { ru: "Что вышло", en: "What came of it" },
  "calls.none": { ru: "Пока ничего не послано.", en: "Nothing has been sent yet." },
  "calls.noAnswer": { ru: "нет ответа", en: "no answer" },
  "calls.taken": { ru: "ответ сохранён", en: "the answer is kept" },
  "calls.notTaken": { ru: "ответ не сохранён", en: "the answer is not kept" },
  "calls.exitOk": { ru: "выход «успех»", en: "the exit “success”" },
  "calls.exitError": { ru: "выход «ошибка»", en: "the exit “error”" },
  "calls.suspended": { ru: "сценарий остановлен", en: "the scenario stops" },
  "calls.stop": { ru: "Не повторять", en: "No more attempts" },
  "calls.attempt": { ru: "попытка {{value}}", en: "attempt {{value}}" },
  "calls.after": { ru: "через {{time}}", en: "after {{time}}" },
  "pairs.header.name": { ru: "Имя заголовка", en: "Header name" },
  "pairs.header.value": { ru: "Значение заголовка", en: "Header value" },
  "pairs.header.remove": { ru: "Убрать заголовок {{name}}", en: "Remove the header {{name}}" },
  "pairs.header.add": { ru: "Добавить заголовок", en: "Add a header" },
  "pairs.parameter.name": { ru: "Название параметра", en: "Parameter name" },
  "pairs.parameter.value": { ru: "Значение параметра", en: "Parameter value" },
  "pairs.parameter.remove": { ru: "Убрать параметр {{name}}", en: "Remove the parameter {{name}}" },
  "pairs.parameter.add": { ru: "Добавить параметр", en: "Add a parameter" },
} as const satisfies Table;
