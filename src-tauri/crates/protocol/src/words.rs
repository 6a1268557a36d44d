//! The sentences of this crate, in both languages. The findings have their own registry.

use messages::messages;

messages! {
    /// The kinds of JSON values.
    pub(crate) mod kinds;

    /// `null`
    NULL = "null", "null", "null";
    /// `true`, `false`
    BOOL = "bool", "a boolean", "логическое значение";
    /// A number.
    NUMBER = "number", "a number", "число";
    /// A string.
    STRING = "string", "a string", "строка";
    /// An array.
    ARRAY = "array", "an array", "массив";
    /// An object.
    OBJECT = "object", "an object", "объект";
}

messages! {
    /// Why an exchange is read as one platform's.
    pub(crate) mod recognitions;

    /// Somebody chose the platform.
    CHOSEN = "chosen", "The platform was chosen by hand.", "Платформу выбрали вручную.";
    /// A header field of another sender outweighs what the body looks like.
    OTHER_SENDER = "other_sender",
        "The header {0} shows another sender.",
        "Заголовок {0} показывает, что отправитель другой.";
    /// No platform recognises the request.
    NO_MARKS = "no_marks",
        "The request shows no platform's marks.",
        "В запросе нет признаков известной платформы.";
}

messages! {
    /// What is known of senders that are no platform of the app.
    pub(crate) mod neighbours;

    MAX = "max",
        "The header {0} shows MAX: it repeats a call that was not answered with success, \
         unsubscribes the bot after 8 hours without one, and takes no self-signed certificate.",
        "Заголовок {0} показывает MAX: вызов без успешного ответа он повторяет, через 8 часов без \
         успеха отписывает бота, а самоподписанный сертификат не принимает.";
    SBER_API = "sber_api",
        "The header {0} shows Sber API: it waits 60 s for a 2xx, over TLS 1.2 or newer at port 443 \
         or 8443.",
        "Заголовок {0} показывает Sber API: ответа 2xx он ждёт 60 с, по TLS не ниже 1.2 и на порту \
         443 или 8443.";
    GITHUB = "github",
        "The header {0} shows GitHub: it waits 10 s for a 2xx and repeats nothing by itself.",
        "Заголовок {0} показывает GitHub: ответа 2xx он ждёт 10 с, а сам ничего не повторяет.";
    STRIPE = "stripe",
        "The header {0} shows Stripe: without a 2xx it repeats the event for up to three days.",
        "Заголовок {0} показывает Stripe: без ответа 2xx событие повторяется до трёх суток.";
    YANDEX_MESSENGER = "yandex_messenger",
        "The list “{0}” shows Yandex Messenger: it connects within 100 ms, waits 1 s for the answer, \
         so nothing can be held, and repeats after 5, 10, 15 s and so on.",
        "Список «{0}» показывает Яндекс Мессенджер: соединиться нужно за 100 мс, ответить за 1 с, \
         поэтому удерживать нечего, а повторы идут через 5, 10, 15 с и так далее.";
}

messages! {
    /// Whose a variable is.
    pub(crate) mod roles;

    /// The developer's own.
    USER = "user", "own", "своя";
}

messages! {
    /// Why a bot does not take an answer.
    pub(crate) mod reasons;

    /// The status is not the one it takes.
    STATUS = "status", "the status is not 200", "статус не 200";
    /// The body is not JSON.
    NOT_JSON = "not_json", "the body is not JSON", "тело не JSON";
    /// The body is JSON, but neither object nor array.
    NOT_OBJECT = "not_object", "the body holds no object", "в теле не объект";
    /// The caller closed the connection first.
    CALLER_LEFT = "caller_left", "the bot left before the answer", "бот ушёл, не дождавшись ответа";
    NO_ANSWER = "no_answer", "there is no whole answer", "целого ответа нет";
}

messages! {
    /// Why a platform does not take its settings.
    pub(crate) mod settings;

    /// A field that the platform does not have.
    UNKNOWN_FIELD = "unknown_field",
        "This platform has no setting “{0}”. Remove it.",
        "У этой платформы нет настройки «{0}». Уберите её.";
    /// A name of no platform.
    UNKNOWN_PLATFORM = "unknown_platform",
        "There is no platform “{0}”. Use one of: {1}.",
        "Платформы «{0}» нет. Есть такие: {1}.";
    /// Settings that are no object.
    NOT_AN_OBJECT = "not_an_object",
        "The settings of a platform are an object with a field for each setting.",
        "Настройки платформы — это объект с полем для каждой настройки.";
}

messages! {
    /// What the app does with an answer to another sender.
    pub(crate) mod plain;

    /// An array.
    ITEMS_READ = "items_read",
        "its items are read as variables 0, 1 and so on",
        "его элементы читаются как переменные 0, 1 и так далее";
}

