//! Names of variables seen lately, for completion in the filter field.
//!
//! Reading an exchange means parsing its bodies, so each one is read once: its names are kept as
//! long as the history lists it among the latest ones. What was deleted is forgotten with it, and
//! what arrived earlier and was committed later is read when it appears.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use protocol::{BotId, Exchange, Filter};
use store::{ListQuery, Store, StoreError};
use tokio::sync::Mutex;

use crate::bots::{Bot, Bots};
use crate::read_aside::read_aside;
use crate::reading::Reading;

/// The latest exchanges, whose names are given once they are read.
const LATEST: usize = 200;

/// Exchanges read for one question at most, the newest ones first: some milliseconds.
const READ_AT_ONCE: usize = 30;

/// Names given at most; those of the oldest exchanges are left out. No exchange adds more, so no
/// more of it is kept.
const NAMES_MAX: usize = 500;

/// Bytes of names kept of one exchange at most; 500 names of 32 bytes. A body of 1 MB may be one
/// name, or 30,000 of them.
const NAMES_BYTES_MAX: usize = 16 << 10;

/// An exchange with more bytes of bodies is not read for its names.
const MOST_BYTES: u64 = 1024 * 1024;

/// The names of one exchange, each once, in their order.
type Names = Arc<[String]>;

/// The names of exchanges by their number.
type Known = BTreeMap<u64, Names>;

/// What is known by bot; `None` stands for all bots together. One question is answered at a time:
/// those that come meanwhile find what it has read.
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
        let mut of_bots = self.0.lock().await;
        of_bots.retain(|bot, _| bot.is_none_or(|bot| bots.get(Some(bot)).is_ok()));
        let query = ListQuery {
            limit: LATEST,
            before: None,
            after: None,
            filter: Filter::default(),
            bot,
        };
        let listed = store.list(query).await?.summaries;
        let known = of_bots.entry(bot).or_default();
        let numbers: HashSet<u64> = listed.iter().map(|summary| summary.seq).collect();
        known.retain(|number, _| numbers.contains(number));
        let unread = listed.iter().filter(|summary| {
            let bytes = summary.request_bytes.saturating_add(summary.response_bytes);
            bytes <= MOST_BYTES && !known.contains_key(&summary.seq)
        });
        // Open ones are read at every question, and come behind those that are read once.
        let (settled, open): (Vec<_>, Vec<_>) =
            unread.partition(|summary| summary.state.is_settled());
        let unread = settled.into_iter().chain(open);
        let mut exchanges = Vec::new();
        for summary in unread.take(READ_AT_ONCE) {
            // One that cannot be read has no names.
            if let Ok(Some(exchange)) = store.get(summary.id).await {
                exchanges.push((exchange, bots.get(Some(summary.bot)).ok()));
            }
        }
        // Aside, however short: 200 exchanges may have 100,000 names.
        let is_known = exchanges.is_empty();
        let subject = (exchanges, known.clone());
        let (_, (settled, names)) = read_aside(!is_known, subject, names_with).await;
        known.extend(settled);
        Ok(names)
    }
}

type Subject = (Vec<(Exchange, Option<Arc<Bot>>)>, Known);

/// The names of exchanges that are settled, which are to be kept, and those of all together with
/// what is known already. The answer of an open one may bring names of its own.
fn names_with((exchanges, known): &Subject) -> (Known, Vec<String>) {
    let mut all = known.clone();
    let mut settled = Known::new();
    for (exchange, bot) in exchanges {
        let variables = Reading::new(exchange, bot.as_deref()).variables(exchange);
        let names = bounded(variables.into_iter().map(|variable| variable.name));
        if exchange.summary.state.is_settled() {
            settled.insert(exchange.summary.seq, Arc::clone(&names));
        }
        all.insert(exchange.summary.seq, names);
    }
    (settled, newest_first(&all))
}

/// The first names, each once, up to what is kept of one exchange.
fn bounded(names: impl Iterator<Item = String>) -> Names {
    let mut bytes = 0;
    let mut seen = HashSet::new();
    let mut kept = Vec::new();
    for name in names {
        let longer = bytes + name.len();
        if longer <= NAMES_BYTES_MAX && seen.insert(name.clone()) {
            bytes = longer;
            kept.push(name);
        }
        if kept.len() == NAMES_MAX {
            break;
        }
    }
    kept.into()
}

/// Each name once.
fn newest_first(known: &Known) -> Vec<String> {
    let mut seen = HashSet::new();
    let names = known.values().rev().flat_map(|names| names.iter());
    names
        .filter(|name| seen.insert(name.as_str()))
        .take(NAMES_MAX)
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(count: usize) -> impl Iterator<Item = String> {
        (0..count).map(|number| format!("n{number}"))
    }

    #[test]
    fn of_one_exchange_the_first_names_are_kept_up_to_a_number_and_a_length() {
        let many = bounded(numbered(30_000));
        assert_eq!(many.len(), NAMES_MAX);
        assert_eq!(many[499], "n499");
        let repeated = bounded(numbered(3).chain(numbered(4)));
        assert_eq!(*repeated, ["n0", "n1", "n2", "n3"]);
        let long = "я".repeat(NAMES_BYTES_MAX);
        let beside_a_long_one = bounded([long, "short".to_owned()].into_iter());
        assert_eq!(*beside_a_long_one, ["short"]);
    }

    #[test]
    fn names_of_newer_exchanges_come_first_and_each_comes_once() {
        let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect();
        let known = Known::from([(1, names(&["old", "both"])), (2, names(&["both", "new"]))]);
        assert_eq!(newest_first(&known), ["both", "new", "old"]);
        let many: Known = (0..200).map(|seq| (seq, bounded(numbered(600)))).collect();
        assert_eq!(newest_first(&many).len(), NAMES_MAX);
    }
}
