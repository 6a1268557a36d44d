//! The sentences of this crate, in both languages.

mod speech;

use messages::messages;

pub(crate) use speech::{actions, fields, missing_fields, nevers, sentences};

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
        "Это правило версии {0}, а приложение знает версию {1}. Обновите приложение.";
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
    /// A name with line breaks or characters that are not seen.
    NAME_LINE = "name_line",
        "A name stands on one line and has no invisible characters. Type it anew by hand.",
        "Имя занимает одну строку и не содержит невидимых символов. Наберите его заново.";
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
    /// The regular expressions of a rule take too much together.
    REGEXES_TOO_LARGE = "regexes_too_large",
        "The regular expressions of this rule are too large together. Use fewer of them, or shorter ones.",
        "Регулярные выражения этого правила вместе слишком велики. Сократите их или уменьшите их число.";
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
    /// A schema that becomes too deep.
    SCHEMA_DEEP = "schema_deep",
        "With its references written out, this schema nests more than {0} deep. Make it flatter.",
        "Если раскрыть ссылки, вложенность этой схемы больше {0} уровней. Сделайте её площе.";
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
    /// A template whose parts are too long in a row, or too deep within each other.
    TEMPLATE_DEEP = "template_deep",
        "The template goes too deep here: at most {0} operators, filters or elif in a row, and {1} \
         brackets or blocks within each other. Keep a part in a variable with set, or look it up \
         in a dictionary.",
        "Здесь шаблон слишком глубок: подряд можно не больше {0} операторов, фильтров или elif, \
         друг в друге — не больше {1} скобок или блоков. Вынесите часть в переменную через set \
         или выбирайте значение из словаря.";
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
    FAILED = "failed", "The template failed: {0}.", "Шаблон не выполнился: {0}.";
    /// A value that JSON does not have.
    NOT_JSON = "not_json",
        "“{0}” is nothing that JSON can hold.", "«{0}» нельзя записать в JSON.";
    /// What no header field can hold; the field's name.
    FIELD = "field",
        "The field “{0}” came out with a line break or a control character, which no field can \
         have. Leave it out with | replace('\\n', ' ').",
        "В поле «{0}» получился перевод строки или управляющий символ, а в заголовке их быть не \
         может. Уберите его через | replace('\\n', ' ').";
    /// Its output is longer than it may be.
    TOO_LONG = "too_long",
        "The template's output is longer than {0} bytes.",
        "Шаблон выдал больше {0} байт.";
}

messages! {
    /// Why a patch was not applied.
    pub(crate) mod patches;

    /// Only a part of the answer is there.
    CUT = "cut", "The server's answer is not whole.", "Ответ сервера не целый.";
    /// The answer is compressed.
    COMPRESSED = "compressed", "The server's answer is compressed.", "Ответ сервера сжат.";
    /// The answer is no object.
    NOT_AN_OBJECT = "not_an_object",
        "The server's answer is no JSON object.", "Ответ сервера — не JSON-объект.";
    /// A value is no JSON.
    NOT_JSON = "not_json",
        "The value of “{0}” came out as no JSON.", "Значение «{0}» получилось не JSON.";
    /// A value's template failed.
    FAILED = "failed",
        "The value of “{0}” failed at line {1}, column {2}. {3}",
        "Значение «{0}» не вычислилось: строка {1}, столбец {2}. {3}";
}

messages! {
    /// Why a file of a rule is refused.
    pub(crate) mod files;

    /// The YAML cannot be read; the library's own words.
    YAML = "yaml", "This is not valid YAML: {0}", "Это не YAML: {0}";
    /// No document.
    EMPTY = "empty", "There is nothing in this file.", "В этом файле ничего нет.";
    /// More than one document.
    SEVERAL = "several", "A file holds one document: remove what begins with ---.",
        "В файле один документ: уберите то, что начинается с ---.";
    /// Anchors.
    ALIAS = "alias",
        "Anchors (&, *) are not taken. Write the value out.",
        "Якоря (&, *) не принимаются. Напишите само значение.";
    /// Tags.
    TAG = "tag",
        "Tags (!) are not taken. Remove it.", "Теги (!) не принимаются. Уберите его.";
    /// A key that is no text.
    KEY = "key", "A key is a plain text.", "Ключ — это простой текст.";
    /// Longer than a rule may be.
    TOO_LONG = "too_long",
        "This file is too long: at most {0} bytes.", "Файл слишком длинный: можно не больше {0} байт.";
    /// Too deep.
    DEEP = "deep", "This is nested too deep.", "Слишком глубокая вложенность.";
}
