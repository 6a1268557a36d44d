//! What is to happen with a request: the first responder with a word on it decides. Pure.

use crate::responder::{Decision, Question, Responder};

pub(crate) fn decide(responders: &[Responder], question: &Question) -> Option<Decision> {
    responders.iter().find_map(|respond| respond(question))
}

#[cfg(test)]
mod tests {
    use protocol::{Answer, AnsweredBy, FaultKind, PlatformChoice, Request};

    use super::*;
    use crate::answering::{Mode, Upstream};
    use crate::bots::{Bot, new_bot};
    use crate::outgoing::{Fault, Given, Outgoing};
    use crate::responder::{AFTER_RULES, BEFORE_RULES, Load, ordered_fault};

    /// How many may be held.
    const HELD_MAX: usize = 3;

    fn bot(mode: Mode) -> Bot {
        let mut bot = new_bot("bot".to_owned(), PlatformChoice::Auto);
        bot.answering.mode = mode;
        bot
    }

    fn decided(bot: &Bot, held: usize, headers: &[(&str, &str)]) -> Decision {
        let request = Request {
            headers: headers.iter().copied().collect(),
            ..Request::default()
        };
        let question = Question {
            bot,
            request: &request,
            view: &protocol::read_request(bot.platform, &request),
            load: Load {
                held,
                held_max: HELD_MAX,
            },
        };
        decide(BEFORE_RULES, &question)
            .or_else(|| decide(AFTER_RULES, &question))
            .unwrap()
    }

    /// What goes out at once.
    fn sent(decision: Decision) -> Given {
        match decision {
            Decision::Send(given) => given,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_mode_has_its_decision() {
        let default = Given::answer(Answer::json(200, "{}"), AnsweredBy::Default);
        for mode in [Mode::Rules, Mode::Upstream, Mode::UpstreamHold] {
            let mut bot = bot(mode);
            bot.given_answer = Some(Answer::json(200, "{}"));
            let given = sent(decided(&bot, 0, &[]));
            assert_eq!(given, default, "{mode:?}: there is no server");
        }
        for (mode, held, holds) in [
            (Mode::Upstream, 0, false),
            (Mode::UpstreamHold, 0, true),
            (Mode::UpstreamHold, HELD_MAX, false),
        ] {
            let mut bot = bot(mode);
            bot.answering.upstream = Some("http://h".to_owned());
            let Decision::Forward(forward) = decided(&bot, held, &[]) else {
                panic!("{mode:?}");
            };
            assert_eq!(forward.server, Upstream::at("http://h"), "{mode:?}");
            assert_eq!((forward.seconds, forward.holds), (50, holds), "{mode:?}");
            assert!(forward.patch.is_none(), "{mode:?}");
        }
        let given_none = sent(decided(&bot(Mode::Rules), 0, &[]));
        let of_platform = protocol::platform::default_answer(PlatformChoice::Auto);
        assert_eq!(given_none, Given::answer(of_platform, AnsweredBy::Default));
        let mut held = bot(Mode::Hold);
        held.answering.hold.seconds = 7;
        let decision = decided(&held, 0, &[]);
        let is_held = matches!(
            decision,
            Decision::Hold {
                seconds: 7,
                fallback: None
            }
        );
        assert!(is_held, "{decision:?}");
    }

    #[test]
    fn beyond_the_limit_of_held_exchanges_nobody_is_asked() {
        let held = bot(Mode::Hold);
        let last = decided(&held, HELD_MAX - 1, &[]);
        assert!(matches!(last, Decision::Hold { .. }));
        let beyond = decided(&held, HELD_MAX, &[]);
        assert!(matches!(beyond, Decision::Overload));
        let rules = bot(Mode::Rules);
        let answered = decided(&rules, HELD_MAX, &[]);
        assert!(matches!(answered, Decision::Send(_)));
    }

    #[test]
    fn a_responder_looks_at_the_request_and_goes_before_those_below_it() {
        let kind = FaultKind::Reset.as_str();
        for mode in [Mode::Rules, Mode::Hold] {
            let given = sent(decided(&bot(mode), 0, &[(ordered_fault::HEADER, kind)]));
            let fault = Given::new(Outgoing::Fault(Fault::Reset), AnsweredBy::Rule);
            assert_eq!(given, fault);
        }
    }
}
