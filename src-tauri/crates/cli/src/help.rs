//! The help and what is said of wrong arguments, in the system's language. The English help is what
//! the commands' own comments say, which clap prints; the table repeats it beside the Russian one,
//! and a test compares the two.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};
use messages::{Lang, Message, Words, messages};

messages! {
    /// The table.
    pub(crate) mod table;

    /// The program.
    PROGRAM = "program",
        "A debugger for the webhooks of chatbots",
        "Отладчик вебхуков чат-ботов";
    /// The program, at length.
    PROGRAM_LONG = "program_long",
        "`serve` runs the webhook server and the control API without a window. The other commands talk to an instance that runs: the one of --data-dir, or the one at --control with the token in the environment variable HOOKLOUPE_TOKEN.\n\nExit codes: 0 done, 1 refused (no such exchange, not held any more, the caller has gone), 2 could not run.",
        "`serve` запускает сервер вебхуков и API управления без окна. Остальные команды обращаются к работающему экземпляру: к тому, что открыл --data-dir, или к тому, что по адресу --control, с токеном в переменной окружения HOOKLOUPE_TOKEN.\n\nКоды завершения: 0 — сделано, 1 — отказано (нет такого обмена, он больше не удержан, бот отключился), 2 — не удалось запустить.";
    /// `serve`.
    SERVE = "serve",
        "Run the webhook server, the control API and the browser interface",
        "Запустить сервер вебхуков, API управления и интерфейс в браузере";
    /// `tail`.
    TAIL = "tail",
        "Follow what the bots send, as a table or as one JSON document a line",
        "Следить за запросами ботов: таблицей или по документу JSON на строку";
    /// `list`.
    LIST = "list", "List the newest exchanges", "Показать последние обмены";
    /// `show`.
    SHOW = "show",
        "Show one exchange: request, answer, variables and findings",
        "Показать один обмен: запрос, ответ, переменные и замечания";
    /// `answer`.
    ANSWER = "answer", "Answer a held exchange by hand", "Ответить на удержанный запрос вручную";
    /// `replay`.
    REPLAY = "replay", "Send a recorded request again", "Повторить записанный запрос";
    /// `mode`.
    MODE = "mode",
        "Show who answers a bot, or choose it",
        "Показать, кто отвечает боту, или выбрать это";
    /// `rules`.
    RULES = "rules",
        "Write a bot's rules into a folder of files, read them from one, or keep them in one",
        "Записать правила бота в папку с файлами, прочитать их оттуда или хранить их в ней";
    /// `test`.
    TEST = "test",
        "Play scenarios against a server and say whether it answered as they expect",
        "Проиграть сценарии и проверить, что сервер отвечает как ожидалось";
    /// `test`, at length.
    TEST_LONG = "test_long",
        "Exit codes: 0 all passed, 1 some failed, 2 could not run (a file does not fit, no target, or one that is unreachable from the first step on), 130 interrupted.",
        "Коды завершения: 0 — всё пройдено, 1 — что-то не пройдено, 2 — не удалось запустить (ошибка в файле, нет адреса или он недоступен с первого шага), 130 — прервано.";
    /// `mock`.
    MOCK = "mock",
        "Answer by a folder of rules, and say at the end whether the calls were those expected",
        "Отвечать по папке правил и в конце сказать, были ли вызовы такими, как ожидалось";
    /// `mock`, at length.
    MOCK_LONG = "mock_long",
        "Exit codes at Ctrl-C or SIGTERM: 0 as expected, 1 otherwise; 2 at once where the rules cannot be read.",
        "Коды завершения после Ctrl-C или SIGTERM: 0 — как ожидалось, 1 — иначе; 2 — сразу, если правила не прочитать.";
    /// `tunnel`.
    TUNNEL = "tunnel",
        "Show the tunnel; start it as it was last started, or stop it",
        "Показать туннель, включить его как в прошлый раз или выключить";
    /// `openapi`.
    OPENAPI = "openapi",
        "Print the control API's OpenAPI document",
        "Напечатать документ OpenAPI для API управления";
    /// `completions`.
    COMPLETIONS = "completions",
        "Print the completions of a shell",
        "Напечатать дополнения для командной оболочки";
    /// `completions`, at length.
    COMPLETIONS_LONG = "completions_long",
        "For bash, into ~/.local/share/bash-completion/completions: hookloupe-cli completions bash > hookloupe-cli",
        "Для bash, в ~/.local/share/bash-completion/completions: hookloupe-cli completions bash > hookloupe-cli";
    /// `help`.
    HELP = "help",
        "Print this message or the help of the given subcommand(s)",
        "Напечатать эту справку или справку о команде";

    /// `serve --listen`.
    LISTEN = "listen",
        "Where bots send their requests; port 0 for any free one. Without it: loopback, at the port of the settings (8787), or the next free one. At an address that other machines reach only requests to a bot's secret are taken",
        "Куда боты отправляют запросы; порт 0 — любой свободный. По умолчанию этот компьютер, порт из настроек (8787) или следующий свободный. По адресу, доступному другим компьютерам, принимаются только запросы с секретом бота";
    /// `serve --control`.
    SERVE_CONTROL = "serve_control",
        "Where the control API and the browser interface are; port 0 for any free one",
        "Где работают API управления и интерфейс в браузере; порт 0 — любой свободный";
    /// `serve --data-dir`.
    SERVE_DATA_DIR = "serve_data_dir",
        "The directory of history and settings",
        "Папка с историей и настройками";
    /// `serve --no-ui`.
    NO_UI = "no_ui", "Without the browser interface", "Без интерфейса в браузере";
    /// `serve --json`.
    SERVE_JSON = "serve_json",
        "Print the line of JSON on a terminal, too",
        "Печатать строку JSON и в терминале";
    /// `tail --lines`.
    TAIL_LINES = "tail_lines",
        "Begin with this many of the newest exchanges",
        "Начать с такого числа последних обменов";
    /// `list --lines`.
    LIST_LINES = "list_lines", "So many of them", "Сколько показать";
    /// `--filter`.
    FILTER = "filter",
        "The same filter as in the window: `event:pay status:5xx is:held text`. Without a value everything is shown",
        "Тот же фильтр, что в окне: `event:pay status:5xx is:held текст`. Без значения показывается всё";
    /// `tail --bot`.
    ONLY_BOT = "only_bot", "Only this bot's exchanges", "Только обмены этого бота";
    /// `--json` of a list.
    LIST_JSON = "list_json",
        "One JSON document a line: the default where the output is no terminal",
        "По документу JSON на строку: так по умолчанию, если вывод идёт не в терминал";
    /// `--table`.
    TABLE = "table",
        "A table: the default on a terminal",
        "Таблица: так по умолчанию в терминале";
    /// `--data-dir`.
    DATA_DIR = "data_dir", "The data directory of the instance", "Папка данных экземпляра";
    /// `--control`.
    CONTROL = "control",
        "The control address of the instance, as `serve` printed it; the token is taken from the environment variable HOOKLOUPE_TOKEN",
        "Адрес управления экземпляра, который напечатал `serve`; токен берётся из переменной окружения HOOKLOUPE_TOKEN";
    /// `tail --once`.
    ONCE = "once", "Print what is there and end", "Напечатать, что есть, и завершиться";
    /// `show EXCHANGE`.
    SHOWN = "shown",
        "The exchange: its id or the end of it, `last` or `held`",
        "Обмен: его номер или конец номера, `last` (последний) или `held` (удержанный)";
    /// `show --json`.
    SHOW_JSON = "show_json", "Print it as JSON", "Напечатать как JSON";
    /// `answer EXCHANGE`.
    ANSWERED = "answered",
        "The exchange, or `held` for the newest one that waits",
        "Обмен или `held` — последний из удержанных";
    /// `answer --status`.
    STATUS = "status", "The status", "Статус";
    /// `--header`.
    HEADER = "header",
        "A header, `Name: value`; where one is given, the default ones are not added",
        "Заголовок, `Имя: значение`; если указать хотя бы один, заголовки по умолчанию не добавляются";
    /// `--body`.
    BODY = "body", "The body", "Тело";
    /// `--body-file`.
    BODY_FILE = "body_file",
        "A file that holds the body; - for standard input",
        "Файл с телом; - — стандартный ввод";
    /// `replay EXCHANGE`.
    REPLAYED = "replayed",
        "The exchange, or `last` for the newest one",
        "Обмен или `last` — последний";
    /// `replay --target`.
    TARGET = "target",
        "`self`, or an http:// or https:// address",
        "`self` (само приложение) или адрес http:// либо https://";
    /// `replay --method`.
    METHOD = "method", "Another method", "Другой метод";
    /// `replay --path`.
    PATH = "path", "Another path, with its query", "Другой путь, вместе с параметрами";
    /// `replay --json`.
    REPLAY_JSON = "replay_json",
        "Print the new exchange as JSON",
        "Напечатать новый обмен как JSON";
    /// `mode MODE`.
    CHOSEN_MODE = "chosen_mode",
        "The mode to choose: `rules`, `hold`, `upstream` or `upstream_hold`; without it the present one is printed",
        "Какой режим выбрать: `rules`, `hold`, `upstream` или `upstream_hold`; без него печатается текущий";
    /// `mode --bot`.
    MODE_BOT = "mode_bot",
        "The bot; without it the first one is taken",
        "Бот; без него берётся первый";
    /// `rules ACTION`.
    FILE_ACTION = "file_action", "What to do", "Что сделать";
    /// `rules DIR`.
    RULES_DIR = "rules_dir",
        "The folder; `unwatch` and `state` take none",
        "Папка; для `unwatch` и `state` не нужна";
    /// `test FILE`.
    TEST_FILES = "test_files",
        "Files, or folders: of a folder every file runs that no other includes",
        "Файлы или папки: из папки выполняются все файлы, которые не включены в другие";
    /// `test --target`.
    TEST_TARGET = "test_target",
        "Where the turns are sent; it goes before the target that a file names",
        "Куда отправлять ходы; важнее адреса, указанного в файле";
    /// `test --junit`.
    JUNIT = "junit",
        "Write a report in JUnit's format", "Записать отчёт в формате JUnit";
    /// `test --ndjson`.
    NDJSON = "ndjson",
        "Write a line of JSON for each step, and one at the end",
        "Записать по строке JSON на каждый шаг и одну в конце";
    /// `test --var`.
    VAR = "var",
        "A value for {{name}}; as often as there are names",
        "Значение для {{имя}}; столько раз, сколько имён";
    /// `test --repeat`.
    REPEAT = "repeat", "Play each scenario so many times", "Сколько раз выполнить каждый сценарий";
    /// `test --seed`.
    SEED = "seed",
        "What the ids of messages are made from: the same number makes the same requests",
        "Из чего составляются номера сообщений: то же число даёт те же запросы";
    /// `test --failed`.
    FAILED = "failed",
        "Play only what failed the last time", "Выполнить только то, что не прошло в прошлый раз";
    /// `test --review`.
    REVIEW = "review",
        "Go through what differs: take the new value into the file, or keep what is expected",
        "Пройти по отличиям: записать новое значение в файл или оставить ожидание";
    /// `test --coverage`.
    COVERAGE = "coverage",
        "Say which events of the history the scenarios play",
        "Показать, какие события из истории есть в сценариях";
    /// `test --mutate`.
    MUTATE = "mutate",
        "Change each variable of each answer and say which changes nobody would notice",
        "Менять каждую переменную каждого ответа и показать, чего проверки не замечают";
    /// `test --min`.
    MIN = "min",
        "Fail where --coverage or --mutate finds less than this",
        "Считать ошибкой, если --coverage или --mutate находит меньше";
    /// `mock --rules`.
    MOCK_RULES = "mock_rules",
        "The folder: one YAML file a rule, in the order of their names",
        "Папка: по файлу YAML на правило, в порядке имён";
    /// `mock --listen`.
    MOCK_LISTEN = "mock_listen",
        "Where it is called; port 0 for any free one", "Где ждать вызовов; порт 0 — любой свободный";
    /// `mock --expect`.
    EXPECT = "expect",
        "So many calls are expected, as event=pay:2, and no more; as often as there are such numbers. The field is any of the filter's",
        "Сколько вызовов ожидается, например event=pay:2, и не больше; можно указать несколько раз. Поле — любое из фильтра";
    /// `mock --fail-on-unmatched`.
    UNMATCHED = "unmatched",
        "Fail where a call fits no rule", "Считать ошибкой вызов, которому не подошло ни одно правило";
    /// `tunnel ACTION`.
    ACTION = "action",
        "What to do; without it the state is printed",
        "Что сделать; без этого печатается состояние";
    /// `tunnel --json`.
    TUNNEL_JSON = "tunnel_json", "Print the tunnel as JSON", "Напечатать туннель как JSON";
    /// `completions SHELL`.
    SHELL = "shell", "The shell", "Командная оболочка";
    /// `--help`.
    HELP_FLAG = "help_flag", "Print help", "Напечатать справку";
    /// `--version`.
    VERSION_FLAG = "version_flag", "Print version", "Напечатать версию";

    /// How a command is written.
    USAGE = "usage", "Usage:", "Использование:";
    /// The commands, as a heading.
    COMMANDS = "commands", "Commands", "Команды";
    /// What stands without a name.
    ARGUMENTS = "arguments", "Arguments", "Аргументы";
    /// What has a name.
    OPTIONS = "options", "Options", "Параметры";
    /// What holds where nothing is given.
    DEFAULT = "default", "[default: {0}]", "[по умолчанию: {0}]";
    /// The environment variable of an option.
    VARIABLE = "variable", "[env: {0}]", "[переменная окружения: {0}]";
    /// What may stand there.
    VALUES = "values", "[possible values: {0}]", "[варианты: {0}]";

    /// An argument that nobody knows.
    UNKNOWN = "unknown", "unexpected argument “{0}”", "неизвестный аргумент «{0}»";
    /// A command that nobody knows.
    NO_COMMAND = "no_command", "there is no command “{0}”", "команды «{0}» нет";
    /// An argument that is missing.
    MISSING = "missing", "{0} is missing", "не хватает {0}";
    /// A value that does not fit.
    WRONG = "wrong", "“{0}” does not fit {1}", "«{0}» не подходит для {1}";
    /// An option without its value.
    VALUELESS = "valueless", "{0} needs a value", "для {0} нужно значение";
    /// Two that exclude each other.
    CONFLICT = "conflict", "{0} cannot stand beside {1}", "{0} нельзя указать вместе с {1}";
    /// An argument that stands twice, or once too often.
    ARGUMENTS_WRONG = "arguments_wrong",
        "these arguments cannot be read",
        "не удалось разобрать аргументы";
    /// Where to read more.
    SEE_HELP = "see_help", "For more, see --help.", "Подробнее: --help.";
}

