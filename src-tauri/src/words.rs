//! The few sentences the shell says itself, in both languages: those that no page can show.

use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};
use messages::{Lang, Message};
use unic_langid::LanguageIdentifier;

messages::messages! {
    /// The table.
    pub(crate) mod table;

    /// Held requests at the end, where the number takes the singular.
    HELD_ONE = "held_one",
        "{0} request waits for your answer. Closing answers it with the fallback now.",
        "{0} запрос ждёт вашего ответа. При закрытии на него сейчас же уйдёт запасной ответ.";
    /// The same where Russian takes the form for few.
    HELD_FEW = "held_few",
        "{0} requests wait for your answer. Closing answers them with the fallback now.",
        "{0} запроса ждут вашего ответа. При закрытии на них сейчас же уйдёт запасной ответ.";
    /// The same for every other number.
    HELD_MANY = "held_many",
        "{0} requests wait for your answer. Closing answers them with the fallback now.",
        "{0} запросов ждут вашего ответа. При закрытии на них сейчас же уйдёт запасной ответ.";
    /// The button that closes.
    CLOSE = "close", "Close", "Закрыть";
    /// The button that does not.
    STAY = "stay", "Stay", "Остаться";
    /// The name of the bot that exists from the start.
    FIRST_BOT = "first_bot", "My bot", "Мой бот";
    /// A second start over the same directory.
    ALREADY_OPEN = "already_open",
        "Hookloupe is already open over this data directory; its window comes to the front.",
        "Hookloupe с этим каталогом данных уже открыт; его окно выходит вперёд.";
    /// A system without a home directory.
    NO_HOME = "no_home",
        "The system names no directory for data. Name one: hookloupe --data-dir DIR.",
        "Система не назвала каталога для данных. Укажите его: hookloupe --data-dir КАТАЛОГ.";
    /// The cause where no display is named.
    NO_DISPLAY = "no_display", "there is no display", "дисплея нет";
    /// No window; the cause.
    NO_WINDOW = "no_window",
        "No window could be opened: {0}. Hookloupe also runs in a browser: start `hookloupe-cli serve` and open the address it prints.",
        "Не удалось открыть окно: {0}. Hookloupe работает и в браузере: запустите `hookloupe-cli serve` и откройте напечатанный адрес.";
    /// A file that a person saves cannot be written; the cause.
    NOT_SAVED = "not_saved", "The file could not be saved: {0}", "Файл не сохранился: {0}";
    /// The log file cannot be shown; the cause, or where it was looked for.
    LOG_NOT_OPENED = "log_not_opened",
        "The log could not be opened: {0}", "Журнал не открылся: {0}";
    /// The log file cannot be written; the cause.
    NO_LOG = "no_log", "No log is written: {0}", "Журнал не пишется: {0}";
    /// The TLS library has a provider already.
    TLS_TWICE = "tls_twice",
        "The TLS library was set up twice.",
        "Библиотека TLS настроена дважды.";
}

pub(crate) use table::*;

/// The question whether to close over held requests.
pub(crate) fn held(count: usize, lang: Lang) -> Message {
    let words = match plural(count, lang) {
        PluralCategory::ONE => &HELD_ONE,
        PluralCategory::FEW => &HELD_FEW,
        PluralCategory::ZERO
        | PluralCategory::TWO
        | PluralCategory::MANY
        | PluralCategory::OTHER => &HELD_MANY,
    };
    words.arg(count as u64)
}

/// The form that a number takes in a language, by CLDR.
fn plural(count: usize, lang: Lang) -> PluralCategory {
    let form = || {
        let language: LanguageIdentifier = lang.as_str().parse().ok()?;
        let rules = PluralRules::create(language, PluralRuleType::CARDINAL).ok()?;
        rules.select(count).ok()
    };
    form().unwrap_or(PluralCategory::OTHER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_agree_with_their_words() {
        for (count, lang, words) in [
            (1, Lang::Ru, "1 запрос ждёт"),
            (3, Lang::Ru, "3 запроса ждут"),
            (5, Lang::Ru, "5 запросов ждут"),
            (11, Lang::Ru, "11 запросов ждут"),
            (21, Lang::Ru, "21 запрос ждёт"),
            (112, Lang::Ru, "112 запросов ждут"),
            (1, Lang::En, "1 request waits"),
            (21, Lang::En, "21 requests wait"),
        ] {
            let text = held(count, lang).text(lang);
            assert!(text.starts_with(words), "{count}: {text}");
        }
    }
}
