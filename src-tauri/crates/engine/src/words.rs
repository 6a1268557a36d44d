//! Every sentence that the engine says to a person.

messages::messages! {
    /// The table.
    pub(crate) mod table;

    // ---- what is not there ----

    /// A bot that does not exist.
    NO_BOT = "no_bot", "There is no such bot.", "Такого бота нет.";
    /// A probe that is not there.
    NO_PROBE = "no_probe",
        "No probe of how long this bot waits was begun.",
        "Проба терпения для этого бота не начата.";
    /// A notice that does not exist.
    NO_NOTICE = "no_notice",
        "There is no such notice: it was put away.",
        "Такого уведомления нет: его уже убрали.";
    /// An exchange that does not exist.
    NO_EXCHANGE = "no_exchange", "There is no such exchange.", "Такого обмена нет.";
    /// A conversation that does not exist.
    NO_CONVERSATION = "no_conversation",
        "There is no such conversation.",
        "Такого разговора нет.";
    /// A tunnel that nobody has started.
    NO_TUNNEL = "no_tunnel", "The tunnel has not been started yet.", "Туннель ещё не запускали.";
    /// A rule that does not exist.
    NO_RULE = "no_rule", "There is no such rule.", "Такого правила нет.";
    /// The id of a new rule belongs to another one.
    RULE_ID_TAKEN = "rule_id_taken",
        "A rule with this id is there already. Leave the id out, or replace that rule.",
        "Правило с таким id уже есть. Не указывайте id или замените то правило.";
    /// The id of a rule is none, or the name of a route.
    RULE_ID_RESERVED = "rule_id_reserved",
        "This id cannot be a rule's. Leave it out, or choose another.",
        "Такой id у правила не может быть. Не указывайте его или выберите другой.";
    /// A rule is put in the place of one with another id.
    RULE_ID_OTHER = "rule_id_other",
        "The rule's id and the id in the address differ. Leave one out.",
        "Id правила и id в адресе разные. Уберите один из них.";
    /// A bot's rules take as much room as they can.
    RULES_BYTES_MAX = "rules_bytes_max",
        "All rules of a bot together take {0} MB at most. Make some shorter, or remove some.",
        "Все правила бота вместе занимают не больше {0} МБ. Сократите или удалите лишние.";
    /// A bot has as many rules as it can.
    RULES_MAX = "rules_max",
        "A bot has {0} rules at most. Remove some first.",
        "У бота может быть не больше {0} правил. Сначала удалите лишние.";
    /// An order names a rule that is not there, or twice.
    RULE_ORDER_UNKNOWN = "rule_order_unknown",
        "There is no rule “{0}”, or it was named before.",
        "Правила «{0}» нет, или оно уже названо выше.";
    /// An order lacks a rule.
    RULE_ORDER_MISSING = "rule_order_missing",
        "The order must name every rule; “{0}” is missing.",
        "В порядке должны быть названы все правила; нет «{0}».";
    /// An event without an answer.
    NO_ANSWER = "no_answer",
        "Nobody has answered this event yet.",
        "На это событие ещё не отвечали.";

    // ---- what cannot be done now ----

    /// The exchange is not held.
    NOT_HELD = "not_held",
        "This exchange does not wait for an answer any more.",
        "Этот обмен уже не ждёт ответа.";
    /// It is read by another platform once it is over.
    NOT_SETTLED = "not_settled",
        "This turn is not over yet: choose its platform once it is answered and no late answer is \
         waited for.",
        "Этот ход ещё не закончен: выберите платформу, когда на него ответят и опоздавшего ответа \
         никто не ждёт.";
    /// The caller has disconnected.
    CALLER_LEFT = "caller_left",
        "The caller has gone or takes nothing any more, so this answer did not get there.",
        "Бот отключился или больше ничего не принимает: этот ответ до него не дошёл.";
    /// The only bot.
    LAST_BOT = "last_bot",
        "This is the only bot. Add another one first.",
        "Это единственный бот. Сначала добавьте другого.";
    /// The tunnel is offline.
    NO_ADDRESS = "no_address",
        "The tunnel has no address yet: start it first.",
        "У туннеля ещё нет адреса: сначала запустите его.";
    /// The system's key store has the app's SSH key and does not give it.
    KEY_NOT_GIVEN = "key_not_given",
        "The app's SSH key is in the system's key store, which does not give it. Unlock the key store and choose it in the settings anew, make a new key, or name a key file.",
        "SSH-ключ приложения лежит в системном хранилище ключей, а оно его не отдаёт. Разблокируйте хранилище и снова выберите его в настройках, создайте новый ключ или укажите файл с ключом.";
    /// The system's key store lacks the app's SSH key, or gives something else.
    KEY_LOST = "key_lost",
        "The app's SSH key is no longer in the system's key store, or is damaged there. Make a new key, or name a key file.",
        "SSH-ключа приложения больше нет в системном хранилище ключей, или он там повреждён. Создайте новый ключ или укажите файл с ключом.";
    /// The port belongs to another program.
    PORT_IN_USE = "port_in_use",
        "Port {0} is taken by another program. Choose another one.",
        "Порт {0} занят другой программой. Выберите другой.";
    /// The system refuses the port; its words.
    PORT_REFUSED = "port_refused",
        "This port cannot be opened ({0}). Choose another one.",
        "Этот порт не удаётся открыть ({0}). Выберите другой.";

    // ---- the start ----

    /// The address of the webhook server is taken.
    ADDRESS_TAKEN = "address_taken",
        "The address {0} is taken by another program: choose another port, or 0 for any free one.",
        "Адрес {0} занят другой программой: выберите другой порт или 0 — тогда подойдёт любой свободный.";
    /// The address of the webhook server cannot be listened on; the cause.
    ADDRESS_REFUSED = "address_refused",
        "The address {0} cannot be listened on ({1}): choose another one.",
        "Адрес {0} не удаётся открыть ({1}): выберите другой.";
    /// The client for sending requests could not be made; the cause.
    NOT_STARTED = "not_started",
        "Hookloupe could not start: {0}.",
        "Не удалось запустить Hookloupe: {0}.";

    /// The webhook server listens where other machines reach it; the address.
    NETWORK_LISTENER = "network_listener",
        "The webhook server listens on {0}, which other machines reach: it takes only requests whose path begins with a bot's secret. Everything else gets 404.",
        "Вебхук-сервер слушает {0}, куда могут обратиться другие машины: принимаются только запросы, путь которых начинается с секрета бота. Всё остальное получает 404.";

    // ---- settings ----

    /// A name that no setting has.
    NO_SETTING = "no_setting", "There is no such setting.", "Такой настройки нет.";
    /// A value of another type, or a name outside a vocabulary.
    SETTING_UNFIT = "setting_unfit",
        "This value does not fit the setting.",
        "Это значение не подходит для настройки.";
    /// A number outside its range.
    NUMBER_RANGE = "number_range", "A number from {0} to {1}.", "Число от {0} до {1}.";
    /// A gap between conversations out of its range.
    GAP_MINUTES = "gap_minutes",
        "The minutes are a number from 0.01 to 525600, a year.",
        "Здесь нужно число минут от 0.01 до 525600, то есть до года.";
    /// Days to keep exchanges.
    DAYS = "days",
        "One day or more, or null for no limit.",
        "Один день или больше; null — без ограничения.";

    // ---- bots and answering ----

    /// The length of a bot's name.
    BOT_NAME = "bot_name",
        "A bot's name has 1 to {0} characters.",
        "В имени бота от 1 до {0} символов.";
    /// A name with line breaks or characters that are not seen.
    NAME_LINE = "name_line",
        "A name stands on one line and has no invisible characters. Type it anew by hand.",
        "Имя занимает одну строку и не содержит невидимых символов. Наберите его заново.";
    /// A user's name, or the user itself, is too long.
    USER_NAME = "user_name",
        "A user's name has {0} characters at most.",
        "В имени пользователя может быть не больше {0} символов.";
    /// A user with a NUL.
    USER_NUL = "user_nul",
        "A user's id cannot have a NUL character. Take the id from the list.",
        "В идентификаторе пользователя не бывает символа NUL. Возьмите его из списка.";
    /// Too many users have a name.
    USER_NAMES = "user_names",
        "A bot has {0} named users at most.",
        "У бота может быть не больше {0} пользователей с именами.";
    /// A mode that needs a server, and none is named.
    UPSTREAM_MISSING = "upstream_missing",
        "Name your server in upstream, such as http://localhost:3000.",
        "Укажите свой сервер в upstream, например http://localhost:3000.";
    /// An address of a server.
    UPSTREAM_URL = "upstream_url",
        "An http:// or https:// address without # and spaces, such as http://localhost:3000.",
        "Адрес, который начинается с http:// или https://, без # и пробелов, например http://localhost:3000.";
    /// A server's address with a user name or a password.
    UPSTREAM_LOGIN = "upstream_login",
        "An address without a user name and a password: it is stored and shown as it is. Let the bot send them in the field Authorization, which is passed on as it came.",
        "Адрес без имени пользователя и пароля: он хранится и показывается как есть. Пусть бот передаёт их в поле Authorization — оно пересылается как пришло.";
    /// The address of a rule's call with a user name or a password.
    CALL_LOGIN = "call_login",
        "An address without a user name and a password. Put them into headers: [\"Authorization\", \"Basic …\"], with base64 of user:password.",
        "Адрес без имени пользователя и пароля. Укажите их в headers: [\"Authorization\", \"Basic …\"], где дальше base64 от имя:пароль.";
    /// The app's own address.
    OWN_ADDRESS = "own_address",
        "This is the app's own address: a request would go round in a circle. Name your own server.",
        "Это адрес самого приложения: запрос ходил бы по кругу. Укажите свой сервер.";
    /// A public address that is the API's.
    TUNNEL_TO_ITSELF = "tunnel_to_itself",
        "This is the address of the app's own API, which takes no webhooks. Name the address of the proxy that leads here.",
        "Это адрес API самого приложения, вебхуков оно не принимает. Укажите адрес прокси, который ведёт сюда.";
    /// The length of a server's name.
    UPSTREAM_NAME = "upstream_name",
        "A server's name has {0} characters at most.",
        "В имени сервера не больше {0} символов.";
    /// A file name without a letter.
    CA_FILE_EMPTY = "ca_file_empty",
        "A file name, or null for the system's certificates.",
        "Имя файла; null — сертификаты системы.";
    /// A file of certificates that cannot be used; why.
    CA_FILE_UNUSABLE = "ca_file_unusable",
        "This file of certificates cannot be used: {0}. Name a PEM file with the CA's certificate.",
        "Этот файл с сертификатами не подходит: {0}. Укажите PEM-файл с сертификатом CA.";
    /// The length of a hold.
    HOLD_SECONDS = "hold_seconds",
        "A hold lasts {0} to {1} seconds.",
        "Удержание длится от {0} до {1} секунд.";
    /// A body given twice.
    TWO_BODIES = "two_bodies",
        "Give body or body_base64, not both.",
        "Укажите body или body_base64, но не оба.";
    /// Broken base64; the decoder's words.
    NOT_BASE64 = "not_base64", "This is not base64: {0}.", "Это не base64: {0}.";

    // ---- access ----

    /// A closed address whose rules were not all given.
    ACCESS_INCOMPLETE = "access_incomplete",
        "The stored rules could not be read, so login, addresses and methods have to be given together.",
        "Сохранённые правила доступа не удалось прочитать, поэтому логин, адреса и методы нужно задать вместе.";
    /// A user name.
    LOGIN_USER = "login_user",
        "A user name of 1 to {0} bytes without a colon.",
        "Имя от 1 до {0} байт без двоеточия.";
    /// A password.
    LOGIN_PASSWORD = "login_password",
        "A password of 1 to {0} bytes.",
        "Пароль от 1 до {0} байт.";
    /// An address or network.
    CALLER_ADDRESS = "caller_address",
        "An address such as 203.0.113.7 or a network such as 203.0.113.0/24.",
        "Адрес, например 203.0.113.7, или сеть, например 203.0.113.0/24.";
    /// A method.
    METHOD = "method", "A method such as POST.", "Метод, например POST.";
    /// The length of a list.
    LIST_LENGTH = "list_length", "At most {0} entries.", "Не больше {0} записей.";

    // ---- stored documents ----

    /// In place of fields, where the whole document is unreadable.
    DOCUMENT_WHOLE = "document_whole", "all of them", "все";
    /// The settings; fields.
    DOCUMENT_SETTINGS = "document_settings",
        "Some stored settings could not be read ({0}): their defaults hold instead, and no limit among them removes anything from the history. What was stored is set aside in the database. Set them anew in the settings.",
        "Часть сохранённых настроек не удалось прочитать ({0}): вместо них действуют значения по умолчанию, а ограничения истории среди них ничего не удаляют. Прежний текст отложен в базе данных. Задайте их заново в настройках.";
    /// A bot's platform; its name.
    DOCUMENT_PLATFORM = "document_platform",
        "A later version of the app chose the platform of “{0}”, which this one does not know: its requests are read as any HTTP here. The choice is kept until you choose another platform in the bot's settings.",
        "Платформу бота «{0}» выбрали в более поздней версии Hookloupe, а эта её не знает: здесь его запросы читаются как любой HTTP. Выбор сохраняется, пока вы не укажете другую платформу в настройках бота.";
    /// What is set for a bot's platforms; its name, fields.
    DOCUMENT_PLATFORM_SETTINGS = "document_platform_settings",
        "Some of what is set for the platforms of “{0}” could not be read ({1}): requests are read without it. What was stored is set aside in the database. Set it anew in the bot's settings.",
        "Часть настроек платформ бота «{0}» не удалось прочитать ({1}): запросы читаются без неё. Прежний текст отложен в базе данных. Задайте её заново в настройках бота.";
    /// A bot's answers; its name, fields.
    DOCUMENT_ANSWERING = "document_answering",
        "How “{0}” answers could not be read in part ({1}): the defaults hold instead. What was stored is set aside in the database. Look through how the bot answers and save it.",
        "Часть того, как отвечает «{0}», не удалось прочитать ({1}): вместо неё действуют значения по умолчанию. Прежний текст отложен в базе данных. Проверьте, как отвечает бот, и сохраните.";
    /// A bot's access; its name.
    DOCUMENT_ACCESS = "document_access",
        "The address of “{0}” is closed: the stored rules of who may use it could not be read, and every request gets 403. Say anew in the bot's settings who may use it.",
        "Адрес бота «{0}» закрыт: сохранённые правила доступа не удалось прочитать, и на каждый запрос отправляется ответ 403. Задайте доступ заново в настройках бота.";
    /// The addresses a bot had; its name.
    DOCUMENT_OLD_ADDRESSES = "document_old_addresses",
        "The earlier addresses of “{0}” could not be read: requests to them are not counted. What was stored is set aside in the database; nothing needs to be done.",
        "Прежние адреса бота «{0}» не удалось прочитать: запросы на них не считаются. Прежний текст отложен в базе данных; делать ничего не нужно.";
    /// What is remembered of the tunnel; fields.
    DOCUMENT_TUNNEL = "document_tunnel",
        "What was remembered of the tunnel could not be read in part ({0}). What was stored is set aside in the database. Start the tunnel once with its settings.",
        "Часть того, что запомнено о туннеле, не удалось прочитать ({0}). Прежний текст отложен в базе данных. Запустите туннель один раз с нужными настройками.";

    /// What went through the tunnel this month; fields.
    DOCUMENT_TUNNEL_USAGE = "document_tunnel_usage",
        "Part of what was counted of the tunnel this month could not be read ({0}): that count began again from zero. What was stored is set aside in the database; nothing needs to be done.",
        "Часть подсчёта того, что прошло через туннель за этот месяц, не удалось прочитать ({0}): этот счёт начался с нуля. Прежний текст отложен в базе данных; делать ничего не нужно.";

    /// Late answers that were to go out; fields.
    DOCUMENT_LATE_DELIVERIES = "document_late_deliveries",
        "The list of late answers that were to go out could not be read ({0}): they stay undelivered. What was stored is set aside in the database. Deliver them again where you need it.",
        "Список опоздавших ответов, ждавших доставки, не удалось прочитать ({0}): они не доставлены. Прежний текст отложен в базе данных. Если нужно, доставьте их ещё раз.";

    /// How long callers wait; fields.
    DOCUMENT_PATIENCE = "document_patience",
        "What was learned of how long callers wait could not be read ({0}): it is learned anew. What was stored is set aside in the database; nothing needs to be done.",
        "То, что известно о терпении ботов, не удалось прочитать ({0}): оно узнаётся заново. Прежний текст отложен в базе данных; делать ничего не нужно.";
    /// The folders that rules are kept in; fields.
    DOCUMENT_RULE_FOLDERS = "document_rule_folders",
        "Which folders the bots' rules are kept in could not be read ({0}): they are watched no more. What was stored is set aside in the database. Choose the folders again.",
        "Не удалось прочитать, в каких папках лежат правила ботов ({0}): за ними больше не следят. Прежний текст отложен в базе данных. Выберите папки заново.";

    /// The simulator's users; fields.
    DOCUMENT_SIMULATOR = "document_simulator",
        "The simulator's users could not be read in part ({0}): they begin anew. What was stored is set aside in the database. Set their variables again where you need them.",
        "Пользователей симулятора не удалось прочитать целиком ({0}): они начинают заново. Прежний текст отложен в базе данных. Если нужно, задайте их переменные ещё раз.";
    /// The simulator's chats; fields.
    DOCUMENT_CHATS = "document_chats",
        "The simulator's chats could not be read in part ({0}): those begin anew. What was stored is set aside in the database. Begin such a chat again where you need it.",
        "Чаты симулятора не удалось прочитать целиком ({0}): они начинаются заново. Прежний текст отложен в базе данных. Если чат нужен, начните его ещё раз.";

    // ---- the simulator ----

    /// A message to a chat that is closed.
    CHAT_CLOSED = "chat_closed",
        "This chat is closed. Begin it anew first (its first event), or take another chat.",
        "Этот чат закрыт. Сначала начните его заново (первым событием) или возьмите другой.";
    /// A platform that has no answers to try; those that have.
    NO_TRIAL_ANSWERS = "no_trial_answers",
        "The next answer can be set for these platforms alone: {0}.",
        "Следующий ответ задаётся только для платформ: {0}.";
    /// An answer to try that there is not; all names.
    TRIAL_ANSWER = "trial_answer",
        "Write one of: {0}.",
        "Возможно: {0}.";

    /// A user that was never played.
    NO_SIMULATED_USER = "no_simulated_user",
        "The simulator has no such user: it was never played, or was reset.",
        "Такого пользователя в симуляторе нет: за него ещё не ходили или его сбросили.";
    /// A call of which no attempt is to come.
    NO_SIMULATED_CALL = "no_simulated_call",
        "No attempt of this call is to come: it has ended or was stopped.",
        "Новых попыток этого вызова не будет: он закончен или остановлен.";
    /// A platform that is not played, and those that are.
    NOT_PLAYED = "not_played",
        "Turns and calls of this platform are not made here. Possible: {0}.",
        "Ходы и вызовы этой платформы здесь не делаются. Можно: {0}.";
    /// A turn without its call; the field.
    CALL_NEEDED = "call_needed",
        "Give the call as an object in `{0}`.",
        "Задайте вызов объектом в поле `{0}`.";
    /// A target beside an address.
    OWN_TARGET = "own_target",
        "This call has an address of its own: leave the target out.",
        "У этого вызова свой адрес: уберите цель.";
    /// A change while a turn is under way.
    TURN_UNDER_WAY = "turn_under_way",
        "A turn of this user is under way. Answer it or wait for its end, then try again.",
        "Ход этого пользователя ещё идёт. Ответьте на него или дождитесь конца и повторите.";
    /// A branch of a name that is taken.
    USER_EXISTS = "user_exists",
        "There is a user of this name. Take another name, or reset that user first.",
        "Пользователь с таким именем уже есть. Возьмите другое имя или сначала сбросьте его.";
    /// Too many users; how many.
    SIMULATOR_USERS = "simulator_users",
        "The simulator keeps {0} users at most. Reset some of them first.",
        "Симулятор хранит не больше {0} пользователей. Сначала сбросьте часть из них.";
    /// Too many variables of all users together, in MiB.
    SIMULATOR_BYTES = "simulator_bytes",
        "The variables of the simulator's users take more than {0} MiB. Reset some users first.",
        "Переменные пользователей симулятора занимают больше {0} МиБ. Сначала сбросьте часть из них.";
    /// Too many variables of one user, in KiB.
    USER_BYTES = "user_bytes",
        "A user's variables take {0} KiB at most. Remove some of them.",
        "Переменные пользователя занимают не больше {0} КиБ. Уберите часть из них.";
    /// More turns to take back than there are.
    TURNS_BACK = "turns_back",
        "Write from 1 to the number of turns that can be taken back: {0}.",
        "Здесь число от 1 до количества ходов, которые можно отменить: {0}.";
    /// A platform without users, and those that have them.
    KEEPS_NO_USERS = "keeps_no_users",
        "This platform keeps no variables of users from turn to turn. Possible: {0}.",
        "Эта платформа не хранит переменные пользователя между ходами. Можно: {0}.";
    /// A turn without an event.
    EVENT_NEEDED = "event_needed",
        "Name the event: the screen's text in the bot.",
        "Назовите событие: текст экрана в боте.";
    /// A variable of the platform's own among those of a user.
    NOT_THE_USERS = "not_the_users",
        "The platform writes “{0}” for each turn: set it with the turn.",
        "«{0}» платформа пишет для каждого хода: задайте её вместе с ходом.";
    /// A variable that is set and removed; its name.
    SET_AND_UNSET = "set_and_unset",
        "“{0}” is in `set`, too: leave one of them.",
        "«{0}» есть и в `set`: оставьте что-то одно.";
    /// A name of a simulated user that does not fit.
    SIMULATED_USER_NAME = "simulated_user_name",
        "A user's name is one line of 1 to {0} characters that are seen.",
        "Имя пользователя — одна строка из видимых символов, от 1 до {0}.";

    // ---- rules as files ----

    /// A path that is none, or that means another place to somebody else.
    RULE_FOLDER_PATH = "rule_folder_path",
        "Give the folder's whole path, from the root.",
        "Укажите полный путь к папке, от корня.";
    /// A folder cannot be read: where, and what the system said.
    RULE_FOLDER_UNREADABLE = "rule_folder_unreadable",
        "The folder {0} cannot be read: {1}. The rules read last stay in force. Put it back, or choose another one.",
        "Папку {0} не прочитать: {1}. Действуют правила, прочитанные последними. Верните папку или выберите другую.";
    /// A folder cannot be written: where, and what the system said.
    RULE_FOLDER_UNWRITABLE = "rule_folder_unwritable",
        "The folder {0} cannot be written: {1}. Nothing is changed. Put it back, allow writing to it, or choose another one.",
        "В папку {0} не записать: {1}. Ничего не изменено. Верните папку, разрешите запись или выберите другую.";
    /// A folder cannot be written, and not all could be put back: where, what the system said, and
    /// which files.
    RULE_FOLDER_HALF = "rule_folder_half",
        "The folder {0} cannot be written: {1}. The rules are not changed, but these files are, and could not be put back: {2}. Look at them.",
        "В папку {0} не записать: {1}. Правила не изменены, но эти файлы изменены, вернуть их не удалось: {2}. Проверьте их.";
    /// A folder is another bot's; where it is.
    RULE_FOLDER_TAKEN = "rule_folder_taken",
        "The rules of another bot are kept in the folder {0}. Nothing is changed. Choose another folder.",
        "В папке {0} хранятся правила другого бота. Ничего не изменено. Выберите другую папку.";
    /// A change needs a file that is not read.
    RULE_FILE_UNREAD = "rule_file_unread",
        "The file {0} in the rules' folder is not read yet or does not fit, and this change would write over it. Nothing is changed. Mend the file or move it away, then try again.",
        "Файл {0} в папке правил ещё не прочитан или не подходит, а это изменение записалось бы поверх него. Ничего не изменено. Исправьте файл или уберите его и повторите.";
    /// A rule cannot be read again from a file; its id, and why.
    RULE_NO_FILE = "rule_no_file",
        "The rule {0} cannot be kept as a file, as it could not be read again: {1} Nothing is changed. Mend the rule.",
        "Правило {0} не сохранить файлом, его потом не прочитать: {1} Ничего не изменено. Исправьте правило.";
    /// A file is a link.
    RULE_FILE_LINK = "rule_file_link",
        "The file {0} in the rules' folder is a link, and is not written through. Nothing is changed. Put a file in its place.",
        "Файл {0} в папке правил — ссылка, по ссылкам не пишем. Ничего не изменено. Положите на её место файл.";
    /// A folder that had rules has none: it was emptied, or a drive is away; where it is.
    RULE_FOLDER_EMPTY = "rule_folder_empty",
        "The folder {0} has no rule files any more: it was emptied, or its drive is away. The rules read last stay in force and cannot be changed meanwhile. Put the files back. Or choose the folder again, and the rules are written into it; or keep them in no folder, and they are changed in the app alone.",
        "В папке {0} больше нет файлов правил: её очистили или её диск отключён. Действуют правила, прочитанные последними, менять их пока нельзя. Верните файлы. Или выберите папку снова — правила запишутся в неё; или откажитесь от папки — правила останутся в приложении.";
    /// A folder holds too much.
    RULE_FOLDER_ENTRIES = "rule_folder_entries",
        "The folder holds more than {0} files. Keep rules in a folder of their own.",
        "В папке больше {0} файлов. Держите правила в отдельной папке.";
    /// A folder has not been read since the start; where it is.
    RULE_FOLDER_NOT_READ = "rule_folder_not_read",
        "The folder {0} has not been read since the start: it is slow, or on a drive that is away. The rules read last are in force. It is read as soon as it answers.",
        "Папка {0} после запуска ещё не прочитана: она отвечает медленно или её диск отключён. Действуют правила, прочитанные последними. Папка будет прочитана, как только ответит.";
    /// A folder does not answer when it is read; where it is.
    RULE_FOLDER_SILENT = "rule_folder_silent",
        "The folder {0} does not answer, as one does whose drive is away. The rules read last stay in force. Connect the drive, or choose another folder.",
        "Папка {0} не отвечает, так бывает, когда её диск отключён. Действуют правила, прочитанные последними. Подключите диск или выберите другую папку.";
    /// A folder does not answer when it is changed; where it is.
    RULE_FOLDER_NO_ANSWER = "rule_folder_no_answer",
        "The folder {0} does not answer, as one does whose drive is away. Nothing is changed. Connect the drive and try again, or keep the rules in another folder or in none.",
        "Папка {0} не отвечает, так бывает, когда её диск отключён. Ничего не изменено. Подключите диск и повторите, выберите другую папку или откажитесь от папки.";
    /// A bot's rules are being changed or read for long.
    RULES_BUSY = "rules_busy",
        "The bot's rules are being changed, or read from their folder, and that takes long. Nothing is changed. Try again in a minute.",
        "Правила бота сейчас меняются или читаются из папки, и это идёт долго. Ничего не изменено. Повторите через минуту.";
    /// Files of a folder that rules are to be taken from are no rules; how many.
    RULE_FILES_REFUSED = "rule_files_refused",
        "Files that cannot be read as rules: {0}. The bot's rules are as they were. Mend the files; a folder is read whole or not at all.",
        "Файлов, которые не прочитать как правила: {0}. Правила бота остались прежними. Исправьте файлы: папка читается целиком или никак.";
    /// Files of a folder that rules are to be written into are no rules; how many.
    RULE_FILES_STRANGE = "rule_files_strange",
        "Files in the folder that are no rules: {0}. Nothing is written, as nothing is written over that the app does not know. Mend them, move them away, or choose another folder.",
        "В папке есть файлы, которые не правила: {0}. Ничего не записано: поверх незнакомого ничего не пишется. Исправьте их, уберите или выберите другую папку.";
    /// Files of a watched folder are no rules; how many.
    RULE_FILES = "rule_files",
        "Files that cannot be read as rules: {0}. The rules read last stay in force. Mend them; the folder is read whole or not at all.",
        "Файлов, которые не прочитать как правила: {0}. Действуют правила, прочитанные последними. Исправьте файлы: папка читается целиком или никак.";
    /// A file cannot be read; what the system said.
    RULE_FILE_UNREADABLE = "rule_file_unreadable",
        "The file cannot be read: {0}.",
        "Файл не прочитать: {0}.";
    /// A file is no text.
    RULE_FILE_NO_TEXT = "rule_file_no_text",
        "The file is no UTF-8 text. Save it as UTF-8.",
        "Файл — не текст в UTF-8. Сохраните его в UTF-8.";
    /// Two files have the same id; the id and the other file.
    RULE_FILE_ID = "rule_file_id",
        "The file {1} has the id {0} already. Give one of them another id.",
        "Id {0} уже у файла {1}. Дайте одному из них другой id.";

    // ---- late answers ----

    /// No late answer to this exchange.
    NO_LATE_ANSWER = "no_late_answer",
        "This exchange has no late answer.",
        "У этого обмена нет опоздавшего ответа.";
    /// It has gone out.
    ALREADY_DELIVERED = "already_delivered",
        "The late answer has been delivered already.",
        "Опоздавший ответ уже доставлен.";
    /// It has no variables.
    NOT_AN_OBJECT = "not_an_object",
        "The late answer is no JSON object, so there are no variables to deliver.",
        "Опоздавший ответ — не JSON-объект, доставлять нечего.";
    /// Too many late answers wait to be delivered; how many.
    QUEUE_FULL = "queue_full",
        "{0} late answers wait to be delivered already. Take some of them back first.",
        "Доставки уже ждут опоздавшие ответы ({0}). Сначала отмените часть из них.";
    /// There is no such run.
    NO_RUN = "no_run",
        "There is no such run: the app forgets them when it ends. Start it again.",
        "Такого прогона нет: программа помнит их до своего завершения. Запустите его снова.";
    /// Too many runs at once.
    RUNS_FULL = "runs_full",
        "So many runs are under way that no other one can begin. Stop one of them first.",
        "Одновременно идёт слишком много прогонов. Сначала остановите один из них.";
    /// A run of no turns or too many.
    RUN_TURNS = "run_turns",
        "A run has from 1 to {0} turns. Name some of them.",
        "В прогоне может быть от 1 до {0} ходов. Укажите часть из них.";
    /// A user of no characters or too many.
    RUN_USER = "run_user",
        "The user's name has from 1 to {0} characters.",
        "В имени пользователя должно быть от 1 до {0} символов.";
    /// A request without a user.
    NO_USER_FIELD = "no_user_field",
        "This request names no user that could be replaced. Send it as it was recorded.",
        "В этом запросе нет пользователя, которого можно заменить. Отправьте его как записан.";
    /// A bot without a server.
    NO_SERVER_SET = "no_server_set",
        "This bot has no server of yours. Set its address first, or name another target.",
        "У этого бота не задан ваш сервер. Сначала укажите его адрес или выберите другую цель.";
    /// Answers that are too long.
    TOO_LONG_TO_COMPARE = "too_long_to_compare",
        "The answers are too long to be compared. Look at them one by one.",
        "Ответы слишком длинные, чтобы их сравнить. Посмотрите их по отдельности.";
    /// A list of no variables.
    NO_VARIABLES_NAMED = "no_variables_named",
        "Name at least one variable, or leave `names` out to deliver all.",
        "Назовите хотя бы одну переменную или не указывайте `names`: тогда уйдут все.";
    /// A variable that it does not have.
    NO_SUCH_VARIABLE = "no_such_variable",
        "The late answer has no such variable.",
        "В опоздавшем ответе такой переменной нет.";

    // ---- replay ----

    /// A method that HTTP does not have.
    NOT_A_METHOD = "not_a_method",
        "This is no HTTP method.",
        "Такого метода HTTP не бывает.";
    /// A path that cannot be sent.
    NOT_A_PATH = "not_a_path",
        "A path begins with / and holds no spaces.",
        "Путь начинается с / и не содержит пробелов.";
    /// A target that is no address.
    NOT_A_TARGET = "not_a_target",
        "The target is \"self\" or an http:// or https:// address.",
        "Цель — \"self\" или адрес, который начинается с http:// или https://.";

    // ---- the tunnel's self-check ----

    /// The call arrived; milliseconds.
    CHECK_ARRIVED = "check_arrived",
        "The address works: a call from outside arrived after {0} ms.",
        "Адрес работает: вызов снаружи дошёл за {0} мс.";
    /// The call arrived by an address of this machine's own network; milliseconds.
    CHECK_NEARBY = "check_nearby",
        "A call arrived after {0} ms. It did not come from outside: the address is of this computer or of its own network.",
        "Вызов дошёл за {0} мс, но не снаружи: это адрес самого компьютера или его локальной сети.";
    /// The call arrived where no secret is asked for; milliseconds, where the address must lead.
    CHECK_UNGUARDED = "check_unguarded",
        "A call arrived after {0} ms, but at the port that asks for no secret: whoever learns the address gets in. It must lead to {1}.",
        "Вызов дошёл за {0} мс, но на порт, где секрет не нужен: войдёт каждый, кто узнает адрес. Направьте его на {1}.";
    /// The same while no port is open for it; milliseconds.
    CHECK_UNGUARDED_CLOSED = "check_unguarded_closed",
        "A call arrived after {0} ms, but at the port that asks for no secret: whoever learns the address gets in. Choose “Own address” and lead it to the port shown there.",
        "Вызов дошёл за {0} мс, но на порт, где секрет не нужен: войдёт каждый, кто узнает адрес. Выберите «Свой адрес» и направьте его на порт, который там показан.";
    /// An address of this machine or its own network.
    PRIVATE_ADDRESS = "private_address",
        "{0} is an address of this computer or of its own network: a bot on the internet cannot reach it.",
        "{0} — адрес этого компьютера или его локальной сети: боту в интернете он недоступен.";
    /// The port for a proxy of the user's was taken; that port, and where the proxy must lead.
    FORWARD_PORT_CHANGED = "forward_port_changed",
        "Port {0} was taken by another program. Lead your proxy to {1} now.",
        "Порт {0} занят другой программой. Направьте прокси на {1}.";
    /// Nobody answered; the system's words.
    CHECK_NOTHING = "check_nothing",
        "Nobody answers at the address ({0}). Check the network; a new name may need a minute until it is known.",
        "По адресу никто не отвечает ({0}). Проверьте сеть; новое имя может стать известно не сразу, через минуту.";
    /// ngrok knows no tunnel at this address; its answer.
    CHECK_OFFLINE = "check_offline",
        "ngrok says that the tunnel is not online ({0}). Stop it and start it again.",
        "ngrok считает, что туннель не в сети ({0}). Остановите его и запустите снова.";
    /// ngrok waited for this app in vain; its answer.
    CHECK_NO_ANSWER = "check_no_answer",
        "ngrok got no answer from this app ({0}). Try again.",
        "ngrok не получил ответа от приложения ({0}). Попробуйте ещё раз.";
    /// The plan's limit; ngrok's answer.
    CHECK_LIMIT = "check_limit",
        "The limit of your ngrok plan is reached ({0}): callers are refused until it is over.",
        "Достигнут предел тарифа ngrok ({0}): пока он не кончится, вызовы отклоняются.";
    /// Another server answered; its answer.
    CHECK_ELSEWHERE = "check_elsewhere",
        "Somebody else answered ({0}): the call did not arrive here. Check where the address leads.",
        "Ответил кто-то другой ({0}): вызов сюда не дошёл. Проверьте, куда ведёт адрес.";
}

pub(crate) use table::*;
