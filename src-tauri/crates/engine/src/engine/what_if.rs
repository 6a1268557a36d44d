//! A recorded answer that is changed, and the difference carried through the turns behind it.
//! Nothing of it comes into the history.

mod history;

use std::sync::Arc;

use conversations::{CarriedValue, carry};
use messages::{Message, Say as _};
use protocol::platform::{Contract, Members, contract, contracts, object_text};
use protocol::{Answer, Exchange, ExchangeId, Failure, Side, Summary};

use super::Engine;
use super::runs::{RUN_TURNS_MAX, RunTarget, between, is_unreachable};
use crate::bots::Bot;
use crate::client::{Edit, EditedBody, prepare, send};
use crate::conversation_words as words;
use crate::error::{Error, Invalid, Subject};
use crate::read_aside::read_aside;
use crate::reading::Reading;
use crate::replay::destination;
use crate::runs::{ReplayedTurn, RunId};
use crate::what_if::{CarriedTurn, ShortAnswer, WhatIf, WhatIfState, WhatIfView};
use history::Earlier;

/// The user's variables after a turn, as they were and as they would be.
struct States {
    recorded: Members,
    altered: Members,
}

/// A recorded turn as it is to be sent.
struct Altered {
    carried: Vec<CarriedValue>,
    /// The body with them; `None` where that is the recorded one.
    body: Option<String>,
}

/// What was answered to it.
struct Answered {
    states: States,
    row: CarriedTurn,
}

impl Engine {
    /// Gives a recorded turn another answer, and sends the turns behind it with what differs.
    ///
    /// # Errors
    /// There is no such exchange, nothing can follow from it, or the target cannot be sent to.
    pub async fn what_if(
        &self,
        id: ExchangeId,
        answer: Answer,
        target: RunTarget,
    ) -> Result<RunId, Error> {
        let first = self.exchange(id).await?;
        if !keeps_variables(contract(first.summary.platform)) {
            let having = contracts().iter().filter(|one| keeps_variables(**one));
            let having: Vec<&str> = having.map(|one| one.platform().as_str()).collect();
            let message = words::WHAT_IF_PLATFORM.arg(having.join(", "));
            return Err(Invalid::new("/exchange", message).into());
        }
        let alone = || Invalid::new("/exchange", &words::WHAT_IF_ALONE);
        let conversation = self.shared.store.conversation_of(id).await?;
        let conversation = conversation.ok_or_else(alone)?;
        let (_, turns) = self.newest_turns(conversation, RUN_TURNS_MAX).await?;
        let from = turns
            .iter()
            .position(|turn| *turn == id)
            .ok_or_else(alone)?;
        let turns = turns[from + 1..].to_vec();
        self.check_what_if_target(&target, &first).await?;
        let begun = self.shared.what_ifs.begin(turns.len());
        let (id, run) = begun.ok_or(Error::RunsFull)?;
        let (engine, stop) = (self.clone(), self.shared.stop.clone());
        self.shared.tasks.spawn(async move {
            let cancelled = run.stop.clone();
            tokio::select! {
                () = engine.carry_on(&run, (first, answer), turns, &target) => {}
                () = cancelled.cancelled() => {}
                () = stop.cancelled() => {}
            }
        });
        Ok(id)
    }

    /// How far a changed answer was carried.
    ///
    /// # Errors
    /// There is no such one.
    pub fn what_if_now(&self, id: RunId) -> Result<WhatIfView, Error> {
        Ok(self.known_what_if(id)?.view())
    }

    /// Stops it at once.
    ///
    /// # Errors
    /// There is no such one.
    pub fn stop_what_if(&self, id: RunId) -> Result<WhatIfView, Error> {
        let run = self.known_what_if(id)?;
        run.cancel();
        Ok(run.view())
    }

    fn known_what_if(&self, id: RunId) -> Result<Arc<WhatIf>, Error> {
        let found = self.shared.what_ifs.get(id);
        found.ok_or(Error::NotFound(Subject::Run))
    }

