//! What is to happen with a request: the first responder with a word on it decides. Pure.

use crate::responder::{Decision, Question, RESPONDERS};

pub(crate) fn decide(question: &Question) -> Decision {
    let mut decisions = RESPONDERS.iter().filter_map(|respond| respond(question));
    decisions
        .next()
        .expect("the default responder always answers")
}
