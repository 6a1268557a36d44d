//! A server's answer corrected by a rule: the variables that it names; all other bytes stay as they
//! came.

use protocol::{Answer, Code, OwnFinding, Request, Side, Summary};
use rules::{Needs, PreparedPatch};

use super::Turn;
use super::host::Host;
use crate::outgoing::{Given, Outgoing};
use crate::read_aside::read_aside;
use crate::ruling::TurnFacts;

impl<H: Host> Turn<H> {
    /// What goes out of an answer; the server's own is kept beside it.
    pub(super) async fn patched(
        &mut self,
        mut given: Given,
        answer: Answer,
        patch: Box<PreparedPatch>,
    ) -> Given {
        match self.correct(answer.clone(), patch).await {
            Some(corrected) => {
                self.exchange.answers.set(Side::Upstream, answer);
                given.outgoing = Outgoing::Answer(corrected);
                given
            }
            None => given.with_finding(OwnFinding::new(Code::PatchNotApplied, [])),
        }
    }

    /// The same of an answer that a person may still correct.
    pub(super) async fn corrected(&mut self, answer: Answer, patch: Box<PreparedPatch>) -> Answer {
        let corrected = self.correct(answer.clone(), patch).await;
        corrected.unwrap_or_else(|| {
            self.note(OwnFinding::new(Code::PatchNotApplied, []));
            answer
        })
    }

    /// An answer with its variables corrected; `None` where it is encoded or no JSON object, or
    /// where a value could not be made.
    async fn correct(&self, answer: Answer, patch: Box<PreparedPatch>) -> Option<Answer> {
        let exchange = &self.exchange;
        let needs = Needs {
            body: true,
            ..Needs::default()
        };
        let read_as = || self.bot.read_as();
        let correction = Correction {
            facts: TurnFacts::read(needs, &exchange.request, &self.view, None, read_as),
            request: exchange.request.clone(),
            summary: exchange.summary.clone(),
            answer,
            patch,
        };
        // Templates may take some milliseconds.
        read_aside(true, correction, Correction::apply).await.1
    }
}

/// A correction on its way to a thread of its own.
struct Correction {
    facts: TurnFacts,
    request: Request,
    summary: Summary,
    answer: Answer,
    patch: Box<PreparedPatch>,
}

impl Correction {
    fn apply(&self) -> Option<Answer> {
        let answer = &self.answer;
        let whole = answer.body.whole()?;
        if protocol::is_compressed(&answer.headers) {
            return None;
        }
        let text = std::str::from_utf8(whole).ok()?;
        let body = self.facts.ask(&self.request, &self.summary, |facts| {
            self.patch.apply(text, facts).ok()
        })?;
        let mut corrected = answer.clone();
        let length = body.len().to_string();
        for (name, value) in &mut corrected.headers.0 {
            if name.eq_ignore_ascii_case("content-length") {
                *value = length.clone().into_bytes();
            }
        }
        corrected.body = body.into();
        Some(corrected)
    }
}
