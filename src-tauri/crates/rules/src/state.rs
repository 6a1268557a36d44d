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

/// Where states are kept.
pub trait States {
    /// The state of a rule for a key; the default where there is none.
    fn get(&self, rule: &str, key: &str) -> RuleState;

    /// Whether that state is the one of today and not the one of the turn that is explained.
    fn is_of_today(&self, _rule: &str, _key: &str) -> bool {
        false
    }
}

/// A state that a turn changes, and the condition under which the change may be committed.
///
/// Where [`is_used`](Self::is_used), what was chosen depends on `before`: the change is committed
/// only if the state still is `before`, and otherwise the turn is chosen anew. Where not, the
/// state of this moment gets one call more, whatever it is by then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateChange {
    /// The rule's id.
    pub rule: String,
    /// The user, the conversation's id, or nothing.
    pub key: String,
    /// What it was when the turn was judged.
    pub before: RuleState,
    /// What it becomes.
    pub after: RuleState,
    /// Whether what the rule does depends on it.
    pub is_used: bool,
}

/// A state as it was before a turn: what [`RecordedStates`] explains the turn with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedState {
    /// The rule's id.
    pub rule: String,
    /// The user, the conversation's id, or nothing.
    pub key: String,
    /// What it was.
    pub before: RuleState,
}

impl RecordedState {
    /// What is to be stored with a turn, so that it can be explained later: of its changes those
    /// that were used.
    #[must_use]
    pub fn of_changes(changes: &[StateChange]) -> Vec<Self> {
        let used = changes.iter().filter(|change| change.is_used);
        used.map(|change| Self {
            rule: change.rule.clone(),
            key: change.key.clone(),
            before: change.before,
        })
        .collect()
    }
}

/// The states before a recorded turn, as far as they were recorded with it; the others are those
/// of today, and the explanation says so.
#[derive(Clone, Copy)]
pub struct RecordedStates<'s> {
    recorded: &'s [RecordedState],
    today: &'s dyn States,
}

impl<'s> RecordedStates<'s> {
    /// What was stored with the turn, and what is there today.
    #[must_use]
    pub fn new(recorded: &'s [RecordedState], today: &'s dyn States) -> Self {
        Self { recorded, today }
    }

    fn find(&self, rule: &str, key: &str) -> Option<RuleState> {
        let mut all = self.recorded.iter();
        let found = all.find(|one| one.rule == rule && one.key == key);
        found.map(|one| one.before)
    }
}

impl States for RecordedStates<'_> {
    fn get(&self, rule: &str, key: &str) -> RuleState {
        let recorded = self.find(rule, key);
        recorded.unwrap_or_else(|| self.today.get(rule, key))
    }

    fn is_of_today(&self, rule: &str, key: &str) -> bool {
        self.find(rule, key).is_none()
    }
}

/// States in memory: for a preview, which begins with none, and for tests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatesInMemory(BTreeMap<(String, String), RuleState>);

impl StatesInMemory {
    /// Writes changes.
    pub fn apply(&mut self, changes: &[StateChange]) {
        for change in changes {
            self.0
                .insert((change.rule.clone(), change.key.clone()), change.after);
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
