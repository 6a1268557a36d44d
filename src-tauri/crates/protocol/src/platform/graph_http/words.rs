//! The words of the HTTP-request block.

use messages::messages;

messages! {
    /// Its name and its roles.
    pub(super) mod table;

    /// The block.
    NAME = "graph_http", "Graph: HTTP request", "Graph: HTTP-запрос";
    /// Written by the platform.
    SYSTEM = "system", "system", "системная";
}

messages! {
    /// What it does with an answer.
    pub(super) mod facts;

    /// The two variables.
    ANSWER = "answer",
        "The answer is saved in ${0}, its status in ${1}. JSON that is an object, and XML, become \
         an object that is read with dots: ${0}.fieldName.",
        "Ответ сохраняется в ${0}, его статус — в ${1}. JSON-объект и XML становятся объектом, \
         который читается с точкой: ${0}.fieldName.";
    /// Anything else.
    TEXT = "text",
        "Any other answer is saved as its raw text, a JSON list too.",
        "Любой другой ответ сохраняется необработанной строкой, JSON-список тоже.";
    /// How XML becomes an object.
    XML = "xml",
        "An XML element is a field: its text, or an object with its attributes and elements; \
         elements of one name are a list, a text beside others is “content”, and values stay texts.",
        "Элемент XML — поле: его текст либо объект с атрибутами и элементами; элементы с одним \
         именем — список, текст рядом с другими — «content», а значения остаются строками.";
    /// Which exit.
    EXITS = "exits",
        "Statuses {0}–{1} lead to the exit for success, all others to the exit for failure.",
        "Статусы {0}–{1} ведут по успешному переходу, остальные — по неуспешному.";
    /// What an error saves.
    BOTH = "both",
        "Both variables are saved on either exit.",
        "Обе переменные сохраняются на любом переходе.";
    /// No answer.
    LIMIT = "limit",
        "After {0} s without an answer the exit is that for failure, and ${1} is {2}.",
        "Через {0} с без ответа — неуспешный переход, а ${1} равна {2}.";
    /// The address.
    BRACES = "braces",
        "In the address a variable stands in braces, ${variable}; other braces are written as %7B \
         and %7D.",
        "В адресе переменная стоит в фигурных скобках, ${variable}; прочие скобки пишутся как %7B \
         и %7D.";
    /// Body and headers.
    DOLLAR = "dollar",
        "In the body and the headers it is $variable, put in as it is: a text needs its quotes \
         around it.",
        "В теле и заголовках — $variable, и подставляется она как есть: вокруг строки нужны кавычки.";
    /// Without a field of one's own.
    CONTENT_TYPE = "content_type",
        "A body of JSON goes out as application/json where no header says otherwise.",
        "Тело с JSON уходит как application/json, если заголовок не говорит другого.";
}

messages! {
    /// What does not fit in a composed call.
    pub(super) mod composed;

    /// A value with signs that an address cannot have.
    LONG = "long",
        "With its variables this is longer than {0} MB.",
        "С переменными это длиннее {0} МБ.";
}
