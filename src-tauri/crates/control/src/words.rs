//! Every sentence of this crate, in both languages.

messages::messages! {
    /// The table.
    pub(crate) mod table;

    /// Nothing under a path.
    NOTHING_HERE = "nothing_here",
        "There is nothing under this address.",
        "По этому адресу ничего нет.";
    /// Escapes in a query that are no UTF-8.
    NO_TEXT = "no_text",
        "The escapes of this value are no text in UTF-8.",
        "В этом значении закодирован не текст в UTF-8.";
    /// A route without this method.
    NO_SUCH_METHOD = "no_such_method",
        "This address does not take this method.",
        "Этот адрес не принимает такой метод.";
    /// The page is missing from the build.
    NO_PAGE = "no_page",
        "The interface is not part of this build.",
        "Интерфейса в этой сборке нет.";
    /// A listener's `Host` is another.
    HOST_NOT_ALLOWED = "host_not_allowed",
        "This Host is not allowed here: use the address that `serve` printed.",
        "С таким Host сюда нельзя: используйте адрес, который напечатал `serve`.";
    /// A page of another origin.
    ORIGIN_NOT_ALLOWED = "origin_not_allowed",
        "This Origin is not allowed here: use the address that `serve` printed.",
        "С таким Origin сюда нельзя: используйте адрес, который напечатал `serve`.";
    /// No token, or a wrong one.
    TOKEN_NEEDED = "token_needed",
        "Authorization: Bearer TOKEN is needed; the ready line of `serve` names the token.",
        "Нужен заголовок Authorization: Bearer ТОКЕН; токен стоит в строке готовности `serve`.";

    /// The word of an address was used, or is none.
    WORD_COUNTS_NO_MORE = "word_counts_no_more",
        "This address was opened before, and it opens once. Start `serve` anew for another one.",
        "Этот адрес уже открывали, а открывается он один раз. Чтобы получить другой, запустите `serve` снова.";

    /// A body over the limit, in MiB.
    BODY_TOO_LARGE = "body_too_large",
        "The body is too large: {0} MiB at most.",
        "Тело слишком большое: можно не больше {0} МиБ.";
    /// Other calls have all the room that there is for bodies.
    BODIES_IN_FLIGHT = "bodies_in_flight",
        "Other calls carry too many bytes at the moment. Try again when they are done.",
        "Другие запросы сейчас передают слишком много данных. Повторите, когда они закончатся.";
    /// The connection ended inside a body.
    BODY_CUT_OFF = "body_cut_off",
        "The body ended before its announced end: it was cut off on its way.",
        "Тело закончилось раньше, чем было объявлено: оно оборвалось в пути.";
    /// A body of which nothing more comes.
    BODY_STALLED = "body_stalled",
        "Nothing more of the body came for a while: send it without long pauses.",
        "Передача тела остановилась и не продолжилась вовремя: передавайте его без долгих пауз.";
    /// A body in chunks that no HTTP has.
    BODY_MALFORMED = "body_malformed",
        "The chunks of the body break the rules of HTTP: the length before each is hexadecimal.",
        "Фрагменты тела переданы не по правилам HTTP: перед каждым указывается его длина в шестнадцатеричном виде.";
    /// A body that ends too early.
    JSON_ENDS = "json_ends",
        "The body is not JSON: it ends too early.",
        "Тело — не JSON: оно обрывается раньше времени.";
    /// A body that is no JSON, with line and column.
    NOT_JSON_BODY = "not_json_body",
        "The body is not JSON: see line {0}, column {1}.",
        "Тело — не JSON: ошибка в строке {0}, столбец {1}.";
    /// JSON that cannot be held.
    BEYOND_READING = "beyond_reading",
        "This JSON holds a number too large, or is nested too deeply.",
        "В этом JSON слишком большое число или слишком глубокая вложенность.";

    /// A field that is not known, and the known ones.
    UNKNOWN_FIELD = "unknown_field",
        "There is no field “{0}” here. Known: {1}.",
        "Поля «{0}» здесь нет. Есть: {1}.";
    /// A field where none is known.
    NO_FIELDS = "no_fields",
        "There is no field “{0}” here; there are none at all.",
        "Поля «{0}» здесь нет, и других тоже.";
    /// A field that must be there.
    MISSING_FIELD = "missing_field",
        "The field “{0}” is missing.",
        "Не хватает поля «{0}».";
    /// None of several fields, or more than one: all of them.
    EITHER_OF = "either_of",
        "Give exactly one of: {0}.",
        "Укажите что-то одно из: {0}.";
    /// A platform that does not do this, and those that do.
    NOT_OF_PLATFORM = "not_of_platform",
        "This platform has nothing of the kind. Possible: {0}.",
        "У этой платформы такого нет. Можно: {0}.";
    /// A field of another kind of turn; the field and the platform.
    NOT_OF_THIS_TURN = "not_of_this_turn",
        "“{0}” does not belong to a turn of `{1}`: leave it out.",
        "«{0}» не относится к ходу `{1}`: уберите это поле.";
    /// A text that is no base64.
    NO_BASE64 = "no_base64",
        "This is not base64 (RFC 4648 §4, with `=` at its end).",
        "Это не base64 (RFC 4648 §4, с `=` в конце).";
    /// A recorded body that is too long to be read as a whole.
    TOO_LONG_TO_READ = "too_long_to_read",
        "The recorded body is too long to be read as a whole.",
        "Записанное тело слишком длинное, чтобы прочитать его целиком.";
    /// A text whose variables make it too long, in MiB.
    FILLED_TOO_LONG = "filled_too_long",
        "With its variables the text becomes longer than {0} MiB: name long values less often.",
        "С подставленными переменными текст длиннее {0} МиБ: используйте длинные значения реже.";
    /// An address of no platform that has one.
    NO_PREVIEW = "no_preview",
        "No such platform shows answers otherwise than they are sent. Possible: {0}.",
        "Нет такой платформы, которая показывает ответ не так, как его отправили. Можно: {0}.";
    /// A field twice.
    REPEATED_FIELD = "repeated_field",
        "The field “{0}” stands twice.",
        "Поле «{0}» указано дважды.";
    /// A value outside a list.
    NOT_ONE_OF = "not_one_of",
        "The value must be one of: {0}.",
        "Здесь подходит только одно из: {0}.";
    /// A value of another type: the wanted one, the one that came.
    WRONG_TYPE = "wrong_type",
        "The value must be {0}, not {1}.",
        "Здесь нужно другое: {0}, а не {1}.";
    /// A number outside its range, a list of another length.
    WRONG_VALUE = "wrong_value",
        "The value must be {0}.",
        "Здесь подходит только {0}.";
    /// A text that cannot be read as what it stands for.
    UNFIT = "unfit",
        "This value does not fit here.",
        "Это значение сюда не подходит.";

    /// A type.
    NULL = "null", "null", "null";
    /// A type.
    BOOLEAN = "boolean", "true or false", "true или false";
    /// A type.
    NUMBER = "number", "a number", "число";
    /// A type with its range.
    WHOLE_BETWEEN = "whole_between",
        "a whole number from {0} to {1}", "целое число от {0} до {1}";
    /// A type with its least value.
    WHOLE_FROM = "whole_from", "a whole number from {0} up", "целое число от {0} и больше";
    /// A type.
    TEXT = "text", "a text", "строка";
    /// A type.
    LIST = "list", "a list", "список";
    /// A type with its length.
    LIST_OF = "list_of", "a list of {0}", "список длины {0}";
    /// A type.
    OBJECT = "object", "an object", "объект";

    /// No answer to this exchange.
    NO_RESPONSE = "no_response",
        "This exchange has no answer.",
        "На этот обмен не отвечали.";
    /// No answer of one kind, and its name.
    NO_SUCH_ANSWER = "no_such_answer",
        "This exchange has no answer of the kind “{0}”; its detail shows those that it has.",
        "У этого обмена нет ответа вида «{0}»; какие есть, видно в его подробностях.";
    /// Two sides of no exchange.
    NAME_AN_EXCHANGE = "name_an_exchange",
        "A side alone belongs to no exchange: name an exchange in `left` or in `right`.",
        "Одной стороны мало: назовите обмен в `left` или в `right`.";
    /// Bodies of too many values.
    TOO_MUCH_TO_COMPARE = "too_much_to_compare",
        "The bodies hold too many values to be compared at once.",
        "В телах слишком много значений, чтобы сравнить их за один раз.";
    /// Of three parts one is to be named.
    ONE_OF_THREE = "one_of_three",
        "Name exactly one of “ids”, “conversation” and “from”.",
        "Укажите ровно одно из полей «ids», «conversation» и «from».";
    /// Why a value is so: it came at a moment.
    VALUE_CAME = "value_came",
        "It came with the request of {0}; no answer before had given it.",
        "Значение пришло с запросом от {0}; ни один ответ до него его не давал.";
    /// The same: an answer gave it, at a moment and from somebody.
    VALUE_ANSWERED = "value_answered",
        "The answer to the turn of {0} gave it; answered by: {1}.",
        "Его дал ответ на ход от {0}; кто ответил: {1}.";
    /// The same: it came with a new message.
    VALUE_CHANGED_BY_BOT = "value_changed_by_bot",
        "The bot itself changed it: it came with another value and a new message at {0}.",
        "Его изменил сам бот: с новым сообщением от {0} пришло другое значение.";
    /// The same: no answer that had it was taken, the first at a moment.
    VALUE_NOT_TAKEN = "value_not_taken",
        "The bot does not have it: the answer to the turn of {0} had it and was not taken.",
        "У бота его нет: оно было в ответе на ход от {0}, но тот ответ не был принят.";
    /// The same, by the variable's name.
    VALUE_NEVER = "value_never",
        "There is no variable “{0}” in this conversation up to this turn.",
        "В этом разговоре до этого хода нет переменной «{0}».";
    /// What was said of a value that did not come any more, and since when.
    VALUE_ABSENT = "value_absent",
        "{0} From the request of {1} on it did not come any more.",
        "{0} С запроса от {1} оно больше не приходило.";
    /// A matrix of too many values.
    MATRIX_TOO_LONG = "matrix_too_long",
        "The variables of this conversation are too long to be shown at once.",
        "Переменные этого разговора слишком длинные, чтобы показать их все сразу.";
    /// A note over its limit.
    NOTE_TOO_LONG = "note_too_long",
        "A note has {0} characters at most.",
        "В заметке может быть не больше {0} символов.";
    /// A range outside of a body, and the body's length in bytes.
    NO_SUCH_RANGE = "no_such_range",
        "The body has no such range: it is {0} bytes long.",
        "Такого диапазона в теле нет: его длина — {0} Б.";
    /// A body that is laid out and is no JSON.
    NOT_JSON = "not_json", "The body is not JSON.", "Тело — не JSON.";
    /// A body that is too long for the memory it takes to lay it out.
    TOO_LONG_TO_LAY_OUT = "too_long_to_lay_out",
        "The body is too long to be laid out.",
        "Тело слишком длинное, чтобы показать его с отступами.";
    /// An answer that is too long to be edited.
    TOO_LONG_TO_EDIT = "too_long_to_edit",
        "The last answer is too long to be edited.",
        "Последний ответ слишком длинный, чтобы его править.";
    /// No upstream to replay to.
    NO_UPSTREAM = "no_upstream",
        "No own server is set; give its address as the target.",
        "Свой сервер не задан: укажите его адрес как цель.";
    /// An answer to a replay that is answered elsewhere.
    ANSWER_ELSEWHERE = "answer_elsewhere",
        "An address answers by itself: `answer` goes with the target `self` alone.",
        "Адрес отвечает сам: `answer` задают только вместе с целью `self`.";

    /// A notice: the history file was damaged.
    DATABASE_SET_ASIDE = "database_set_aside",
        "The history file was damaged. It is kept as {0}; a new history has begun, with what could be read of the old one (exchanges: {1}).{2}",
        "Файл истории был повреждён. Он сохранён как {0}; начата новая история, в ней всё, что удалось прочитать из старой (обменов: {1}).{2}";
    /// A notice: the log of what was written last was damaged.
    LOG_DAMAGED = "log_damaged",
        "What was recorded last was damaged on the disk. The damaged history is kept as {0}; a new one has begun, with what could be read of it (exchanges: {1}).{2}",
        "Записанное последним было повреждено на диске. Повреждённая история сохранена как {0}; начата новая, в ней всё, что удалось прочитать (обменов: {1}).{2}";
    /// A notice: what was written last is lost.
    LOG_END_LOST = "log_end_lost",
        "Hookloupe was ended before it could close the history, and what was recorded last has been damaged or removed since. The newest exchanges and changes of bots, rules and settings may be missing: check them.",
        "Работа Hookloupe была прервана раньше, чем история закрылась, а записанное последним с тех пор повреждено или удалено. Может не хватать новейших обменов и правок ботов, правил и настроек: проверьте их.";
    /// A notice: the history file is not there.
    DATABASE_GONE = "database_gone",
        "The history file was removed or emptied by something other than Hookloupe; a new history has begun. If it was not you, look in the quarantine of your virus scanner and in your backups.",
        "Файл истории удалил или очистил кто-то помимо Hookloupe; начата новая история. Если это были не вы, посмотрите в карантине антивируса и в резервных копиях.";
    /// The same, where what lay beside it could be read.
    DATABASE_GONE_IN_PART = "database_gone_in_part",
        "The history file was removed or emptied by something other than Hookloupe. What lay beside it is kept as {0}; a new history has begun, with what could be read of that (exchanges: {1}).{2} If it was not you, look in the quarantine of your virus scanner and in your backups.",
        "Файл истории удалил или очистил кто-то помимо Hookloupe. То, что лежало рядом с ним, сохранено как {0}; начата новая история, в ней всё, что удалось прочитать (обменов: {1}).{2} Если это были не вы, посмотрите в карантине антивируса и в резервных копиях.";
    /// Exchanges of which a part was found.
    EXCHANGES_UNREAD = "exchanges_unread",
        "exchanges (at least {0}, in whole or in part)",
        "обмены (не меньше {0}, целиком или частично)";
    /// The same, of which no number is known.
    EXCHANGES_MISSING = "exchanges_missing",
        "exchanges (how many is not known)",
        "обмены (сколько, неизвестно)";
    /// A kind and how many of it were taken over.
    TAKEN_OVER = "taken_over", "{0} (came over: {1})", "{0} (перенесено: {1})";
    /// What of a damaged history could not be read, as a sentence after another one.
    NOT_READ_WHOLE = "not_read_whole",
        " May be missing in part: {0}. Check them.",
        " Могли сохраниться не полностью: {0}. Проверьте, чего не хватает.";
    /// A list.
    AND = "and", "{0}, {1}", "{0}, {1}";
    /// What stands beside the exchanges.
    BOTS = "bots", "bots", "боты";
    /// Names that a person gave to users.
    USER_NAMES = "user_names", "names of users", "имена пользователей";
    /// Rules.
    RULES = "rules", "rules", "правила";
    /// What rules remember.
    RULE_STATES = "rule_states", "counters of rules", "счётчики правил";
    /// Settings of the app.
    SETTINGS = "settings", "settings", "настройки";
    /// A notice: the history file was damaged while it was open; where it is, and how many of its
    /// exchanges the new one has.
    DATABASE_REPLACED = "database_replaced",
        "Another program overwrote or cut the history file while Hookloupe was running. It is kept as {0}; a new history has begun, with what could be read of the old one (exchanges: {1}).{2} Keep programs that synchronise or restore files away from the data directory.",
        "Другая программа перезаписала или обрезала файл истории, пока Hookloupe работал. Он сохранён как {0}; начата новая история, в ней всё, что удалось прочитать из старой (обменов: {1}).{2} Не давайте программам синхронизации и восстановления менять папку данных.";
    /// A notice: another file had the history's place; where that one is now.
    DATABASE_DISPLACED = "database_displaced",
        "Another file was put in the place of the history while Hookloupe was running. The history was written anew as it was when Hookloupe closed; the other file is kept as {0}. Keep programs that synchronise or restore files away from the data directory.",
        "Пока Hookloupe работал, на место истории положили другой файл. История записана заново такой, какой была, когда Hookloupe закрывали; другой файл сохранён как {0}. Не давайте программам синхронизации и восстановления менять папку данных.";
    /// A notice: how many bodies were cut.
    BODIES_CUT = "bodies_cut",
        "Long bodies recorded only by their beginning since the start: {0}. The rest could not be written; check the disk's free space.",
        "Длинных тел, от которых с запуска записано только начало: {0}. Остальное записать не удалось; проверьте место на диске.";
    /// A notice: the wanted port, and the one that is listened on.
    PORT_TAKEN = "port_taken",
        "Port {0} is taken by another program; the webhook server listens on {1}.",
        "Порт {0} занят другой программой; вебхук-сервер слушает порт {1}.";
}

pub(crate) use table::*;
