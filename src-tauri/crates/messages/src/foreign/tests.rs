//! What the system and libraries say, in both languages.

use super::*;
use crate::Lang;

fn said(text: &str) -> [String; 2] {
    let arg = foreign(text);
    [Lang::En, Lang::Ru].map(|lang| arg.text(lang).into_owned())
}

#[test]
fn an_error_of_the_system_is_said_in_the_readers_words_with_its_name() {
    let refused = io::Error::from(ErrorKind::ConnectionRefused);
    assert_eq!(said(&refused.to_string())[1], "соединение не принято");
    #[cfg(target_os = "linux")]
    for (text, en, ru) in [
        (
            "Connection refused (os error 111)",
            "connection refused (ECONNREFUSED)",
            "соединение не принято (ECONNREFUSED)",
        ),
        (
            "127.0.0.1:1: Connection refused (os error 111)",
            "127.0.0.1:1: connection refused (ECONNREFUSED)",
            "127.0.0.1:1: соединение не принято (ECONNREFUSED)",
        ),
        (
            "/tmp/a: No such file or directory (os error 2), /tmp/b: Is a directory (os error 21)",
            "/tmp/a: no such file or directory (ENOENT), /tmp/b: it is a directory (EISDIR)",
            "/tmp/a: нет такого файла или папки (ENOENT), /tmp/b: это папка (EISDIR)",
        ),
        (
            "Level 3 halted (os error 46)",
            "the system reports an error (os error 46)",
            "система сообщает об ошибке (os error 46)",
        ),
    ] {
        assert_eq!(said(text), [en, ru], "{text}");
    }
}

#[test]
fn what_libraries_say_has_no_english_word_in_a_russian_sentence() {
    for text in [
        "invalid HTTP method parsed",
        "invalid digit found in string",
        "environment variable not found",
        "error sending request: client error (Connect): tcp connect error",
        "Invalid chunk size line: Invalid Size",
        "dns error: failed to lookup address information: Name or service not known",
        "invalid peer certificate: certificate not valid for name \"a\"",
        "Invalid symbol 33, offset 0.",
        "operation timed out",
    ] {
        let ru = said(text)[1]
            .replace("dns error: ", "")
            .replace("(chunk)", "")
            .replace("Base64", "");
        assert!(
            !ru.chars().any(|one| one.is_ascii_alphabetic()),
            "{text}: {ru}"
        );
    }
}

#[test]
fn every_phrase_is_found_and_what_is_no_phrase_stays() {
    for (phrase, words) in PHRASES {
        let text = phrase.replace('*', "");
        assert_eq!(foreign(&text), Arg::from(*words), "{phrase}");
    }
    for text in [
        "",
        "bot.example",
        "> 16777216 B",
        "a (os error x)",
        "Ошибка: 5",
    ] {
        assert_eq!(foreign(text), Arg::from(text));
    }
    let inside = "a.example (failed to lookup address information: Name or service not known)";
    assert_eq!(said(inside)[1], "a.example (имя не найдено)");
    assert_eq!(
        said("bot.example: end of file before message length reached")[1],
        "bot.example: данные кончились раньше времени"
    );
}

#[test]
fn of_an_error_with_causes_the_deepest_speaks() {
    let below = io::Error::other(io::Error::from(ErrorKind::ConnectionRefused));
    let error = io::Error::other(below);
    assert_eq!(
        foreign_cause(&error).text(Lang::Ru),
        "соединение не принято"
    );
}