use table::*;

/// The texts of each command and, after `--`, of each argument; those of all commands stand without
/// one. A second one follows the first in the long help.
const TEXTS: &[(&str, &[&Words])] = &[
    ("", &[&PROGRAM, &PROGRAM_LONG]),
    ("serve", &[&SERVE]),
    ("tail", &[&TAIL]),
    ("list", &[&LIST]),
    ("show", &[&SHOW]),
    ("answer", &[&ANSWER]),
    ("replay", &[&REPLAY]),
    ("mode", &[&MODE]),
    ("rules", &[&RULES]),
    ("test", &[&TEST, &TEST_LONG]),
    ("mock", &[&MOCK, &MOCK_LONG]),
    ("tunnel", &[&TUNNEL]),
    ("openapi", &[&OPENAPI]),
    ("completions", &[&COMPLETIONS, &COMPLETIONS_LONG]),
    ("serve --listen", &[&LISTEN]),
    ("serve --control", &[&SERVE_CONTROL]),
    ("serve --data_dir", &[&SERVE_DATA_DIR]),
    ("serve --no_ui", &[&NO_UI]),
    ("serve --json", &[&SERVE_JSON]),
    ("tail --lines", &[&TAIL_LINES]),
    ("tail --once", &[&ONCE]),
    ("list --lines", &[&LIST_LINES]),
    ("--filter", &[&FILTER]),
    ("mode --bot", &[&MODE_BOT]),
    ("rules --bot", &[&MODE_BOT]),
    ("rules --action", &[&FILE_ACTION]),
    ("rules --dir", &[&RULES_DIR]),
    ("--bot", &[&ONLY_BOT]),
    ("show --json", &[&SHOW_JSON]),
    ("replay --json", &[&REPLAY_JSON]),
    ("tunnel --json", &[&TUNNEL_JSON]),
    ("--json", &[&LIST_JSON]),
    ("--table", &[&TABLE]),
    ("--data_dir", &[&DATA_DIR]),
    ("--control", &[&CONTROL]),
    ("show --exchange", &[&SHOWN]),
    ("answer --exchange", &[&ANSWERED]),
    ("replay --exchange", &[&REPLAYED]),
    ("--status", &[&STATUS]),
    ("--headers", &[&HEADER]),
    ("--body", &[&BODY]),
    ("--body_file", &[&BODY_FILE]),
    ("mock --rules", &[&MOCK_RULES]),
    ("mock --listen", &[&MOCK_LISTEN]),
    ("--expect", &[&EXPECT]),
    ("--fail_on_unmatched", &[&UNMATCHED]),
    ("test --files", &[&TEST_FILES]),
    ("test --target", &[&TEST_TARGET]),
    ("--junit", &[&JUNIT]),
    ("--ndjson", &[&NDJSON]),
    ("--vars", &[&VAR]),
    ("--repeat", &[&REPEAT]),
    ("--seed", &[&SEED]),
    ("--failed", &[&FAILED]),
    ("--review", &[&REVIEW]),
    ("--coverage", &[&COVERAGE]),
    ("--mutate", &[&MUTATE]),
    ("--min", &[&MIN]),
    ("--target", &[&TARGET]),
    ("--method", &[&METHOD]),
    ("--path", &[&PATH]),
    ("--mode", &[&CHOSEN_MODE]),
    ("--action", &[&ACTION]),
    ("--shell", &[&SHELL]),
];

