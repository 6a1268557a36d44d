//! The body of a held exchange. While a person is waited for, a long one lies in the history alone:
//! the memory and the files of bodies on their way are bounded, and the next ones need them.

use std::sync::Arc;

use protocol::{Body, PlatformChoice, ReadAs, Request};

use super::Turn;
use super::host::{History, Host};
use crate::bodies::UNCOUNTED_BYTES;
use crate::read_aside::{read_aside, takes_long};

impl<H: Host> Turn<H> {
    /// Gives up the body where it is counted and the history has it; whether it did.
    pub(super) async fn give_up_body(&mut self) -> bool {
        let id = self.exchange.summary.id;
        let length = self.exchange.request.body.length();
        if length <= UNCOUNTED_BYTES as u64 || !self.host.history().has(id).await {
            return false;
        }
        // What was read of it holds its bytes too.
        self.read_again(Body::default()).await;
        let exchange = Arc::from(self.exchange.clone());
        self.host.holds().replace(exchange);
        true
    }

    /// Goes on with the bot as it is now, which a person may have changed meanwhile, and with the
    /// whole request: an answer is made and judged beside it.
    pub(super) async fn resume(&mut self, is_body_given_up: bool) {
        let now = self.host.bot(self.bot.id);
        let now = now.unwrap_or_else(|| Arc::clone(&self.bot));
        let before = std::mem::replace(&mut self.bot, now);
        let has_other_settings = before.platform_settings != self.bot.platform_settings;
        let body = match is_body_given_up {
            true => {
                let id = self.exchange.summary.id;
                self.host.history().request_body(id).await
            }
            false => has_other_settings.then(|| self.exchange.request.body.clone()),
        };
        if let Some(body) = body {
            self.read_again(body).await;
        }
    }

    async fn read_again(&mut self, body: Body) {
        let mut request = std::mem::take(&mut self.exchange.request);
        request.body = body;
        let aside = takes_long(&request.headers, &request.body);
        let read_as = ReadAs {
            choice: PlatformChoice::Fixed(self.view.platform),
            ..self.bot.read_as()
        };
        let read = move |request: &Request| protocol::read_request(read_as, request);
        (self.exchange.request, self.view) = read_aside(aside, request, read).await;
    }
}
