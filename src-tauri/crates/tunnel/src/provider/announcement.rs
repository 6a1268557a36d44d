//! The address that a program announces, among everything else that it prints. Pure.
//!
//! Programs print addresses of their services too: in errors (`failed to request quick Tunnel: Post
//! "https://api.trycloudflare.com/tunnel"`) and in their terms. What is taken for the public
//! address is called with a bot's secret, so that an address in an error is never taken, nor a
//! service's own.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

/// Hosts of services that are nobody's tunnel: what their programs call, or lead a reader to.
const SERVICE_HOSTS: &[&str] = &[
    "admin.localhost.run",
    "api.cloudflare.com",
    "api.pinggy.io",
    "api.trycloudflare.com",
    "api.tuna.am",
    "cloudflare.com",
    "dash.cloudflare.com",
    "dashboard.ngrok.com",
    "dashboard.pinggy.io",
    "developers.cloudflare.com",
    "github.com",
    "localhost.run",
    "my.tuna.am",
    "ngrok.com",
    "one.dash.cloudflare.com",
    "pinggy.io",
    "trycloudflare.com",
    "tuna.am",
    "www.cloudflare.com",
    "www.trycloudflare.com",
    "xtunnel.ru",
];

/// Escape sequences of terminals: colours, links, cursor.
static ESCAPES: LazyLock<Regex> = LazyLock::new(|| {
    expression(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-_]")
});

/// A part of a line that says nothing of what happened: addresses, and errors that are none
/// (`err=nil`).
static SILENT: LazyLock<Regex> = LazyLock::new(|| {
    expression(r#"(?i)https?://\S+|\berr(?:or)?\s*[=:]\s*"?(?:nil|<nil>|null|none)\b"?"#)
});

/// What lines of errors have in common, in the languages of the programs that are in use.
static ERROR: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)\b(?:err|errors?|ftl|fatal|pnc|panic|fail|fails|failed|failure|failing|cannot|can't|couldn't|could not|unable|refused|denied|forbidden|invalid|expired|timed out)\b|ошибк|не удалось|отказано|недоступ",
    )
});

fn expression(text: &str) -> Regex {
    Regex::new(text).expect("the expression is fixed")
}

/// The address that a line announces: the pattern's first group, or the whole match.
pub(super) fn announced(pattern: &Regex, line: &str) -> Option<String> {
    let plain = ESCAPES.replace_all(line, "");
    let Ok(object @ Value::Object(_)) = serde_json::from_str(&plain) else {
        return address(pattern, &plain);
    };
    let mut texts = Vec::new();
    if is_error(&object, &mut texts) {
        return None;
    }
    let found = texts.iter().find_map(|text| address(pattern, text));
    // A pattern may be written for the JSON itself.
    found.or_else(|| address(pattern, &plain))
}

