//! Recorded requests sent again one after the other, each beside what was recorded.

use std::sync::Arc;

use conversations::{Comparison, Decoded, compare};
use messages::{Message, Say as _};
use protocol::{
    ConversationId, Exchange, ExchangeId, FailureCode, PlatformChoice, ReadAs, RecordedMessage,
    Side,
};

use super::Engine;
use crate::client::{Edit, EditedBody};
use crate::error::{Error, Invalid, Subject};
use crate::read_aside::{read_aside, takes_long};
use crate::replay::{Target, destination};
use crate::runs::{ReplayedTurn, Run, RunId, RunState, RunView};
use crate::words;

/// Turns of one run at most.
pub const RUN_TURNS_MAX: usize = 10_000;

/// The longest name of a user, in characters: as the simulator's.
const USER_CHARS: usize = 200;

/// Which turns are sent again.
#[derive(Clone, Debug)]
pub enum RunOf {
    /// These, in this order.
    Exchanges(Vec<ExchangeId>),
    /// Those of a conversation.
    Conversation(ConversationId),
    /// One, and those behind it in its conversation.
    From(ExchangeId),
}

/// Where they go.
#[derive(Clone, Debug)]
pub enum RunTarget {
    /// Through the capture pipeline.
    Itself,
    /// To the server in use of each one's bot.
    Upstream,
    /// To this address, with the recorded path behind its own.
    Url(String),
}

impl Engine {
    /// Sends recorded requests again, each when the one before is answered.
    ///
    /// # Errors
    /// One of them is not there, or what is asked for cannot be sent at all.
    pub async fn replay_many(
        &self,
        of: RunOf,
        user: Option<String>,
        target: RunTarget,
    ) -> Result<RunId, Error> {
        if let Some(user) = &user
            && (user.is_empty() || user.chars().count() > USER_CHARS)
        {
            let message = words::RUN_USER.arg(USER_CHARS as u64);
            return Err(Invalid::new("/user", message).into());
        }
        let turns = self.turns_of_run(of).await?;
        if let Some(first) = turns.first() {
            let first = self.exchange(*first).await?;
            // What cannot be sent at all is told at once.
            destination(self.target_of(&target, &first)?, &first, None)?;
            if let Some(user) = &user {
                of_user(&first, user)
                    .ok_or_else(|| Invalid::new("/user", &words::NO_USER_FIELD))?;
            }
        }
        let begun = self.shared.runs.begin(turns);
        let (id, run) = begun.ok_or(Error::RunsFull)?;
        let (engine, stop) = (self.clone(), self.shared.stop.clone());
        self.shared.tasks.spawn(async move {
            let forgotten = run.is_forgotten.clone();
            tokio::select! {
                () = engine.work(&run, user.as_deref(), &target) => {}
                () = forgotten.cancelled() => {}
                () = stop.cancelled() => {}
            }
        });
        Ok(id)
    }

    /// A run as it is now.
    ///
    /// # Errors
    /// There is no such run.
    pub fn run(&self, id: RunId) -> Result<RunView, Error> {
        Ok(self.known_run(id)?.view())
    }

    /// Stops a run behind the turn that is under way, or has it go on.
    ///
    /// # Errors
    /// There is no such run.
    pub fn set_run(&self, id: RunId, goes_on: bool) -> Result<RunView, Error> {
        let run = self.known_run(id)?;
        run.set(match goes_on {
            true => RunState::Running,
            false => RunState::Stopped,
        });
        Ok(run.view())
    }

    fn known_run(&self, id: RunId) -> Result<Arc<Run>, Error> {
        self.shared
            .runs
            .get(id)
            .ok_or(Error::NotFound(Subject::Run))
    }

    async fn turns_of_run(&self, of: RunOf) -> Result<Vec<ExchangeId>, Error> {
        let (turns, pointer) = match of {
            RunOf::Exchanges(ids) => {
                for id in ids.iter().take(RUN_TURNS_MAX) {
                    if self.shared.store.summary(*id).await?.is_none() {
                        return Err(Error::NotFound(Subject::Exchange));
                    }
                }
                (ids, "/ids")
            }
            RunOf::Conversation(id) => {
                let (_, turns) = self.newest_turns(id, RUN_TURNS_MAX + 1).await?;
                (turns, "/conversation")
            }
            RunOf::From(id) => {
                self.exchange(id).await?;
                let turns = match self.shared.store.conversation_of(id).await? {
                    Some(found) => self.newest_turns(found, RUN_TURNS_MAX + 1).await?.1,
                    None => Vec::new(),
                };
                let from = turns.iter().position(|turn| *turn == id);
                let turns = from.map_or_else(|| vec![id], |from| turns[from..].to_vec());
                (turns, "/from")
            }
        };
        if turns.is_empty() || turns.len() > RUN_TURNS_MAX {
            let message = words::RUN_TURNS.arg(RUN_TURNS_MAX as u64);
            return Err(Invalid::new(pointer, message).into());
        }
        Ok(turns)
    }

    async fn work(&self, run: &Run, user: Option<&str>, target: &RunTarget) {
        for id in &run.turns {
            loop {
                run.goes_on().await;
                let sent = self.replayed(*id, user, target).await;
                let sent = sent.unwrap_or_else(|message| SentAgain::nothing(*id, message));
                if !sent.is_unreachable {
                    run.add(sent.row);
                    break;
                }
                // The others would fail alike: this one is sent again when a person goes on.
                run.stop_at(sent.row);
            }
        }
        run.end();
    }