fn texts(command: &str, argument: Option<&str>) -> Option<&'static [&'static Words]> {
    let find = |wanted: String| {
        let known = TEXTS.iter().find(|(name, _)| *name == wanted);
        known.map(|(_, texts)| *texts)
    };
    match argument {
        None => find(command.to_owned()),
        Some(argument) => {
            find(format!("{command} --{argument}")).or_else(|| find(format!("--{argument}")))
        }
    }
}

/// The command as a reader of this language is to see it.
pub(crate) fn in_language(command: Command, lang: Lang) -> Command {
    match lang {
        // As clap makes it of the commands' own comments.
        Lang::En => command,
        Lang::Ru => {
            let command = command.disable_help_subcommand(true);
            let help = Command::new("help").about(HELP.template(lang));
            let translated = translated(command.subcommand(help), "", lang);
            translated.subcommand_help_heading(COMMANDS.template(lang))
        }
    }
}

fn translated(mut command: Command, name: &str, lang: Lang) -> Command {
    if let Some([about, more @ ..]) = texts(name, None) {
        command = command.about(about.template(lang));
        if let [more, ..] = more {
            let long = [about.template(lang), more.template(lang)].join(".\n\n");
            command = command.long_about(long);
        }
    }
    let template = format!(
        "{{before-help}}{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}{{after-help}}",
        USAGE.template(lang)
    );
    let flag = |id: &'static str, short, action, text: &'static Words| {
        let flag = Arg::new(id).long(id).short(short).action(action);
        flag.help(text.template(lang))
            .help_heading(OPTIONS.template(lang))
    };
    command
        .mut_args(|argument| translated_argument(argument, name, lang))
        .help_template(template)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(flag("help", 'h', ArgAction::Help, &HELP_FLAG))
        .arg(flag("version", 'V', ArgAction::Version, &VERSION_FLAG))
        .mut_subcommands(|command| {
            let name = command.get_name().to_owned();
            translated(command, &name, lang)
        })
}

