//! What the engine says of conversations that are written, watched or sent on.

messages::messages! {
    /// The table.
    pub(crate) mod table;

    // ---- files ----

    /// A format that there is not; all names.
    EXPORT_FORMAT = "export_format",
        "There is no such format. Write one of: {0}.",
        "Такого формата нет. Возможно: {0}.";
    /// A conversation of a platform without the format; those that have it.
    EXPORT_PLATFORM = "export_platform",
        "Only conversations of these platforms can be written so: {0}. Choose another conversation.",
        "Так можно записать только разговоры этих платформ: {0}. Выберите другой разговор.";
    /// An address that is none.
    EXPORT_URL = "export_url",
        "Give the address that the scenario calls: it begins with http:// or https://.",
        "Укажите адрес, который вызывает сценарий: он начинается с http:// или https://.";
    /// A conversation of too many bytes.
    EXPORT_TOO_LONG = "export_too_long",
        "The bodies of this conversation are too long for one file: {0} MB at most.",
        "Тела этого разговора слишком длинные для одного файла: не больше {0} МБ.";

    // ---- a changed answer that is carried on ----

    /// A turn in no conversation.
    WHAT_IF_ALONE = "what_if_alone",
        "This turn belongs to no conversation, so that nothing follows it. Choose one that does.",
        "Этот ход не входит в разговор, поэтому за ним ничего не следует. Выберите другой.";
    /// A platform without variables that stay; those with.
    WHAT_IF_PLATFORM = "what_if_platform",
        "Only users of these platforms keep variables from turn to turn: {0}. Choose another turn.",
        "Переменные сохраняются от хода к ходу только у пользователей платформ: {0}. Выберите другой ход.";
    /// Through the app itself.
    WHAT_IF_TARGET = "what_if_target",
        "Name `upstream` or an address: through the app itself the turns would come into the history.",
        "Укажите `upstream` или адрес: через само приложение ходы попали бы в историю.";
    /// Why it parted, by what the event always came with: event, turns, variable, usual and present
    /// value.
    PARTED_USUAL = "parted_usual",
        "The bot would probably have gone elsewhere: the event “{0}” came next, but in all {1} earlier turns of it “{2}” was {3}, and now it is {4}.",
        "Дальше бот, вероятно, пошёл бы иначе: записано событие «{0}», но во всех прежних ходах с ним ({1}) переменная «{2}» была равна {3}, а теперь {4}.";
    /// Why it parted, by what followed alone: event, variable, value.
    PARTED_BEHIND = "parted_behind",
        "The bot would probably have gone elsewhere: the event “{0}” came next, but never before when “{1}” was {2}.",
        "Дальше бот, вероятно, пошёл бы иначе: записано событие «{0}», но раньше при «{1}» = {2} оно не приходило.";
    /// What followed instead: the sentence before, event, times, turns.
    PARTED_INSTEAD = "parted_instead",
        "{0} After that value it was “{1}” in {2} of {3} turns.",
        "{0} После такого значения приходило «{1}»: {2} раз из {3}.";
    /// A variable that is not there.
    PARTED_ABSENT = "parted_absent", "absent", "нет";
    /// Too few earlier cases; how many.
    CANNOT_TELL = "cannot_tell",
        "Cannot tell whether the bot would have gone on so: there are {0} earlier cases, and 5 are needed.",
        "Нельзя сказать, пошёл бы бот так же: прежних случаев {0}, а нужно 5.";
    /// An answer that is too long to be carried on.
    ANSWER_TOO_LONG = "answer_too_long",
        "The answer is too long to be carried on. Look at it in a replay of this turn.",
        "Ответ слишком длинный, чтобы идти с ним дальше. Посмотрите его в повторе этого хода.";

    // ---- after each save ----

    /// Nothing is watched.
    NO_WATCH = "no_watch",
        "No folder is watched yet. Choose one, with the conversations to send after a save.",
        "Папка ещё не выбрана. Выберите её и разговоры, которые посылать после сохранения.";
    /// What is watched; fields.
    DOCUMENT_WATCH = "document_watch",
        "Which conversations are sent after a save could not be read ({0}): none are. What was stored is set aside in the database. Choose the folder and the conversations again.",
        "Не удалось прочитать, какие разговоры посылать после сохранения ({0}): сейчас не посылаются никакие. Прежний текст отложен в базе данных. Выберите папку и разговоры заново.";
    /// A folder that is none.
    WATCHED_FOLDER = "watched_folder",
        "Give a folder that is there, with its whole path.",
        "Укажите существующую папку, её полный путь.";
    /// A drive that answers nobody; the path.
    WATCHED_SILENT = "watched_silent",
        "The drive of {0} does not answer. Check whether it is connected.",
        "Диск с папкой {0} не отвечает. Проверьте, подключён ли он.";
    /// A folder that was removed; the path.
    WATCHED_GONE = "watched_gone",
        "The folder {0} is not there any more: it is watched again once it is.",
        "Папки {0} больше нет: слежение продолжится, когда она появится.";
    /// The system watches nothing; the path.
    WATCHED_UNTOLD = "watched_untold",
        "The system does not tell of saves in {0}: it watches too much already. End other programs that watch folders.",
        "Система не сообщает о сохранениях в {0}: она уже следит за слишком многим. Закройте другие программы, которые следят за папками.";
    /// The folders below are not watched; the path.
    WATCHED_FLAT = "watched_flat",
        "Only saves in {0} itself are noticed, not in the folders below: the system watches no more of them. Choose a smaller folder.",
        "Замечаются сохранения только в самой папке {0}, без вложенных: за большим числом папок система не следит. Выберите папку поменьше.";
    /// No conversations, or too many.
    WATCHED_CONVERSATIONS = "watched_conversations",
        "Choose from 1 to {0} conversations.",
        "Выберите от 1 до {0} разговоров.";
    /// Conversations of too many turns.
    WATCHED_TURNS = "watched_turns",
        "These conversations have more than {0} turns together, and each save would send all of them. Choose fewer.",
        "В этих разговорах вместе больше {0} ходов, а посылались бы все при каждом сохранении. Выберите меньше.";
    /// An address of another machine.
    WATCHED_TARGET = "watched_target",
        "Only a server on this machine is asked after each save: name 127.0.0.1, [::1] or localhost.",
        "После каждого сохранения вызывается только сервер на этом компьютере: укажите 127.0.0.1, [::1] или localhost.";
    /// Nothing listens; the address.
    WATCHED_AWAY = "watched_away",
        "Nothing answers at {0}: the conversations are sent once the server is there.",
        "По адресу {0} никто не отвечает: разговоры будут посланы, когда сервер запустится.";
}

pub(crate) use table::*;
