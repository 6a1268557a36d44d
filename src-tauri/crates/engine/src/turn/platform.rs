//! What a platform that the app stands in for sets for its bot: how long it waits, and what goes
//! out where the bot gives no answer.

use protocol::platform::{NoAnswer, contract};
use protocol::{AnsweredBy, Code, OwnFinding, Request, RequestView};
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
    /// What a person has set for the next call to the platform, where this is one.
    pub(super) fn trial_answer(&self) -> Option<Given> {
        let contract = contract(self.view.platform);
        if contract.trial_answers().is_empty() {
            return None;
        }
        let is_call = contract.takes_trial(&self.view.context(&self.exchange.request));
        let name = is_call.then(|| self.host.take_trial(self.bot.id))??;
        // The first is what the platform answers where all is well.
        if contract.trial_answers().first() == Some(&name) {
            return None;
        }
        let given = Given::answer(contract.trial_answer(name)?, AnsweredBy::Platform);
        Some(given.with_finding(OwnFinding::new(Code::TrialAnswer, [])))
    }

    /// Does what a call says in a chat of the platform's; what goes out where the chat takes none.
    pub(super) async fn act_in_chat(&self) -> Option<Given> {
        let contract = contract(self.view.platform);
        let action = contract.chat_action(&self.view.context(&self.exchange.request))?;
        // In a box of its own: most turns are in no chat, and carry less for it.
        let acting = Box::pin(self.host.act_in_chat(self.bot.id, action));
        if acting.await {
            return None;
        }
        let unknown = contract.unknown_chat()?;
        let given = Given::answer(unknown.answer, AnsweredBy::Platform);
        Some(given.with_finding(unknown.finding))
    }

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
