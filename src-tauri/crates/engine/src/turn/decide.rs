//! What is to happen with a request: the first responder with a word on it decides. Pure.

use crate::responder::{Decision, Question, RESPONDERS};

pub(crate) fn decide(question: &Question) -> Decision {
    let mut decisions = RESPONDERS.iter().filter_map(|respond| respond(question));
    decisions
        .next()
        .expect("the default responder always answers")
}

#[cfg(test)]
mod tests {
    use protocol::{AnsweredBy, PlatformChoice};

    use super::*;
    use crate::answering::Mode;
    use crate::bots::{Bot, new_bot};
    use crate::holds::MAX_HELD;
    use crate::outgoing::{Fault, FaultKind, Outgoing};
    use crate::responder::Load;

    fn bot(mode: Mode) -> Bot {
        let mut bot = new_bot("bot".to_owned(), PlatformChoice::Auto);
        bot.answering.mode = mode;
        bot
    }

    fn decided(bot: &Bot, held: usize, fault: Option<FaultKind>) -> Decision {
        decide(&Question {
            bot,
            fault,
            load: Load { held },
        })
    }

    #[test]
    fn each_mode_has_its_decision() {
        let default = |bot: &Bot| {
            let answer = Outgoing::Answer(bot.default_answer.clone());
            Decision::Send(answer, AnsweredBy::Default)
        };
        for mode in [Mode::Rules, Mode::Upstream, Mode::UpstreamHold] {
            let bot = bot(mode);
            assert_eq!(decided(&bot, 0, None), default(&bot), "{mode:?}");
        }
        let mut held = bot(Mode::Hold);
        held.answering.hold.seconds = 7;
        assert_eq!(decided(&held, 0, None), Decision::Hold { seconds: 7 });
    }

    #[test]
    fn beyond_the_limit_of_held_exchanges_nobody_is_asked() {
        let held = bot(Mode::Hold);
        let last = decided(&held, MAX_HELD - 1, None);
        assert!(matches!(last, Decision::Hold { .. }));
        assert_eq!(decided(&held, MAX_HELD, None), Decision::Overload);
        let rules = bot(Mode::Rules);
        let answered = decided(&rules, MAX_HELD, None);
        assert!(matches!(answered, Decision::Send(..)));
    }

    #[test]
    fn an_ordered_fault_goes_before_a_person_and_the_default_answer() {
        for mode in [Mode::Rules, Mode::Hold] {
            let decision = decided(&bot(mode), 0, Some(FaultKind::Reset));
            let fault = Outgoing::Fault(Fault::Reset);
            assert_eq!(decision, Decision::Send(fault, AnsweredBy::Rule));
        }
    }
}