messages! {
    /// Why an answer cannot be sent.
    pub(crate) mod answers;

    /// A status outside of what HTTP calls final.
    STATUS = "status",
        "The status must be 200 to 599.",
        "Статус — число от 200 до 599.";
    /// Too many fields.
    HEADER_COUNT = "header_count",
        "An answer has at most 512 header fields.",
        "В ответе не больше 512 заголовков.";
    /// A field name with bytes that no name may have.
    HEADER_NAME = "header_name",
        "A header name holds letters, digits and !#$%&'*+-.^_`|~ only.",
        "В имени заголовка — только латинские буквы, цифры и !#$%&'*+-.^_`|~.";
    /// A field value with control bytes.
    HEADER_VALUE = "header_value",
        "A header value holds no line breaks and no control characters.",
        "В значении заголовка не бывает переводов строки и управляющих символов.";
}

messages! {
    /// Why an exchange failed.
    pub(crate) mod failures;

    /// A cause without a detail.
    ALONE = "alone", "{0}.", "{0}.";
    /// A cause and what belongs to it.
    DETAILED = "detailed", "{0}: {1}", "{0}: {1}";
    /// The caller closed the connection before the answer.
    CALLER_LEFT = "caller_left",
        "The caller left before the answer",
        "Бот отключился, не дождавшись ответа";
    /// The answer's bytes could not be written.
    WRITE_FAILED = "write_failed",
        "The answer could not be written",
        "Ответ не удалось передать";
    /// The app ended while the exchange was open.
    PROCESS_ENDED = "process_ended",
        "The app ended before the answer",
        "Приложение закрылось до ответа";
    /// The target's name has no address.
    NO_ADDRESS = "no_address",
        "No address found for this name",
        "Для этого имени не найден адрес";
    /// The target refused the connection.
    REFUSED = "refused", "The connection was refused", "В соединении отказано";
    /// The target did not answer in time.
    TIMED_OUT = "timed_out", "No answer in time", "Ответ не пришёл вовремя";
    /// TLS with the target failed.
    TLS = "tls",
        "The secure connection failed",
        "Не удалось установить защищённое соединение";
    /// The target's answer was not readable.
    BAD_ANSWER = "bad_answer",
        "The answer could not be read",
        "Ответ не удалось прочитать";
    /// The target's answer is not whole.
    ANSWER_CUT = "answer_cut",
        "The answer is not whole, and what had arrived of it is kept",
        "Ответ пришёл не целиком, сохранено то, что успело прийти";
    /// The target's address cannot be used.
    BAD_TARGET = "bad_target",
        "This address cannot be used",
        "Этот адрес нельзя использовать";
    /// The recorded body that was to be sent could not be read.
    BODY_UNREADABLE = "body_unreadable",
        "The recorded body could not be read",
        "Записанное тело не удалось прочитать";
    /// There was no room for the target's answer.
    NO_ROOM = "no_room",
        "There was no room for the answer",
        "Для ответа не нашлось места";
    /// The request broke HTTP's rules.
    BROKEN_REQUEST = "broken_request",
        "The request broke the rules of HTTP, and its stream was ended",
        "Запрос нарушил правила HTTP, его поток завершён";
    /// Anything else.
    OTHER = "other", "Sending failed", "Отправить не удалось";
}

