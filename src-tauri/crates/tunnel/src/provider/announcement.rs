//! The address that a program announces, among everything else that it prints. Pure.
//!
//! Programs print addresses of their services too: in errors (`failed to request quick Tunnel: Post
//! "https://api.trycloudflare.com/tunnel"`) and in their terms. What is taken for the public
//! address is called with a bot's secret, so that an address in an error is never taken, nor a
//! service's own.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;
use url::{Host, Url};

use crate::plan::public_address;

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

/// What stands behind an address and is no part of it.
const BEHIND: &[char] = &[
    '.', ',', ';', ':', '?', '|', ')', ']', '}', '"', '\'', '>', '*', '`', '»', '”', '’', '“', '…',
    '!',
];

/// Escape sequences of terminals: colours, links, cursor.
static ESCAPES: LazyLock<Regex> = LazyLock::new(|| {
    expression(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-_]")
});

/// A part of a line that says nothing of what happened: addresses, errors that are none
/// (`err=nil`, `0 errors`).
static SILENT: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r#"(?xi) https?://\S+
        | \b(?:err|errors?|warnings?|fail(?:ed|ures?)?)["']?\s*[=:]\s*["']?
          (?:<nil>|(?:nil|null|none|false|0)\b)["']?
        | (?:^|[\s,;(])(?:no|zero|without(?:\s+any)?)\s+(?:errors?|warnings?|failures?)\b
        | (?:^|[\s,;(])0\s+(?:errors?|warnings?|failures?)
          (?:[,;]\s*0\s+(?:errors?|warnings?|failures?|failed))*(?:[\s,.;)]|$)
        | (?:^|[,;(])\s*0\s+failed(?:[\s,.;)]|$)
        | (?:^|[\s,;(])(?:0|нет|без)\s+ошибок | \bошибок\s*[=:]?\s*(?:0|нет)\b"#,
    )
});

/// What lines of errors have in common, in the languages of the programs that are in use. Words
/// that stand in lines of a sound tunnel, too (`timeout 30s`, `closed with Ctrl+C`), count with
/// what makes an error of them.
static ERROR: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?xi) \b(?:err|\w*errors?|\w*exceptions?|eror|erro|ftl|fata|fatal|pnc|panic|crit|critical
        |fail|fails|failed|failure|failing|cannot|can't|couldn't|could\ not|unable|refused|denied
        |rejected|forbidden|invalid|expired|timed\ out|traceback|retrying|unreachable
        |unavailable|bad\ gateway|aborted)\b
        | \b(?:i/o|dial|read|write|connect|connection|request|handshake|gateway)\s+timeout\b
        | \btimeout\s+(?:waiting|exceeded|reached|while|after|on|of|for)\b | ^\s*timeout\b
        | \b(?:is|was|been|session|connection|tunnel|channel|stream|remote|socket)\s+closed\b
        | \bclosed\s+(?:by|unexpectedly)\b
        | ошибк | ошибок | не\ удалось | отказано | недоступ | повторяю | повторн\w+\ попытк",
    )
});

/// A line that names what the program calls, and no address of its own.
static CALL: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?xi) \b(?:(?:re)?connecting\s+(?:to|via|through)|dialing|contacting|requesting)\b
        | \b(?:соединяюсь|подключаюсь|подключение)\s+к\b",
    )
});

/// How a line of an error or a warning is marked: as its level's field (`lvl=eror`), as logrus
/// (`WARN[0001]`), glog (`E1126 10:00:00`), syslog (`<3>`) and scripts (`[!]`) do, by a word in
/// capitals or at its beginning, or by a status of HTTP at its end.
static MARK: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r#"(?x) (?i:\b(?:l|lvl|level|log_?level|level_?name|severity)["']?\s*[=:]\s*["']?
           (?:warn|warning|wrn|err|eror|erro|error|ftl|fata|fatal|crit|critical|pnc|panic|dpanic
           |alert|emerg|emergency|severe)\b)
        | ^[EWF][0-9]{4}\s | ^\s*<[0-4]> | ^\s*\[[!xX-]\] | \[[EWF]\]
        | \b(?:WRN|WARN|WARNING|PANI)\b
        | ^[^\p{L}]*(?:[0-9T:.,+Z/-]+\s+)*[^\p{L}]*(?i:warn|warning|wrn)\b
        | \s(?:40[0-4]|429|50[0-4])(?:\s*$|\s+[A-Z][a-z])"#,
    )
});

