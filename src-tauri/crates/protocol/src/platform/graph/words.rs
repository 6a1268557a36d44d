//! Graph's words.

use messages::messages;

messages! {
    /// Its name, its roles, how it is recognised and what it does with an answer.
    pub(super) mod table;

    /// The platform.
    NAME = "graph", "SaluteBot Graph", "SaluteBot Graph";
    /// Names the event.
    EVENT = "event", "event", "событие";
    /// Written by the platform.
    SYSTEM = "system", "system", "системная";
    /// Belongs to the dialog engine.
    ENGINE = "engine", "dialog engine", "движок диалога";
    /// Graph, by its `action`.
    GRAPH_EVENT = "graph_event",
        "The body is a JSON object with a text in “action”, as SaluteBot Graph sends it.",
        "Тело — объект JSON с текстом в «action», как передаёт SaluteBot Graph.";
    /// Graph's variables, but no `action`.
    GRAPH_VARIABLES = "graph_variables",
        "The body has {0}, as SaluteBot Graph sends them, but no text in “action”. \
         If this is such a bot, choose the platform in its settings.",
        "В теле есть {0}, как у SaluteBot Graph, но в «action» нет текста. \
         Если это такой бот, выберите платформу в его настройках.";
    /// An array. Inferred, (13).
    ITEMS_BECOME = "items_become",
        "its items become variables 0, 1 and so on",
        "его элементы станут переменными 0, 1 и так далее";
    /// Anything else.
    IGNORED = "ignored",
        "the bot ignores it and goes on with its old variables",
        "бот не примет его и продолжит со старыми переменными";
    /// A variable that each turn has, and the field that it is given by.
    FORCED = "forced",
        "Every turn has “{0}” by itself: give it as `{1}`.",
        "«{0}» есть в каждом ходе и так: задайте её полем `{1}`.";
    /// A variable that is never sent. Inferred, (13).
    NEVER_SENT = "never_sent",
        "The dialog engine never sends “{0}”: take another name.",
        "Движок диалога не передаёт «{0}»: возьмите другое имя.";
}

messages! {
    /// What it does with an answer.
    pub(super) mod facts;

    /// The keys of the answer.
    MERGED = "merged",
        "An object’s top-level keys are copied over the variables; a nested object is replaced \
         whole.",
        "Верхние ключи объекта ложатся поверх переменных; вложенный объект заменяется целиком.";
    /// Status.
    STATUS = "status",
        "Only status {0} is taken; with any other the bot goes on with its old variables.",
        "Принимается только статус {0}; с любым другим бот продолжит со старыми переменными.";
    /// A key that is not there, and `null`.
    MISSING = "missing",
        "A variable that is not returned stays; null empties it; none can be removed.",
        "Переменная, которой нет в ответе, остаётся; null делает её пустой; удалить нельзя.";
    /// No second call.
    SILENT = "silent",
        "The call is made once; a failure shows nowhere in the bot.",
        "Вызов делается один раз; о неудаче в боте ничего не видно.";
    /// The limit of variables.
    LIMIT = "limit",
        "Variables over {0} KB together are not saved.",
        "Переменные больше {0} КБ вместе не сохраняются.";
    /// Names.
    REWRITTEN = "rewritten",
        "The bot rewrites on every message: {0}.",
        "При каждом сообщении бот переписывает: {0}.";
}

messages! {
    /// What stands in tests that are made of a conversation.
    pub(super) mod tests;

    /// At the beginning.
    HEAD = "head",
        "Made of a recorded conversation: the webhook's answers are mocks, and each message expects any \
         reply. Put the expected text or state into <a>; a message with several replies needs an <a> for \
         each.",
        "Сделано из записанного разговора: ответы вебхука заданы заглушками, а на каждое сообщение \
         ожидается любой ответ. Впишите в <a> ожидаемый текст или стейт; если реплик несколько, нужен \
         <a> на каждую.";
    /// Without the webhook's address; what stands in its place.
    ADDRESS = "address",
        "Replace {0} by the address that the scenario calls: it was left out, for it may hold a secret.",
        "Замените {0} адресом, который вызывает сценарий: здесь его нет, потому что в нём может быть \
         секрет.";
    /// Characters that XML cannot hold; how many.
    LEFT_OUT = "left_out",
        "Characters that XML cannot hold and that were left out below: {0}.",
        "Ниже пропущены символы, которых не может быть в XML: {0}.";
    /// Bytes in place of a text.
    NO_TEXT = "no_text",
        "This answer was no text: what could not be read as text was replaced.",
        "Этот ответ не был текстом: то, что не читается как текст, заменено.";
    /// No answer.
    NO_ANSWER = "no_answer",
        "This call got no answer: the status stands for that, for the bot takes nothing of it either.",
        "На этот вызов не было ответа: его заменяет статус, с которым бот тоже ничего не примет.";
    /// Two calls that are equal.
    TWIN = "twin",
        "This call cannot be told from one before it in the same message: both get the last of these \
         answers.",
        "Этот вызов не отличить от вызова выше в том же сообщении: оба получат последний из этих ответов.";
}
