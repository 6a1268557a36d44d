//! The simulator's users as they are stored.

use std::collections::BTreeMap;

use protocol::platform::{Members, object_members};
use protocol::{ExchangeId, UtcMillis};
use serde::{Deserialize, Serialize};

use crate::documents::{Object, Stored, numbered};

/// A user as it is before a turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct UserState {
    /// The user's own variables: the text of an object, in which numbers keep their digits.
    pub(crate) variables: String,
    /// When the turn before was sent.
    pub(crate) seen: Option<UtcMillis>,
}

impl Default for UserState {
    fn default() -> Self {
        Self {
            variables: "{}".to_owned(),
            seen: None,
        }
    }
}

impl UserState {
    pub(crate) fn members(&self) -> Members {
        object_members(&self.variables).unwrap_or_default()
    }
}

/// A turn that can be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TakenTurn {
    pub(crate) exchange: ExchangeId,
    /// The user before it.
    pub(crate) before: UserState,
}

/// A user that the simulator plays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct SimulatedUser {
    pub(crate) now: UserState,
    /// The latest turns, the oldest first.
    pub(crate) turns: Vec<TakenTurn>,
}

impl SimulatedUser {
    /// How many bytes its texts take.
    pub(super) fn bytes(&self) -> usize {
        self.now.variables.len() + self.turns_bytes()
    }

    pub(super) fn turns_bytes(&self) -> usize {
        self.turns
            .iter()
            .map(|turn| turn.before.variables.len())
            .sum()
    }

    fn fits(&self) -> bool {
        let is_object = |state: &UserState| object_members(&state.variables).is_some();
        is_object(&self.now) && self.turns.iter().all(|turn| is_object(&turn.before))
    }
}

/// Users by bot and name.
pub(super) type Bots = BTreeMap<String, BTreeMap<String, SimulatedUser>>;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct StoredSimulator {
    pub(super) bots: Bots,
}

impl Stored for StoredSimulator {
    const MIGRATIONS: &'static [fn(&mut Object)] = &[numbered];
    /// What cannot be read is played anew.
    const KEEPS_UNREADABLE: bool = false;

    fn fits(&self) -> bool {
        let mut users = self.bots.values().flat_map(BTreeMap::values);
        users.all(SimulatedUser::fits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::read;

    #[test]
    fn a_state_that_is_no_object_is_reported_and_leaves_the_others_alone() {
        let text = r#"{"version": 1, "bots": {"b": {
            "u1": {"now": {"variables": "[1]", "seen": null}, "turns": []},
            "u2": {"now": {"variables": "{\"n\":1.0}", "seen": "2026-11-22T05:00:00.123Z"},
                "turns": [{"exchange": "01980000-0000-7000-8000-000000000000",
                    "before": {"variables": "{}", "seen": null}}]}}}}"#;
        let loaded = read::<StoredSimulator>(Some(text));
        assert_eq!(loaded.unreadable, ["/bots/b/u1/now/variables"]);
        let users = &loaded.value.bots["b"];
        assert_eq!(users["u1"], SimulatedUser::default());
        let second = &users["u2"];
        assert_eq!(second.now.variables, "{\"n\":1.0}");
        assert_eq!(second.turns.len(), 1);
        assert_eq!(
            second.now.seen.unwrap().to_string(),
            "2026-11-22T05:00:00.123Z"
        );
    }
}
