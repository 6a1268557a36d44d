//! Whether a recorded event can follow from another state, counted from the history.

use std::collections::HashMap;

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

/// What is known of the turns before a changed one, each event read once.
pub(super) struct Earlier {
    engine: Engine,
    /// The changed turn.
    changed: Summary,
    /// With what each event came.
    came: HashMap<String, Vec<Members>>,
    /// What was after each event.
    behind: HashMap<String, Vec<EarlierTurn>>,
}

impl Earlier {
    pub(super) fn new(engine: Engine, changed: Summary) -> Self {
        Self {
            engine,
            changed,
            came: HashMap::new(),
            behind: HashMap::new(),
        }
    }

    /// Whether a recorded event can follow another one with these variables; a remark where that
    /// is not known. An error says why it would have been another one.
    pub(super) async fn can_follow(
        &mut self,
        before: Option<&str>,
        event: Option<&str>,
        carried: &[CarriedValue],
    ) -> Result<Option<Message>, Message> {
        let (Some(before), Some(event)) = (before, event) else {
            return Ok(None);
        };
        if carried.is_empty() {
            return Ok(None);
        }
        if let Err(error) = self.read(before, event).await {
            tracing::warn!(%error, "earlier turns of an event could not be read");
        }
        let came = self.came.get(event).map_or(&[][..], Vec::as_slice);
        let behind = self.behind.get(before).map_or(&[][..], Vec::as_slice);
        match following(event, carried, came, behind) {
            Following::Probable => Ok(None),
            Following::Unknown(cases) => Ok(Some(words::CANNOT_TELL.arg(cases as u64))),
            Following::Improbable(parting) => Err(said(event, parting)),
        }
    }

    /// Reads with what an event came before, and what followed the other one.
    async fn read(&mut self, before: &str, event: &str) -> Result<(), StoreError> {
        if !self.came.contains_key(event) {
            let came = self.with_what(event).await?;
            self.came.insert(event.to_owned(), came);
        }
        if !self.behind.contains_key(before) {
            let behind = self.what_followed(before).await?;
            self.behind.insert(before.to_owned(), behind);
        }
        Ok(())
    }

    async fn with_what(&self, event: &str) -> Result<Vec<Members>, StoreError> {
        let mut all = Vec::new();
        for id in self.turns_of(event).await? {
            if let Some(exchange) = self.engine.shared.store.get(id).await? {
                all.push(read_aside(true, exchange, came).await.1);
            }
        }
        Ok(all)
    }

    async fn what_followed(&self, event: &str) -> Result<Vec<EarlierTurn>, StoreError> {
        let store = &self.engine.shared.store;
        let ids = self.turns_of(event).await?;
        let nexts = store.next_turns(ids.clone()).await?;
        let mut all = Vec::new();
        for id in ids {
            let Some(next) = nexts.get(&id).filter(|next| !next.begins) else {
                continue;
            };
            let event = store.summary(next.id).await?.and_then(|found| found.event);
            if let (Some(next), Some(exchange)) = (event, store.get(id).await?) {
                let read = |exchange: &Exchange| after(exchange, None);
                let (_, after) = read_aside(true, exchange, read).await;
                all.push(EarlierTurn { after, next });
            }
        }
        Ok(all)
    }

    /// The newest real turns of an event that came before the changed one.
    async fn turns_of(&self, event: &str) -> Result<Vec<ExchangeId>, StoreError> {
        let term = |condition| Term {
            negated: false,
            condition,
        };
        let sources = REAL.map(Condition::Source).to_vec();
        let query = ListQuery {
            limit: CASES_MAX,
            before: Some(self.changed.seq),
            bot: Some(self.changed.bot),
            filter: Filter {
                terms: vec![
                    term(Condition::Event(Wanted::whole(event))),
                    term(Condition::Any(sources)),
                ],
                ..Filter::default()
            },
            ..ListQuery::default()
        };
        let found = self.engine.shared.store.list(query).await?.summaries;
        // The filter does not tell upper case from lower.
        let same = found.into_iter().filter(|one| {
            one.event.as_deref() == Some(event) && one.platform == self.changed.platform
        });
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
