//! A fault in place of an answer, where one is ordered.

use protocol::AnsweredBy;

use super::{Decision, Question};
use crate::outgoing::Outgoing;

pub(super) fn respond(question: &Question) -> Option<Decision> {
    let fault = question.fault?.on(&question.bot.default_answer);
    Some(Decision::Send(Outgoing::Fault(fault), AnsweredBy::Rule))
}
