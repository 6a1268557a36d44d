//! The developer's own server, where the bot's mode asks it.

use super::{Decision, Forward, Question};
use crate::answering::Mode;

pub(super) fn respond(question: &Question) -> Option<Decision> {
    let answering = &question.bot.answering;
    let holds = match answering.mode {
        Mode::Upstream => false,
        // Beyond the limit of held exchanges nobody is asked to correct it.
        Mode::UpstreamHold => question.load.held < question.load.held_max,
        Mode::Rules | Mode::Hold => return None,
    };
    Some(Decision::Forward(Forward {
        server: answering.server()?,
        seconds: answering.hold.seconds,
        holds,
        patch: None,
    }))
}
