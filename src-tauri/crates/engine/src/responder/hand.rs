//! A person, where the bot's mode asks one.

use super::{Decision, Question};
use crate::answering::Mode;

pub(super) fn respond(question: &Question) -> Option<Decision> {
    let answering = &question.bot.answering;
    match answering.mode {
        Mode::Hold if question.load.held >= question.load.held_max => Some(Decision::Overload),
        Mode::Hold => Some(Decision::Hold {
            seconds: answering.hold.seconds,
            fallback: None,
        }),
        Mode::Rules | Mode::Upstream | Mode::UpstreamHold => None,
    }
}
