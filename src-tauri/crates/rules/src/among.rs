//! Which rules take part: those that a mode lets have a word.

use serde::{Deserialize, Serialize};

use crate::compiled::CompiledAction;

/// The rules that take part in a choice, by what they do. Each keeps its position among the bot's
/// rules, so that its chances strike the same turns in every mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Among {
    /// All of them.
    #[default]
    All,
    /// Those that ask a person or a server: they go before the mode of their bot.
    Asking,
    /// Those that answer by themselves: what goes out where nobody else has answered.
    Answering,
}

impl Among {
    /// Whether a rule that does this takes part.
    pub(crate) const fn has(self, action: &CompiledAction) -> bool {
        let asks = matches!(
            action,
            CompiledAction::Hold(_) | CompiledAction::Forward(..)
        );
        match self {
            Self::All => true,
            Self::Asking => asks,
            Self::Answering => !asks,
        }
    }
}
