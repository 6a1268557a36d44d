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
    use protocol::{Answer, AnsweredBy, FaultKind, PlatformChoice, Request};

    use super::*;
    use crate::answering::{Mode, Upstream};
    use crate::bots::{Bot, new_bot};
    use crate::outgoing::{Fault, Given, Outgoing};
    use crate::responder::{Forward, Load, ordered_fault};

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
        decide(&Question {
            bot,
            request: &request,
            view: &protocol::read_request(bot.platform, &request),
            load: Load {
                held,
                held_max: HELD_MAX,
            },
        })
    }

    #[test]
    fn each_mode_has_its_decision() {
        let default = Given::answer(Answer::json(200, "{}"), AnsweredBy::Default);
        let default = Decision::Send(default);
        for mode in [Mode::Rules, Mode::Upstream, Mode::UpstreamHold] {
            let mut bot = bot(mode);
            bot.given_answer = Some(Answer::json(200, "{}"));
            assert_eq!(
                decided(&bot, 0, &[]),
                default,
                "{mode:?}: there is no server"
            );
        }
        for (mode, held, holds) in [
            (Mode::Upstream, 0, false),
            (Mode::UpstreamHold, 0, true),
            (Mode::UpstreamHold, HELD_MAX, false),
        ] {
            let mut bot = bot(mode);
            bot.answering.upstream = Some("http://h".to_owned());
            let forward = Decision::Forward(Forward {
                server: Upstream::at("http://h"),
                seconds: 50,
                holds,
            });
            assert_eq!(decided(&bot, held, &[]), forward, "{mode:?}");
        }
        let given_none = decided(&bot(Mode::Rules), 0, &[]);
        let of_platform = protocol::platform::default_answer(PlatformChoice::Auto);
        let of_platform = Given::answer(of_platform, AnsweredBy::Default);
        assert_eq!(given_none, Decision::Send(of_platform));
        let mut held = bot(Mode::Hold);
        held.answering.hold.seconds = 7;
        assert_eq!(decided(&held, 0, &[]), Decision::Hold { seconds: 7 });
    }

    #[test]
    fn beyond_the_limit_of_held_exchanges_nobody_is_asked() {
        let held = bot(Mode::Hold);
        let last = decided(&held, HELD_MAX - 1, &[]);
        assert!(matches!(last, Decision::Hold { .. }));
        assert_eq!(decided(&held, HELD_MAX, &[]), Decision::Overload);
        let rules = bot(Mode::Rules);
        let answered = decided(&rules, HELD_MAX, &[]);
        assert!(matches!(answered, Decision::Send(_)));
    }

    #[test]
    fn a_responder_looks_at_the_request_and_goes_before_those_below_it() {
        let kind = FaultKind::Reset.as_str();
        for mode in [Mode::Rules, Mode::Hold] {
            let decision = decided(&bot(mode), 0, &[(ordered_fault::HEADER, kind)]);
            let fault = Given::new(Outgoing::Fault(Fault::Reset), AnsweredBy::Rule);
            assert_eq!(decision, Decision::Send(fault));
        }
    }
}