    /// One turn again. An error says why nothing was sent.
    pub(super) async fn replayed(
        &self,
        id: ExchangeId,
        user: Option<&str>,
        target: &RunTarget,
    ) -> Result<SentAgain, Message> {
        let said = |error: Error| error.message();
        let original = self.exchange(id).await.map_err(said)?;
        let target = self.target_of(target, &original).map_err(said)?;
        let body = match user {
            None => None,
            Some(user) => {
                let request = &original.request;
                let is_long = takes_long(&request.headers, &request.body);
                let user = user.to_owned();
                let read = move |original: &Exchange| of_user(original, &user);
                let (_, text) = read_aside(is_long, original.clone(), read).await;
                let none = || Message::from(&words::NO_USER_FIELD);
                Some(EditedBody::Text(text.ok_or_else(none)?))
            }
        };
        let edit = Edit {
            body,
            ..Edit::default()
        };
        let replay = self.replay(id, target, edit, None).await.map_err(said)?;
        let replayed = self.exchange(replay).await.map_err(said)?;
        let is_long = [&original, &replayed].into_iter().any(|exchange| {
            let answer = exchange.answer();
            answer.is_some_and(|answer| takes_long(&answer.headers, &answer.body))
        });
        let ((_, replayed), compared) = read_aside(is_long, (original, replayed), between).await;
        let failure = replayed.summary.failure.as_ref();
        let is_unreachable = failure.is_some_and(|failure| is_unreachable(failure.code));
        let failed = failure.map(|failure| failure.message());
        let (is_equal, changes, obstacle) = match compared {
            Ok((is_equal, changes)) => (is_equal, changes, None),
            Err(obstacle) => (false, 0, Some(obstacle)),
        };
        let row = ReplayedTurn {
            original: id,
            replay: Some(replay),
            status: replayed.summary.status,
            is_equal,
            changes,
            failure: failed.or(obstacle),
        };
        Ok(SentAgain {
            row,
            is_unreachable,
        })
    }

    pub(super) fn target_of(
        &self,
        target: &RunTarget,
        original: &Exchange,
    ) -> Result<Target, Error> {
        Ok(match target {
            RunTarget::Itself => Target::Itself,
            RunTarget::Url(url) => Target::Below(url.clone()),
            RunTarget::Upstream => {
                let bot = self.bot(Some(original.summary.bot));
                let server = bot.or_else(|_| self.bot(None))?.answering.server();
                let none = || Invalid::new("/target", &words::NO_SERVER_SET);
                Target::Upstream(server.ok_or_else(none)?)
            }
        })
    }
}

/// A turn that was sent again.
pub(super) struct SentAgain {
    pub(super) row: ReplayedTurn,
    /// Nothing listens at its target, or its name has no address.
    pub(super) is_unreachable: bool,
}

impl SentAgain {
    /// Nothing was sent, for this reason.
    pub(super) const fn nothing(original: ExchangeId, message: Message) -> Self {
        Self {
            row: ReplayedTurn {
                original,
                replay: None,
                status: None,
                is_equal: false,
                changes: 0,
                failure: Some(message),
            },
            is_unreachable: false,
        }
    }
}

/// Whether a failure is one of the target and not of what was sent there.
pub(super) const fn is_unreachable(code: FailureCode) -> bool {
    matches!(code, FailureCode::Refused | FailureCode::NoAddress)
}

/// The text of a request's body with another user in it.
fn of_user(exchange: &Exchange, user: &str) -> Option<String> {
    let request = &exchange.request;
    // Of a longer one only the beginning is read.
    request.body.whole()?;
    let read_as = ReadAs::from(PlatformChoice::Fixed(exchange.summary.platform));
    let view = protocol::read_request(read_as, request);
    view.of_user(request, user)
}

/// What differs between two answers.
pub(super) struct Difference {
    /// Between their bodies.
    pub(super) bodies: Comparison,
    /// Their statuses are equal.
    pub(super) has_same_status: bool,
}

/// What differs between the answers of two exchanges; `None` where one has none. An error says why
/// that is not known.
pub(super) fn difference(left: &Exchange, right: &Exchange) -> Result<Option<Difference>, Message> {
    let status = |exchange: &Exchange| exchange.answers.get(Side::Response).map(|one| one.status);
    let (Some(one), Some(two)) = (left.message(Side::Response), right.message(Side::Response))
    else {
        return Ok(None);
    };
    let decoded = |message: &RecordedMessage<'_>| {
        let body = message.body.whole()?;
        Some(Decoded::new(message.headers, body, message.is_truncated))
    };
    let too_long = || Message::from(&words::TOO_LONG_TO_COMPARE);
    let (Some(one), Some(two)) = (decoded(&one), decoded(&two)) else {
        return Err(too_long());
    };
    let bodies = compare(one.contents(), two.contents()).map_err(|_| too_long())?;
    Ok(Some(Difference {
        bodies,
        has_same_status: status(left) == status(right),
    }))
}

/// Whether two answers are equal, and how much differs between their bodies. An error says why that
/// is not known.
pub(super) fn between((left, right): &(Exchange, Exchange)) -> Result<(bool, usize), Message> {
    let found = difference(left, right)?;
    Ok(found.map_or((false, 0), |found| {
        let changes = found.bodies.changes.len();
        (changes == 0 && found.has_same_status, changes)
    }))
}
