//! A server's answer corrected by a rule: the variables that it names; all other bytes stay as they
//! came.

use messages::Say as _;
use protocol::{Answer, Code, OwnFinding, Request, RequestView, Side, Summary};
use rules::{Needs, PatchError, PreparedPatch};

use super::Turn;
use super::host::Host;
use crate::outgoing::{Given, Outgoing};
use crate::read_aside::read_aside;
use crate::ruling::TurnFacts;

impl<H: Host> Turn<H> {
    /// What goes out of an answer; the server's own is kept beside it.
    pub(super) async fn patched(&mut self, mut given: Given, answer: Answer) -> Given {
        let Some(correction) = self.correction() else {
            return given;
        };
        match correction.apply(answer).await {
            (answer, Ok(corrected)) => {
                self.exchange.answers.set(Side::Upstream, answer);
                given.outgoing = Outgoing::Answer(corrected);
                given
            }
            (_, Err(finding)) => given.with_finding(finding),
        }
    }

    /// What a person sees of an answer, and what goes out of it untouched; both versions are kept.
    pub(super) async fn corrected(&mut self, answer: Answer) -> Answer {
        let Some(correction) = self.correction() else {
            return answer;
        };
        match correction.apply(answer).await {
            (_, Ok(corrected)) => {
                let answers = &mut self.exchange.answers;
                answers.set(Side::Corrected, corrected.clone());
                corrected
            }
            (answer, Err(finding)) => {
                self.note(finding);
                answer
            }
        }
    }

    /// What a rule changes in a server's answer, if it does, and was not done yet.
    pub(super) fn correction(&mut self) -> Option<Correction> {
        Some(Correction {
            patch: self.patch.take()?,
            request: self.exchange.request.clone(),
            view: self.view.clone(),
            summary: self.exchange.summary.clone(),
        })
    }
}

/// A correction, with all that its templates see.
pub(super) struct Correction {
    patch: Box<PreparedPatch>,
    request: Request,
    view: RequestView,
    summary: Summary,
}

impl Correction {
    /// An answer as it came, and corrected, or why it is not. Aside: templates take some
    /// milliseconds, and so does reading what they see.
    pub(super) async fn apply(self, answer: Answer) -> (Answer, Result<Answer, OwnFinding>) {
        let applying = |(correction, answer): &(Self, Answer)| correction.corrected(answer);
        let ((_, answer), corrected) = read_aside(true, (self, answer), applying).await;
        let refused = |why: PatchError| {
            let finding = OwnFinding::new(Code::PatchNotApplied, []).said(&why.message());
            match why.place {
                Some((_, position)) => finding.at_position(position),
                None => finding,
            }
        };
        (answer, corrected.map_err(refused))
    }

    fn corrected(&self, answer: &Answer) -> Result<Answer, PatchError> {
        let needs = Needs {
            body: true,
            ..Needs::default()
        };
        let facts = TurnFacts::read(needs, &self.request, &self.view, None);
        facts.ask(&self.request, &self.summary, |facts| {
            self.patch.correct(answer, facts)
        })
    }
}
