//! Every sentence of the program that is its own, in both languages. The help has its own table.

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
        "no instance serves {0}: start one with `hookloupe-cli serve --data-dir DIR`, or open the window",
        "с папкой {0} никто не работает: запустите `hookloupe-cli serve --data-dir ПАПКА` или откройте окно";
    /// How to reach an instance is told in a way that this version does not read.
    ADDRESS_UNREADABLE = "address_unreadable",
        "the address of the running instance cannot be read",
        "не удаётся прочитать адрес запущенного экземпляра";
    /// An instance does not answer; the cause.
    NO_ANSWER = "no_answer",
        "no answer from {0}: {1}; is the instance still there?",
        "{0} не отвечает: {1}; экземпляр ещё работает?";
    /// A control address that is no URL.
    NO_URL = "no_url",
        "“{0}” is no address: write it as `serve` printed it, as http://127.0.0.1:4040",
        "«{0}» — не адрес: укажите его так, как его напечатал `serve`, например http://127.0.0.1:4040";
    /// Whoever answers is no control API.
    NOT_CONTROL = "not_control",
        "{0} is not the control address of Hookloupe, so the token was not sent there. Give the address that `serve` printed as “control”: bots send to another one",
        "{0} — не адрес управления Hookloupe, поэтому токен туда не отправлен. Укажите адрес, который `serve` напечатал в поле «control»: у ботов адрес другой";
    /// Another instance than the token's.
    OTHER_TOKEN = "other_token",
        "the instance at {0} has another token, so this one was not sent there: take both from the line that `serve` printed",
        "у экземпляра {0} другой токен, поэтому этот туда не отправлен: возьмите адрес и токен из строки, которую напечатал `serve`";
    /// More text than an address holds.
    TOO_LONG = "too_long",
        "this is too long to be asked for: give a shorter filter",
        "запрос слишком длинный: укажите фильтр короче";
    /// `last` or `held` finds nothing.
    NO_EXCHANGE = "no_exchange",
        "there is no exchange for “{0}”",
        "для «{0}» обмена нет";

    /// `held` finds nothing.
    NOTHING_HELD = "nothing_held", "nothing waits for an answer", "ответа ничто не ждёт";
    /// A part of an id that several exchanges have.
    SEVERAL_EXCHANGES = "several_exchanges",
        "several exchanges have “{0}” in their ids: write more of it",
        "«{0}» есть в номерах нескольких обменов: укажите больше знаков";
    /// A bot that nobody knows.
    NO_BOT = "no_bot",
        "there is no bot “{0}”; there are: {1}",
        "бота «{0}» нет; есть: {1}";
    /// A name that several bots have; their ids.
    SEVERAL_BOTS = "several_bots",
        "several bots are called “{0}”: name one by its id: {1}",
        "ботов с именем «{0}» несколько: укажите номер одного из них: {1}";
    /// The head of a part of `show`.
    REQUEST = "request", "Request", "Запрос";
    /// The head of a part of `show`.
    RESPONSE = "response", "Answer", "Ответ";
    /// Where bots send their requests, on a terminal.
    LISTENS = "listens",
        "Bots send their requests to {0}\nThe interface is at {1}\nCtrl-C ends it.",
        "Боты отправляют запросы на {0}\nИнтерфейс: {1}\nCtrl-C завершает работу.";
    /// An address that is none.
    LISTEN_ADDRESS = "listen_address",
        "“{0}” is no address: write HOST:PORT or a port, as 127.0.0.1:8787",
        "«{0}» — не адрес: укажите ХОСТ:ПОРТ или порт, например 127.0.0.1:8787";
    /// Standard output cannot be written.
    OUTPUT_UNWRITABLE = "output_unwritable",
        "standard output cannot be written",
        "не удаётся записать в стандартный вывод";

    /// What an export of rules did: files written, removed, and those that stay.
    RULES_EXPORTED = "rules_exported",
        "written {0}  removed {1}  unchanged {2}",
        "записано {0}  удалено {1}  без изменений {2}";
    /// What an import of rules did: rules added, changed, removed, and those that stay.
    RULES_IMPORTED = "rules_imported",
        "added {0}  changed {1}  removed {2}  unchanged {3}",
        "добавлено {0}  изменено {1}  удалено {2}  без изменений {3}";
    /// A folder of rules is read and in force; where it is.
    FOLDER_WATCHING = "folder_watching", "watching  {0}", "действует  {0}";
    /// Files of a folder of rules do not fit; where it is.
    FOLDER_BROKEN = "folder_broken", "broken  {0}", "есть ошибки  {0}";
    /// A folder of rules cannot be read; where it is.
    FOLDER_MISSING = "folder_missing", "missing  {0}", "недоступна  {0}";
    /// A folder of rules is looked at now and then; where it is.
    FOLDER_UNWATCHED = "folder_unwatched",
        "unwatched, looked at every 5 seconds  {0}",
        "система не сообщает об изменениях, проверяется каждые 5 секунд  {0}";
    /// A folder of rules in a state of a later version: which, and where it is.
    FOLDER_OTHER = "folder_other", "{0}  {1}", "{0}  {1}";
    /// The rules are kept in no folder.
    NO_FOLDER = "no_folder",
        "the rules are kept in no folder",
        "правила не хранятся в папке";
    /// The rules are not kept in a folder any more.
    FOLDER_LEFT = "folder_left",
        "the rules are kept in no folder from now on; rules and files stay as they are",
        "правила больше не хранятся в папке; сами правила и файлы остались";
    /// A folder is given to what takes none.
    FOLDER_UNWANTED = "folder_unwanted",
        "`{0}` takes no folder: a bot's rules are kept in one at most",
        "для `{0}` папка не указывается: у правил бота может быть только одна";
    /// A path that cannot be written as text.
    PATH_NO_TEXT = "path_no_text",
        "the path {0} is no Unicode text and cannot be sent: give the folder another name",
        "путь {0} — не текст в Юникоде, его не передать: переименуйте папку";

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
    /// A value without a name.
    NO_PAIR = "no_pair", "write it as NAME=VALUE, not “{0}”", "пишите ИМЯ=ЗНАЧЕНИЕ, а не «{0}»";
    /// Nobody says where a scenario is sent.
    NO_TARGET = "no_target",
        "{0}: no target: give --target URL, or write `target:` into the file",
        "{0}: некуда отправлять: укажите --target URL или напишите в файле `target:`";
    /// A target that is no address.
    NO_TARGET_URL = "no_target_url",
        "“{0}” is no address: write it with http:// or https://",
        "«{0}» — не адрес: начните его с http:// или https://";
    /// A target that cannot be reached; the cause.
    NOT_REACHED = "not_reached", "{0}: {1}", "{0}: {1}";
    /// A target that does not answer in time.
    TOO_SLOW = "too_slow", "nothing came within {0} s", "за {0} с ничего не пришло";
    /// An answer that is not read to its end.
    ANSWER_TOO_LONG = "answer_too_long",
        "the answer is longer than {0} MB", "ответ длиннее {0} МБ";
    /// A run that the user ended.
    INTERRUPTED = "interrupted", "the run was ended", "прогон прерван";
    /// A folder without scenarios.
    NO_SCENARIOS = "no_scenarios",
        "There are no .yaml files in this folder.", "В этой папке нет файлов .yaml.";
    /// A folder that cannot be read; the system's own words.
    UNREADABLE = "unreadable", "This cannot be read: {0}", "Не удаётся прочитать: {0}";
    /// A least part of nothing.
    NOTHING_MEASURED = "nothing_measured",
        "--min needs --coverage or --mutate", "для --min нужен --coverage или --mutate";
    /// Nothing is left to be played.
    NOTHING_FAILED = "nothing_failed",
        "Nothing failed the last time.", "В прошлый раз всё прошло.";
    /// A scenario whose steps all passed: its name, the steps and the milliseconds.
    SCENARIO_PASSED = "scenario_passed", "ok      {0}  ({1} steps, {2} ms)", "ок      {0}  (шагов: {1}, {2} мс)";
    /// A scenario that did not pass: the same.
    SCENARIO_FAILED = "scenario_failed", "FAILED  {0}  ({1} steps, {2} ms)", "ОШИБКА  {0}  (шагов: {1}, {2} мс)";
    /// A step that passed with a warning: its place, number and name.
    STEP_PASSED = "step_passed", "{0}  {1}. {2}: passed", "{0}  {1}. {2}: пройден";
    /// A step that did not pass: the same.
    STEP_FAILED = "step_failed", "{0}  {1}. {2}: failed", "{0}  {1}. {2}: не пройден";
    /// A step that was not sent: the same.
    STEP_NOT_RUN = "step_not_run", "{0}  {1}. {2}: not run", "{0}  {1}. {2}: не выполнен";
    /// How all scenarios went: how many, then steps, then the seed.
    SCENARIOS_DONE = "scenarios_done",
        "scenarios: {0}; steps: {1} passed, {2} failed, {3} not run; seed {4}",
        "сценариев: {0}; шаги: пройдено {1}, не пройдено {2}, не выполнено {3}; зерно {4}";
    /// At how many steps of how many a 500 in place of the answer is noticed.
    REPLACED = "replaced",
        "500 in place of the answer: noticed at {0} of {1} steps",
        "500 вместо ответа: замечено на шагах: {0} из {1}";
    /// What is asked of each difference.
    TAKE_IT = "take_it",
        "take the new value into the file? [y/n/q]", "записать новое значение в файл? [y/n/q]";
    /// Expectations that were changed, and the file.
    ACCEPTED = "accepted", "{0} taken into {1}", "записано: {0}, файл {1}";
    /// A file that has changed meanwhile.
    FILE_CHANGED = "file_changed",
        "{0} has changed meanwhile and stays as it is: run the test again",
        "{0} тем временем изменился и оставлен как есть: запустите проверку снова";
    /// A file that cannot be written.
    FILE_UNWRITABLE = "file_unwritable", "{0} cannot be written", "не удаётся записать {0}";
    /// A report that cannot be written.
    REPORT_UNWRITABLE = "report_unwritable",
        "the report cannot be written", "не удаётся записать отчёт";
    /// A directory without a history.
    NO_HISTORY = "no_history",
        "there is no history in {0}: give --data-dir", "в папке {0} нет истории: укажите --data-dir";
    /// What is expected of calls, in a way that cannot be read.
    NO_EXPECTATION = "no_expectation",
        "write it as FIELD=VALUE:COUNT, as event=pay:2, not “{0}”",
        "пишите ПОЛЕ=ЗНАЧЕНИЕ:ЧИСЛО, например event=pay:2, а не «{0}»";
    /// Where a folder of rules is called, on a terminal; how many there are.
    MOCK_LISTENS = "mock_listens",
        "Rules: {1}. Calls are answered at {0}\nCtrl-C ends it.",
        "Правил: {1}. Вызовы принимаются на {0}\nCtrl-C завершает работу.";
    /// Another number of calls than was expected.
    CALLED = "called", "{0}: called {1} times, expected {2}", "{0}: вызовов {1}, ожидалось {2}";
    /// Calls that no rule answered.
    UNMATCHED = "unmatched",
        "calls that fit no rule: {0}", "вызовов, которым не подошло ни одно правило: {0}";
    /// No directory for what is only needed for a while.
    NO_PLACE = "no_place",
        "no temporary directory can be made", "не удаётся создать временную папку";
    /// The feed was read too late.
    GAP = "gap",
        "… (too much at once, or many were deleted; some exchanges may be missing here)",
        "… (слишком много сразу, или многое удалили: здесь может не хватать обменов)";
}

pub(crate) use table::*;

/// What the system or a library says, in the system's language.
pub(crate) fn said(error: impl ToString) -> String {
    let lang = control::system_language();
    messages::foreign(error).text(lang).into_owned()
}

/// A sentence in the system's language.
pub(crate) fn text(message: impl Into<Message>) -> String {
    message.into().text(control::system_language())
}