/// What lines of warnings have in common.
static WARNING: LazyLock<Regex> =
    LazyLock::new(|| expression(r"(?i)\b(?:warn|warning|wrn)\b|^W[0-9]{4}\s"));

/// A level that is worse than a note, as the whole value of its field.
static LEVEL: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?xi)^(?:e|w|f|c|warn|warning|wrn|err|eror|erro|error|ftl|fata|fatal|crit|critical|pnc
        |pani|panic|dpanic|alert|emerg|emergency|severe)$",
    )
});

/// Levels that are worse than a note, where they are numbers: bunyan and pino count from 10 to 60.
/// Others count otherwise (Monolog's note is 200), and say the level by a word, too.
const WARNING_LEVELS: RangeInclusive<f64> = 40.0..=60.0;

fn expression(text: &str) -> Regex {
    Regex::new(text).expect("the expression is fixed")
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// An address: the pattern's first group, or the whole match.
    Address(String),
    /// An address that can stand in no bot's settings: a bot's path goes behind it.
    Unusable,
    /// What went wrong.
    Error,
    /// Anything else.
    Other,
}

/// A line without the escape sequences of terminals.
pub(super) fn plain(line: &str) -> Cow<'_, str> {
    ESCAPES.replace_all(line, "")
}

/// What a line says.
pub(super) fn said_by(pattern: &Regex, line: &str) -> Said {
    let plain = plain(line);
    let Ok(object @ Value::Object(_)) = serde_json::from_str(&plain) else {
        return match tells_of_error(&plain) {
            true if is_warning(&plain) => Said::Other,
            true => Said::Error,
            false => address(pattern, &plain),
        };
    };
    let mut texts = Vec::new();
    if is_error(&object, &mut texts) {
        return Said::Error;
    }
    // A pattern may be written for the JSON itself.
    let texts = texts.iter().map(String::as_str).chain([&*plain]);
    let mut said = Said::Other;
    for found in texts.map(|text| address(pattern, text)) {
        match found {
            Said::Address(_) => return found,
            Said::Unusable => said = Said::Unusable,
            Said::Error | Said::Other => {}
        }
    }
    said
}

/// Whether a text that tells of an error is a warning alone, behind which indented lines are
/// lines of their own.
fn is_warning(text: &str) -> bool {
    WARNING.is_match(text) && !ERROR.is_match(&SILENT.replace_all(text, ""))
}

/// Whether a text is of an error or a warning.
fn tells_of_error(text: &str) -> bool {
    let telling = SILENT.replace_all(text, "");
    ERROR.is_match(&telling) || MARK.is_match(&telling)
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
                "l" | "lvl" | "level" | "log.level" | "loglevel" | "levelname" | "severity" => {
                    value
                        .as_str()
                        .is_some_and(|level| LEVEL.is_match(level.trim()))
                        || value
                            .as_f64()
                            .is_some_and(|level| WARNING_LEVELS.contains(&level))
                }
                "m" | "msg" | "message" => value.as_str().is_some_and(tells_of_error),
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
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(true) => false,
    }
}

/// Of several addresses in a text the likeliest one: the program's own interface is on this
/// machine, and terms and pages of help have a path.
fn address(pattern: &Regex, text: &str) -> Said {
    if tells_of_error(text) || CALL.is_match(text) {
        return Said::Other;
    }
    let mut said = Said::Other;
    let mut least = None;
    for found in pattern.captures_iter(text) {
        let Some(found) = found.get(1).or_else(|| found.get(0)) else {
            continue;
        };
        // Programs draw boxes and put commas behind addresses.
        let found = found.as_str().trim_end_matches(BEHIND);
        let Ok(url) = Url::parse(found) else { continue };
        let is_service = url
            .host_str()
            .is_none_or(|host| SERVICE_HOSTS.contains(&host));
        if is_service || !matches!(url.scheme(), "https" | "http") {
            continue;
        }
        if public_address(found).is_none() {
            if least.is_none() {
                said = Said::Unusable;
            }
        } else if least.is_none_or(|least| doubts(&url) < least) {
            least = Some(doubts(&url));
            said = Said::Address(found.to_owned());
        }
    }
    said
}

/// What speaks against an address being the public one.
fn doubts(url: &Url) -> (bool, bool) {
    (is_of_this_machine(url), url.path() != "/")
}

