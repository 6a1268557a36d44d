//! The request of a turn: one flat object with the variables, and those that the platform writes.

use json_text::compact;
use messages::Message;
use serde_json::{Value, json};

use super::CONTENT_TYPE;
use super::names::{self, CHANNEL_KEY, EVENT_KEY, LAST_SEEN_KEY, MESSAGE_KEY, USER_KEY};
use super::words::table;
use crate::message::Request;
use crate::platform::context::SampleTurn;
use crate::platform::user_turn::{Lifetime, Members, UserTurn, object_text};

/// Those that the engine writes last, over any variable of their names, and the fields of a turn
/// that they are given by. Inferred, (13).
const FORCED: [(&str, &str); 2] = [(USER_KEY, "user"), (EVENT_KEY, "event")];

fn is_forced(name: &str) -> bool {
    FORCED.iter().any(|(forced, _)| *forced == name)
}

/// How long a variable lives that a person sets, or why it cannot be set.
pub(super) fn lifetime(name: &str) -> Result<Lifetime, Message> {
    if let Some((name, field)) = FORCED.iter().find(|(forced, _)| *forced == name) {
        return Err(table::FORCED.arg(*name).arg(*field));
    }
    if names::is_engine(name) {
        return Err(table::NEVER_SENT.arg(name));
    }
    Ok(match names::SYSTEM.contains(&name) {
        true => Lifetime::Turn,
        false => Lifetime::User,
    })
}

/// The variables that are sent, without those that are written last.
fn sent(variables: &Members) -> impl Iterator<Item = (String, String)> + '_ {
    let sent = variables.iter().filter(|(name, _)| {
        let name = name.as_str();
        !is_forced(name) && !names::is_engine(name)
    });
    sent.filter_map(|(name, value)| Some((name.clone(), compact(value).ok()?)))
}

/// The request of a sample turn, whose variables have all that the platform writes beside these.
pub(super) fn of_sample(turn: &SampleTurn) -> Request {
    let variables: Members = turn.variables.iter().cloned().collect();
    let mut members: Members = sent(&variables).collect();
    members.insert(USER_KEY.to_owned(), text(&turn.user));
    members.insert(EVENT_KEY.to_owned(), text(&turn.event));
    request(&members)
}

/// The request of a user's turn.
pub(super) fn of_user(turn: &UserTurn<'_>) -> Request {
    let mut members = Members::new();
    // The channel's own request has no one shape; each message has one of its own, by which turns
    // of one message are told from those of another. Inferred, (13).
    let channel = json!({"id": turn.message, "message": {"text": turn.text}});
    members.insert(CHANNEL_KEY.to_owned(), channel.to_string());
    // Not there before there is a turn to count from, (2)(12).
    let seconds = turn.since_last.map(|seconds| seconds.to_string());
    members.extend(seconds.map(|seconds| (LAST_SEEN_KEY.to_owned(), seconds)));
    members.extend(sent(&turn.variables));
    let message = members.shift_remove(MESSAGE_KEY);
    members.insert(USER_KEY.to_owned(), text(turn.user));
    let message = message.unwrap_or_else(|| text(turn.text));
    members.insert(MESSAGE_KEY.to_owned(), message);
    members.insert(EVENT_KEY.to_owned(), text(turn.event));
    for name in turn.unset.iter().filter(|name| !is_forced(name)) {
        if names::SYSTEM.contains(&name.as_str()) {
            members.shift_remove(name);
        }
    }
    request(&members)
}

pub(super) fn text(value: &str) -> String {
    Value::from(value).to_string()
}

fn request(members: &Members) -> Request {
    Request {
        method: "POST".into(),
        path: "/".into(),
        headers: [("Content-Type", CONTENT_TYPE)].into_iter().collect(),
        body: object_text(members).into(),
        ..Request::default()
    }
}

#[cfg(test)]
mod tests {
    use messages::Lang;

    use super::*;
    use crate::analysis::read_request;
    use crate::finding::Code;
    use crate::platform::{Platform, PlatformChoice};

    fn members(pairs: &[(&str, &str)]) -> Members {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn body(turn: &UserTurn<'_>) -> String {
        let request = of_user(turn);
        String::from_utf8(request.body.beginning().to_vec()).unwrap()
    }

    #[test]
    fn a_turn_has_the_variables_digit_for_digit_and_what_the_platform_writes() {
        let turn = UserTurn {
            event: "Оплата",
            user: "u\"1",
            text: "да",
            message: "m1",
            ..UserTurn::default()
        };
        assert_eq!(
            body(&turn),
            r#"{"rawRequest":{"id":"m1","message":{"text":"да"}},"userId":"u\"1","queryText":"да","action":"Оплата"}"#
        );
        let later = UserTurn {
            variables: members(&[
                ("total", "1098.00"),
                ("action", "\"overwritten\""),
                ("_hidden", "1"),
                ("big", "9007199254740993"),
                ("rawRequest", "{ \"event\" : 1.0 }"),
            ]),
            since_last: Some(37),
            ..turn.clone()
        };
        assert_eq!(
            body(&later),
            r#"{"rawRequest":{"event":1.0},"lastSeen":37,"total":1098.00,"big":9007199254740993,"userId":"u\"1","queryText":"да","action":"Оплата"}"#
        );
        let read = read_request(PlatformChoice::Auto, &of_user(&later));
        assert_eq!(read.platform, Platform::Graph);
        assert_eq!(read.user.as_deref(), Some("u\"1"));
        let codes: Vec<_> = read.findings.iter().map(|one| one.code).collect();
        assert_eq!(codes, [Code::JsonNumberInexact], "of the big one alone");
    }

    #[test]
    fn a_turn_may_have_another_text_or_go_without_what_the_platform_writes() {
        let unset = ["rawRequest", "lastSeen", "userId", "own"].map(str::to_owned);
        let turn = UserTurn {
            event: "e",
            user: "u",
            variables: members(&[("queryText", "\"written\""), ("own", "1")]),
            unset: &unset,
            since_last: Some(1),
            ..UserTurn::default()
        };
        assert_eq!(
            body(&turn),
            r#"{"own":1,"userId":"u","queryText":"written","action":"e"}"#
        );
    }

    #[test]
    fn turns_of_their_own_messages_are_told_apart_and_those_of_one_are_not() {
        let message = |id, set: &[(&str, &str)]| {
            let turn = UserTurn {
                event: "e",
                user: "u",
                text: "да",
                message: id,
                variables: members(set),
                ..UserTurn::default()
            };
            read_request(PlatformChoice::Auto, &of_user(&turn)).message
        };
        assert!(message("1", &[]).is_some());
        assert_ne!(message("1", &[]), message("2", &[]));
        let channel = [("rawRequest", "{\"a\":1}")];
        assert_eq!(message("1", &channel), message("2", &channel));
    }

    #[test]
    fn a_variable_lives_as_its_name_says_or_cannot_be_set() {
        assert_eq!(lifetime("total"), Ok(Lifetime::User));
        for name in names::SYSTEM {
            let is_user = name == USER_KEY;
            assert_eq!(lifetime(name).ok(), (!is_user).then_some(Lifetime::Turn));
        }
        for (name, word) in [
            ("userId", "`user`"),
            ("action", "`event`"),
            ("_a", "never sends"),
            ("contextPath", "never sends"),
        ] {
            let why = lifetime(name).unwrap_err().text(Lang::En);
            assert!(why.contains(word), "{name}: {why}");
        }
    }
}
