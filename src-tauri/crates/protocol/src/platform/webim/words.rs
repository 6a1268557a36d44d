//! Webim's words.

use messages::messages;

messages! {
    /// Its name, its roles, how it is recognised and why it does not take an answer.
    pub(super) mod table;

    /// The platform.
    NAME = "webim", "Webim", "Webim";
    /// Written by the platform.
    SYSTEM = "system", "system", "системная";
    /// By its header field.
    VERSION_FIELD = "version_field",
        "X-Bot-API-Version is {0}: a call of Webim’s external bot API.",
        "X-Bot-API-Version — {0}: вызов внешнего бота Webim.";
    /// By the end of the path and the body.
    VERSION_PATH = "version_path",
        "The body is an event of Webim’s, and the path ends in {0}.",
        "Тело — событие Webim, а путь кончается на {0}.";
    /// By the body alone.
    EVENT_BODY = "event_body",
        "The body looks like an event of Webim’s, but no version is named. If this is such a bot, \
         choose the platform in its settings.",
        "Тело похоже на событие Webim, но версия не названа. Если это такой бот, выберите \
         платформу в его настройках.";
    /// `has_answer` is false, or not there.
    NO_ANSWER = "no_answer", "has_answer is not true", "has_answer не true";
    /// A call of a bot.
    BOT_CALL = "bot_call",
        "The path is that of a bot’s call to Webim.",
        "Путь — как у вызова Webim ботом.";
}

messages! {
    /// What does not fit in its settings.
    pub(super) mod settings;

    ROLE = "role", "Write bot or webim.", "Укажите bot или webim.";
    TO = "to", "Write department or operator.", "Укажите department или operator.";
    TOKEN = "token",
        "The token of the bot’s integration is needed: a text without spaces.",
        "Нужен токен ботовой интеграции: текст без пробелов.";
    DOMAIN = "domain",
        "The account’s domain is needed, such as salutebot.webim.ru.",
        "Нужен домен аккаунта, например salutebot.webim.ru.";
    DOMAIN_ALONE = "domain_alone",
        "The domain stands alone, without https://, slash and port: {0}.",
        "Здесь только домен, без https://, косой черты и порта: {0}.";
    DEPARTMENT = "department",
        "With “to department” its letter id is needed (in Webim: Departments).",
        "Для перевода на отдел нужен его буквенный идентификатор (в Webim: «Отделы»).";
    OPERATOR = "operator",
        "With “to operator” the operator’s id is needed (in Webim: Staff).",
        "Для перевода на оператора нужен его ID (в Webim: «Сотрудники»).";
    VERSION = "version",
        "This is Webim’s version, such as 10.5.62.",
        "Здесь версия Webim, например 10.5.62.";
    BOT_URL = "bot_url",
        "This is the bot’s address, with http:// or https://, or null.",
        "Здесь адрес бота с http:// или https:// либо null.";
}

messages! {
    /// What it does with an answer.
    pub(super) mod facts;

    ACKNOWLEDGED = "acknowledged",
        "In version 2 the answer only acknowledges the event; the bot says something by calling \
         send_message.",
        "В версии 2 ответ лишь подтверждает событие; говорит бот вызовом send_message.";
    ANSWER_V1 = "answer_v1",
        "In version 1 the answer holds the messages; has_answer false, no answer or an error leads \
         to the common queue.",
        "В версии 1 сообщения — в самом ответе; has_answer false, пустой ответ или ошибка ведут \
         в общую очередь.";
    FAILED_V2 = "failed_v2",
        "What version 2 does after a status that is not 2xx is not known: such an answer counts as \
         not taken here.",
        "Что версия 2 делает после статуса не из 2xx, неизвестно: здесь такой ответ считается \
         непринятым.";
    TOKEN = "token",
        "A bot’s call needs Authorization: Token ….",
        "Вызову бота нужен Authorization: Token ….";
    ERRORS = "errors",
        "An error is JSON with error and, it may be, desc; which codes there are is not known.",
        "Ошибка — JSON с error и, возможно, desc; какие бывают коды, неизвестно.";
    CLOSED = "closed",
        "A chat that is closed takes no calls; the one to close it may be the bot.",
        "Закрытый чат не принимает вызовов; закрыть его может и бот.";
    PLAIN_TEXT = "plain_text",
        "Behind SaluteBot the visitor sees Markdown as plain text and link buttons as addresses.",
        "За SaluteBot посетитель видит Markdown простым текстом, а кнопки-ссылки — адресами.";
}
