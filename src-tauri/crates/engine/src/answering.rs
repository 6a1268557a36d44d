//! Who answers a bot, and with what: the definition that a person edits, as the API takes it.

mod stored;
mod upstream;

use base64::Engine as _;
use bytes::Bytes;
use messages::Message;
use protocol::{Answer, Headers};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(crate) use stored::StoredAnswering;
pub use upstream::{CONNECT_SECONDS, UPSTREAMS_MAX, Upstream};
pub(crate) use upstream::{check_call_url, check_url};

use crate::error::Invalid;
use crate::words;

/// The range of a hold's length, in seconds.
pub const HOLD_SECONDS: std::ops::RangeInclusive<u32> = 1..=3600;

/// Who answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Rules, else the default answer.
    #[default]
    Rules,
    /// A person.
    Hold,
    /// The developer's own server.
    Upstream,
    /// The developer's own server, and a person may correct it.
    UpstreamHold,
}

/// What goes out when nobody has answered by the deadline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fallback {
    /// The default answer.
    #[default]
    Default,
    /// What the rules say, else the default answer.
    Rules,
    /// The last answer given to the same event, else the default answer.
    Last,
    /// The upstream's answer.
    Upstream,
}

/// How long a person has, and what happens then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// 1–3600.
    pub seconds: u32,
    /// What goes out at the deadline.
    #[serde(default)]
    pub fallback: Fallback,
    /// The seconds count from the first of the turns that belong to one message of the user's.
    #[serde(default = "is_per_message")]
    pub per_message: bool,
}

/// The channel's patience is one for all turns of a message.
const fn is_per_message() -> bool {
    true
}

/// An answer as it is written in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerText {
    /// The status code.
    #[serde(default = "ok_status")]
    pub status: u16,
    /// Name and value, in order. Without them: `application/json; charset=utf-8`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headers: Option<Vec<(String, String)>>,
    /// The body as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The body's bytes, in place of `body`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_base64: Option<String>,
}

/// A bot's way of answering.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Answering {
    /// Who answers.
    #[serde(default)]
    pub mode: Mode,
    /// The address of the developer's own server that is in use.
    #[serde(default)]
    pub upstream: Option<String>,
    /// The servers that are remembered. What is set for one holds wherever its address is in use.
    #[serde(default)]
    pub upstreams: Vec<Upstream>,
    /// The hold's length and fallback.
    #[serde(default = "default_hold")]
    pub hold: Hold,
    /// What goes out when nothing else answers; without it, what the platform answers by default.
    #[serde(default)]
    pub default_answer: Option<AnswerText>,
}

const fn ok_status() -> u16 {
    200
}

/// 50 s: the engine behind Graph waits 60 (inferred from its public script module).
const fn default_hold() -> Hold {
    Hold {
        seconds: 50,
        fallback: Fallback::Default,
        per_message: is_per_message(),
    }
}

impl Default for Answering {
    fn default() -> Self {
        Self {
            mode: Mode::Rules,
            upstream: None,
            upstreams: Vec::new(),
            hold: default_hold(),
            default_answer: None,
        }
    }
}

impl AnswerText {
    /// The answer it describes, byte for byte.
    ///
    /// # Errors
    /// What HTTP cannot carry, with its place below `at` (a JSON pointer).
    pub fn to_answer(&self, at: &str) -> Result<Answer, Invalid> {
        let body = match (&self.body, &self.body_base64) {
            (Some(_), Some(_)) => {
                return Err(Invalid::new(
                    format!("{at}/body_base64"),
                    &words::TWO_BODIES,
                ));
            }
            (Some(text), None) => Bytes::from(text.clone()),
            (None, Some(coded)) => base64::engine::general_purpose::STANDARD
                .decode(coded)
                .map_err(|error| {
                    Invalid::new(
                        format!("{at}/body_base64"),
                        words::NOT_BASE64.arg(messages::foreign(&error)),
                    )
                })?
                .into(),
            (None, None) => Bytes::new(),
        };
        let mut answer = Answer::json(self.status, body);
        if let Some(headers) = &self.headers {
            let fields = headers
                .iter()
                .map(|(name, value)| (name.clone(), value.clone().into_bytes()));
            answer.headers = fields.collect::<Headers>();
        }
        answer
            .check()
            .map_err(|error| Invalid::answer(at, &error))?;
        Ok(answer)
    }

    /// An answer as JSON: text where the body is UTF-8, else base64. `None` where the body is too
    /// long to lie in memory.
    #[must_use]
    pub fn from_answer(answer: &Answer) -> Option<Self> {
        let body = answer.body.whole()?;
        let text = std::str::from_utf8(body).ok().map(str::to_owned);
        let coded = text
            .is_none()
            .then(|| base64::engine::general_purpose::STANDARD.encode(body));
        let headers = answer
            .headers
            .texts()
            .map(|(name, value)| (name.to_owned(), value.into_owned()));
        Some(Self {
            status: answer.status,
            headers: Some(headers.collect()),
            body: text,
            body_base64: coded,
        })
    }
}

/// What is said of a hold outside its range.
pub(crate) fn hold_seconds() -> Message {
    let number = |seconds: &u32| u64::from(*seconds);
    words::HOLD_SECONDS
        .arg(number(HOLD_SECONDS.start()))
        .arg(number(HOLD_SECONDS.end()))
}

