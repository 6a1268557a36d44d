//! What an exchange means, made again from its bytes whenever somebody looks.

use std::sync::Arc;

use protocol::platform::PlatformReason;
use protocol::{
    Answer, AnswerView, Exchange, Finding, Outcome, PlatformChoice, ReadAs, RequestView, Variable,
};

use crate::bots::Bot;

/// An exchange as its platform reads it.
pub struct Reading {
    /// The request.
    pub request: RequestView,
    /// The answer, once there is one.
    pub answer: Option<AnswerView>,
}

impl Reading {
    /// Reads an exchange by the rules of the platform it was received under, with what is set for
    /// it now. `bot`: its bot as it is now; `None` where it was removed.
    #[must_use]
    pub fn new(exchange: &Exchange, bot: Option<&Bot>) -> Self {
        Self::with_answer(exchange, bot, exchange.answer())
    }

    /// Reads an exchange as if this were its answer.
    #[must_use]
    pub fn with_answer(exchange: &Exchange, bot: Option<&Bot>, answer: Option<&Answer>) -> Self {
        let read_as = ReadAs {
            choice: PlatformChoice::Fixed(exchange.summary.platform),
            settings: bot.map(|bot| Arc::clone(&bot.platform_settings)),
        };
        let request = protocol::read_request(read_as, &exchange.request);
        let undelivered = exchange.summary.undelivered();
        let answer = answer.map(|answer| {
            let view = protocol::read_answer(&request, &exchange.request, answer);
            match undelivered {
                Some(outcome) => view.undelivered(outcome),
                None => view,
            }
        });
        Self { request, answer }
    }

    /// The variables in, out and after.
    #[must_use]
    pub fn variables(&self, exchange: &Exchange) -> Vec<Variable> {
        self.variables_with(exchange, exchange.answer())
    }

    /// The variables in, out and after, as if this were the answer.
    #[must_use]
    pub fn variables_with(&self, exchange: &Exchange, answer: Option<&Answer>) -> Vec<Variable> {
        let answer = answer.zip(self.answer.as_ref());
        protocol::variables(&self.request, &exchange.request, answer)
    }

    /// Whether the bot takes the answer; an exchange without one takes nothing.
    #[must_use]
    pub fn outcome(&self, exchange: &Exchange) -> Option<Outcome> {
        match &self.answer {
            Some(answer) => Some(answer.outcome),
            None => exchange.summary.undelivered(),
        }
    }

    /// Why it follows its platform. What its bot chooses now stands for what it had chosen where
    /// that was not stored.
    #[must_use]
    pub fn platform_reason(&self, exchange: &Exchange, bot: Option<&Bot>) -> PlatformReason {
        let choice = exchange.platform_choice.or(bot.map(|bot| bot.platform));
        let choice = choice.unwrap_or_default();
        self.request.platform_reason(&exchange.request, choice)
    }

    /// The program that sent it, where its platform tells its callers apart.
    #[must_use]
    pub fn sender(&self, exchange: &Exchange) -> Option<&'static str> {
        self.request.sender(&exchange.request)
    }

    /// All findings: of the request, of the answer, and the app's own.
    #[must_use]
    pub fn findings(&self, exchange: &Exchange) -> Vec<Finding> {
        let mut findings = self.request.findings.clone();
        if let Some(answer) = &self.answer {
            findings.extend(answer.findings.iter().cloned());
        }
        findings.extend(exchange.own_findings.iter().map(Finding::from));
        findings
    }
}
