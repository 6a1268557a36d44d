//! What a bot's rules rested on beside the request: recorded with the exchange, so that what they
//! did can be explained later.

use protocol::Exchange;
use rules::{Choice, RecordedState, Turn};
use serde::{Deserialize, Serialize};

use crate::bots::Bot;

/// The document that is recorded.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct RuleContext {
    /// The number of the exchange among the bot's; 0 where it was not recorded.
    pub(crate) number: u64,
    /// The bot's seed then.
    seed: Option<u64>,
    /// The states before the turn, of rules that use them.
    pub(crate) states: Vec<RecordedState>,
}

impl RuleContext {
    /// What is recorded of a choice.
    pub(crate) fn new(turn: Turn, choice: &Choice) -> Self {
        Self {
            number: turn.exchange,
            seed: Some(turn.seed),
            states: RecordedState::of_changes(&choice.changes),
        }
    }

    /// What was recorded with an exchange; nothing where its rules were not asked.
    pub(crate) fn of(exchange: &Exchange) -> Self {
        let text = exchange.rule_context.as_deref();
        let read = text.and_then(|text| serde_json::from_str(text).ok());
        read.unwrap_or_default()
    }

    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("numbers and texts are JSON")
    }

    /// What the rules are asked with.
    pub(crate) fn turn(&self, bot: &Bot, exchange: &Exchange) -> Turn {
        Turn {
            seed: self.seed.unwrap_or(bot.seed),
            exchange: self.number,
            now: exchange.summary.at,
            template_seed: exchange.summary.id.0.as_u64_pair().1,
        }
    }
}
