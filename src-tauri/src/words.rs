//! The few sentences the shell says itself, in both languages: those that no page can show.

use protocol::Lang;

/// What the question about held requests says.
pub(crate) struct CloseQuestion {
    pub(crate) text: String,
    pub(crate) close: &'static str,
    pub(crate) stay: &'static str,
}

pub(crate) fn close_question(held: usize, language: Lang) -> CloseQuestion {
    match language {
        Lang::En => CloseQuestion {
            text: match held {
                1 => "1 request waits for your answer. Closing answers it with the fallback now."
                    .to_owned(),
                _ => format!(
                    "{held} requests wait for your answer. Closing answers them with the fallback now."
                ),
            },
            close: "Close",
            stay: "Stay",
        },
        Lang::Ru => CloseQuestion {
            text: format!(
                "{} При закрытии {} сейчас же уйдёт запасной ответ.",
                waiting_in_russian(held),
                if one_in_russian(held) {
                    "на него"
                } else {
                    "на них"
                }
            ),
            close: "Закрыть",
            stay: "Остаться",
        },
    }
}

/// `21 запрос ждёт`, `22 запроса ждут`, `25 запросов ждут`.
fn waiting_in_russian(held: usize) -> String {
    let few = matches!(held % 10, 2..=4) && !matches!(held % 100, 12..=14);
    if one_in_russian(held) {
        format!("{held} запрос ждёт вашего ответа.")
    } else if few {
        format!("{held} запроса ждут вашего ответа.")
    } else {
        format!("{held} запросов ждут вашего ответа.")
    }
}

fn one_in_russian(held: usize) -> bool {
    held % 10 == 1 && held % 100 != 11
}

/// The name of the bot that exists from the start.
pub(crate) fn first_bot(language: Lang) -> &'static str {
    match language {
        Lang::En => "My bot",
        Lang::Ru => "Мой бот",
    }
}

pub(crate) fn already_open(language: Lang) -> &'static str {
    match language {
        Lang::En => {
            "Hookloupe is already open over this data directory; its window comes to the front."
        }
        Lang::Ru => "Hookloupe с этим каталогом данных уже открыт; его окно выходит вперёд.",
    }
}

pub(crate) fn no_home(language: Lang) -> &'static str {
    match language {
        Lang::En => "The system names no directory for data. Name one: hookloupe --data-dir DIR.",
        Lang::Ru => {
            "Система не назвала каталога для данных. Укажите его: hookloupe --data-dir КАТАЛОГ."
        }
    }
}

pub(crate) fn no_display(language: Lang) -> &'static str {
    match language {
        Lang::En => "there is no display",
        Lang::Ru => "дисплея нет",
    }
}

pub(crate) fn no_window(cause: &str, language: Lang) -> String {
    match language {
        Lang::En => format!(
            "No window could be opened: {cause}. Hookloupe also runs in a browser: start \
             `hookloupe-cli serve` and open the address it prints."
        ),
        Lang::Ru => format!(
            "Не удалось открыть окно: {cause}. Hookloupe работает и в браузере: запустите \
             `hookloupe-cli serve` и откройте напечатанный адрес."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn russian_counts_agree_with_their_words() {
        for (held, words) in [
            (1, "1 запрос ждёт"),
            (3, "3 запроса ждут"),
            (5, "5 запросов ждут"),
            (11, "11 запросов ждут"),
            (21, "21 запрос ждёт"),
            (112, "112 запросов ждут"),
        ] {
            let question = close_question(held, Lang::Ru);
            assert!(
                question.text.starts_with(words),
                "{held}: {}",
                question.text
            );
        }
    }
}
