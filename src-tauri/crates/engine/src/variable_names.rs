//! Names of variables seen lately, for completion in the filter field.
//!
//! Reading an exchange means parsing its bodies, so each one is read once: what is known is kept
//! by bot, and a further question reads only what is newer, on a blocking thread.

use std::collections::HashMap;

use parking_lot::Mutex;
use protocol::{BotId, Exchange, Filter, State};
use store::{ListQuery, Store, StoreError};

use crate::reading::Reading;

/// Exchanges read for one question at most, the newest ones.
const LATEST: usize = 30;

/// Names kept at most; the ones seen longest ago go first.
const NAMES_MAX: usize = 500;

/// An exchange with more bytes of bodies is not read for its names.
const MOST_BYTES: u64 = 1024 * 1024;

/// The names by bot; `None` stands for all bots together.
#[derive(Default)]
pub(crate) struct VariableNames(Mutex<HashMap<Option<BotId>, Known>>);

#[derive(Clone, Default)]
struct Known {
    /// The names of newer exchanges first.
    names: Vec<String>,
    /// Every exchange up to this one is read.
    up_to: Option<u64>,
}

impl VariableNames {
    /// The names, those of newer exchanges first.
    pub(crate) async fn read(
        &self,
        store: &Store,
        bot: Option<BotId>,
    ) -> Result<Vec<String>, StoreError> {
        let known = self.0.lock().get(&bot).cloned().unwrap_or_default();
        let query = ListQuery {
            limit: LATEST,
            before: None,
            after: known.up_to,
            filter: Filter::default(),
            bot,
        };
        let exchanges = store.latest(query, MOST_BYTES).await?;
        if exchanges.is_empty() {
            return Ok(known.names);
        }
        let known = tokio::task::spawn_blocking(move || known.with(&exchanges))
            .await
            .unwrap_or_default();
        let names = known.names.clone();
        self.0.lock().insert(bot, known);
        Ok(names)
    }
}

impl Known {
    /// What is known once these, newest first, are read too.
    fn with(self, exchanges: &[Exchange]) -> Self {
        let mut names = Vec::new();
        for exchange in exchanges {
            for variable in Reading::new(exchange).variables(exchange) {
                if !names.contains(&variable.name) {
                    names.push(variable.name);
                }
            }
        }
        for name in self.names {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.truncate(NAMES_MAX);
        // An open one is read again: its answer may bring names of its own.
        let open = exchanges
            .iter()
            .filter(|exchange| matches!(exchange.summary.state, State::Held | State::Answering))
            .map(|exchange| exchange.summary.seq.saturating_sub(1))
            .min();
        let newest = exchanges.first().map(|exchange| exchange.summary.seq);
        Self {
            names,
            up_to: open.or(newest),
        }
    }
}