/// Whether a line of a JSON log tells of an error; collects its texts.
fn is_error(value: &Value, texts: &mut Vec<String>) -> bool {
    match value {
        Value::String(text) => {
            texts.push(text.clone());
            false
        }
        Value::Array(values) => values.iter().any(|value| is_error(value, texts)),
        Value::Object(fields) => fields.iter().any(|(name, value)| {
            let says = match name.to_ascii_lowercase().as_str() {
                "err" | "error" | "errors" => !is_nothing(value),
                "level" | "lvl" | "severity" => {
                    value.as_str().is_some_and(|level| ERROR.is_match(level))
                }
                _ => false,
            };
            says || is_error(value, texts)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => matches!(text.as_str(), "" | "nil" | "<nil>" | "null" | "none"),
        Value::Array(values) => values.is_empty(),
        Value::Bool(true) | Value::Number(_) | Value::Object(_) => false,
    }
}

fn address(pattern: &Regex, text: &str) -> Option<String> {
    if ERROR.is_match(&SILENT.replace_all(text, "")) {
        return None;
    }
    pattern.captures_iter(text).find_map(|found| {
        let text = found.get(1).or_else(|| found.get(0))?.as_str();
        // Programs draw boxes and put commas behind addresses.
        let text = text.trim_end_matches(['.', ',', ';', '|', ')', ']', '}', '"', '\'', '>']);
        let url = url::Url::parse(text).ok()?;
        let host = url.host_str()?;
        let fits = matches!(url.scheme(), "https" | "http") && !SERVICE_HOSTS.contains(&host);
        fits.then(|| text.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUICK: &str = r"https://[-a-z0-9]+\.trycloudflare\.com";

    fn found(pattern: &str, line: &str) -> Option<String> {
        announced(&Regex::new(pattern).unwrap(), line)
    }

    #[test]
    fn addresses_are_found_among_boxes_and_sentences() {
        for (line, address) in [
            (
                "2026-11-26T12:00:00Z INF |  https://blue-sky.trycloudflare.com      |",
                Some("https://blue-sky.trycloudflare.com"),
            ),
            (
                "Forwarding https://a.ru.tuna.am -> 127.0.0.1:8787",
                Some("https://a.ru.tuna.am"),
            ),
            ("see https://x.example, please.", Some("https://x.example")),
            (
                "t=1 lvl=info msg=\"started tunnel\" err=nil url=https://b.example",
                Some("https://b.example"),
            ),
            (
                "tunnel: https://failed-error-invalid.trycloudflare.com",
                Some("https://failed-error-invalid.trycloudflare.com"),
            ),
            ("starting", None),
            ("https://", None),
        ] {
            assert_eq!(found(r"https://\S+", line).as_deref(), address, "{line}");
        }
        let group = found(r"url=(\S+)", "level=info url=https://y.example");
        assert_eq!(group.as_deref(), Some("https://y.example"));
    }

    #[test]
    fn an_address_in_an_error_or_of_a_service_is_none() {
        for line in [
            r#"failed to request quick Tunnel: Post "https://api.trycloudflare.com/tunnel": EOF"#,
            r#"2026 ERR Error unmarshaling: Post "https://other.trycloudflare.com/tunnel": EOF"#,
            "2026 INF Requesting new quick Tunnel on https://api.trycloudflare.com...",
            "\x1b[31mERR\x1b[0m https://blue-sky.trycloudflare.com answered nothing",
            "Could not reach https://blue-sky.trycloudflare.com",
            "Ошибка: https://blue-sky.trycloudflare.com не отвечает",
            r#"{"level":"error","message":"https://blue-sky.trycloudflare.com"}"#,
            r#"{"level":"info","error":"EOF","message":"https://blue-sky.trycloudflare.com"}"#,
            r#"{"level":"info","message":"failed: https://blue-sky.trycloudflare.com"}"#,
        ] {
            assert_eq!(found(QUICK, line), None, "{line}");
            assert_eq!(found(r"https://\S+", line), None, "{line}");
        }
        let terms = "the Terms of Use (https://www.cloudflare.com/website-terms/), and";
        assert_eq!(found(r"https://\S+", terms), None);
    }

    #[test]
    fn colours_links_and_json_are_seen_through() {
        let address = Some("https://blue-sky.trycloudflare.com");
        for line in [
            "\x1b[90m2026\x1b[0m \x1b[32mINF\x1b[0m |  \x1b[1mhttps://blue-sky.trycloudflare.com\x1b[0m |",
            "\x1b]8;;https://x.example\x1b\\https://blue-sky.trycloudflare.com\x1b]8;;\x1b\\",
            r#"{"level":"info","error":null,"message":"|  https://blue-sky.trycloudflare.com  |"}"#,
            r#"{"level":"info","data":{"urls":["https:\/\/blue-sky.trycloudflare.com"]}}"#,
        ] {
            assert_eq!(found(QUICK, line).as_deref(), address, "{line}");
        }
        let raw = found(r#""url":"([^"]+)""#, r#"{"url":"https://a.example"}"#);
        assert_eq!(raw.as_deref(), Some("https://a.example"));
    }
}
