//! The feed: what happened since.

use engine::{Engine, Event, EventKind};
use messages::Lang;
use protocol::{BotId, ExchangeId, Summary};
use serde::Serialize;
use utoipa::ToSchema;

use crate::dto::exchange::SummaryView;

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FeedEvent)]
pub(crate) struct EventView {
    seq: u64,
    kind: EventKind,
    /// The exchange it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = ExchangeId, required = false)]
    id: Option<ExchangeId>,
    /// The bot it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = BotId, required = false)]
    bot: Option<BotId>,
    /// The exchange as it was then; what it waits for is as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = SummaryView, required = false)]
    exchange: Option<SummaryView>,
}

impl EventView {
    pub(crate) fn new(event: Event, engine: &Engine, lang: Lang) -> Self {
        let exchange = event
            .exchange
            .map(|summary| SummaryView::new(Summary::clone(&summary), engine, lang));
        Self {
            seq: event.seq,
            kind: event.kind,
            id: event.id,
            bot: event.bot,
            exchange,
        }
    }
}

/// One reading of the feed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FeedBatch {
    /// Where the next reading goes on.
    pub(crate) next: u64,
    pub(crate) events: Vec<EventView>,
}
