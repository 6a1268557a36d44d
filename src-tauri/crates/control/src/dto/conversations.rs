//! Conversations: as the list shows them, with their turns, and the matrix of their variables.

use protocol::{BotId, Change, ConversationId, ExchangeId, FindingCounts, Platform, UtcMillis};
use serde::Serialize;
use store::Conversation;
use utoipa::ToSchema;

use crate::dto::exchange::TurnView;

/// Declares a document that has every field of a conversation but its turns, and its own ones.
macro_rules! with_conversation {
    ($(#[$doc:meta])* struct $name:ident { $($own:tt)* }) => {
        $(#[$doc])*
        pub(crate) struct $name {
            id: ConversationId,
            bot: BotId,
            platform: Platform,
            user: String,
            /// The simulator talks in the user's place.
            simulated: bool,
            /// When its first turn arrived.
            started: UtcMillis,
            /// When its last turn arrived.
            last: UtcMillis,
            /// Its events in order, a run of equal ones once; its first 200.
            events: Vec<String>,
            /// How many findings its turns have.
            findings: FindingCounts,
            $($own)*
        }
    };
}

macro_rules! of_conversation {
    ($name:ident, $conversation:expr, { $($own:tt)* }) => {{
        let conversation: Conversation = $conversation;
        $name {
            id: conversation.id,
            bot: conversation.bot,
            platform: conversation.platform,
            user: conversation.user,
            simulated: conversation.is_simulated,
            started: conversation.started,
            last: conversation.last,
            events: conversation.events,
            findings: conversation.findings,
            $($own)*
        }
    }};
}

with_conversation! {
    /// A conversation as the list shows it.
    #[derive(Debug, Serialize, ToSchema)]
    #[schema(as = Conversation)]
    struct ConversationView {
        /// How many turns it has.
        turns: u64,
    }
}

impl From<Conversation> for ConversationView {
    fn from(conversation: Conversation) -> Self {
        let turns = conversation.turns;
        of_conversation!(Self, conversation, { turns })
    }
}

with_conversation! {
    /// A conversation with its turns.
    #[derive(Debug, Serialize, ToSchema)]
    #[schema(as = ConversationDetail)]
    struct ConversationDetail {
        /// How many turns it has, of which the newest 2,000 are listed.
        turn_count: u64,
        /// Oldest first.
        turns: Vec<TurnView>,
    }
}

impl ConversationDetail {
    pub(crate) fn new(conversation: Conversation, turns: Vec<TurnView>) -> Self {
        let turn_count = conversation.turns;
        of_conversation!(Self, conversation, { turn_count, turns })
    }
}

/// The variables of a conversation over its turns.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct Matrix {
    /// The user's variables in order of first appearance: a row each.
    pub(crate) variables: Vec<String>,
    /// The turns, oldest first: a column each.
    pub(crate) turns: Vec<ExchangeId>,
    /// Row by row; `null` where neither the request nor the answer has the variable.
    pub(crate) cells: Vec<Vec<Option<Cell>>>,
}

/// A variable in a turn; values are JSON text as it was sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MatrixCell)]
pub(crate) struct Cell {
    #[serde(rename = "in")]
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    pub(crate) change: Change,
}
