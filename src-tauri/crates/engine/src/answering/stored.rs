//! How a bot answers, as it is stored.

use serde::{Deserialize, Serialize};

use super::upstream::connect_seconds;
use super::{AnswerText, Answering, Fallback, Hold, Mode, Upstream};
use crate::documents::{Object, Stored, numbered};

/// A bot's way of answering.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct StoredAnswering {
    mode: Mode,
    upstream: Option<String>,
    upstreams: Vec<StoredUpstream>,
    hold: StoredHold,
    default_answer: Option<StoredAnswer>,
}

/// A server of the developer's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct StoredUpstream {
    #[serde(default)]
    name: String,
    url: String,
    #[serde(default)]
    ca_file: Option<String>,
    #[serde(default)]
    insecure: bool,
    #[serde(default = "connect_seconds")]
    connect_seconds: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct StoredHold {
    seconds: u32,
    fallback: Fallback,
    per_message: bool,
}

/// An answer; its body is text, or base64 where it is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct StoredAnswer {
    #[serde(default = "ok_status")]
    status: u16,
    #[serde(default)]
    headers: Option<Vec<(String, String)>>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    body_base64: Option<String>,
}

const fn ok_status() -> u16 {
    200
}

impl Stored for StoredAnswering {
    const MIGRATIONS: &'static [fn(&mut Object)] = &[numbered, without_usual_answer];

    /// A part of an answer that cannot be read is that of an empty object, not of no answer.
    fn substitute() -> Self {
        Self {
            default_answer: Some(empty_object()),
            ..Self::default()
        }
    }

    fn fits(&self) -> bool {
        // A mode whose server cannot be read stays the mode: without a server nobody is called.
        Answering::from(self.clone()).check_values().is_ok()
    }
}

/// Version 1 wrote the default answer of a bot that was given none.
fn without_usual_answer(object: &mut Object) {
    const ANSWER: &str = "default_answer";
    let is_usual = object.get(ANSWER).is_some_and(|answer| {
        let names = answer.as_object().into_iter().flat_map(Object::keys);
        let mut names = names.map(String::as_str);
        names.all(|name| matches!(name, "status" | "headers" | "body" | "body_base64"))
            && StoredAnswer::deserialize(answer).is_ok_and(|answer| answer == empty_object())
    });
    if is_usual {
        object.remove(ANSWER);
    }
}

fn empty_object() -> StoredAnswer {
    StoredAnswer {
        status: 200,
        headers: Some(vec![("Content-Type".into(), "application/json".into())]),
        body: Some("{}".into()),
        body_base64: None,
    }
}

impl Default for StoredAnswering {
    fn default() -> Self {
        Answering::default().into()
    }
}

impl Default for StoredHold {
    fn default() -> Self {
        StoredAnswering::default().hold
    }
}

impl From<Answering> for StoredAnswering {
    fn from(answering: Answering) -> Self {
        let stored = |answer: AnswerText| StoredAnswer {
            status: answer.status,
            headers: answer.headers,
            body: answer.body,
            body_base64: answer.body_base64,
        };
        let server = |server: Upstream| StoredUpstream {
            name: server.name,
            url: server.url,
            ca_file: server.ca_file,
            insecure: server.insecure,
            connect_seconds: server.connect_seconds,
        };
        Self {
            mode: answering.mode,
            upstream: answering.upstream,
            upstreams: answering.upstreams.into_iter().map(server).collect(),
            hold: StoredHold {
                seconds: answering.hold.seconds,
                fallback: answering.hold.fallback,
                per_message: answering.hold.per_message,
            },
            default_answer: answering.default_answer.map(stored),
        }
    }
}

