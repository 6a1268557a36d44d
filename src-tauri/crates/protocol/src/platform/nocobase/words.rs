//! NocoBase's words.

use messages::messages;

messages! {
    /// Its name, its roles and how it is recognised.
    pub(super) mod table;

    /// The platform.
    NAME = "nocobase", "NocoBase", "NocoBase";
    /// A header field that the trigger reads.
    HEADER = "header", "header", "заголовок";
    /// A parameter of the query.
    QUERY = "query", "query", "запрос";
    /// A part of the body.
    BODY = "body", "body", "тело";
    /// The path is a trigger's.
    TRIGGER_PATH = "trigger_path",
        "The path is that of a NocoBase webhook trigger.",
        "Путь — как у триггера вебхука NocoBase.";
    /// The path is a trigger's, but none is set here.
    TRIGGER_PATH_LIKELY = "trigger_path_likely",
        "The path is that of a NocoBase webhook trigger. To answer as NocoBase does, choose the \
         platform in the bot’s settings.",
        "Путь — как у триггера вебхука NocoBase. Чтобы отвечать как NocoBase, выберите \
         платформу в настройках бота.";
}

messages! {
    /// What does not fit in its settings.
    pub(super) mod settings;

    KEY = "key",
        "This is the end of the trigger’s address: letters, digits, - and _.",
        "Здесь конец адреса триггера: латинские буквы, цифры, - и _.";
    MODE = "mode", "Write async or sync.", "Укажите async или sync.";
    AUTH = "auth",
        "This is an object with the texts user and password; null takes it away.",
        "Здесь объект с текстами user и password; null его убирает.";
    USER = "user",
        "A user has no colon: Basic puts one between user and password.",
        "В имени нет двоеточия: в Basic оно отделяет имя от пароля.";
    TIMEOUT = "timeout",
        "This is a number of seconds from 1 to {0}; null is no limit.",
        "Здесь число секунд от 1 до {0}; null — без предела.";
    ROWS = "rows",
        "This is a list of objects, each with a path and an alias or null.",
        "Здесь список объектов: у каждого path и alias или null.";
    ROWS_MANY = "rows_many",
        "There are at most {0} rows.",
        "Строк не больше {0}.";
    PATH = "path",
        "This is a path such as b.c or rows[0].name.",
        "Здесь путь, например b.c или rows[0].name.";
}

messages! {
    /// What it does with a call.
    pub(super) mod facts;

    POST = "post",
        "Only POST is taken; any other method is answered with 405.",
        "Принимается только POST, на остальные методы ответ 405.";
    LOGIN = "login",
        "With a login set, a missing or wrong one is answered with 401.",
        "Если задан логин, на неверный или пустой ответ 401.";
    JSON_ONLY = "json_only",
        "Only application/json is read.",
        "Читается только application/json.";
    SILENT = "silent",
        "With another Content-Type the body is empty, and the answer is the same as ever.",
        "С другим Content-Type тело пусто, а ответ такой же, как всегда.";
    FORMS = "forms",
        "A form is read too, with dots and brackets as levels.",
        "Форма тоже читается: точки и скобки — уровни.";
    AT_ONCE = "at_once",
        "An asynchronous trigger answers at once, before its workflow has run.",
        "Асинхронный триггер отвечает сразу, не дожидаясь процесса.";
    AT_END = "at_end",
        "A synchronous one answers when its workflow ends: 500 where that failed, 408 where it took \
         longer than its limit.",
        "Синхронный отвечает, когда процесс закончится: 500, если тот не удался, 408, если не \
         уложился в предел времени.";
    LIMIT = "limit",
        "A body over {0} MB is answered with 413, broken JSON and a lone text or number with 400.",
        "На тело больше {0} МБ ответ 413, на испорченный JSON, отдельный текст или число — 400.";
}