    /// That the turns can be sent there, and come not into the history by that.
    async fn check_what_if_target(
        &self,
        target: &RunTarget,
        first: &Exchange,
    ) -> Result<(), Error> {
        let url = match target {
            RunTarget::Itself => {
                return Err(Invalid::new("/target", &words::WHAT_IF_TARGET).into());
            }
            // No server of a bot leads here.
            RunTarget::Upstream => None,
            RunTarget::Url(url) => Some(url),
        };
        destination(self.target_of(target, first)?, first, None)?;
        if let Some(url) = url
            && self.is_own_address(url).await
        {
            return Err(Invalid::own_address("/target").into());
        }
        Ok(())
    }

    async fn carry_on(
        &self,
        run: &WhatIf,
        (first, answer): (Exchange, Answer),
        turns: Vec<ExchangeId>,
        target: &RunTarget,
    ) {
        let mut before = first.summary.event.clone();
        let mut earlier = Earlier::new(self.clone(), first.summary.clone());
        let bot = self.bot(Some(first.summary.bot)).ok();
        let changed = with_answer(first.clone(), Some(answer));
        let mut states = states((first, changed), bot.clone()).await;
        for id in turns {
            let Ok(Some(original)) = self.shared.store.get(id).await else {
                // It was deleted meanwhile.
                continue;
            };
            let event = original.summary.event.clone();
            let (original, altered) = altered(original, bot.clone(), &states).await;
            let events = (before.as_deref(), event.as_deref());
            let following = earlier.can_follow(events.0, events.1, &altered.carried);
            let remark = match following.await {
                Ok(remark) => remark,
                Err(message) => return run.part(id, message),
            };
            match self
                .sent_altered(original, altered, bot.clone(), target)
                .await
            {
                Ok(answered) => {
                    run.add(CarriedTurn {
                        remark,
                        ..answered.row
                    });
                    states = answered.states;
                }
                Err(row) => {
                    run.add(*row);
                    return run.end(WhatIfState::Stopped);
                }
            }
            before = event;
        }
        run.end(WhatIfState::Done);
    }

    /// Sends a turn and reads what is after its answer. An error is the row of a turn behind which
    /// nothing can be sent.
    async fn sent_altered(
        &self,
        original: Exchange,
        altered: Altered,
        bot: Option<Arc<Bot>>,
        target: &RunTarget,
    ) -> Result<Answered, Box<CarriedTurn>> {
        let id = original.summary.id;
        let carried = altered.carried.into_iter().map(|one| one.name).collect();
        let row = |status, failure| CarriedTurn {
            turn: ReplayedTurn {
                original: id,
                replay: None,
                status,
                is_equal: false,
                changes: 0,
                failure,
            },
            carried,
            answer: None,
            remark: None,
        };
        let sent = self.call(&original, altered.body, target).await;
        let (request, answer, failure) = match sent {
            Err(message) => return Err(Box::new(row(None, Some(message)))),
            Ok((_, Err(failure))) if is_unreachable(failure.code) => {
                return Err(Box::new(row(None, Some(failure.message()))));
            }
            Ok((request, Err(failure))) => (request, None, Some(failure.message())),
            Ok((_, Ok(answer))) if answer.body.whole().is_none() => {
                let message = Message::from(&words::ANSWER_TOO_LONG);
                return Err(Box::new(row(Some(answer.status), Some(message))));
            }
            Ok((request, Ok(answer))) => (request, Some(answer), None),
        };
        let mut row = row(answer.as_ref().map(|answer| answer.status), failure);
        row.answer = answer.as_ref().map(short);
        let mut changed = with_answer(original.clone(), answer);
        changed.request = request;
        let pair = (original, changed);
        let (pair, compared) = read_aside(true, pair, between).await;
        match compared {
            Ok((is_equal, changes)) => (row.turn.is_equal, row.turn.changes) = (is_equal, changes),
            Err(message) => row.turn.failure = row.turn.failure.or(Some(message)),
        }
        Ok(Answered {
            states: states(pair, bot).await,
            row,
        })
    }

