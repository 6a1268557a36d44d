//! The server that scenarios are played against: one request after the other, its answer byte for
//! byte.

use std::time::{Duration, Instant};

use bytes::BytesMut;
use messages::Message;
use protocol::{Answer, Headers};
use reqwest::{Client, Method, Url};
use scenarios::{Outbound, Reply};

use crate::words;

/// So long an answer is waited for: longer than any platform waits.
const PATIENCE: Duration = Duration::from_secs(60);

/// The longest answer that is read, in bytes.
const ANSWER_MAX: usize = 64 << 20;

/// A server.
pub(super) struct Target {
    url: Url,
    client: Client,
}

/// Why there is no answer.
struct NoAnswer {
    why: Message,
    /// Somebody took the connection.
    is_reached: bool,
}

impl Target {
    /// An address.
    ///
    /// # Errors
    /// It is none that a request can be sent to, as a sentence.
    pub(super) fn new(address: &str) -> Result<Self, String> {
        let wrong = || words::text(words::NO_TARGET_URL.arg(address));
        let url: Url = address.parse().map_err(|_| wrong())?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(wrong());
        }
        let is_local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        let mut client = Client::builder()
            // A bot takes no redirect either.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("hookloupe/", env!("CARGO_PKG_VERSION")));
        if is_local {
            client = client.no_proxy();
        }
        let client = client.build().map_err(words::said)?;
        Ok(Self { url, client })
    }

    /// Sends a request; what came of it, and whether anybody was reached.
    pub(super) async fn send(&self, outbound: &Outbound) -> (Reply, bool) {
        let began = Instant::now();
        let limit = outbound.limit.unwrap_or(PATIENCE);
        match tokio::time::timeout(limit, self.exchange(outbound)).await {
            Ok(Ok(answer)) => (Reply::Answer(answer, began.elapsed()), true),
            Ok(Err(NoAnswer { why, is_reached })) => (Reply::Nothing(why), is_reached),
            Err(_) => (Reply::Nothing(words::TOO_SLOW.arg(limit.as_secs())), true),
        }
    }

    async fn exchange(&self, outbound: &Outbound) -> Result<Answer, NoAnswer> {
        let failed = |error: reqwest::Error| {
            let cause = messages::foreign_cause(&error);
            NoAnswer {
                why: words::NOT_REACHED.arg(self.url.as_str()).arg(cause),
                is_reached: !error.is_connect(),
            }
        };
        let request = &outbound.request;
        let mut url = self.url.clone();
        if let Some(query) = &request.query {
            let own = url.query().map(str::to_owned);
            let both = own.map_or_else(|| query.clone(), |own| format!("{own}&{query}"));
            url.set_query(Some(&both));
        }
        let method = Method::from_bytes(request.method.as_bytes()).unwrap_or(Method::POST);
        let mut sending = self.client.request(method, url);
        for (name, value) in &request.headers.0 {
            sending = sending.header(name.as_str(), value.as_slice());
        }
        let body = request.body.beginning().clone();
        if !body.is_empty() {
            sending = sending.body(body);
        }
        let mut response = sending.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let fields = response.headers().iter();
        let headers: Headers = fields
            .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
            .collect();
        let mut body = BytesMut::new();
        while let Some(part) = response.chunk().await.map_err(failed)? {
            if body.len() + part.len() > ANSWER_MAX {
                return Err(NoAnswer {
                    why: words::ANSWER_TOO_LONG.arg(ANSWER_MAX as u64 >> 20),
                    is_reached: true,
                });
            }
            body.extend_from_slice(&part);
        }
        Ok(Answer {
            status,
            headers,
            body: body.freeze().into(),
        })
    }
}
