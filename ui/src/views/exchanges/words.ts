/** Words of this place alone: the first minute, and the hint while nothing is selected. */
import { wordsOf } from "$lib/i18n/index.svelte";
import type { Table } from "$lib/i18n/table";

export const exchanges = {
  "first.title": { ru: "Адрес для тестового вебхука", en: "The test webhook's address" },
  "first.lead": {
    ru: "Пока он виден только этому компьютеру. Чтобы бот до него достучался, включите туннель.",
    en: "Only this computer sees it so far. For the bot to reach it, turn the tunnel on.",
  },
  "first.lead.internet": {
    ru: "Он виден из интернета: вставьте его в настройки бота.",
    en: "It is visible from the internet: paste it into the bot's settings.",
  },
  "first.lead.network": {
    ru: "Он виден только в локальной сети: боту в интернете он недоступен.",
    en: "Only its own network sees it: a bot on the internet cannot reach it.",
  },
  "first.lead.computer": {
    ru: "Он виден только этому компьютеру, хотя туннель включён: боту в интернете он недоступен.",
    en: "Only this computer sees it although the tunnel is on: a bot on the internet cannot reach it.",
  },
  "first.lead.silent": {
    ru: "По нему сейчас никто не отвечает: проверьте туннель, прежде чем вставлять адрес в бота.",
    en: "Nobody answers at it now: look at the tunnel before you paste the address into the bot.",
  },
  "first.lead.elsewhere": {
    ru: "По нему отвечает не Hookloupe: проверьте туннель, прежде чем вставлять адрес в бота.",
    en: "Something other than Hookloupe answers at it: look at the tunnel before you paste it into the bot.",
  },
  "first.step1": { ru: "Вставьте адрес в боте.", en: "Paste the address in the bot." },
  "first.step1Path": {
    ru: "Настройки → Базовые настройки → Настройки вебхука → Тестовый webhook → Пользовательский Webhook",
    en: "Settings → Basic settings → Webhook settings → Test webhook → Custom webhook",
  },
  "first.step2": { ru: "Включите вебхук на экране.", en: "Turn the webhook on for a screen." },
  "first.step2Text": {
    ru: "Название экрана станет событием, бот пришлёт все переменные и подождёт ответа.",
    en: "The screen's name becomes the event; the bot sends all its variables and waits for an answer.",
  },
  "first.step3": { ru: "Ответьте вручную", en: "Answer by hand" },
  "first.step3Text": {
    ru: "или оставьте ответ по умолчанию и посмотрите, что останется у бота.",
    en: "or keep the default answer, and see what the bot has afterwards.",
  },
  "first.sample": { ru: "Отправить пробный ход", en: "Send a sample turn" },
  "first.sampleNote": { ru: "без бота, без учётной записи, без сети", en: "no bot, no account, no network" },
  "pick.title": { ru: "Выберите ход", en: "Pick a turn" },
  "pick.text": { ru: "Слева все обмены, новые сверху.", en: "All exchanges are on the left, newest on top." },
  "pick.keys": { ru: "двигаться по списку", en: "move in the list" },
  "pick.open": { ru: "открыть", en: "open" },
  "pick.all": { ru: "все клавиши", en: "all keys" },
} as const satisfies Table;

export const own = wordsOf(exchanges);