    /// Sends a recorded request with another body: the request as it went, and its answer. An error
    /// says why nothing was sent.
    async fn call(
        &self,
        original: &Exchange,
        body: Option<String>,
        target: &RunTarget,
    ) -> Result<(protocol::Request, Result<Answer, Failure>), Message> {
        let said = |error: Error| error.message();
        let target = self.target_of(target, original).map_err(said)?;
        let to = destination(target, original, None).map_err(|error| error.message())?;
        let to = to.ok_or_else(|| Message::from(&words::WHAT_IF_TARGET))?;
        let edit = Edit {
            body: body.map(EditedBody::Text),
            ..Edit::default()
        };
        let host = to.address.host_field();
        let prepared = prepare(original, edit, &host).map_err(|error| error.message());
        let (mut request, _) = prepared?;
        to.address.direct(&mut request);
        let shared = &self.shared;
        let limit = shared.settings().body_limit_bytes;
        let sent = send(&shared.clients, &shared.bodies, &request, &to, limit).await;
        Ok((request, sent.map_err(|unanswered| unanswered.failure)))
    }
}

/// Whether a platform's users keep variables from turn to turn.
fn keeps_variables(contract: &dyn Contract) -> bool {
    contract.lifetime("").is_some()
}

/// An exchange that was answered so, whatever became of its recorded answer.
fn with_answer(exchange: Exchange, answer: Option<Answer>) -> Exchange {
    let mut answers = exchange.answers;
    answers.set(Side::Response, answer);
    Exchange {
        summary: Summary {
            platform: exchange.summary.platform,
            bot: exchange.summary.bot,
            ..Summary::default()
        },
        answers,
        ..exchange
    }
}

fn short(answer: &Answer) -> ShortAnswer {
    let whole = answer.body.whole().cloned().unwrap_or_default();
    let text = protocol::decode_text(&answer.headers, &whole).text;
    ShortAnswer::new(answer.status, text.as_deref())
}

/// The user's variables after the recorded turn, and after the changed one.
async fn states(pair: (Exchange, Exchange), bot: Option<Arc<Bot>>) -> States {
    let read = move |(recorded, altered): &(Exchange, Exchange)| States {
        recorded: after(recorded, bot.as_deref()),
        altered: after(altered, bot.as_deref()),
    };
    read_aside(true, pair, read).await.1
}

/// The user's variables after a turn. Above the platform's limit nothing of an answer is saved.
fn after(exchange: &Exchange, bot: Option<&Bot>) -> Members {
    let rows = Reading::new(exchange, bot).variables(exchange);
    let all = rows.iter();
    let all = all.filter_map(|row| Some((row.name.clone(), row.after.clone()?)));
    let length = object_text(&all.collect()).len();
    let limit = contract(exchange.summary.platform).session_limit();
    let is_saved = limit.is_none_or(|limit| length <= limit);
    let own = rows.into_iter().filter(|row| row.role.is_own());
    own.filter_map(|row| Some((row.name, if is_saved { row.after } else { row.before }?)))
        .collect()
}

/// A recorded turn with what differs after the one before.
async fn altered(
    original: Exchange,
    bot: Option<Arc<Bot>>,
    states: &States,
) -> (Exchange, Altered) {
    let (recorded, altered) = (states.recorded.clone(), states.altered.clone());
    let read = move |original: &Exchange| {
        let reading = Reading::new(original, bot.as_deref());
        let rows = reading.variables(original).into_iter();
        let own = rows.filter(|row| row.role.is_own());
        let came = own
            .filter_map(|row| Some((row.name, row.before?)))
            .collect();
        let carried = carry(&recorded, &altered, &came);
        let context = reading.request.context(&original.request);
        let text = context.document.map(|document| document.text());
        let set: Vec<(&str, &str)> = carried
            .iter()
            .filter_map(|one| Some((&*one.name, one.value.as_deref()?)))
            .collect();
        let gone = carried.iter().filter(|one| one.value.is_none());
        let removed: Vec<&str> = gone.map(|one| &*one.name).collect();
        let body = text
            .filter(|_| !carried.is_empty())
            .and_then(|text| rules::patch(text, &set, &removed));
        Altered { carried, body }
    };
    read_aside(true, original, read).await
}