/// An argument with what clap would add in English.
fn translated_argument(argument: Arg, command: &str, lang: Lang) -> Arg {
    let heading = match argument.is_positional() {
        true => &ARGUMENTS,
        false => &OPTIONS,
    };
    let mut text = texts(command, Some(argument.get_id().as_str()))
        .map(|texts| texts[0].template(lang).to_owned())
        .unwrap_or_default();
    let mut add = |words: &'static Words, values: Vec<String>| {
        if !values.is_empty() {
            text.push(' ');
            text.push_str(&words.arg(values.join(", ")).text(lang));
        }
    };
    let defaults = argument.get_default_values().iter();
    let defaults = defaults.map(|value| value.to_string_lossy().into_owned());
    let takes_values = argument.get_action().takes_values();
    add(&DEFAULT, defaults.filter(|_| takes_values).collect());
    let variable = argument
        .get_env()
        .map(|name| name.to_string_lossy().into_owned());
    add(&VARIABLE, variable.into_iter().collect());
    let values = argument.get_possible_values().into_iter();
    let values = values.map(|value| value.get_name().to_owned());
    add(&VALUES, values.filter(|_| takes_values).collect());
    let argument = argument
        .help(text.trim_start().to_owned())
        .help_heading(heading.template(lang));
    match takes_values {
        false => argument,
        true => argument
            .hide_default_value(true)
            .hide_env(true)
            .hide_possible_values(true),
    }
}

