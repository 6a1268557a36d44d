//! Why a plan cannot be carried out, in both languages.

messages::messages! {
    /// Every sentence of this crate.
    pub(crate) mod sentences;

    /// A domain that is none.
    PLAN_DOMAIN = "plan_domain",
        "A domain without https:// and without a path.",
        "Домен без https:// и без пути.";
    /// A proxy of another scheme.
    PLAN_PROXY = "plan_proxy",
        "A proxy's address begins with http://, https:// or socks5://.",
        "Адрес прокси начинается с http://, https:// или socks5://.";
    /// The port of an SSH server.
    PLAN_PORT = "plan_port",
        "A port from 1 to 65535, most often 22.",
        "Порт от 1 до 65535, чаще всего 22.";
    /// A host key of another form.
    PLAN_FINGERPRINT = "plan_fingerprint",
        "A fingerprint begins with SHA256:, as ssh-keygen -lf prints it.",
        "Отпечаток начинается с SHA256:, как его печатает ssh-keygen -lf.";
    /// Too many or too long arguments.
    PLAN_ARGS = "plan_args",
        "At most 64 arguments of 4096 bytes, without a NUL.",
        "Не больше 64 аргументов по 4096 байт, без символа NUL.";
    /// A pattern that does not compile.
    PLAN_PATTERN = "plan_pattern",
        "This is no regular expression, or one that finds nothing in every line. https://\\S+ finds any address.",
        "Это не регулярное выражение, или оно находит пустое место в любой строке. https://\\S+ находит любой адрес.";
    /// A text that no field takes.
    PLAN_WORD = "plan_word",
        "This text is too long or has characters that cannot be seen.",
        "Текст слишком длинный или содержит невидимые символы.";
    /// An empty field.
    PLAN_MISSING = "plan_missing",
        "Fill this in.",
        "Заполните это поле.";
    /// A part of another provider's.
    PLAN_OTHER_PART = "plan_other_part",
        "This part is another provider's than the one that is named. Leave it out.",
        "Это часть другого способа, а не названного. Уберите её.";
    /// The provider's own part is missing.
    PLAN_PART_MISSING = "plan_part_missing",
        "The part of the provider that was chosen is missing.",
        "Нет раздела выбранного способа.";
    /// An address that is none.
    PLAN_ADDRESS = "plan_address",
        "A whole address such as https://bot.example.org, without a user name, ? and #.",
        "Полный адрес, например https://bot.example.org, без имени пользователя, ? и #.";
    /// An address with something in it that nobody sees.
    PLAN_ADDRESS_UNSEEN = "plan_address_unseen",
        "This address has a space or a character that cannot be seen. Type it anew, for example https://bot.example.org.",
        "В адресе есть пробел или невидимый символ. Наберите его заново, например https://bot.example.org.";
}
