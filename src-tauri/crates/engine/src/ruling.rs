//! Turns as a bot's rules see them: what they are asked about, what is recorded of that, and a
//! draft that is tried on recorded turns.

mod context;
mod dry_run;
mod facts;
mod tried_turn;

pub(crate) use context::RuleContext;
pub(crate) use dry_run::DryRun;
pub use dry_run::{DryRunOutcome, NotMatched, ShownAnswer, TurnOfDryRun};
pub(crate) use facts::{PreviousFacts, TurnFacts};
pub use tried_turn::{TriedError, TriedReply, TriedTurn};
