//! The sentences of this crate, in both languages.

use messages::messages;

messages! {
    /// The kinds of JSON values.
    pub(crate) mod kinds;

    /// `null`
    NULL = "null", "null", "null";
    /// `true`, `false`
    BOOL = "bool", "true or false", "true или false";
    /// A number.
    NUMBER = "number", "a number", "число";
    /// A string.
    STRING = "string", "a text", "строка";
    /// An array.
    ARRAY = "array", "a list", "список";
    /// An object.
    OBJECT = "object", "an object", "объект";
}

messages! {
    /// Why a rule is refused.
    pub(crate) mod problems;

    /// The text is no JSON; the value says why.
    NOT_JSON = "not_json", "This is not valid JSON: {0}", "Это не JSON: {0}";
    /// The rule is of another version.
    VERSION = "version",
        "This rule is of version {0}; this program knows version {1}. Update the program.",
        "Это правило версии {0}, а программа знает версию {1}. Обновите программу.";
    /// A field that there is not.
    UNKNOWN_FIELD = "unknown_field",
        "There is no field “{0}” here. Known: {1}.",
        "Поля «{0}» здесь нет. Есть: {1}.";
    /// A field that must be there.
    MISSING_FIELD = "missing_field", "The field “{0}” is missing.", "Не хватает поля «{0}».";
    /// A field that stands twice.
    REPEATED_FIELD = "repeated_field",
        "The field “{0}” stands twice.", "Поле «{0}» указано дважды.";
    /// A value of another type.
    WRONG_TYPE = "wrong_type",
        "This must be {0}, not {1}.", "Здесь нужно другое: {0}, а не {1}.";
    /// What a number may be.
    WHOLE = "whole", "a whole number from {0} to {1}", "целое число от {0} до {1}";
    /// A number outside of the range.
    NOT_WHOLE = "not_whole",
        "This must be a whole number from {0} to {1}.",
        "Здесь подходит только целое число от {0} до {1}.";
    /// A word outside of the vocabulary.
    NOT_ONE_OF = "not_one_of",
        "“{0}” is not known here. Known: {1}.", "«{0}» здесь не подходит. Есть: {1}.";
    /// A text of too many bytes.
    TOO_LONG = "too_long",
        "This is too long: at most {0} bytes.", "Слишком длинно: можно не больше {0} байт.";
    /// A name of too many characters.
    TOO_MANY_CHARS = "too_many_chars",
        "This is too long: at most {0} characters.",
        "Слишком длинно: можно не больше {0} символов.";
    /// A name with control characters.
    CONTROL = "control",
        "A name stands on one line and has no control characters.",
        "Имя пишется в одну строку, без управляющих символов.";
    /// A list of too many items.
    TOO_MANY = "too_many", "There are too many: at most {0}.", "Слишком много: можно не больше {0}.";
    /// Too many conditions.
    TOO_MANY_CONDITIONS = "too_many_conditions",
        "A rule has at most {0} conditions. Split it into several rules.",
        "В правиле не больше {0} условий. Разделите его на несколько правил.";
    /// Groups too deep.
    TOO_DEEP = "too_deep",
        "Groups of conditions nest at most {0} deep.",
        "Группы условий вкладываются не глубже {0} уровней.";
    /// A value too deep.
    VALUE_TOO_DEEP = "value_too_deep",
        "Lists and objects of a value nest at most {0} deep.",
        "Списки и объекты в значении вкладываются не глубже {0} уровней.";
    /// A group beside something else.
    MIXED_CONDITION = "mixed_condition",
        "A condition is one of all, any, not, chance, or a field with its operator; here stand {0}.",
        "Условие — это одно из all, any, not, chance или поле с оператором, а здесь: {0}.";
    /// A probability outside of 0–1.
    CHANCE = "chance",
        "A chance is from 0 to 1; 0.1 strikes in every tenth turn.",
        "Вероятность бывает от 0 до 1; 0.1 — это каждый десятый ход.";
    /// A field that there is not.
    UNKNOWN_FIELD_NAME = "unknown_field_name",
        "There is no field “{0}” to ask about. Known: {1}.",
        "Поля «{0}» для условий нет. Есть: {1}.";
    /// A path that cannot be read.
    PATH = "path",
        "“{0}” is no path to a variable. Right: var:address.city, var:cart[0].sku, var:cart[*].sku.",
        "«{0}» — не путь к переменной. Верно так: var:address.city, var:cart[0].sku, var:cart[*].sku.";
    /// A header's name that HTTP cannot carry.
    HEADER_NAME = "header_name",
        "“{0}” is no name of a header.", "«{0}» не может быть именем заголовка.";
    /// An operator that says nothing about the field.
    OP_UNFIT = "op_unfit",
        "The operator {0} does not fit the field {1}.", "Оператор {0} не подходит полю {1}.";
    /// A value where none belongs.
    NO_VALUE = "no_value",
        "The operator {0} takes no value. Remove it.", "Оператору {0} значение не нужно. Уберите его.";
    /// An expression that cannot be compiled.
    REGEX = "regex",
        "This is no regular expression: {0}", "Это не регулярное выражение: {0}";
    /// An expression that becomes too large.
    REGEX_TOO_LARGE = "regex_too_large",
        "This regular expression is too large. Make its repetitions smaller.",
        "Это регулярное выражение слишком велико. Уменьшите числа повторений.";
    /// A schema that cannot be compiled.
    SCHEMA = "schema", "This is no JSON Schema: {0}", "Это не JSON Schema: {0}";
    /// A schema that is elsewhere.
    SCHEMA_REMOTE = "schema_remote",
        "This schema refers to {0}. References lead to this schema's own parts only: #/$defs/NAME.",
        "Эта схема ссылается на {0}. Ссылаться можно только на её собственные части: #/$defs/ИМЯ.";
    /// A schema that refers to itself.
    SCHEMA_CIRCLE = "schema_circle",
        "This schema refers to itself through {0}. Schemas of rules have no circles.",
        "Эта схема ссылается сама на себя через {0}. В схемах правил круговых ссылок не бывает.";
    /// A schema within a schema that is one of its own.
    SCHEMA_ID = "schema_id",
        "A part of a schema has no $id of its own. Remove it.",
        "У части схемы своего $id не бывает. Уберите его.";
    /// A schema that becomes too large.
    SCHEMA_TOO_LARGE = "schema_too_large",
        "With its references written out, this schema has more than {0} parts. Make it smaller.",
        "Если раскрыть ссылки, в этой схеме больше {0} частей. Сделайте её меньше.";
    /// Not one action.
    ONE_ACTION = "one_action",
        "A rule does exactly one of: {0}.", "Правило делает ровно одно: {0}.";
    /// A sequence of nothing.
    NO_REPLIES = "no_replies",
        "A sequence has at least one reply.", "В последовательности есть хотя бы один ответ.";
    /// A range that is none.
    DELAY_RANGE = "delay_range",
        "A random delay is [least, most] in milliseconds, the smaller one first.",
        "Случайная задержка пишется как [от, до] в миллисекундах, меньшее число первым.";
    /// A header that is no pair.
    HEADER_PAIR = "header_pair",
        "A header is a pair: [\"Name\", \"value\"].", "Заголовок — это пара: [\"Имя\", \"значение\"].";
    /// A method that HTTP cannot carry.
    METHOD = "method", "“{0}” is no method of HTTP.", "«{0}» — не метод HTTP.";
    /// An address that is none.
    ADDRESS = "address",
        "“{0}” is no address. Right: http://127.0.0.1:5000/hook.",
        "«{0}» — не адрес. Верно так: http://127.0.0.1:5000/hook.";
    /// A template of JSON whose strings are open in one branch and not in another.
    TEMPLATE_QUOTES = "template_quotes",
        "After these branches a string is open or not, depending on which one runs. Put the \
         quotes into all of them, or around them.",
        "После этих ветвей строка то открыта, то нет: смотря какая сработает. Поставьте кавычки \
         во все ветви или вокруг них.";
    /// A template that cannot be parsed.
    TEMPLATE = "template", "The template cannot be read: {0}", "Шаблон не читается: {0}";
}

