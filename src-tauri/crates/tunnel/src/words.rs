//! Every sentence of this crate, in both languages.

messages::messages! {
    /// Every sentence of this crate.
    pub(crate) mod sentences;

    /// ngrok needs a token and there is none.
    TOKEN_MISSING = "token_missing",
        "ngrok needs the token of your account. Paste it from the ngrok dashboard.",
        "Для ngrok нужен токен вашей учётной записи. Вставьте его из панели ngrok.";
    /// ngrok does not take the token.
    TOKEN_REFUSED = "token_refused",
        "ngrok does not take this token. Check it in the settings of the tunnel.",
        "Токен ngrok не принят. Проверьте токен в настройках туннеля.";
    /// ngrok does not take this address of ours.
    REGION_REFUSED = "region_refused",
        "ngrok takes no connections from your IP address. Choose another way: an SSH \
         tunnel or a proxy.",
        "ngrok не принимает подключения с вашего IP-адреса. Выберите другой способ: \
         SSH-туннель или прокси.";
    /// ngrok has blocked the account.
    ACCOUNT_BLOCKED = "account_blocked",
        "ngrok has blocked this account. Its dashboard says why.",
        "ngrok заблокировал эту учётную запись. Причина — в панели ngrok.";
    /// Too many agents at once.
    SESSION_LIMIT = "session_limit",
        "The number of agents at once is used up. Close the others.",
        "Достигнут предел одновременных агентов. Закройте другие.";
    /// Another agent has the address.
    ADDRESS_BUSY = "address_busy",
        "Another agent has this address. Stop it there, or take another domain.",
        "Этот адрес уже занят другим агентом. Остановите его или возьмите другой домен.";
    /// ngrok wants a newer app.
    OUTDATED = "outdated",
        "ngrok wants a newer version. Update the app.",
        "ngrok требует более новую версию. Обновите приложение.";
    /// The service refused for another reason.
    REFUSED = "refused",
        "The service refused.",
        "Сервис отказал.";
    /// The connection was refused or broken.
    UNREACHABLE = "unreachable",
        "There is no connection to the service. Check the network.",
        "Нет связи с сервисом. Проверьте сеть.";
    /// The name could not be found.
    NAME_UNKNOWN = "name_unknown",
        "The server's name cannot be found. Check the name and the network.",
        "Имя сервера не найдено. Проверьте имя и сеть.";
    /// No answer in time.
    NO_ANSWER = "no_answer",
        "The service does not answer. Check the network or try a proxy.",
        "Сервис не отвечает. Проверьте сеть или попробуйте прокси.";
    /// The link was there and is not any more.
    LINK_LOST = "link_lost",
        "The connection to the service was lost.",
        "Связь с сервисом потеряна.";
    /// Nothing has come for too long.
    LINK_SILENT = "link_silent",
        "Nothing comes from the service any more; the connection counts as lost.",
        "От сервиса ничего не приходит; связь считается потерянной.";
    /// The machine has slept.
    SLEPT = "slept",
        "The computer has slept; the connection is made anew.",
        "Компьютер спал; связь устанавливается заново.";
    /// The proxy refused.
    PROXY_REFUSED = "proxy_refused",
        "The proxy does not let the connection through. Check its address and login.",
        "Прокси не пропускает подключение. Проверьте его адрес и логин.";
    /// The certificate is not signed by anybody trusted.
    CERTIFICATE_UNKNOWN = "certificate_unknown",
        "The certificate was put in by somebody else (a company's proxy?). Switch on \
         \u{201c}system certificates\u{201d}.",
        "Сертификат подменён (корпоративный прокси?). Включите «системные сертификаты».";
    /// TLS failed for another reason.
    TLS_FAILED = "tls_failed",
        "The secure connection could not be made.",
        "Не удалось установить защищённое соединение.";
    /// A file of certificates cannot be read.
    CERTIFICATE_FILE = "certificate_file",
        "The file of certificates cannot be read. Choose a PEM file.",
        "Файл сертификатов не читается. Выберите файл PEM.";
    /// The service ended the tunnel.
    STOPPED_OUTSIDE = "stopped_outside",
        "The tunnel was stopped by the service or in its dashboard.",
        "Туннель остановлен сервисом или в его панели.";
    /// The SSH server showed a key that nobody has confirmed yet.
    HOST_KEY_UNKNOWN = "host_key_unknown",
        "The server shows this key for the first time. Compare the fingerprint and confirm it.",
        "Сервер показывает этот ключ впервые. Сверьте отпечаток и подтвердите его.";
    /// The SSH server showed another key than the confirmed one.
    HOST_KEY_CHANGED = "host_key_changed",
        "The server shows another key than the one you confirmed. Somebody may stand in \
         between: ask the server's owner before you go on.",
        "Сервер показывает не тот ключ, который вы подтвердили. Возможно, кто-то стоит \
         посередине: спросите владельца сервера, прежде чем продолжать.";
    /// The SSH server does not take our key.
    KEY_REFUSED = "key_refused",
        "The server does not take this key. Add the public key to the server's user.",
        "Сервер не принимает этот ключ. Добавьте открытый ключ пользователю на сервере.";
    /// The key file cannot be read.
    KEY_FILE = "key_file",
        "The key file cannot be read. Choose a private key of OpenSSH.",
        "Файл ключа не читается. Выберите закрытый ключ OpenSSH.";
    /// The key file is locked and no passphrase, or a wrong one, was given.
    PASSPHRASE_NEEDED = "passphrase_needed",
        "The key file is locked. Enter its passphrase.",
        "Файл ключа защищён. Введите его пароль.";
    /// The SSH server does not forward.
    FORWARD_REFUSED = "forward_refused",
        "The server does not forward ports. Allow AllowTcpForwarding and GatewayPorts, or \
         take another port.",
        "Сервер не пробрасывает порты. Разрешите AllowTcpForwarding и GatewayPorts или \
         возьмите другой порт.";
    /// The SSH server still has the port in use, most often for the connection that was lost.
    PORT_HELD = "port_held",
        "The port on the server is still taken, most often by the connection that was \
         lost. Wait a few minutes or take another port.",
        "Порт на сервере ещё занят, чаще всего потерянным соединением. Подождите \
         несколько минут или возьмите другой порт.";
    /// No address was printed.
    NO_ADDRESS = "no_address",
        "No address was printed. Check what the address looks like, or fill it in.",
        "Адрес не напечатан. Проверьте, как он выглядит, или впишите его сами.";
    /// There is no such program.
    COMMAND_MISSING = "command_missing",
        "There is no such program. Install it or give the whole path.",
        "Такой программы нет. Установите её или укажите полный путь.";
    /// The program could not be started.
    COMMAND_FAILED = "command_failed",
        "The program cannot be started.",
        "Программу не удалось запустить.";
    /// The program ended.
    COMMAND_ENDED = "command_ended",
        "The program has ended.",
        "Программа завершилась.";
    /// A sentence, and what the other side or the system said.
    WITH_DETAIL = "with_detail",
        "{0} ({1})",
        "{0} ({1})";
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
        "At most 64 arguments of 4096 bytes.",
        "Не больше 64 аргументов по 4096 байт.";
    /// A pattern that does not compile.
    PLAN_PATTERN = "plan_pattern",
        "This is no regular expression. https://\\S+ finds any address.",
        "Это не регулярное выражение. https://\\S+ находит любой адрес.";
    /// A text that no field takes.
    PLAN_WORD = "plan_word",
        "This text is too long or has characters that cannot be seen.",
        "Текст слишком длинный или содержит невидимые символы.";
    /// An empty field.
    PLAN_MISSING = "plan_missing",
        "Fill this in.",
        "Заполните это поле.";
    /// The provider's own part is missing.
    PLAN_PART_MISSING = "plan_part_missing",
        "The part of the provider that was chosen is missing.",
        "Нет раздела выбранного способа.";
    /// An address that is none.
    PLAN_ADDRESS = "plan_address",
        "A whole address such as https://bot.example.org, without ? and #.",
        "Полный адрес, например https://bot.example.org, без ? и #.";
}