impl From<StoredAnswering> for Answering {
    fn from(stored: StoredAnswering) -> Self {
        let given = |answer: StoredAnswer| AnswerText {
            status: answer.status,
            headers: answer.headers,
            body: answer.body,
            body_base64: answer.body_base64,
        };
        let server = |server: StoredUpstream| Upstream {
            name: server.name,
            url: server.url,
            ca_file: server.ca_file,
            insecure: server.insecure,
            connect_seconds: server.connect_seconds,
        };
        Self {
            mode: stored.mode,
            upstream: stored.upstream,
            upstreams: stored.upstreams.into_iter().map(server).collect(),
            hold: Hold {
                seconds: stored.hold.seconds,
                fallback: stored.hold.fallback,
                per_message: stored.hold.per_message,
            },
            default_answer: stored.default_answer.map(given),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::read;

    #[test]
    fn answers_from_before_versions_are_read() {
        let text = include_str!("../../tests/fixtures/documents/answering-0-text.json");
        let loaded = read::<StoredAnswering>(Some(text));
        assert_eq!(loaded.unreadable, Vec::<String>::new());
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let expected = Answering {
            mode: Mode::Hold,
            upstream: None,
            upstreams: Vec::new(),
            hold: Hold {
                seconds: 25,
                fallback: Fallback::Last,
                per_message: true,
            },
            default_answer: Some(AnswerText {
                status: 202,
                headers: Some(vec![
                    pair("Content-Type", "application/json"),
                    pair("X-Case", "1"),
                ]),
                body: Some(r#"{"a":1}"#.to_owned()),
                body_base64: None,
            }),
        };
        assert_eq!(Answering::from(loaded.value), expected);
    }

    #[test]
    fn a_binary_answer_from_before_versions_is_read() {
        let text = include_str!("../../tests/fixtures/documents/answering-0-bytes.json");
        let loaded = read::<StoredAnswering>(Some(text));
        assert_eq!(loaded.unreadable, Vec::<String>::new());
        let answering = Answering::from(loaded.value);
        assert_eq!(answering.mode, Mode::Rules);
        let answer = answering.default_answer.unwrap();
        assert_eq!((answer.body, answer.headers), (None, None));
        assert_eq!(answer.body_base64.as_deref(), Some("/wA="));
    }

    #[test]
    fn the_default_answer_that_version_1_wrote_for_every_bot_is_none_of_its_own() {
        let usual = include_str!("../../tests/fixtures/documents/answering-1.json");
        let loaded = read::<StoredAnswering>(Some(usual));
        assert_eq!(loaded.unreadable, Vec::<String>::new());
        let answering = Answering::from(loaded.value);
        assert_eq!(answering.mode, Mode::Hold);
        assert_eq!(answering.default_answer, None);
        let own = usual.replace("{}", "{ }");
        assert_ne!(own, usual);
        let loaded = read::<StoredAnswering>(Some(&own));
        let given = Answering::from(loaded.value).default_answer.unwrap();
        assert_eq!(given.body.as_deref(), Some("{ }"));
    }

    #[test]
    fn a_mode_of_another_version_leaves_the_rest() {
        let document = r#"{"mode":"dream","hold":{"seconds":9,"fallback":"x"},"more":1}"#;
        let loaded = read::<StoredAnswering>(Some(document));
        assert_eq!(loaded.unreadable, ["/hold/fallback", "/mode"]);
        let answering = Answering::from(loaded.value);
        assert_eq!(answering.mode, Mode::Rules);
        assert_eq!(answering.hold.seconds, 9);
    }

    #[test]
    fn servers_come_back_as_they_were_and_a_wrong_one_costs_no_other_field() {
        let document = r#"{"mode":"upstream","upstream":"http://b","upstreams":[
            {"url":"http://a"},
            {"name":"b","url":"http://b","ca_file":"/ca.pem","insecure":true,"connect_seconds":9,
             "later":1}]}"#;
        let loaded = read::<StoredAnswering>(Some(document));
        assert_eq!(loaded.unreadable, Vec::<String>::new());
        let answering = Answering::from(loaded.value);
        assert_eq!(answering.upstreams[0], Upstream::at("http://a"));
        let second = &answering.upstreams[1];
        assert_eq!((second.insecure, second.connect_seconds), (true, 9));
        assert_eq!(
            Answering::from(StoredAnswering::from(answering.clone())),
            answering
        );
        let wrong = document.replace("http://a", "nowhere");
        let loaded = read::<StoredAnswering>(Some(&wrong));
        assert_eq!(loaded.unreadable, ["/upstreams"]);
        let answering = Answering::from(loaded.value);
        assert_eq!(answering.mode, Mode::Upstream);
        assert_eq!(answering.upstream.as_deref(), Some("http://b"));
    }

    #[test]
    fn a_wrong_field_of_the_default_answer_costs_no_other() {
        let document = r#"{"default_answer":{"status":42,"headers":[["X-A","1"]],
            "body_base64":"/wA="}}"#;
        let loaded = read::<StoredAnswering>(Some(document));
        assert_eq!(loaded.unreadable, ["/default_answer/status"]);
        let answer = Answering::from(loaded.value).default_answer.unwrap();
        assert_eq!((answer.status, answer.body), (200, None));
        assert_eq!(answer.body_base64.as_deref(), Some("/wA="));
        let headers = answer.headers.unwrap();
        assert_eq!(headers, [("X-A".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn a_body_that_cannot_be_read_is_the_default_one() {
        let document = r#"{"default_answer":{"status":201,"headers":null,"body":5}}"#;
        let loaded = read::<StoredAnswering>(Some(document));
        assert_eq!(loaded.unreadable, ["/default_answer/body"]);
        let answer = Answering::from(loaded.value).default_answer.unwrap();
        assert_eq!((answer.status, answer.body.as_deref()), (201, Some("{}")));
    }
}
