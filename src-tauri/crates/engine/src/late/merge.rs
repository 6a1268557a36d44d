//! A late answer's variables put under another answer: a shallow copy that keeps every digit, and
//! in which the other answer's own values win. Pure.

use std::collections::HashSet;

use json_text::{Entry, Kind, survey, unescape_lossy};
use protocol::{Answer, Headers};

/// The text of an answer that is a JSON object; `None` where it is none.
pub(crate) fn object_text(answer: &Answer) -> Option<String> {
    let text = protocol::decode_text(&answer.headers, answer.body.whole()?).text?;
    let is_object = survey(&text).is_ok_and(|found| found.root == Kind::Object);
    is_object.then(|| text.into_owned())
}

/// The names of an object's members.
pub(crate) fn names(object: &str) -> Vec<String> {
    let members = survey(object)
        .map(|found| found.entries)
        .unwrap_or_default();
    let name = |entry: &Entry| unescape_lossy(entry.key.of(object)).into_owned();
    members.iter().map(name).collect()
}

/// The text of an answer whose body takes more members as it is: a JSON object in UTF-8 that is not
/// encoded.
fn open_text(answer: &Answer) -> Option<&str> {
    if protocol::is_compressed(&answer.headers) {
        return None;
    }
    let text = std::str::from_utf8(answer.body.whole()?).ok()?;
    let is_object = survey(text).is_ok_and(|found| found.root == Kind::Object);
    is_object.then_some(text)
}

/// Whether members can be put into an answer's body.
pub(crate) fn has_room(answer: &Answer) -> bool {
    open_text(answer).is_some()
}

/// An answer with the members of `late` that it has not itself; `only`: those of these names.
/// `None` where nothing can be put into its body.
pub(crate) fn merged(answer: &Answer, late: &str, only: Option<&[String]>) -> Option<Answer> {
    let text = open_text(answer)?;
    let taken: HashSet<String> = names(text).into_iter().collect();
    let only: Option<HashSet<&str>> = only.map(|only| only.iter().map(String::as_str).collect());
    let members = survey(late).ok()?.entries;
    let members = members.iter().filter(|entry| {
        let name = unescape_lossy(entry.key.of(late));
        let is_wanted = only.as_ref().is_none_or(|only| only.contains(&*name));
        !entry.superseded && is_wanted && !taken.contains(&*name)
    });
    let members: Vec<String> = members
        .map(|entry| format!("{}:{}", entry.key.of(late), entry.value.of(late)))
        .collect();
    let mut merged = answer.clone();
    if members.is_empty() {
        return Some(merged);
    }
    let end = text.rfind('}')?;
    let comma = if taken.is_empty() { "" } else { "," };
    let members = members.join(",");
    // Text beyond ASCII stands in strings alone, and is in its escapes the same in every charset.
    let members = match is_utf8(&answer.headers) {
        true => members,
        false => escaped(&members),
    };
    let body = format!("{}{comma}{members}{}", &text[..end], &text[end..]);
    for (name, value) in &mut merged.headers.0 {
        if name.eq_ignore_ascii_case("content-length") {
            *value = body.len().to_string().into_bytes();
        }
    }
    merged.body = body.into();
    Some(merged)
}

/// Whether text in UTF-8 is read as such.
fn is_utf8(headers: &Headers) -> bool {
    let kind = headers.get("content-type").unwrap_or_default();
    let kind = kind.to_ascii_lowercase();
    let charset = kind.split_once("charset=").map(|(_, charset)| charset);
    charset.is_none_or(|charset| charset.trim_start_matches('"').starts_with("utf-8"))
}

/// JSON text in ASCII.
fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for letter in json.chars() {
        if letter.is_ascii() {
            escaped.push(letter);
            continue;
        }
        for unit in letter.encode_utf16(&mut [0; 2]) {
            escaped.push_str(&format!("\\u{unit:04x}"));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_an_answer_of_another_charset_what_is_put_under_it_is_escaped() {
        let late = "{\"имя\":\"Ян 😀\"}";
        for (charset, expected) in [
            ("", late),
            ("; charset=UTF-8", late),
            ("; charset=\"utf-8\"", late),
            (
                "; charset=windows-1251",
                r#"{"\u0438\u043c\u044f":"\u042f\u043d \ud83d\ude00"}"#,
            ),
        ] {
            let mut answer = Answer::json(200, "{}");
            let kind = format!("application/json{charset}");
            answer.headers = [("Content-Type", kind.as_str())].into_iter().collect();
            let merged = merged(&answer, late, None).unwrap();
            assert_eq!(merged.body, expected, "{charset}");
        }
    }

    #[test]
    fn many_members_are_put_under_many_in_a_moment() {
        let members = |letter: char| {
            let members: Vec<String> = (0..100_000)
                .map(|number| format!("\"{letter}{number}\":{number}"))
                .collect();
            format!("{{{}}}", members.join(","))
        };
        let (own, late) = (members('a'), members('b'));
        let names = names(&late);
        let merged = merged(&Answer::json(200, own.clone()), &late, Some(&names)).unwrap();
        let expected = format!("{},{}", own.trim_end_matches('}'), &late[1..]);
        assert_eq!(merged.body, expected.as_str());
    }

    #[test]
    fn what_an_answer_has_not_itself_is_put_under_it_with_every_digit() {
        let late = r#"{"paid":1.00, "id": 9007199254740993,"own":1,"a":{"b":[1e3]}}"#;
        for (own, only, expected) in [
            (
                r#"{ "own": 2 }"#,
                None,
                r#"{ "own": 2 ,"paid":1.00,"id":9007199254740993,"a":{"b":[1e3]}}"#,
            ),
            ("{}", Some(vec!["paid"]), r#"{"paid":1.00}"#),
            ("{} \n", Some(vec!["own", "none"]), "{\"own\":1} \n"),
            (r#"{"own":2}"#, Some(vec!["own"]), r#"{"own":2}"#),
        ] {
            let only: Option<Vec<String>> =
                only.map(|only| only.into_iter().map(str::to_owned).collect());
            let merged = merged(&Answer::json(200, own), late, only.as_deref()).unwrap();
            assert_eq!(merged.body, expected);
        }
    }

    #[test]
    fn a_length_that_the_answer_names_follows_and_what_is_no_object_is_left() {
        let mut answer = Answer::json(200, "{}");
        let length = ("Content-Length".to_owned(), b"2".to_vec());
        answer.headers.0.push(length);
        let longer = merged(&answer, r#"{"a":1}"#, None).unwrap();
        assert_eq!(longer.headers.get("content-length").as_deref(), Some("7"));
        for body in ["[]", "7", "", "{", "\u{feff}{}"] {
            assert_eq!(
                merged(&Answer::json(200, body), "{}", None),
                None,
                "{body:?}"
            );
        }
        answer.headers = [("Content-Encoding", "gzip")].into_iter().collect();
        assert_eq!(merged(&answer, "{}", None), None);
    }
}
