//! Recorded requests sent again, and the sample turn.

use std::sync::Arc;

use protocol::platform::contract;
use protocol::{
    Answer, Code, Exchange, ExchangeId, Failure, FailureCode, OwnFinding, Request, Source,
};

use super::Engine;
use crate::bots::Bot;
use crate::client::{Edit, TIMEOUT, prepare};
use crate::error::{Error, Invalid};
use crate::read_aside::read_aside;
use crate::receipt::Receipt;
use crate::replay::{Outbound, Target, destination, to_itself, to_url};
use crate::shared::Shared;

/// A request as it is sent, and what of it is not sent as it was given.
type Prepared = Result<(Request, Vec<OwnFinding>), Invalid>;

impl Engine {
    /// Sends a recorded request again. Returns when the answer is complete or has failed: the new
    /// exchange. `answer` is what it gets through the app itself, as by hand.
    ///
    /// # Errors
    /// There is no such exchange, or what is asked for cannot be sent at all.
    pub async fn replay(
        &self,
        id: ExchangeId,
        target: Target,
        edit: Edit,
        answer: Option<Answer>,
    ) -> Result<ExchangeId, Error> {
        let original = self.exchange(id).await?;
        let shared = Arc::clone(&self.shared);
        let is_cut = edit.body.is_none() && original.request.truncated;
        let in_part = |request: &Request| {
            let bytes = request.body.length().to_string();
            is_cut.then(|| OwnFinding::new(Code::ReplayedInPart, [bytes]))
        };
        let path = edit.path.as_deref();
        let destination = destination(target, &original, path)?;
        // Apart from whoever asks: a closed window does not cut a replay short.
        let sending = match destination {
            None => {
                let host = self.webhook_addr().to_string();
                let (original, prepared) = prepared(original, edit, host).await;
                let (request, mut findings) = prepared?;
                findings.extend(in_part(&request));
                let outbound = outbound(&shared, &original, request, findings);
                self.shared.tasks.spawn(to_itself(shared, outbound, answer))
            }
            Some(destination) => {
                let address = &destination.address;
                let (original, prepared) = prepared(original, edit, address.host_field()).await;
                let (mut request, mut findings) = prepared?;
                findings.extend(in_part(&request));
                address.direct(&mut request);
                let outbound = outbound(&shared, &original, request, findings);
                self.shared
                    .tasks
                    .spawn(to_url(shared, outbound, destination))
            }
        };
        sending
            .await
            .map_err(|_| Error::Sending(Failure::new(FailureCode::Other, "")))
    }

    /// Sends a sample turn to the webhook server, over a real connection, as the bot's platform
    /// would.
    ///
    /// # Errors
    /// There is no such bot.
    pub fn send_sample(&self, bot: &Bot) {
        // Each of a message of its own, so that none has the time of the one before.
        let id = uuid::Uuid::new_v4().to_string();
        let Some(sample) =
            protocol::platform::new_sample(bot.platform, &bot.platform_settings, &id)
        else {
            return;
        };
        let Ok(method) = sample.method.parse::<http::Method>() else {
            return;
        };
        // A call to a platform finds the chat that it is for.
        let view = protocol::read_request(bot.read_as(), &sample);
        let chat = contract(view.platform).chat_action(&view.context(&sample));
        let (shared, id) = (Arc::clone(&self.shared), bot.id);
        let path = sample.path.trim_end_matches('/');
        let query = sample
            .query
            .map(|query| format!("?{query}"))
            .unwrap_or_default();
        let url = format!("{}{path}{query}", self.webhook_url(bot));
        let mut sending = self.shared.clients.local().request(method, url);
        for (name, value) in sample.headers.0 {
            sending = sending.header(name, value);
        }
        let sending = sending
            .header(http::header::USER_AGENT, "Hookloupe sample")
            .timeout(TIMEOUT)
            .body(sample.body.beginning().clone());
        self.shared.tasks.spawn(async move {
            if let Some(action) = chat {
                shared.chats.ensure(id, action.chat).await;
            }
            if let Err(error) = sending.send().await {
                tracing::warn!(error = %error.without_url(), "the sample turn did not get through");
            }
        });
    }
}

/// A replay. `findings`: what of it is not sent as it was given.
fn outbound(
    shared: &Shared,
    original: &Exchange,
    request: Request,
    findings: Vec<OwnFinding>,
) -> Outbound {
    let mut receipt = Receipt::now(shared, Source::Replay, Some(original.summary.id));
    receipt.findings = findings;
    Outbound {
        bot: shared.bots.get_or_first(original.summary.bot),
        receipt,
        request,
        limit: None,
    }
}

/// The recorded exchange, and its request with its edits for this host.
async fn prepared(original: Exchange, edit: Edit, host: String) -> (Exchange, Prepared) {
    read_aside(edit.takes_long(), original, move |original: &Exchange| {
        prepare(original, edit, &host)
    })
    .await
}
