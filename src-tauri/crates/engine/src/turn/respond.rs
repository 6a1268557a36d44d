//! A decision carried out: the exchange settled, recorded, and only then delivered.

use std::sync::Arc;

use protocol::{Answer, AnsweredBy, Code, Failure, FailureCode, FindingCounts, OwnFinding};

use super::Turn;
use super::deliver::{Reply, deliver};
use super::host::{History, Host};
use super::record::{Entry, record};
use super::settle::{End, add_finding, settle};
use crate::answering::Fallback;
use crate::error::Error;
use crate::holds::{Ack, MAX_HELD};
use crate::outgoing::Outgoing;
use crate::read_aside::read_aside;
use crate::refusal::Refusal;
use crate::responder::Decision;

impl<H: Host> Turn<H> {
    pub(super) async fn carry_out(self, decision: Decision, reply: Reply) {
        match decision {
            Decision::Send(outgoing, by) => self.end(outgoing, Some(by), reply, None).await,
            Decision::Hold { seconds } => self.hold(seconds, reply).await,
            Decision::Overload => self.overload(reply).await,
        }
    }

    /// Turns a caller away.
    pub(super) async fn refuse(mut self, refusal: Refusal, reply: Reply) {
        add_finding(&mut self.exchange, refusal.finding);
        let outgoing = match refusal.answer {
            Some(answer) => Outgoing::Answer(answer),
            None => Outgoing::Nothing(Failure::new(FailureCode::CallerLeft, "")),
        };
        self.end(outgoing, None, reply, None).await;
    }

    /// Answers by the fallback where too many exchanges wait already.
    pub(super) async fn overload(mut self, reply: Reply) {
        let finding = OwnFinding::new(Code::HoldLimit, [MAX_HELD.to_string()]);
        add_finding(&mut self.exchange, finding);
        let outgoing = Outgoing::Answer(self.fallback().await);
        self.end(outgoing, Some(AnsweredBy::Fallback), reply, None)
            .await;
    }

    /// The answer that goes out when nobody has given one.
    pub(super) async fn fallback(&self) -> Answer {
        // The setting as it is now: a person may have changed it while the exchange waited.
        let bot = self
            .host
            .bot(self.bot.id)
            .unwrap_or_else(|| Arc::clone(&self.bot));
        if bot.answering.hold.fallback == Fallback::Last {
            let event = self.exchange.summary.event.as_deref();
            let last = self.host.history().last_answer(bot.id, event).await;
            if let Some(answer) = last {
                return answer;
            }
        }
        bot.default_answer.clone()
    }

    /// The exchange as it stands, recorded while more follows.
    pub(crate) async fn record_open(&mut self) {
        record(&*self.host, self.exchange.clone(), self.clock, self.entry).await;
        self.entry = Entry::Known;
    }

    /// Ends the exchange: settled, recorded, delivered.
    pub(crate) async fn end(
        self,
        outgoing: Outgoing,
        by: Option<AnsweredBy>,
        reply: Reply,
        ack: Option<Ack<()>>,
    ) {
        let ((mut turn, outgoing), found) = self.check(outgoing).await;
        let end = End {
            outgoing: &outgoing,
            by,
            found,
            at: turn.clock.elapsed(),
        };
        settle(&mut turn.exchange, &end);
        let recorded = record(&*turn.host, turn.exchange, turn.clock, turn.entry).await;
        match outgoing {
            Outgoing::Nothing(_) => {
                if let Some(ack) = ack {
                    let _ = ack.send(Err(Error::CallerLeft));
                }
            }
            outgoing => deliver(&turn.host, recorded, reply, outgoing, ack),
        }
    }

    /// What the platform finds in an answer.
    async fn check(self, outgoing: Outgoing) -> ((Self, Outgoing), FindingCounts) {
        let bytes = match &outgoing {
            Outgoing::Answer(answer) => answer.body.beginning().len(),
            Outgoing::Fault(_) | Outgoing::Nothing(_) => 0,
        };
        read_aside(bytes, (self, outgoing), |(turn, outgoing)| match outgoing {
            Outgoing::Answer(answer) => {
                let view = protocol::read_answer(&turn.view, &turn.exchange.request, answer);
                protocol::count(&view.findings)
            }
            Outgoing::Fault(_) | Outgoing::Nothing(_) => FindingCounts::default(),
        })
        .await
    }
}