/// Whether it leads to this machine, where no bot comes from outside.
fn is_of_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
        Some(Host::Ipv6(address)) => {
            let address = address.to_canonical();
            address.is_loopback() || address.is_unspecified()
        }
        None => false,
    }
}

/// Whether an address leads to what listens at a port of this machine.
pub(super) fn is_at(address: &str, listener: SocketAddr) -> bool {
    let Ok(url) = Url::parse(address) else {
        return false;
    };
    let is_its_host = match url.host() {
        Some(Host::Ipv4(ip)) => listener.ip().to_canonical() == ip,
        Some(Host::Ipv6(ip)) => listener.ip().to_canonical() == ip.to_canonical(),
        Some(Host::Domain(_)) | None => false,
    };
    url.port_or_known_default() == Some(listener.port())
        && (is_its_host || is_of_this_machine(&url))
}

/// Whether an address that was announced gives way to another one that is announced later: the
/// program's own interface is printed like the public one, and often before it.
pub(super) fn gives_way(address: &str, to: &str) -> bool {
    let of_this_machine = |text| Url::parse(text).is_ok_and(|url| is_of_this_machine(&url));
    of_this_machine(address) && !of_this_machine(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUICK: &str = r"https://[-a-z0-9]+\.trycloudflare\.com";

    fn found(pattern: &str, line: &str) -> Option<String> {
        match said_by(&Regex::new(pattern).unwrap(), line) {
            Said::Address(address) => Some(address),
            Said::Unusable | Said::Error | Said::Other => None,
        }
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
            ("Is it https://x.example? Yes", Some("https://x.example")),
            ("at https://x.example/?", Some("https://x.example/")),
            ("https://x.example: online", Some("https://x.example")),
            ("open https://x.example?a=1", None),
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
    fn of_several_addresses_the_public_one_is_taken() {
        let public = Some("https://x.tunnel.example");
        for line in [
            "Local: http://localhost:4040 Public: https://x.tunnel.example",
            "Inspect at http://127.0.0.1:4040, public at https://x.tunnel.example.",
            "https://x.tunnel.example -> http://[::1]:8787",
            "Terms: https://example.com/terms and https://x.tunnel.example",
            "Ваш адрес: «https://x.tunnel.example»",
            "**https://x.tunnel.example**",
        ] {
            assert_eq!(found(r"https?://\S+", line).as_deref(), public, "{line}");
        }
        let own = found(r"https?://\S+", "listening on http://127.0.0.1:9/hook");
        assert_eq!(own.as_deref(), Some("http://127.0.0.1:9/hook"));
        assert_eq!(
            found(r"https?://\S+", "Reconnecting to https://edge.example"),
            None
        );
        assert!(gives_way("http://127.0.0.1:4040", "https://a.example"));
        assert!(!gives_way("https://a.example", "https://b.example"));
        assert!(!gives_way("https://a.example", "http://localhost:1"));
        assert!(!gives_way("http://localhost:1", "http://127.0.0.1:2"));
    }

    #[test]
    fn an_address_that_can_stand_in_no_bots_settings_is_told_apart_and_the_next_one_is_taken() {
        let pattern = Regex::new(r"https?://\S+").unwrap();
        for line in [
            "https://host.example/base?x=1#f",
            "https://host.example/#top",
            "https://me:word@host.example",
            r#"{"msg":"ready","url":"https://me@host.example"}"#,
            // What nobody sees would be part of a bot's settings.
            "https://host.example/\u{7}x",
            "https://host.example/\u{202e}moc",
        ] {
            assert_eq!(said_by(&pattern, line), Said::Unusable, "{line}");
        }
        let line = "at https://me@host.example/?a or https://host.example, see https://x.example#b";
        assert_eq!(
            said_by(&pattern, line),
            Said::Address("https://host.example".to_owned())
        );
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

    #[test]
    fn lines_of_errors_and_warnings_are_known_by_their_level_however_it_is_spelled() {
        for line in [
            r#"t=2026 lvl=eror msg="session closed, retrying https://127.0.0.1:9""#,
            r#"t=2026 lvl=warn msg="retry" addr=https://127.0.0.1:9"#,
            r#"t=2026 lvl=warn msg="again" addr=https://127.0.0.1:9"#,
            r#"time=2026 level=warning msg="again" addr=https://127.0.0.1:9"#,
            r#"severity="CRITICAL" at=https://127.0.0.1:9"#,
            "ERRO[0001] https://127.0.0.1:9",
            "WARN[0001] https://127.0.0.1:9",
            "FATA[0001] https://127.0.0.1:9",
            "E1126 10:00:00.000 main.go:5] https://127.0.0.1:9",
            "W1126 10:00:00.000 main.go:5] https://127.0.0.1:9",
            r#"{"lvl":"eror","msg":"https://127.0.0.1:9"}"#,
            r#"{"L":"ERROR","M":"https://127.0.0.1:9"}"#,
            r#"{"level":"warn","msg":"again","addr":"https://127.0.0.1:9"}"#,
            r#"{"level":50,"msg":"https://127.0.0.1:9"}"#,
            r#"{"msg":"dial failed","addr":"https://127.0.0.1:9"}"#,
            r#"app: {"lvl":"eror","msg":"https://127.0.0.1:9"}"#,
            "[!] https://127.0.0.1:9 502",
            "[ERROR] https://127.0.0.1:9",
            "[WARN] https://127.0.0.1:9",
            "Warning: https://127.0.0.1:9",
            "2026-11-26 10:00:00 warning https://127.0.0.1:9",
            "timeout waiting for https://127.0.0.1:9",
            "Traceback: https://127.0.0.1:9",
            "requests.exceptions.ConnectionError: https://127.0.0.1:9",
            "GET https://127.0.0.1:9 502",
            "https://127.0.0.1:9 502 Bad Gateway",
            "npm ERR! https://127.0.0.1:9",
            "10 errors at https://127.0.0.1:9",
            "worker 0 failed: https://127.0.0.1:9",
            r#"attempt=0 error="Get https://127.0.0.1:9: EOF""#,
            "HTTP/1.0 failed at https://127.0.0.1:9",
            "10 ошибок: https://127.0.0.1:9",
            "dial tcp: i/o timeout https://127.0.0.1:9",
            "the tunnel was closed by https://127.0.0.1:9",
            "Повторяю соединение: https://127.0.0.1:9",
        ] {
            assert_eq!(found(r"https://\S+", line), None, "{line}");
        }
        let retrying = "2026-11-26T10:00:00Z WRN retrying https://foo-bar.trycloudflare.com";
        assert_eq!(found(QUICK, retrying), None);
    }

    #[test]
    fn what_says_that_there_are_no_errors_is_none() {
        for line in [
            "Started with 0 errors at https://a.example",
            "Started with no error at https://a.example",
            "Started without errors: https://a.example",
            "errors=0 warnings=0 url=https://a.example",
            "0 errors, 0 warnings, 0 failed https://a.example",
            "lvl=info msg=started err=<nil> url=https://a.example",
            "level=info timeout=30s retry=3 url=https://a.example",
            "Запущен, ошибок нет: https://a.example",
            "Запущен без ошибок: https://a.example",
            "I1126 10:00:00.000 main.go:5] https://a.example",
            "INFO[0001] https://a.example",
            r#"{"L":"INFO","M":"https://a.example"}"#,
            r#"{"level":30,"errors":0,"url":"https://a.example"}"#,
            "[+] https://a.example",
            "https://a.example (skips the browser warning)",
            "Forwarding https://a.example -> http://localhost:8080 timeout 30s",
            "https://a.example (auto-retry is on)",
            "https://a.example can be closed with Ctrl+C",
            "Туннель готов: https://a.example (повторное подключение включено)",
            r#"{"level":200,"level_name":"INFO","message":"https://a.example"}"#,
        ] {
            let found = found(r"https://[a-z.]+", line);
            assert_eq!(found.as_deref(), Some("https://a.example"), "{line}");
        }
    }

    #[test]
    fn a_warning_is_neither_an_address_nor_an_error_that_goes_on() {
        let pattern = Regex::new(r"https://\S+").unwrap();
        for (line, said) in [
            (
                "WARNING: This is a development server: https://a.example",
                Said::Other,
            ),
            (
                "W1126 10:00:00.000 main.go:5] https://a.example",
                Said::Other,
            ),
            ("Error: request failed", Said::Error),
            ("WARNING: the request failed", Said::Error),
        ] {
            assert_eq!(said_by(&pattern, line), said, "{line}");
        }
    }
}
