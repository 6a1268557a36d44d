//! What a platform that the app stands in for sets for its bot: how long it waits, and what goes
//! out where the bot gives no answer.

use protocol::platform::{NoAnswer, contract};
use protocol::{AnsweredBy, Request, RequestView};
use tokio::time::Instant;

use super::Turn;
use super::host::Host;
use crate::outgoing::Given;

/// The platform's own answer where the bot gives none; `None` where the bot's fallback goes out.
pub(super) fn answer_without_bot(
    view: &RequestView,
    request: &Request,
    why: NoAnswer,
) -> Option<Given> {
    let own = contract(view.platform).answer_without_bot(&view.context(request), why)?;
    Some(Given::answer(own.answer, AnsweredBy::Platform).with_finding(own.finding))
}

impl<H: Host> Turn<H> {
    pub(super) fn platform_answer(&self, why: NoAnswer) -> Option<Given> {
        answer_without_bot(&self.view, &self.exchange.request, why)
    }

    /// When the platform waits no longer, where it says so.
    pub(super) fn platform_deadline(&self) -> Option<Instant> {
        let context = self.view.context(&self.exchange.request);
        let limit = contract(self.view.platform).time_limit(&context)?;
        self.arrived.checked_add(limit)
    }

    /// A moment, or the platform's deadline where that is sooner.
    pub(super) fn before_platform_deadline(&self, moment: Instant) -> Instant {
        self.platform_deadline()
            .map_or(moment, |deadline| moment.min(deadline))
    }
}
