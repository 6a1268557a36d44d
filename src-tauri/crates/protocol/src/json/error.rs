//! What can be wrong with a JSON text, in words that say what to do.

use std::fmt;

use crate::{Code, Finding, Lang, Phrase, Place, Side};

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident = $en:literal, $ru:literal;)+) => {
        /// What is wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Problem {
            $($(#[$doc])* $name,)+
        }

        impl Problem {
            /// The words after “This is not valid JSON: ”.
            pub(crate) const fn phrase(self) -> &'static Phrase {
                match self {
                    $(Self::$name => &Phrase { en: $en, ru: $ru },)+
                }
            }
        }
    };
}

problems! {
    Nothing = "there is nothing in it. To send nothing, write {}.",
        "текст пуст. Если передавать нечего, напишите {}.";
    UnexpectedEnd = "it ends too early. A bracket or a value is missing at the end.",
        "текст обрывается. В конце не хватает скобки или значения.";
    UnclosedString = "it ends inside a string. A closing quote \" is missing.",
        "текст обрывается внутри строки. Не хватает закрывающей кавычки \".";
    TrailingComma = "there is a comma before the closing bracket. Remove the comma.",
        "перед закрывающей скобкой стоит запятая. Уберите её.";
    ExtraComma = "there is a comma where a value should be. Remove the comma.",
        "на месте значения стоит запятая. Уберите её.";
    CurlyQuote = "this is a typographic quote. JSON takes straight quotes \" only.",
        "здесь типографская кавычка. В JSON нужны прямые кавычки \".";
    SingleQuote = "this is a single quote. JSON takes double quotes \" only.",
        "здесь одинарная кавычка. В JSON нужны двойные кавычки \".";
    UnquotedKey = "this key has no quotes. Write it in double quotes \".",
        "ключ записан без кавычек. Возьмите его в двойные кавычки \".";
    ExpectedKey = "a key in double quotes should be here.",
        "здесь должен быть ключ в двойных кавычках.";
    MissingColon = "a colon is missing after the key.",
        "после ключа не хватает двоеточия.";
    MissingCommaInObject = "a comma or a closing bracket } is missing here.",
        "здесь не хватает запятой или закрывающей скобки }.";
    MissingCommaInArray = "a comma or a closing bracket ] is missing here.",
        "здесь не хватает запятой или закрывающей скобки ].";
    WrongBracket = "this bracket does not match the one that was opened.",
        "эта скобка не соответствует открытой.";
    ExpectedValue = "a value should be here.",
        "здесь должно быть значение.";
    UnquotedText = "this text has no quotes. Write it in double quotes \".",
        "текст записан без кавычек. Возьмите его в двойные кавычки \".";
    ForeignWord = "JSON knows true, false and null only, in small letters.",
        "в JSON есть только true, false и null, маленькими буквами.";
    Comment = "JSON has no comments. Remove it.",
        "в JSON нет комментариев. Уберите его.";
    Markup = "this looks like HTML or XML.",
        "похоже на HTML или XML.";
    LeadingZero = "a number cannot begin with an extra 0. Remove it, or put the number in quotes.",
        "число не может начинаться с лишнего 0. Уберите его или возьмите число в кавычки.";
    NumberSyntax = "this is not a number as JSON writes it, such as -1.5 or 2e3.",
        "так числа в JSON не пишут. Нужно, например, -1.5 или 2e3.";
    ControlCharacter = "a line break or another control character stands inside a string. Write \\n for a line break.",
        "внутри строки стоит перевод строки или другой управляющий символ. Перевод строки пишут как \\n.";
    BadEscape = "there is no such escape. For a backslash, write \\\\.",
        "такой последовательности нет. Обратную косую черту пишут как \\\\.";
    BadUnicodeEscape = "four hexadecimal digits must follow \\u.",
        "после \\u нужны четыре шестнадцатеричные цифры.";
    ByteOrderMark = "a byte order mark stands here. Save the text without one.",
        "здесь стоит метка порядка байтов. Сохраните текст без неё.";
    ExtraText = "the JSON is over, but more text follows. Remove it.",
        "JSON закончился, но за ним есть ещё текст. Уберите его.";
    TooLong = "it is too long to be read.",
        "текст слишком длинный.";
}

/// A problem and its offset; becomes a [`JsonError`] where somebody wants to see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    pub(crate) problem: Problem,
    pub(crate) offset: usize,
}

impl SyntaxError {
    pub(super) const fn new(problem: Problem, offset: usize) -> Self {
        Self { problem, offset }
    }
}

/// Why a text is not JSON, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonError {
    pub(crate) problem: Problem,
    /// The first byte that does not fit; the end of the text where something is missing.
    pub place: Place,
}

impl JsonError {
    pub(crate) fn new(text: &str, error: SyntaxError) -> Self {
        Self {
            problem: error.problem,
            place: Place::in_text(text, error.offset),
        }
    }

    /// What is wrong and what to do, for a person.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        self.finding(Side::Request).message(lang)
    }

    /// The finding `json_syntax` with its place.
    #[must_use]
    pub fn finding(&self, side: Side) -> Finding {
        Finding::new(Code::JsonSyntax, side)
            .arg(self.problem.phrase())
            .at_place(self.place)
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for JsonError {}
