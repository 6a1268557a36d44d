//! What a bot's rules rested on beside the request: recorded with the exchange, so that what they
//! did can be explained later.

use protocol::Exchange;
use rules::{Among, Choice, RecordedState, Turn};
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
    /// Which rules were asked, each time that they were.
    pub(crate) asked: Vec<Among>,
    /// The states before the turn, of rules that use them.
    pub(crate) states: Vec<RecordedState>,
    /// The conversation's id, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) conversation: Option<String>,
    /// What the rule that took the turn was called then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rule_name: Option<String>,
}

impl RuleContext {
    /// What is recorded of a choice.
    pub(crate) fn new(turn: Turn, among: Among, choice: &Choice) -> Self {
        Self {
            states: RecordedState::of_changes(&choice.changes),
            ..Self::without_rules(turn.exchange, turn.seed, among)
        }
    }

    /// The same where none of the rules that take part takes such an event.
    pub(crate) fn without_rules(number: u64, seed: u64, among: Among) -> Self {
        Self {
            number,
            seed: Some(seed),
            asked: vec![among],
            states: Vec::new(),
            conversation: None,
            rule_name: None,
        }
    }

    /// The same with what a later question in the same turn rested on: other rules take part in it.
    pub(crate) fn and(mut self, later: Self) -> Self {
        self.asked.extend(later.asked);
        self.states.extend(later.states);
        Self {
            number: later.number,
            seed: later.seed,
            conversation: later.conversation.or(self.conversation),
            rule_name: later.rule_name.or(self.rule_name),
            ..self
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
