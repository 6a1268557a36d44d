//! The platform itself as a server, where it answers in place of the bot.

use protocol::AnsweredBy;
use protocol::platform::{Contract, RequestContext, contract};

use super::{Decision, Question};
use crate::outgoing::Given;

pub(super) fn respond(question: &Question) -> Option<Decision> {
    let contract = contract(question.view.platform);
    by_contract(contract, &question.view.context(question.request))
}

fn by_contract(contract: &dyn Contract, request: &RequestContext<'_>) -> Option<Decision> {
    let own = contract.answer(request)?;
    let given = Given::answer(own.answer, AnsweredBy::Platform);
    Some(Decision::Send(given.with_finding(own.finding)))
}

#[cfg(test)]
mod tests {
    use messages::Words;
    use protocol::platform::PlatformAnswer;
    use protocol::{Answer, Code, OwnFinding, Platform, PlatformChoice, Request, read_request};

    use super::*;

    /// A server that takes calls with its token alone.
    struct TokenServer;

    impl Contract for TokenServer {
        fn platform(&self) -> Platform {
            Platform::default()
        }

        fn name(&self) -> &'static Words {
            contract(Platform::default()).name()
        }

        fn answer(&self, request: &RequestContext<'_>) -> Option<PlatformAnswer> {
            let is_known = request.request.query.as_deref() == Some("token=right");
            (!is_known).then(|| PlatformAnswer {
                answer: Answer::json(401, "{}"),
                finding: OwnFinding::new(Code::AccessLogin, []),
            })
        }
    }

    #[test]
    fn a_platform_that_answers_itself_goes_before_the_bot() {
        let mut request = Request {
            query: Some("token=wrong".to_owned()),
            ..Request::default()
        };
        let view = read_request(PlatformChoice::Auto, &request);
        let decision = by_contract(&TokenServer, &view.context(&request));
        let given = Given::answer(Answer::json(401, "{}"), AnsweredBy::Platform)
            .with_finding(OwnFinding::new(Code::AccessLogin, []));
        assert!(matches!(decision, Some(Decision::Send(sent)) if sent == given));
        request.query = Some("token=right".to_owned());
        assert!(by_contract(&TokenServer, &view.context(&request)).is_none());
    }
}
