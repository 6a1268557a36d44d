//! ChatApp's words.

use messages::messages;

messages! {
    /// Its name, its roles and how it is recognised.
    pub(super) mod table;

    /// The platform.
    NAME = "chatapp", "ChatApp", "ChatApp";
    /// A declared field of the link.
    LINK = "link", "link", "ссылка";
    /// A part of the body.
    BODY = "body", "body", "тело";
    /// A call of the block's link.
    LINK_CALL = "link_call",
        "The path is that of the ChatApp incoming webhook that is set for this bot.",
        "Путь — как у входящего вебхука ChatApp, заданного для этого бота.";
    /// A call of the block's link, but no token is set here.
    LINK_CALL_LIKELY = "link_call_likely",
        "The path and the token are those of a ChatApp incoming webhook. To answer as ChatApp \
         does, choose the platform in the bot’s settings.",
        "Путь и token — как у входящего вебхука ChatApp. Чтобы отвечать как ChatApp, выберите \
         платформу в настройках бота.";
}

messages! {
    /// What does not fit in its settings.
    pub(super) mod settings;

    TOKEN = "token",
        "This is the link’s token: letters, digits, - and _.",
        "Здесь token из ссылки: латинские буквы, цифры, - и _.";
    TEMPLATE = "template",
        "This is the scenario’s number, a whole number from 0, or null.",
        "Здесь номер сценария: целое число от 0 или null.";
    FIELDS = "fields",
        "This is a list of different names, {0} at most.",
        "Здесь список разных имён, не больше {0}.";
    SYSTEM = "system",
        "“{0}” is a system variable of ChatApp’s; a field cannot have its name. Taken are: {1}.",
        "«{0}» — системная переменная ChatApp, полю её имя дать нельзя. Заняты: {1}.";
    OWN = "own",
        "“{0}” is the link’s own parameter. Use another name.",
        "«{0}» — служебный параметр самой ссылки. Возьмите другое имя.";
}

messages! {
    /// What it does with a call.
    pub(super) mod facts;

    DECLARED = "declared",
        "Parameters of the link become variables where the block declares them.",
        "Параметры ссылки становятся переменными, если объявлены в блоке.";
    JSON_BODY = "json_body",
        "What a JSON body has needs no declaration; then the link should hold the token alone.",
        "То, что в теле JSON, объявлять не нужно; тогда в ссылке оставляют только token.";
    BODY_WINS = "body_wins",
        "Of equal names the body’s value counts.",
        "Если имена совпали, действует значение из тела.";
    SYSTEM_NAMES = "system_names",
        "System names are taken: {0}.",
        "Системные имена заняты: {0}.";
    FORM = "form",
        "A form makes variables too, read as PHP reads one: brackets are levels, 1000 parameters at most.",
        "Форма тоже даёт переменные, как в PHP: скобки — уровни, не больше 1000 параметров.";
    METHODS = "methods",
        "Any method is taken.",
        "Принимается любой метод.";
    REFUSED = "refused",
        "A wrong token is answered with 401, another path with 404.",
        "На неверный token ответ 401, на другой путь — 404.";
    RETURN = "return",
        "The block may return results: they are the answer to the call.",
        "Блок может вернуть результаты: они станут ответом на вызов.";
}