impl Answering {
    /// Checks ranges, and that what is asked for is there.
    ///
    /// # Errors
    /// The first part that does not fit, with its place.
    pub fn check(&self) -> Result<(), Invalid> {
        self.check_values()?;
        let is_asked = matches!(self.mode, Mode::Upstream | Mode::UpstreamHold)
            || self.hold.fallback == Fallback::Upstream;
        if is_asked && self.upstream.is_none() {
            return Err(Invalid::new("/upstream", &words::UPSTREAM_MISSING));
        }
        Ok(())
    }

    /// Looks at the names of servers, but for those that were there before.
    pub(crate) fn check_names(&self, before: &Self) -> Result<(), Invalid> {
        for (index, server) in self.upstreams.iter().enumerate() {
            let is_known = before
                .upstreams
                .iter()
                .any(|known| known.name == server.name);
            if !is_known && !protocol::is_name(&server.name) {
                let pointer = format!("/upstreams/{index}/name");
                return Err(Invalid::new(pointer, &words::NAME_LINE));
            }
        }
        Ok(())
    }

    /// Checks each part for itself.
    pub(crate) fn check_values(&self) -> Result<(), Invalid> {
        if let Some(url) = &self.upstream {
            check_url(url, "/upstream")?;
        }
        if self.upstreams.len() > UPSTREAMS_MAX {
            let most = words::LIST_LENGTH.arg(UPSTREAMS_MAX as u64);
            return Err(Invalid::new("/upstreams", most));
        }
        for (index, server) in self.upstreams.iter().enumerate() {
            server.check(&format!("/upstreams/{index}"))?;
        }
        if !HOLD_SECONDS.contains(&self.hold.seconds) {
            return Err(Invalid::new("/hold/seconds", hold_seconds()));
        }
        self.given_answer().map(drop)
    }

    /// The server in use, with what is set for it.
    #[must_use]
    pub fn server(&self) -> Option<Upstream> {
        let url = self.upstream.as_deref()?;
        Some(self.server_at(url))
    }

    /// The server at an address, with what is set for it where it is remembered.
    pub(crate) fn server_at(&self, url: &str) -> Upstream {
        let known = self.upstreams.iter().find(|one| one.url == url);
        known.cloned().unwrap_or_else(|| Upstream::at(url))
    }

    /// The default answer that it was given, ready to send.
    pub(crate) fn given_answer(&self) -> Result<Option<Answer>, Invalid> {
        let given = self.default_answer.as_ref();
        given
            .map(|given| given.to_answer("/default_answer"))
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_without_headers_is_json_in_utf8() {
        let text: AnswerText =
            serde_json::from_str(r#"{"status":200,"body":"{\"a\":1}"}"#).unwrap();
        let answer = text.to_answer("").unwrap();
        assert_eq!(
            answer.headers.get("content-type").as_deref(),
            Some("application/json; charset=utf-8")
        );
        assert_eq!(answer.body, "{\"a\":1}");
    }

    #[test]
    fn bytes_that_are_no_text_come_back_as_base64() {
        let text: AnswerText = serde_json::from_str(r#"{"body_base64":"/wA="}"#).unwrap();
        let answer = text.to_answer("").unwrap();
        assert_eq!(answer.body.beginning()[..], [0xff, 0x00]);
        let again = AnswerText::from_answer(&answer).unwrap();
        assert_eq!(again.body_base64.as_deref(), Some("/wA="));
    }

    #[test]
    fn what_is_set_for_a_server_holds_where_its_address_is_in_use() {
        let document = r#"{"mode":"upstream","upstream":"http://b",
            "upstreams":[{"url":"http://a"},{"url":"http://b","insecure":true}]}"#;
        let mut answering: Answering = serde_json::from_str(document).unwrap();
        assert_eq!(answering.check(), Ok(()));
        assert!(answering.server().unwrap().insecure);
        answering.upstream = Some("http://c".to_owned());
        assert_eq!(answering.server(), Some(Upstream::at("http://c")));
    }

    #[test]
    fn a_wrong_answer_or_hold_names_its_place() {
        for (document, pointer) in [
            (r#"{"mode":"upstream"}"#, "/upstream"),
            (r#"{"mode":"upstream_hold"}"#, "/upstream"),
            (
                r#"{"hold":{"seconds":5,"fallback":"upstream"}}"#,
                "/upstream",
            ),
            (r#"{"upstream":"localhost:3000"}"#, "/upstream"),
            (
                r#"{"upstreams":[{"url":"http://h"},{"url":"h"}]}"#,
                "/upstreams/1/url",
            ),
            (r#"{"hold":{"seconds":0}}"#, "/hold/seconds"),
            (
                r#"{"default_answer":{"status":42}}"#,
                "/default_answer/status",
            ),
            (
                r#"{"default_answer":{"headers":[["a b","c"]]}}"#,
                "/default_answer/headers/0/0",
            ),
        ] {
            let answering: Answering = serde_json::from_str(document).unwrap();
            assert_eq!(
                answering.check().unwrap_err().pointer,
                pointer,
                "{document}"
            );
        }
    }
}