messages! {
    /// Why a template failed while it ran.
    pub(crate) mod templates;

    /// It used more than it may.
    FUEL = "fuel",
        "The template does too much work and was stopped.",
        "Шаблон делает слишком много работы и остановлен.";
    /// Something that there is not.
    UNDEFINED = "undefined",
        "“{0}” has no value in this turn. Write {0} | default('…') where it may be missing.",
        "У «{0}» в этом ходе нет значения. Если его может не быть, пишите {0} | default('…').";
    /// Anything else; the library's own words.
    FAILED = "failed", "The template failed: {0}", "Шаблон не выполнился: {0}";
    /// A value that JSON does not have.
    NOT_JSON = "not_json",
        "“{0}” is nothing that JSON can hold.", "«{0}» нельзя записать в JSON.";
    /// Its output is longer than it may be.
    TOO_LONG = "too_long",
        "The template's output is longer than {0} bytes.",
        "Шаблон выдал больше {0} байт.";
}

messages! {
    /// Why a patch was not applied.
    pub(crate) mod patches;

    /// The answer is no object.
    NOT_AN_OBJECT = "not_an_object",
        "The answer is no JSON object, so it went out unchanged.",
        "Ответ не JSON-объект, поэтому ушёл без изменений.";
    /// A value is no JSON.
    NOT_JSON = "not_json",
        "The value of “{0}” came out as no JSON, so the answer went out unchanged.",
        "Значение «{0}» получилось не JSON, поэтому ответ ушёл без изменений.";
    /// A value's template failed.
    FAILED = "failed",
        "The value of “{0}” failed, so the answer went out unchanged. {1}",
        "Значение «{0}» не вычислилось, поэтому ответ ушёл без изменений. {1}";
}

