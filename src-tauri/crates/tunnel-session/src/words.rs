//! What an error says, in both languages.

messages::messages! {
    /// Every sentence of this crate.
    pub(crate) mod sentences;

    /// It was to start by itself, and what it needs is not there.
    NOT_STARTED = "not_started",
        "The tunnel of last time was not started. {0}",
        "Туннель, как в прошлый раз, не запущен. {0}";
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
        "The service refused to open the tunnel.",
        "Сервис отказался открыть туннель.";
    /// The connection was refused or broken.
    UNREACHABLE = "unreachable",
        "There is no connection to the service. Check the network.",
        "Нет связи с сервисом. Проверьте сеть.";
    /// Nothing listens at the port.
    PORT_REFUSED = "port_refused",
        "{0} takes no connections on port {1}. Check the name and the port.",
        "Сервер {0} не принимает соединения на порту {1}. Проверьте имя и порт.";
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
        "Сервер показывает не тот ключ, который вы подтвердили. Возможно, кто-то \
         перехватывает соединение: спросите владельца сервера, прежде чем продолжать.";
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
    /// An address was printed that can stand in no bot's settings.
    ADDRESS_UNUSABLE = "address_unusable",
        "The address that was printed has a user name, ? or # in it: a bot's path cannot go behind it. Change what the program prints, or what is taken for the address.",
        "В напечатанном адресе есть имя пользователя, ? или #: путь бота за ним не поставить. Измените вывод программы или шаблон адреса.";
    /// No port of this machine could be opened.
    NO_PORT = "no_port",
        "No port of this computer could be opened. Close programs you do not need.",
        "На этом компьютере не удалось открыть порт. Закройте лишние программы.";
    /// There is no such program.
    COMMAND_MISSING = "command_missing",
        "There is no program {0}. Install it or give the whole path.",
        "Программа «{0}» не найдена. Установите её или укажите полный путь.";
    /// The program could not be started.
    COMMAND_FAILED = "command_failed",
        "The program {0} cannot be started.",
        "Программу «{0}» не удалось запустить.";
    /// The program ended.
    COMMAND_ENDED = "command_ended",
        "The program {0} has ended.",
        "Программа «{0}» завершилась.";
}
