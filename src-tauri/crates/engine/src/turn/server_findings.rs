//! What is worth knowing about a whole answer of the developer's own server: where it says that
//! something went wrong there, the likely cause. Pure.

use std::borrow::Cow;

use protocol::{Answer, Code, Headers, OwnFinding};

/// Bytes of an answer that are looked at: a stack trace stands at its beginning.
const LOOKED_AT: usize = 64 << 10;
/// Lines and characters of a stack trace that are quoted: by guess what fits beside an exchange.
const TRACE_LINES: usize = 6;
const TRACE_CHARS: usize = 500;
/// Characters of a page that are quoted.
const TITLE_CHARS: usize = 100;

/// What the request said of itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) path: &'a str,
    pub(super) headers: &'a Headers,
    /// The length of its body.
    pub(super) bytes: u64,
}

pub(super) fn server_findings(asked: Asked<'_>, answer: &Answer) -> Option<OwnFinding> {
    let content_type = asked.headers.get("content-type");
    let content_type = content_type.unwrap_or(Cow::Borrowed("—")).into_owned();
    let says_json = content_type.to_ascii_lowercase().contains("json");
    let finding = |code, args: Vec<String>| Some(OwnFinding::new(code, args));
    match answer.status {
        413 => return finding(Code::UpstreamStatus413, vec![asked.bytes.to_string()]),
        415 => return finding(Code::UpstreamStatus415, vec![content_type]),
        status @ 500..=599 => {
            let args = vec![status.to_string(), trace(&text(answer))];
            return finding(Code::UpstreamStatus5xx, args);
        }
        _ => {}
    }
    let text = text(answer);
    let beginning = text.trim_start_matches('\u{feff}').trim();
    if beginning.starts_with('<') && is_page(beginning, answer) {
        let args = vec![title(beginning), asked.path.to_owned()];
        return finding(Code::UpstreamHtml, args);
    }
    let is_empty = matches!(beginning, "" | "{}" | "null") && (200..300).contains(&answer.status);
    // A body of two bytes is an empty object itself.
    let was_missed = is_empty || answer.status == 400;
    match was_missed && !says_json && asked.bytes > 2 {
        true => finding(Code::UpstreamEmptyEvent, vec![content_type]),
        false => None,
    }
}

/// The beginning as text.
fn text(answer: &Answer) -> String {
    let beginning = answer.body.beginning();
    let text = protocol::decode_beginning(&answer.headers, beginning, LOOKED_AT);
    text.map(Cow::into_owned).unwrap_or_default()
}

fn is_page(beginning: &str, answer: &Answer) -> bool {
    let start: String = beginning.chars().take(15).collect();
    let start = start.to_ascii_lowercase();
    let says_html = answer.headers.get("content-type");
    let says_html = says_html.is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
    says_html || start.starts_with("<!doctype html") || start.starts_with("<html")
}

/// The first lines of what a failing server says: frameworks put a stack trace there.
fn trace(text: &str) -> String {
    let is_page = text.trim_start().starts_with('<');
    let said = match is_page {
        true => between(text, "<pre", "</pre>").or_else(|| between(text, "<title", "</title>")),
        false => None,
    };
    let plain = match (said, is_page) {
        (Some(said), _) => without_tags(said),
        (None, true) => without_tags(text),
        (None, false) => text.to_owned(),
    };
    let lines = plain.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines: Vec<&str> = lines.take(TRACE_LINES).collect();
    cut(&lines.join("\n"), TRACE_CHARS)
}

fn title(page: &str) -> String {
    let said = between(page, "<title", "</title>").or_else(|| between(page, "<pre", "</pre>"));
    let plain = without_tags(said.unwrap_or(page));
    let words: Vec<&str> = plain.split_whitespace().collect();
    cut(&words.join(" "), TITLE_CHARS)
}

