//! A fault that a test orders by a header of its request.

use protocol::AnsweredBy;

use super::{Decision, Question};
use crate::outgoing::{Fault, Given, Outgoing};

/// Names the kind of the fault.
pub(crate) const HEADER: &str = "X-Ordered-Fault";

pub(super) fn respond(question: &Question) -> Option<Decision> {
    let kind = question.request.headers.get(HEADER)?;
    let kind = kind.parse().expect("it names a kind");
    let fault = Fault::new(kind, &question.default_answer());
    let given = Given::new(Outgoing::Fault(fault), AnsweredBy::Rule);
    Some(Decision::Send(given))
}