messages! {
    /// Why a file of a rule is refused.
    pub(crate) mod files;

    /// The YAML cannot be read; the library's own words.
    YAML = "yaml", "This is not valid YAML: {0}", "Это не YAML: {0}";
    /// No document.
    EMPTY = "empty", "There is no rule in this file.", "В этом файле нет правила.";
    /// More than one document.
    SEVERAL = "several", "A file holds one rule.", "В файле одно правило.";
    /// Anchors.
    ALIAS = "alias",
        "Files of rules take no anchors (&, *). Write the value out.",
        "В файлах правил нет якорей (&, *). Напишите само значение.";
    /// Tags.
    TAG = "tag",
        "Files of rules take no tags (!). Remove it.", "В файлах правил нет тегов (!). Уберите его.";
    /// A key that is no text.
    KEY = "key", "A key is a plain text.", "Ключ — это простой текст.";
    /// Longer than a rule may be.
    TOO_LONG = "too_long",
        "This file is too long: at most {0} bytes.", "Файл слишком длинный: можно не больше {0} байт.";
    /// Too deep.
    DEEP = "deep", "This is nested too deep.", "Слишком глубокая вложенность.";
}

messages! {
    /// The parts of a rule's sentence.
    pub(crate) mod sentences;

    /// Conditions and what follows.
    IF = "if", "If {0}, {1}.", "Если {0}, {1}.";
    /// No condition.
    ALWAYS = "always", "Always {0}.", "Всегда {0}.";
    /// A part and one more.
    COMMA = "comma", "{0}, {1}", "{0}, {1}";
    /// The last of several that all hold.
    AND = "and", "{0} and {1}", "{0} и {1}";
    /// The last of several of which one holds.
    OR = "or", "{0} or {1}", "{0} или {1}";
    /// A group in a group.
    GROUP = "group", "({0})", "({0})";
    /// A negation.
    NOT = "not", "it is not so that {0}", "неверно, что {0}";
    /// No condition at all, within a group.
    ANYTHING = "anything", "anything is there", "что угодно";
    /// No alternative, within a group.
    NOTHING = "nothing", "nothing fits", "ничего не подходит";
    /// A chance as a condition among others.
    CHANCE = "chance", "a chance of {0} % strikes", "выпал шанс {0} %";
    /// A share of turns, and nothing else.
    SOMETIMES = "sometimes", "In {0} % of turns {1}.", "В {0} % ходов {1}.";
    /// A share of the turns that fulfil the conditions.
    IN_TURNS = "in_turns", "in {0} % of turns {1}", "в {0} % ходов {1}";
    /// A text.
    QUOTED = "quoted", "“{0}”", "«{0}»";
    /// A name or a value that is shown as it is.
    PLAIN = "plain", "{0}", "{0}";
    /// `equals`
    EQUALS = "equals", "{0} is {1}", "{0} — это {1}";
    /// `not_equals`
    NOT_EQUALS = "not_equals", "{0} is not {1}", "{0} не {1}";
    /// `contains`
    CONTAINS = "contains", "{0} contains {1}", "{0} содержит {1}";
    /// `matches`
    MATCHES = "matches", "{0} matches /{1}/", "{0} подходит под /{1}/";
    /// `present`
    PRESENT = "present", "there is {0}", "есть {0}";
    /// `absent`
    ABSENT = "absent", "there is no {0}", "нет {0}";
    /// `less`
    LESS = "less", "{0} is less than {1}", "{0} меньше {1}";
    /// `greater`
    GREATER = "greater", "{0} is greater than {1}", "{0} больше {1}";
    /// `every`
    EVERY = "every", "the call's number is a multiple of {0}", "номер вызова делится на {0}";
    /// `changed`
    CHANGED = "changed",
        "{0} is not what it was in the turn before", "{0} не то же, что в прошлом ходе";
    /// `schema`
    SCHEMA = "schema", "{0} fits the schema", "{0} подходит под схему";
}