/// What stands in the first element of this name.
fn between<'t>(page: &'t str, open: &str, close: &str) -> Option<&'t str> {
    let lower = page.to_ascii_lowercase();
    let from = lower.find(open)?;
    let from = from + lower[from..].find('>')? + 1;
    let until = lower[from..].find(close).map(|at| from + at);
    page.get(from..until.unwrap_or(page.len()))
}

/// A page's text: a tag is a break, and the entities that frameworks write are letters again.
fn without_tags(page: &str) -> String {
    let mut plain = String::with_capacity(page.len());
    let mut is_tag = false;
    for letter in page.chars() {
        match letter {
            '<' => {
                is_tag = true;
                plain.push('\n');
            }
            '>' if is_tag => is_tag = false,
            letter if !is_tag => plain.push(letter),
            _ => {}
        }
    }
    for (entity, letter) in [
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&amp;", "&"),
    ] {
        plain = plain.replace(entity, letter);
    }
    plain
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use messages::{Lang, Say as _};
    use protocol::Finding;

    use super::*;

    const JSON: &str = "application/json";

    fn found(content_type: Option<&str>, answer: &Answer) -> Option<(Code, String)> {
        let headers: Headers = content_type
            .map(|kind| ("Content-Type", kind))
            .into_iter()
            .collect();
        let asked = Asked {
            path: "/hook",
            headers: &headers,
            bytes: 130_000,
        };
        let finding = Finding::from(&server_findings(asked, answer)?);
        Some((finding.code, finding.message().text(Lang::En)))
    }

    fn answer(status: u16, kind: &str, body: &'static str) -> Answer {
        Answer {
            status,
            headers: [("Content-Type", kind)].into_iter().collect(),
            body: body.into(),
        }
    }

    #[test]
    fn what_a_server_says_went_wrong_is_told_with_its_likely_cause() {
        let express = "<!DOCTYPE html>\n<html><head><title>Error</title></head>\n<body>\n\
            <pre>TypeError: Cannot read properties of undefined (reading &#39;x&#39;)<br> &nbsp; \
            &nbsp;at /app/index.js:7:20</pre>\n</body></html>";
        let page = "<!DOCTYPE html><html><head><title>Not Found</title></head></html>";
        for (asked, answer, code, said) in [
            (
                Some(JSON),
                answer(413, "text/html", ""),
                Code::UpstreamStatus413,
                "130000 bytes",
            ),
            (
                None,
                answer(415, "text/html", ""),
                Code::UpstreamStatus415,
                "—",
            ),
            (
                Some(JSON),
                answer(500, "text/html", express),
                Code::UpstreamStatus5xx,
                "(reading 'x')\nat /app/index.js:7:20",
            ),
            (
                Some(JSON),
                answer(502, "text/plain", "Traceback:\n  boom"),
                Code::UpstreamStatus5xx,
                "502: Traceback:\nboom",
            ),
            (
                Some(JSON),
                answer(404, "text/html", page),
                Code::UpstreamHtml,
                "“Not Found”",
            ),
            (
                Some(JSON),
                answer(200, "", " <html>hello"),
                Code::UpstreamHtml,
                "“hello”",
            ),
            (
                Some("text/plain"),
                answer(200, JSON, "{}"),
                Code::UpstreamEmptyEvent,
                "text/plain",
            ),
        ] {
            let (found, message) = found(asked, &answer).unwrap();
            assert_eq!(found, code);
            assert!(message.contains(said), "{message}");
        }
    }

    #[test]
    fn an_answer_that_a_bot_takes_is_fine_whatever_its_type_says() {
        for (asked, answer) in [
            (Some(JSON), answer(200, "text/html", "{\"a\":1}")),
            (Some(JSON), answer(200, JSON, "{}")),
            (None, answer(200, JSON, "{\"a\":1}")),
            (Some(JSON), answer(404, JSON, "{\"detail\":\"no\"}")),
            (Some(JSON), answer(200, "application/xml", "<a/>")),
        ] {
            assert_eq!(found(asked, &answer), None, "{answer:?}");
        }
    }
}
