//! The words for what can be wrong with a JSON text: what it is and what to do.
//!
//! They continue the sentence “This is not valid JSON: …”.

use messages::messages;

messages! {
    /// One entry for each mistake.
    pub mod problems;

    /// No text, or spaces only.
    NOTHING = "nothing",
        "there is nothing in it. To send nothing, write {}.",
        "текст пуст. Если передавать нечего, напишите {}.";
    /// The text ends inside a container or before a value.
    UNEXPECTED_END = "unexpected_end",
        "it ends too early. A bracket or a value is missing at the end.",
        "текст обрывается. В конце не хватает скобки или значения.";
    /// The text ends inside a string.
    UNCLOSED_STRING = "unclosed_string",
        "it ends inside a string. A closing quote \" is missing.",
        "текст обрывается внутри строки. Не хватает закрывающей кавычки \".";
    /// `[1,]`
    TRAILING_COMMA = "trailing_comma",
        "there is a comma before the closing bracket. Remove the comma.",
        "перед закрывающей скобкой стоит запятая. Уберите её.";
    /// `[,1]`
    EXTRA_COMMA = "extra_comma",
        "there is a comma where a value should be. Remove the comma.",
        "на месте значения стоит запятая. Уберите её.";
    /// `{“a”: 1}`
    CURLY_QUOTE = "curly_quote",
        "this is a typographic quote. JSON takes straight quotes \" only.",
        "здесь типографская кавычка. В JSON нужны прямые кавычки \".";
    /// `{'a': 1}`
    SINGLE_QUOTE = "single_quote",
        "this is a single quote. JSON takes double quotes \" only.",
        "здесь одинарная кавычка. В JSON нужны двойные кавычки \".";
    /// `{a: 1}`
    UNQUOTED_KEY = "unquoted_key",
        "this key has no quotes. Write it in double quotes \".",
        "ключ записан без кавычек. Возьмите его в двойные кавычки \".";
    /// Something else where a key should be.
    EXPECTED_KEY = "expected_key",
        "a key in double quotes should be here.",
        "здесь должен быть ключ в двойных кавычках.";
    /// `{"a" 1}`
    MISSING_COLON = "missing_colon",
        "a colon is missing after the key.",
        "после ключа не хватает двоеточия.";
    /// `{"a":1 "b":2}`
    MISSING_COMMA_IN_OBJECT = "missing_comma_in_object",
        "a comma or a closing bracket } is missing here.",
        "здесь не хватает запятой или закрывающей скобки }.";
    /// `[1 2]`
    MISSING_COMMA_IN_ARRAY = "missing_comma_in_array",
        "a comma or a closing bracket ] is missing here.",
        "здесь не хватает запятой или закрывающей скобки ].";
    /// `[1}`
    WRONG_BRACKET = "wrong_bracket",
        "this bracket does not match the one that was opened.",
        "эта скобка не соответствует открытой.";
    /// Something else where a value should be.
    EXPECTED_VALUE = "expected_value",
        "a value should be here.",
        "здесь должно быть значение.";
    /// `[abc]`
    UNQUOTED_TEXT = "unquoted_text",
        "this text has no quotes. Write it in double quotes \".",
        "текст записан без кавычек. Возьмите его в двойные кавычки \".";
    /// `True`, `None`, `NaN` and the like.
    FOREIGN_WORD = "foreign_word",
        "JSON knows true, false and null only, in small letters.",
        "в JSON есть только true, false и null, маленькими буквами.";
    /// `// x`
    COMMENT = "comment",
        "JSON has no comments. Remove it.",
        "в JSON нет комментариев. Уберите его.";
    /// `<html>`
    MARKUP = "markup",
        "this looks like HTML or XML.",
        "похоже на HTML или XML.";
    /// `01`
    LEADING_ZERO = "leading_zero",
        "a number cannot begin with an extra 0. Remove it, or put the number in quotes.",
        "число не может начинаться с лишнего 0. Уберите его или возьмите число в кавычки.";
    /// `1.`, `.5`, `+1` and the like.
    NUMBER_SYNTAX = "number_syntax",
        "this is not a number as JSON writes it, such as -1.5 or 2e3.",
        "так числа в JSON не пишут. Нужно, например, -1.5 или 2e3.";
    /// A raw control character inside a string.
    CONTROL_CHARACTER = "control_character",
        "a line break or another control character stands inside a string. Write \\n for a line break.",
        "внутри строки стоит перевод строки или другой управляющий символ. Перевод строки пишут как \\n.";
    /// `"\x"`
    BAD_ESCAPE = "bad_escape",
        "there is no such escape. For a backslash, write \\\\.",
        "такой последовательности нет. Обратную косую черту пишут как \\\\.";
    /// `"\u12"`
    BAD_UNICODE_ESCAPE = "bad_unicode_escape",
        "four hexadecimal digits must follow \\u.",
        "после \\u нужны четыре шестнадцатеричные цифры.";
    /// U+FEFF where a value should be.
    BYTE_ORDER_MARK = "byte_order_mark",
        "a byte order mark stands here. Save the text without one.",
        "здесь стоит метка порядка байтов. Сохраните текст без неё.";
    /// `{} x`
    EXTRA_TEXT = "extra_text",
        "the JSON is over, but more text follows. Remove it.",
        "JSON закончился, но за ним есть ещё текст. Уберите его.";
    /// Longer than a span can hold.
    TOO_LONG = "too_long",
        "it is too long to be read.",
        "текст слишком длинный.";
}
