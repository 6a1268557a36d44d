//! A late answer's variables on their way with the next answer that the same user's bot takes.

use protocol::{Answer, AnsweredBy, ExchangeId, Outcome, Source};

use super::Turn;
use super::deliver::Reply;
use super::host::{History, Host};
use crate::late::{DeliveryEnd, has_room, merged, object_text};
use crate::outgoing::{Given, Outgoing};
use crate::read_aside::{read_aside, takes_long};

impl<H: Host> Turn<H> {
    /// Puts what waits for this user under an answer that the bot takes; whose late answer it is.
    pub(super) async fn carry(
        self: Box<Self>,
        mut given: Given,
        reply: &Reply,
    ) -> (Box<Self>, Given, Option<ExchangeId>) {
        let summary = &self.exchange.summary;
        let (bot, user) = (summary.bot, summary.user.clone());
        let is_for_bot = self.is_for_bot(&given, reply);
        let Outgoing::Answer(answer) = &given.outgoing else {
            return (self, given, None);
        };
        if !is_for_bot || !self.host.has_delivery(bot, user.as_deref()) {
            return (self, given, None);
        }
        let answer = answer.clone();
        let aside = takes_long(&answer.headers, &answer.body);
        let ((mut turn, answer), is_taken) = read_aside(aside, (self, answer), |(turn, answer)| {
            turn.is_taken(answer)
        })
        .await;
        if !is_taken {
            return (turn, given, None);
        }
        while let Some(delivery) = turn.host.take_delivery(bot, user.as_deref()).await {
            let late = delivery.exchange;
            let end = match turn.host.history().late_answer(late).await {
                Ok(Some(found)) => {
                    let aside = aside || takes_long(&found.headers, &found.body);
                    let subject = (answer.clone(), found, delivery.names);
                    let merge = |(answer, late, names): &(Answer, Answer, Option<Vec<String>>)| {
                        merged(answer, &object_text(late)?, names.as_deref())
                    };
                    if let (_, Some(answer)) = read_aside(aside, subject, merge).await {
                        given.outgoing = Outgoing::Answer(answer);
                        turn.exchange.summary.carried = Some(late);
                        return (turn, given, Some(late));
                    }
                    DeliveryEnd::Impossible
                }
                Ok(None) => DeliveryEnd::Impossible,
                Err(error) => {
                    tracing::warn!(%error, "a late answer cannot be read");
                    turn.host.delivery_ended(late, DeliveryEnd::Lost).await;
                    break;
                }
            };
            turn.host.delivery_ended(late, end).await;
        }
        (turn, given, None)
    }

    /// Whether what is given goes to the bot itself, and not to a replay or a stranger.
    fn is_for_bot(&self, given: &Given, reply: &Reply) -> bool {
        let is_bots = matches!(
            self.exchange.summary.source,
            Source::Webhook | Source::Tunnel | Source::Simulator
        );
        let is_given = !matches!(given.by, None | Some(AnsweredBy::Platform));
        // No body goes out to `HEAD`.
        let has_body = self.exchange.request.method != "HEAD";
        is_bots && is_given && has_body && matches!(reply, Reply::Caller(_))
    }

    /// Whether the bot takes an answer's variables, and more would fit into it.
    fn is_taken(&self, answer: &Answer) -> bool {
        let view = protocol::read_answer(&self.view, &self.exchange.request, answer);
        matches!(view.outcome, Outcome::Merged { .. }) && has_room(answer)
    }
}
