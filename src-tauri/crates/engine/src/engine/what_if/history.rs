//! Whether a recorded event can follow from another state, counted from the history.

use conversations::{CarriedValue, EarlierTurn, Following, Parting, following};
use messages::{Arg, Message};
use protocol::platform::Members;
use protocol::{Condition, Exchange, ExchangeId, Filter, Source, Summary, Term, Wanted};
use store::{ListQuery, StoreError};

use super::after;
use crate::conversation_words as words;
use crate::engine::Engine;
use crate::read_aside::read_aside;
use crate::reading::Reading;

/// Earlier turns of an event that are read, the newest: each may be a body of some 100 KB.
const CASES_MAX: usize = 200;

/// Who makes turns that say what a bot does.
const REAL: [Source; 3] = [Source::Webhook, Source::Tunnel, Source::Import];

impl Engine {
    /// Whether a recorded turn can follow the one before with these variables; a remark where that
    /// is not known. An error says why it would have been another one.
    pub(super) async fn can_follow(
        &self,
        (before, next): (&Summary, &Summary),
        carried: &[CarriedValue],
    ) -> Result<Option<Message>, Message> {
        let (Some(_), Some(event)) = (&before.event, &next.event) else {
            return Ok(None);
        };
        if carried.is_empty() {
            return Ok(None);
        }
        let cases = self.cases(before, next).await;
        let (of_event, behind) = match cases {
            Ok(cases) => cases,
            Err(error) => {
                tracing::warn!(%error, "earlier turns of an event could not be read");
                Default::default()
            }
        };
        match following(event, carried, &of_event, &behind) {
            Following::Probable => Ok(None),
            Following::Unknown(cases) => Ok(Some(words::CANNOT_TELL.arg(cases as u64))),
            Following::Improbable(parting) => Err(said(event, parting)),
        }
    }

    /// With what the event came before, and what followed the event before it.
    async fn cases(
        &self,
        before: &Summary,
        next: &Summary,
    ) -> Result<(Vec<Members>, Vec<EarlierTurn>), StoreError> {
        let store = &self.shared.store;
        let mut of_event = Vec::new();
        for id in self.earlier(next).await? {
            if let Some(exchange) = store.get(id).await? {
                let (_, came) = read_aside(true, exchange, came).await;
                of_event.push(came);
            }
        }
        let ids = self.earlier(before).await?;
        let nexts = store.next_turns(ids.clone()).await?;
        let mut behind = Vec::new();
        for id in ids {
            let Some(next) = nexts.get(&id).filter(|next| !next.begins) else {
                continue;
            };
            let event = store.summary(next.id).await?.and_then(|found| found.event);
            if let (Some(next), Some(exchange)) = (event, store.get(id).await?) {
                let read = |exchange: &Exchange| after(exchange, None);
                let (_, after) = read_aside(true, exchange, read).await;
                behind.push(EarlierTurn { after, next });
            }
        }
        Ok((of_event, behind))
    }

    /// Earlier real turns of the same event, the newest.
    async fn earlier(&self, turn: &Summary) -> Result<Vec<ExchangeId>, StoreError> {
        let term = |condition| Term {
            negated: false,
            condition,
        };
        let sources = REAL.map(Condition::Source).to_vec();
        let event = turn.event.as_deref().unwrap_or_default();
        let query = ListQuery {
            limit: CASES_MAX,
            before: Some(turn.seq),
            bot: Some(turn.bot),
            filter: Filter {
                terms: vec![
                    term(Condition::Event(Wanted::whole(event))),
                    term(Condition::Any(sources)),
                ],
                ..Filter::default()
            },
            ..ListQuery::default()
        };
        let found = self.shared.store.list(query).await?.summaries.into_iter();
        // The filter does not tell cases apart.
        let same = found.filter(|one| one.event == turn.event && one.platform == turn.platform);
        Ok(same.map(|one| one.id).collect())
    }
}

/// The user's variables with which a request came.
fn came(exchange: &Exchange) -> Members {
    let rows = Reading::new(exchange, None).variables(exchange).into_iter();
    let own = rows.filter(|row| row.role.is_own());
    own.filter_map(|row| Some((row.name, row.before?)))
        .collect()
}

/// Why the bot would have gone elsewhere.
fn said(event: &str, parting: Parting) -> Message {
    let now: Arg = match parting.now {
        Some(now) => shortened(&now).into(),
        None => (&words::PARTED_ABSENT).into(),
    };
    let said = match parting.usual {
        Some((usual, turns)) => words::PARTED_USUAL
            .arg(event)
            .arg(turns as u64)
            .arg(parting.name)
            .arg(shortened(&usual))
            .arg(now),
        None => words::PARTED_BEHIND.arg(event).arg(parting.name).arg(now),
    };
    match parting.instead {
        Some((instead, times, turns)) => words::PARTED_INSTEAD
            .arg(said)
            .arg(instead)
            .arg(times as u64)
            .arg(turns as u64),
        None => said,
    }
}

/// A value in a sentence.
fn shortened(value: &str) -> String {
    const MOST: usize = 60;
    match value.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}
