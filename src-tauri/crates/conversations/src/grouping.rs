//! Where a conversation begins: by what stands in two turns of one user that follow each other.
//!
//! Whether a turn begins one depends on it and on the turn before it alone, so conversations are
//! the same in whatever order turns become known.

use std::collections::BTreeSet;
use std::time::Duration;

use protocol::platform::SessionMarks;
use protocol::{Answer, ExchangeId, PlatformChoice, ReadAs, Request, Role, Summary, UtcMillis};

/// What a turn says of the conversation it belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TurnMarks {
    /// When it arrived.
    pub at: UtcMillis,
    /// The first turn of the message that it belongs to.
    pub message: Option<ExchangeId>,
    /// What its request says; `None` where it cannot be read.
    pub request: Option<RequestMarks>,
}

/// What a request says, and what its answer added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestMarks {
    /// What the platform says of its session.
    pub session: SessionMarks,
    /// The user's variables in it.
    pub names: BTreeSet<String>,
    /// Those, and the ones of the answer where that is taken.
    pub names_after: BTreeSet<String>,
}

impl TurnMarks {
    /// What can be told without the messages.
    #[must_use]
    pub fn unread(summary: &Summary) -> Self {
        Self {
            at: summary.at,
            message: summary.message.map(|message| message.first),
            request: None,
        }
    }

    /// What a turn says.
    #[must_use]
    pub fn read(summary: &Summary, request: &Request, answer: Option<&Answer>) -> Self {
        let unread = Self::unread(summary);
        let read_as = ReadAs::from(PlatformChoice::Fixed(summary.platform));
        let view = protocol::read_request(read_as, request);
        if !view.has_variables() {
            return unread;
        }
        // Nobody takes what did not arrive.
        let answer = answer.filter(|_| summary.undelivered().is_none());
        let read = answer.map(|answer| (answer, protocol::read_answer(&view, request, answer)));
        let judged = read.as_ref().map(|(answer, read)| (*answer, read));
        let variables = protocol::variables(&view, request, judged);
        let own = variables
            .into_iter()
            .filter(|one| one.role.id() == Role::USER.id());
        let mut marks = RequestMarks {
            session: view.session(request),
            ..RequestMarks::default()
        };
        for variable in own {
            if variable.before.is_some() {
                marks.names.insert(variable.name.clone());
            }
            if variable.after.is_some() {
                marks.names_after.insert(variable.name);
            }
        }
        Self {
            request: Some(marks),
            ..unread
        }
    }
}

/// Whether a turn begins a conversation, after the user's turn before it. `gap`: how long a
/// conversation may be idle.
#[must_use]
pub fn begins(before: &TurnMarks, turn: &TurnMarks, gap: Duration) -> bool {
    if turn.message.is_some() && turn.message == before.message {
        return false;
    }
    let idle = turn.at.0.saturating_sub(before.at.0);
    if u128::try_from(idle).is_ok_and(|idle| idle > gap.as_millis()) {
        return true;
    }
    let Some(now) = &turn.request else {
        return false;
    };
    if now.session.is_new {
        return true;
    }
    let Some(before) = &before.request else {
        return false;
    };
    let is_other = match (&before.session.id, &now.session.id) {
        (Some(before), Some(now)) => before != now,
        _ => false,
    };
    let has_begun_anew = before.session.was_seen && !now.session.was_seen;
    let had = before.names.union(&before.names_after);
    let mut had = had.peekable();
    let are_all_gone = had.peek().is_some() && !had.any(|name| now.names.contains(name));
    is_other || has_begun_anew || are_all_gone
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP: Duration = Duration::from_secs(60);

    fn turn(second: i64, names: &[&str]) -> TurnMarks {
        let names: BTreeSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
        TurnMarks {
            at: UtcMillis(second * 1000),
            message: None,
            request: Some(RequestMarks {
                names_after: names.clone(),
                names,
                ..RequestMarks::default()
            }),
        }
    }

    fn with(mut turn: TurnMarks, change: impl FnOnce(&mut RequestMarks)) -> TurnMarks {
        change(turn.request.as_mut().unwrap());
        turn
    }

    #[test]
    fn a_conversation_begins_after_a_gap_and_where_the_turn_says_so() {
        let begins = |before: &TurnMarks, turn: &TurnMarks| begins(before, turn, GAP);
        let first = turn(0, &["a", "b"]);
        assert!(!begins(&first, &turn(60, &["b"])));
        assert!(begins(&first, &turn(61, &["a", "b"])));
        assert!(begins(&first, &turn(1, &["c"])), "all of them are gone");
        assert!(!begins(&turn(0, &[]), &turn(1, &["c"])), "there were none");
        let answered = with(turn(0, &[]), |marks| {
            marks.names_after.insert("n".to_owned());
        });
        assert!(begins(&answered, &turn(1, &["c"])), "the answer had one");
        assert!(!begins(&answered, &turn(1, &["c", "n"])));
        let new = with(turn(1, &["a"]), |marks| marks.session.is_new = true);
        assert!(begins(&first, &new));
        let session = |id: &str| {
            with(turn(1, &["a"]), |marks| {
                marks.session.id = Some(id.to_owned())
            })
        };
        assert!(begins(&session("1"), &session("2")));
        assert!(!begins(&session("1"), &session("1")));
        assert!(!begins(&first, &session("1")), "it had none before");
        let seen = with(turn(1, &["a"]), |marks| marks.session.was_seen = true);
        assert!(begins(&seen, &turn(2, &["a"])));
        assert!(!begins(&first, &seen));
        assert!(!begins(
            &seen,
            &TurnMarks {
                request: None,
                ..turn(2, &[])
            }
        ));
    }

    #[test]
    fn turns_of_one_message_are_never_apart() {
        let first = TurnMarks {
            message: Some(ExchangeId::default()),
            ..turn(0, &["a"])
        };
        let second = TurnMarks {
            message: first.message,
            ..with(turn(59, &["b"]), |marks| marks.session.is_new = true)
        };
        assert!(!begins(&first, &second, GAP));
    }
}
