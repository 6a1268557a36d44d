//! Every sentence of the program that is its own, in both languages. The help is English, as that
//! of other commands is.

use messages::{Message, messages};

messages! {
    /// The table.
    pub(crate) mod table;

    /// The name of the bot that is there from the start.
    FIRST_BOT = "first_bot", "My bot", "Мой бот";
    /// No data directory is given, and the system has none.
    NO_HOME = "no_home",
        "This system names no home directory: give --data-dir.",
        "У системы нет домашней папки: укажите --data-dir.";
    /// The control API's address is not of this machine alone.
    LOOPBACK_ONLY = "loopback_only",
        "The control API is for this machine alone: choose 127.0.0.1 in place of {0}.",
        "Управление доступно только с этого компьютера: укажите 127.0.0.1 вместо {0}.";

    /// An address of an instance without its token.
    NO_TOKEN = "no_token",
        "--control needs the token in the environment variable HOOKLOUPE_TOKEN",
        "для --control нужен токен в переменной окружения HOOKLOUPE_TOKEN";
    /// Nobody serves a data directory.
    NO_INSTANCE = "no_instance",
        "no instance serves {0}: start one with `hookloupe-cli serve`",
        "с папкой {0} никто не работает: запустите `hookloupe-cli serve`";
    /// How to reach an instance is told in a way that this version does not read.
    ADDRESS_UNREADABLE = "address_unreadable",
        "the address of the running instance cannot be read",
        "не удаётся прочитать адрес запущенного экземпляра";
    /// An instance does not answer.
    NO_ANSWER = "no_answer",
        "no answer from {0}: is the instance still there?",
        "{0} не отвечает: экземпляр ещё работает?";
    /// `last` or `held` finds nothing.
    NO_EXCHANGE = "no_exchange",
        "there is no exchange for “{0}”",
        "для «{0}» обмена нет";

    /// A file cannot be read.
    FILE_UNREADABLE = "file_unreadable", "{0} cannot be read", "не удаётся прочитать {0}";
    /// Standard input cannot be read.
    INPUT_UNREADABLE = "input_unreadable",
        "standard input cannot be read",
        "не удаётся прочитать стандартный ввод";
    /// A header without a colon.
    NO_COLON = "no_colon",
        "write a header as “Name: value”",
        "заголовок пишется так: «Имя: значение»";
    /// The feed was read too late.
    GAP = "gap",
        "… (too much at once, or many were deleted; some exchanges may be missing here)",
        "… (слишком много сразу, или многое удалили: здесь может не хватать обменов)";
}

pub(crate) use table::*;

/// A sentence in the system's language.
pub(crate) fn text(message: impl Into<Message>) -> String {
    message.into().text(control::system_language())
}