messages! {
    /// The fields of conditions, as the subject of a sentence.
    pub(crate) mod fields;

    /// `event`
    EVENT = "event", "the event", "событие";
    /// `method`
    METHOD = "method", "the method", "метод";
    /// `path`
    PATH = "path", "the path", "путь";
    /// `platform`
    PLATFORM = "platform", "the platform", "платформа";
    /// `source`
    SOURCE = "source", "the source", "источник";
    /// `user`
    USER = "user", "the user", "пользователь";
    /// `body`
    BODY = "body", "the body", "тело";
    /// `call`
    CALL = "call", "the call's number", "номер вызова";
    /// `prev:event`
    PREVIOUS_EVENT = "prev_event", "the event before", "прошлое событие";
    /// `header:NAME`
    HEADER = "header", "the header {0}", "заголовок {0}";
    /// `query:NAME`
    QUERY = "query", "the parameter {0}", "параметр {0}";
}

messages! {
    /// The fields of conditions behind “there is no”.
    pub(crate) mod missing_fields;

    /// `event`
    EVENT = "event", "event", "события";
    /// `method`
    METHOD = "method", "method", "метода";
    /// `path`
    PATH = "path", "path", "пути";
    /// `platform`
    PLATFORM = "platform", "platform", "платформы";
    /// `source`
    SOURCE = "source", "source", "источника";
    /// `user`
    USER = "user", "user", "пользователя";
    /// `body`
    BODY = "body", "body", "тела";
    /// `prev:event`
    PREVIOUS_EVENT = "prev_event", "event before", "прошлого события";
    /// `header:NAME`
    HEADER = "header", "header {0}", "заголовка {0}";
    /// `query:NAME`
    QUERY = "query", "parameter {0}", "параметра {0}";
}

messages! {
    /// What rules do.
    pub(crate) mod actions;

    /// An answer with its body.
    REPLY = "reply", "answer {0} {1}", "ответить {0} {1}";
    /// An answer with a long body.
    REPLY_LONG = "reply_long", "answer {0} with {1} bytes", "ответить {0}, в теле {1} байт";
    /// An answer by a template.
    TEMPLATE = "template", "answer {0} by the template", "ответить {0} по шаблону";
    /// An answer without a body.
    EMPTY = "empty", "answer {0} without a body", "ответить {0} без тела";
    /// A sequence that stays at its last reply.
    SEQUENCE_LAST = "sequence_last",
        "give {0} answers in turn, then the last one again",
        "ответить по очереди (ответов: {0}), дальше последним";
    /// A sequence that begins again.
    SEQUENCE_LOOP = "sequence_loop",
        "give {0} answers in turn, then begin again",
        "ответить по очереди (ответов: {0}), дальше сначала";
    /// A sequence that ends.
    SEQUENCE_PASS = "sequence_pass",
        "give {0} answers in turn, then pass to the next rule",
        "ответить по очереди (ответов: {0}), дальше следующим правилом";
    /// A hold.
    HOLD = "hold", "ask me", "спросить меня";
    /// A hold of its own length.
    HOLD_FOR = "hold_for", "hold for {0} s", "удержать {0} с";
    /// A forward to the server in use.
    FORWARD = "forward", "forward to my server", "переслать на мой сервер";
    /// A forward to an address.
    FORWARD_TO = "forward_to", "forward to {0}", "переслать на {0}";
    /// A forward that is shown.
    SHOWN = "shown", "{0} and show me its answer", "{0} и показать мне его ответ";
    /// A patch that sets.
    SET = "set", "{0}, set {1} in its answer", "{0}, в его ответе поставить {1}";
    /// A patch that removes.
    REMOVE = "remove", "{0}, remove {1} from its answer", "{0}, из его ответа убрать {1}";
    /// `close`
    CLOSE = "close",
        "close the connection before any byte", "закрыть соединение, не ответив ни байта";
    /// `reset`
    RESET = "reset", "reset the connection", "сбросить соединение";
    /// `never`
    NEVER = "never", "never answer", "не отвечать никогда";
    /// `garbage`
    GARBAGE = "garbage", "answer with garbage", "ответить мусором вместо HTTP";
    /// `truncate`
    TRUNCATE = "truncate", "break off in the middle of the body", "оборвать ответ на половине тела";
    /// `slow`
    SLOW = "slow", "answer a byte every 100 ms", "отвечать по байту в 100 мс";
    /// A delay.
    DELAYED = "delayed", "{0} after {1} ms", "{0} через {1} мс";
    /// A call afterwards.
    AFTER = "after", "{0}, then call {1}", "{0}, потом вызвать {1}";
}

messages! {
    /// Why a rule never answers.
    pub(crate) mod nevers;

    /// Two conditions exclude each other.
    PAIR = "pair",
        "Never answers: {0}, and {1}; both cannot be.",
        "Никогда не сработает: {0}, и при этом {1}; так не бывает.";
    /// One condition never holds.
    ONE = "one", "Never answers: it cannot be that {0}.", "Никогда не сработает: не бывает, что {0}.";
    /// A group without alternatives.
    EMPTY = "empty",
        "Never answers: a group “any” is empty.", "Никогда не сработает: группа «любое» пуста.";
}
