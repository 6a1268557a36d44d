//! The bot's default answer, which goes out when nobody else answers.

use protocol::AnsweredBy;

use super::{Decision, Question};
use crate::outgoing::Given;

pub(super) fn respond(question: &Question) -> Option<Decision> {
    let answer = question.default_answer();
    Some(Decision::Send(Given::answer(answer, AnsweredBy::Default)))
}
