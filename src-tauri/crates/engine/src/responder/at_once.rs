//! A platform that answers at once, before it does anything with the request: the bot's default
//! answer goes out, and neither rules nor a person nor a server are asked.

use protocol::AnsweredBy;
use protocol::platform::contract;

use super::{Decision, Question};
use crate::outgoing::Given;

pub(super) fn respond(question: &Question) -> Option<Decision> {
    let context = question.view.context(question.request);
    let answers = contract(question.view.platform).answers_at_once(&context);
    answers.then(|| {
        let answer = question.default_answer();
        Decision::Send(Given::answer(answer, AnsweredBy::Default))
    })
}