messages! {
    /// Why a filter cannot be understood.
    pub(crate) mod filters;

    /// A quote without its end.
    QUOTE_OPEN = "quote_open",
        "This quote is not closed: add \" at the end, or write \\\" for a quote in the text.",
        "Кавычка не закрыта: добавьте \" в конце, а кавычку внутри текста пишите как \\\".";
    /// A NUL in the text.
    NUL = "nul",
        "There is an invisible NUL sign here. No text that is searched holds one: delete it.",
        "Здесь невидимый знак NUL. В текстах его нет: удалите его.";
    /// More conditions than a filter may have.
    TOO_MANY = "too_many",
        "A filter has {0} conditions at most. To find a longer text, put it in quotes.",
        "В фильтре не больше {0} условий. Чтобы найти длинный текст, возьмите его в кавычки.";
    /// A variable's path that cannot be read.
    PATH_UNKNOWN = "path_unknown",
        "“{0}” is no path to a variable. Write something like {1}, var.cart[0].sku=5, or \
         var.\"a name with spaces\"=5.",
        "«{0}» не похоже на путь к переменной. Пример: {1}, var.cart[0].sku=5 или \
         var.\"имя с пробелами\"=5.";
    /// A comparison of a variable with something else than a number.
    NO_NUMBER = "no_number",
        "“{0}” is no number. Variables are compared with numbers, such as {1}.",
        "«{0}» не число. Переменные сравнивают с числами, например {1}.";
    /// A key without a value.
    VALUE_MISSING = "value_missing",
        "Nothing follows “{0}”. Write a value, such as {1}.",
        "После «{0}» ничего нет. Напишите значение, например {1}.";
    /// A name of a variable or header without a sign.
    SIGN_MISSING = "sign_missing",
        "Right after “{0}” comes how it is compared: {1}, such as {2}. To find this text itself, \
         put it in quotes.",
        "Сразу после «{0}» нужен знак сравнения: {1}. Пример: {2}. Чтобы найти сам текст, \
         возьмите его в кавычки.";
    /// A comparison that the key does not have.
    OPERATOR_UNKNOWN = "operator_unknown",
        "“{1}” is not compared with “{0}”. It takes {2}, such as {3}. For “not”, write a minus \
         before the term: -event:pay. A text that begins with such signs stands in quotes.",
        "«{1}» не сравнивают знаком «{0}». Можно: {2}. Пример: {3}. «Не» — это минус перед \
         условием: -event:pay. Текст, который начинается с таких знаков, возьмите в кавычки.";
    /// A colon after a key that is compared.
    COMPARISON_MISSING = "comparison_missing",
        "“{0}” is compared with < > <= or >=, such as {1}.",
        "«{0}» сравнивают знаками < > <= или >=, например {1}.";
    /// A key that no filter has.
    KEY_UNKNOWN = "key_unknown",
        "There is no “{0}” to filter by. Known: {1}. To find this text, put it in quotes.",
        "По «{0}» фильтровать нельзя. Можно: {1}. Чтобы найти сам текст, возьмите его в кавычки.";
    /// `var.` or `header.` alone.
    NAME_MISSING = "name_missing",
        "A name is missing after “{0}.”, such as {1}.",
        "После «{0}.» нужно имя, например {1}.";
    /// A comparison after `header.NAME`.
    NAMED_COMPARED = "named_compared",
        "“{0}.{1}” takes = or a colon, such as {2}.",
        "После «{0}.{1}» нужен знак = или двоеточие, например {2}.";
    /// A comparison after a key that takes a colon.
    KEY_COMPARED = "key_compared",
        "“{0}” takes a colon, not {1}, such as {2}.",
        "После «{0}» нужно двоеточие, а не {1}, например {2}.";
    /// A value that cannot be compared.
    QUANTITY_UNKNOWN = "quantity_unknown",
        "“{0}” does not fit “{1}”. Write something like {2}.",
        "«{0}» не подходит для «{1}». Пример: {2}.";
    /// A value outside of a key's vocabulary.
    VALUE_UNKNOWN = "value_unknown",
        "“{0}” does not fit “{1}:”. It takes {2}.",
        "«{0}» не подходит для «{1}:». Возможно: {2}.";
}

messages! {
    /// What a reader of a filter should know.
    pub(crate) mod filter_notes;

    /// A lone `OR`.
    OR = "or",
        "“{0}” is looked for as a word. For “or”, write a comma between values: event:pay,start.",
        "«{0}» ищется как слово. «Или» — это запятая между значениями: event:pay,start.";
    /// A lone `NOT`.
    NOT = "not",
        "“{0}” is looked for as a word. For “not”, write a minus before the term: -event:pay.",
        "«{0}» ищется как слово. «Не» — это минус перед условием: -event:pay.";
    /// A comma in a variable's value.
    COMMA = "comma",
        "The comma in “{0}” belongs to the value: for a variable it does not mean “or”. Quotes \
         round the value say that this is meant.",
        "Запятая в «{0}» — часть значения: у переменных она не значит «или». Если так и задумано, \
         возьмите значение в кавычки.";
    /// A value that begins like JSON.
    NO_JSON = "no_json",
        "“{0}” begins like JSON but is not whole, so it is looked for as a text.",
        "«{0}» начинается как JSON, но это не JSON, поэтому ищется как текст.";
    /// A lone `AND`.
    AND = "and",
        "“{0}” is looked for as a word. “And” needs no word: event:pay user:77.",
        "«{0}» ищется как слово. Для «и» слово не нужно: event:pay user:77.";
}

messages! {
    /// Sizes in decimal units.
    pub(crate) mod sizes;

    /// Kilobytes.
    KB = "kb", "{0} KB", "{0} КБ";
    /// Whole megabytes.
    MB = "mb", "{0} MB", "{0} МБ";
    /// Megabytes and their tenths.
    MB_TENTHS = "mb_tenths", "{0}.{1} MB", "{0},{1} МБ";
}
