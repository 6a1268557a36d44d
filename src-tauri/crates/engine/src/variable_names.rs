//! Names of variables seen lately, for completion in the filter field.
//!
//! Reading an exchange means parsing its bodies, so each one is read once: its names are kept as
//! long as the history lists it among the latest ones. What was deleted is forgotten with it, and
//! what arrived earlier and was committed later is read when it appears.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use parking_lot::Mutex;
use protocol::{BotId, Exchange, Filter, Summary};
use store::{ListQuery, Store, StoreError};

use crate::bots::{Bot, Bots};
use crate::reading::Reading;

/// The latest exchanges, whose names are given once they are read.
const LATEST: usize = 200;

/// Exchanges read for one question at most, the newest ones first: some milliseconds.
const READ_AT_ONCE: usize = 30;

/// Names given at most; those of the oldest exchanges are left out.
const NAMES_MAX: usize = 500;

/// An exchange with more bytes of bodies is not read for its names.
const MOST_BYTES: u64 = 1024 * 1024;

/// The names of exchanges by their number.
type Known = BTreeMap<u64, Vec<String>>;

/// What is known by bot; `None` stands for all bots together.
#[derive(Default)]
pub(crate) struct VariableNames(Mutex<HashMap<Option<BotId>, Known>>);

impl VariableNames {
    /// The names, those of newer exchanges first.
    pub(crate) async fn read(
        &self,
        store: &Store,
        bots: &Bots,
        bot: Option<BotId>,
    ) -> Result<Vec<String>, StoreError> {
        let query = ListQuery {
            limit: LATEST,
            before: None,
            after: None,
            filter: Filter::default(),
            bot,
        };
        let listed = store.list(query).await?.summaries;
        let numbers: HashSet<u64> = listed.iter().map(|summary| summary.seq).collect();
        let mut known = self.0.lock().get(&bot).cloned().unwrap_or_default();
        known.retain(|number, _| numbers.contains(number));
        let unread = listed.iter().filter(|summary| {
            let bytes = summary.request_bytes.saturating_add(summary.response_bytes);
            bytes <= MOST_BYTES && !known.contains_key(&summary.seq)
        });
        let mut exchanges = Vec::new();
        for summary in unread.take(READ_AT_ONCE) {
            // One that cannot be read has no names.
            if let Ok(Some(exchange)) = store.get(summary.id).await {
                exchanges.push((exchange, bots.get(Some(summary.bot)).ok()));
            }
        }
        let read = tokio::task::spawn_blocking(move || exchanges.iter().map(names_of).collect());
        let read: Vec<(Summary, Vec<String>)> = read.await.unwrap_or_default();
        let mut all = known.clone();
        for (summary, names) in read {
            // The answer of an open one may bring names of its own.
            if summary.state.is_settled() {
                known.insert(summary.seq, names.clone());
            }
            all.insert(summary.seq, names);
        }
        self.0.lock().insert(bot, known);
        Ok(newest_first(all))
    }
}

fn names_of((exchange, bot): &(Exchange, Option<Arc<Bot>>)) -> (Summary, Vec<String>) {
    let variables = Reading::new(exchange, bot.as_deref()).variables(exchange);
    let names = variables.into_iter().map(|variable| variable.name);
    (exchange.summary.clone(), names.collect())
}

/// Each name once.
fn newest_first(known: Known) -> Vec<String> {
    let mut seen = HashSet::new();
    let names = known.into_values().rev().flatten();
    names
        .filter(|name| seen.insert(name.clone()))
        .take(NAMES_MAX)
        .collect()
}
