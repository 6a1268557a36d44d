//! What a rule and its findings say.

use messages::messages;

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
