//! LeadConverter's words.

use messages::messages;

messages! {
    /// Its name, its roles, how it is recognised and what it does with an answer.
    pub(super) mod table;

    /// The platform.
    NAME = "leadconverter", "LeadConverter", "LeadConverter";
    /// Set in the block, sent with the call.
    PARAMETER = "parameter", "parameter", "параметр";
    /// The variable that the answer goes into.
    RESULT = "result", "answer’s variable", "переменная ответа";
    /// It may be LeadConverter.
    NESTED_FORM = "nested_form",
        "The form has nested names such as “{0}”, as LeadConverter sends them, but other senders \
         do so too. If this is such a bot, choose the platform in its settings.",
        "В форме вложенные имена, например «{0}», как у LeadConverter, но так шлют и другие. \
         Если это такой бот, выберите платформу в его настройках.";
    /// The setting is no name.
    RESULT_NAME = "result_name",
        "This is the name of a variable: a text without spaces at its ends and without ( ) { }.",
        "Здесь имя переменной: текст без пробелов по краям и без знаков ( ) { }.";
}

messages! {
    /// What it does with an answer.
    pub(super) mod facts;

    /// JSON.
    OBJECT = "object",
        "JSON is saved as an object in the variable that the block names, and read with dots: \
         ({result.promo.code}).",
        "JSON ложится объектом в переменную, указанную в блоке, и читается с точкой: \
         ({result.promo.code}).";
    /// Lists, numbers, texts, null.
    ANY_JSON = "any_json",
        "A list or a single value is JSON too and is saved as such.",
        "Список или одно значение — тоже JSON и сохраняется так же.";
    /// Anything else.
    TEXT = "text",
        "Anything else is saved as one text.",
        "Всё остальное ложится в неё одним текстом.";
    /// 4xx and 5xx.
    RETRY = "retry",
        "A status from {0} on saves nothing: the call is repeated after {1}, and then the \
         scenario stops.",
        "Статус от {0} не сохраняет ничего: вызов повторяется через {1}, а потом сценарий \
         останавливается.";
    /// From when the delays count.
    RETRY_FROM = "retry_from",
        "Each delay counts from the attempt before.",
        "Каждая пауза отсчитывается от предыдущей попытки.";
    /// 3xx.
    REDIRECT = "redirect",
        "A status below {0} that is not 2xx is saved like a 2xx.",
        "Статус ниже {0}, даже не 2xx, сохраняется так же, как 2xx.";
    /// The answer of one call replaces that of the one before.
    WHOLE = "whole",
        "The variable is replaced as a whole; others stay.",
        "Переменная заменяется целиком, остальные не меняются.";
    /// How parameters travel.
    ENCODING = "encoding",
        "GET puts the parameters into the query, POST, PUT, PATCH and DELETE into a form.",
        "GET передаёт параметры в строке запроса, POST, PUT, PATCH и DELETE — формой.";

    SECONDS = "seconds", "{0} s", "{0} с";
    MINUTES = "minutes", "{0} min", "{0} мин";
    HOURS = "hours", "{0} h", "{0} ч";
    LIST = "list", "{0}, {1}", "{0}, {1}";
}