/// `help tail` as `tail --help`: clap's own command for it speaks English alone.
pub(crate) fn without_help_command(given: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut given: Vec<OsString> = given.collect();
    if given.get(1).is_some_and(|command| command == "help") {
        given.remove(1);
        given.push("--help".into());
    }
    given
}

/// What is wrong with the arguments, for a reader of this language; `None` where clap says it, or
/// where it is the help itself.
pub(crate) fn said(error: &clap::Error, lang: Lang) -> Option<String> {
    if lang == Lang::En {
        return None;
    }
    let text = |kind| match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(", ")),
        ContextValue::StyledStr(text) => Some(text.to_string()),
        _ => None,
    };
    let argument = || text(ContextKind::InvalidArg).unwrap_or_default();
    let value = || text(ContextKind::InvalidValue).unwrap_or_default();
    let message: Message = match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        | ErrorKind::DisplayVersion => return None,
        ErrorKind::UnknownArgument => UNKNOWN.arg(argument()),
        ErrorKind::InvalidSubcommand => {
            NO_COMMAND.arg(text(ContextKind::InvalidSubcommand).unwrap_or_default())
        }
        ErrorKind::MissingRequiredArgument => MISSING.arg(argument()),
        ErrorKind::InvalidValue if value().is_empty() => VALUELESS.arg(argument()),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => WRONG.arg(value()).arg(argument()),
        ErrorKind::ArgumentConflict => {
            let prior = text(ContextKind::PriorArg).unwrap_or_default();
            CONFLICT.arg(argument()).arg(prior)
        }
        _ => (&ARGUMENTS_WRONG).into(),
    };
    // What a check of ours says of a value.
    let source = std::error::Error::source(error)
        .map(|source| format!(": {}", messages::foreign(source).text(lang)));
    let (what, more) = (message.text(lang), SEE_HELP.template(lang));
    Some(format!("{what}{}. {more}", source.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;
    use clap::builder::StyledStr;

    use super::*;
    use crate::Arguments;

    fn plain(text: Option<&StyledStr>) -> String {
        text.map(ToString::to_string).unwrap_or_default()
    }

    #[test]
    fn every_command_and_argument_has_its_text_in_both_languages() {
        let mut all = vec![(String::new(), Arguments::command())];
        let commands = all[0].1.get_subcommands().cloned();
        let commands: Vec<_> = commands.collect();
        all.extend(
            commands
                .into_iter()
                .map(|command| (command.get_name().to_owned(), command)),
        );
        for (name, command) in all {
            let texts = |argument| {
                texts(&name, argument).map(|texts| {
                    texts
                        .iter()
                        .map(|text| text.en)
                        .collect::<Vec<_>>()
                        .join(".\n\n")
                })
            };
            let about = command.get_long_about().or(command.get_about());
            assert_eq!(texts(None), Some(plain(about)), "{name}");
            for argument in command.get_arguments() {
                let id = argument.get_id().as_str();
                let help = plain(argument.get_help());
                assert_eq!(texts(Some(id)), Some(help), "{name} --{id}");
            }
        }
    }

    #[test]
    fn the_russian_help_has_no_english_sentence() {
        let mut command = in_language(Arguments::command(), Lang::Ru);
        command.build();
        command.clone().debug_assert();
        for subcommand in command.get_subcommands_mut() {
            let help = subcommand.render_long_help().to_string();
            assert!(help.contains("Использование: hookloupe-cli"), "{help}");
            for english in [
                "Usage", "Options", "Print", "[default", "[env", "possible", "The ",
            ] {
                assert!(!help.contains(english), "{english} in {help}");
            }
        }
        let help = command.render_long_help().to_string();
        assert!(
            help.contains("Команды:\n") && help.contains("Параметры:\n"),
            "{help}"
        );
    }

    #[test]
    fn what_is_wrong_with_arguments_is_said_in_russian() {
        for (arguments, said_of_them) in [
            (&["tail", "--colour"][..], "неизвестный аргумент «--colour»"),
            (&["tali"], "команды «tali» нет"),
            (&["show"], "не хватает <EXCHANGE>"),
            (
                &["answer", "held", "--status", "x"],
                "«x» не подходит для --status <STATUS>",
            ),
            (&["tunnel", "up"], "«up» не подходит для [ACTION]"),
            (
                &["serve", "--control"],
                "для --control <HOST:PORT> нужно значение",
            ),
            (
                &["tail", "--json", "--table"],
                "--json нельзя указать вместе с --table",
            ),
        ] {
            let command = in_language(Arguments::command(), Lang::Ru);
            let arguments = ["hookloupe-cli"].iter().chain(arguments);
            let error = command.try_get_matches_from(arguments).unwrap_err();
            let said = said(&error, Lang::Ru).unwrap();
            assert!(said.starts_with(said_of_them), "{said}");
            assert!(said.ends_with("Подробнее: --help."), "{said}");
        }
    }
}
