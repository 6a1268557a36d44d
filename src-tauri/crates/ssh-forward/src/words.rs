//! Details of errors that this crate words itself, in both languages.

messages::messages! {
    /// Every sentence of this crate.
    pub(crate) mod sentences;

    /// Why no address will be printed.
    SHELL_REFUSED = "shell_refused",
        "the server refuses the command or the shell",
        "сервер отказывает в команде или оболочке";
    /// The path of a key leads to a directory or a device.
    NOT_A_FILE = "not_a_file",
        "not a file",
        "это не файл";
    /// A key file that is none.
    TOO_LONG = "too_long",
        "longer than {0} bytes",
        "больше {0} байт";
    /// A new key could not be made.
    KEY_NOT_MADE = "key_not_made",
        "An SSH key could not be made: {0}",
        "Не удалось создать ключ SSH: {0}";
    /// The app's own key could not be read.
    KEY_UNREADABLE = "key_unreadable",
        "The SSH key cannot be read: {0}",
        "Ключ SSH не читается: {0}";
}
