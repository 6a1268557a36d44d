//! A stored rule that this version cannot read: a later version wrote it, or something else did.

use rules::RuleError;
use store::StoredRule;

/// A rule that cannot be read. It stays as it is until a person removes it.
#[derive(Clone, Debug)]
pub struct UnreadableRule {
    /// Its id.
    pub id: String,
    /// Why it cannot be read.
    pub error: RuleError,
    pub(super) definition: String,
    /// How many readable rules stand before it.
    pub(super) index: usize,
}

impl UnreadableRule {
    pub(super) fn new(row: &StoredRule, index: usize, error: RuleError) -> Self {
        Self {
            id: row.id.clone(),
            error,
            definition: row.definition.clone(),
            index,
        }
    }
}
