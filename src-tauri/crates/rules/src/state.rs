//! What rules remember between turns: how many calls came, and where a sequence stands.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a rule remembers of one user, one conversation, or of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RuleState {
    /// The turns that came to the rule and fulfilled its other conditions.
    pub calls: u64,
    /// The number of the reply of its sequence that was given last; 0 before the first.
    pub position: u32,
}

/// Where states are kept. Whoever asks a rule holds it still until the changes are written.
pub trait States {
    /// The state of a rule for a key; the default where there is none.
    fn get(&self, rule: &str, key: &str) -> RuleState;
}

/// A state to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateChange {
    /// The rule's id.
    pub rule: String,
    /// The user, the conversation's id, or nothing.
    pub key: String,
    /// What it is now.
    pub state: RuleState,
    /// Whether what the rule does depends on it; otherwise it may be written late.
    pub is_used: bool,
}

/// States in memory: for a preview, which begins with none, and for tests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatesInMemory(BTreeMap<(String, String), RuleState>);

impl StatesInMemory {
    /// Writes changes.
    pub fn apply(&mut self, changes: &[StateChange]) {
        for change in changes {
            self.0
                .insert((change.rule.clone(), change.key.clone()), change.state);
        }
    }
}

impl States for StatesInMemory {
    fn get(&self, rule: &str, key: &str) -> RuleState {
        if self.0.is_empty() {
            return RuleState::default();
        }
        self.0
            .get(&(rule.to_owned(), key.to_owned()))
            .copied()
            .unwrap_or_default()
    }
}
