//! Sending a recorded request again: through the app itself, or to any address.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use protocol::{
    Answer, Exchange, ExchangeId, Failure, FailureCode, Headers, Request, Source, State,
};
use store::{Change, Stopwatch};
use tokio::sync::oneshot;

use crate::arrival::Arrival;
use crate::engine::Inner;
use crate::feed::EventKind;
use crate::pipeline::{self, Reply};
use crate::{Engine, Error, Invalid, words};

/// How long a target may take to answer.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(60);
/// How long a connection to a target may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Where a replay goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Through the capture pipeline, as if it had just arrived.
    Itself,
    /// To this address.
    Url(String),
}

/// What is sent differently from what was recorded; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    /// Another method.
    pub method: Option<String>,
    /// Another path, with its query.
    pub path: Option<String>,
    /// All header fields anew.
    pub headers: Option<Headers>,
    /// Another body.
    pub body: Option<Bytes>,
}

/// The clients for everything the app sends: no redirects, because a bot follows none.
pub(crate) struct Clients {
    /// Through the system's proxy, where there is one.
    outside: reqwest::Client,
    /// For this machine: a proxy would look for it somewhere else.
    here: reqwest::Client,
}

impl Clients {
    pub(crate) fn new() -> Result<Self, reqwest::Error> {
        let builder = || {
            reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .timeout(TIMEOUT)
                .connect_timeout(CONNECT_TIMEOUT)
        };
        Ok(Self {
            outside: builder().build()?,
            here: builder().no_proxy().build()?,
        })
    }

    /// A GET, or why the address cannot be called.
    pub(crate) fn get(&self, address: &str) -> Result<reqwest::RequestBuilder, String> {
        let url: reqwest::Url = address.parse().map_err(|error| format!("{error}"))?;
        Ok(self.to(&url).get(url))
    }

    fn to(&self, url: &reqwest::Url) -> &reqwest::Client {
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        if here { &self.here } else { &self.outside }
    }
}

impl Engine {
    /// Sends a recorded request again. Returns when the answer is complete or has failed: the new
    /// exchange.
    ///
    /// # Errors
    /// There is no such exchange, or what is asked for cannot be sent at all.
    pub async fn replay(
        &self,
        id: ExchangeId,
        target: Target,
        edit: Edit,
    ) -> Result<ExchangeId, Error> {
        let original = self.exchange(id).await?;
        let inner = Arc::clone(&self.inner);
        // Apart from whoever asks: a closed window does not cut a replay short.
        let sending = match target {
            Target::Itself => {
                let host = inner.webhook_addr().to_string();
                let request = prepare(&original, edit, &host)?;
                self.inner.tasks.spawn(to_itself(inner, original, request))
            }
            Target::Url(url) => {
                let (url, host) = address(&url, &original, edit.path.as_deref())?;
                let mut request = prepare(&original, edit, &host)?;
                url.path().clone_into(&mut request.path);
                request.query = url.query().map(str::to_owned);
                self.inner
                    .tasks
                    .spawn(to_url(inner, original, request, url))
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
    pub fn send_sample(&self, bot: &crate::Bot) {
        let Some(sample) = protocol::platform::sample(bot.platform) else {
            return;
        };
        let Ok(method) = sample.method.parse::<http::Method>() else {
            return;
        };
        let url = format!(
            "{}{}",
            self.webhook_url(bot),
            sample.path.trim_end_matches('/')
        );
        let mut sending = self.inner.clients.here.request(method, url);
        for (name, value) in sample.headers.0 {
            sending = sending.header(name, value);
        }
        let sending = sending
            .header(http::header::USER_AGENT, "Hookloupe sample")
            .body(sample.body);
        self.inner.tasks.spawn(async move {
            if let Err(error) = sending.send().await {
                tracing::warn!(error = %error.without_url(), "the sample turn did not get through");
            }
        });
    }
}

/// The recorded request with its edits, framed for its target.
fn prepare(original: &Exchange, edit: Edit, host: &str) -> Result<Request, Invalid> {
    let recorded = &original.request;
    let mut request = Request {
        method: edit.method.unwrap_or_else(|| recorded.method.clone()),
        path: recorded.path.clone(),
        query: recorded.query.clone(),
        body: edit.body.unwrap_or_else(|| recorded.body.clone()),
        remote: "replay".to_owned(),
        ..Request::default()
    };
    if http::Method::from_bytes(request.method.as_bytes()).is_err() {
        return Err(Invalid::new("/edit/method", &words::NOT_A_METHOD));
    }
    if let Some(path) = &edit.path {
        if !path.starts_with('/') || path.parse::<http::Uri>().is_err() {
            return Err(Invalid::new("/edit/path", &words::NOT_A_PATH));
        }
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (path.as_str(), None),
        };
        path.clone_into(&mut request.path);
        request.query = query;
    }
    let edited = edit.headers.is_some();
    let mut headers = edit.headers.unwrap_or_else(|| recorded.headers.clone());
    let probe = Answer {
        status: 200,
        headers: headers.clone(),
        body: Bytes::new(),
    };
    if let Err(error) = probe.check() {
        return Err(Invalid::answer("/edit", &error));
    }
    headers.0.retain(|(name, _)| {
        let framing = [
            "transfer-encoding",
            "connection",
            "keep-alive",
            "expect",
            "te",
            "upgrade",
            "trailer",
        ];
        let remade = !edited
            && ["host", "content-length"]
                .iter()
                .any(|one| name.eq_ignore_ascii_case(one));
        !remade && !framing.iter().any(|one| name.eq_ignore_ascii_case(one))
    });
    if headers.get("host").is_none() {
        headers
            .0
            .insert(0, ("Host".to_owned(), host.as_bytes().to_vec()));
    }
    let bodyless = request.body.is_empty() && matches!(request.method.as_str(), "GET" | "HEAD");
    if headers.get("content-length").is_none() && !bodyless {
        let length = request.body.len().to_string().into_bytes();
        headers.0.push(("Content-Length".to_owned(), length));
    }
    request.headers = headers;
    Ok(request)
}

/// The address to send to, and its `Host`. A bare origin takes the recorded path and query; an
/// address with a path of its own stands as it is, unless a path was given with the edits.
fn address(
    target: &str,
    original: &Exchange,
    path: Option<&str>,
) -> Result<(reqwest::Url, String), Invalid> {
    let wrong = || Invalid::new("/target", &words::NOT_A_TARGET);
    let mut url: reqwest::Url = target.parse().map_err(|_| wrong())?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(wrong());
    }
    let recorded = original.request.query.as_ref();
    let recorded = recorded.map_or_else(
        || original.request.path.clone(),
        |query| format!("{}?{query}", original.request.path),
    );
    let bare = url.path() == "/" && url.query().is_none();
    if let Some(wanted) = path.or(bare.then_some(&recorded)) {
        let (path, query) = match wanted.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (wanted, None),
        };
        url.set_path(path);
        url.set_query(query);
    }
    let host = url.host_str().unwrap_or_default();
    let host = url
        .port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    Ok((url, host))
}

async fn to_itself(inner: Arc<Inner>, original: Exchange, request: Request) -> ExchangeId {
    let bot = inner
        .bots
        .get(Some(original.summary.bot))
        .or_else(|_| inner.bots.get(None));
    let bot = bot.expect("there is always a first bot");
    let arrival = Arrival::now(&inner, Source::Replay, Some(original.summary.id));
    let id = arrival.id;
    let (sender, answer) = oneshot::channel();
    inner.tasks.spawn(pipeline::run(
        Arc::clone(&inner),
        bot,
        arrival,
        request,
        None,
        Reply::Caller(sender),
    ));
    // Complete or not, the exchange tells which.
    let _ = answer.await;
    id
}

async fn to_url(
    inner: Arc<Inner>,
    original: Exchange,
    request: Request,
    url: reqwest::Url,
) -> ExchangeId {
    let bot = inner
        .bots
        .get(Some(original.summary.bot))
        .or_else(|_| inner.bots.get(None));
    let bot = bot.expect("there is always a first bot");
    let arrival = Arrival::now(&inner, Source::Replay, Some(original.summary.id));
    let (exchange, view) = pipeline::begin(&bot, &arrival, request).await;
    let mut summary = exchange.summary.clone();
    let _ = inner.store.insert(exchange.clone(), arrival.clock).await;
    inner
        .feed
        .exchange(EventKind::ExchangeReceived, Arc::new(summary.clone()));
    let sent = send(&inner, &exchange.request, url).await;
    let change = match sent {
        Ok(answer) => {
            let check = protocol::read_answer(&view, &exchange.request, &answer);
            summary.findings += protocol::count(&check.findings);
            summary.state = State::Answered;
            summary.status = Some(answer.status);
            summary.response_bytes = answer.body.len() as u64;
            Change {
                answer: Some(answer),
                ..Change::default()
            }
        }
        Err(failure) => {
            summary.state = State::Failed;
            summary.failure = Some(failure.clone());
            Change {
                failure: Some(failure),
                ..Change::default()
            }
        }
    };
    let change = Change {
        state: Some(summary.state),
        findings: Some(summary.findings),
        clock: Some(arrival.clock),
        ..change
    };
    let stored = inner.store.update(arrival.id, change).await.ok().flatten();
    summary.duration_ms = Some(elapsed_ms(arrival.clock));
    inner.feed.exchange(
        EventKind::ExchangeChanged,
        Arc::new(stored.unwrap_or(summary)),
    );
    arrival.id
}

#[expect(
    clippy::cast_precision_loss,
    reason = "durations lie far below 2^53 microseconds"
)]
fn elapsed_ms(clock: Stopwatch) -> f64 {
    clock.elapsed_us() as f64 / 1000.0
}

async fn send(inner: &Inner, request: &Request, url: reqwest::Url) -> Result<Answer, Failure> {
    resolve(&url).await?;
    let method = reqwest::Method::from_bytes(request.method.as_bytes())
        .map_err(|error| Failure::new(FailureCode::BadTarget, error.to_string()))?;
    let mut sending = inner.clients.to(&url).request(method, url);
    for (name, value) in &request.headers.0 {
        sending = sending.header(name.as_str(), value.as_slice());
    }
    if !request.body.is_empty() {
        sending = sending.body(request.body.clone());
    }
    let mut response = sending.send().await.map_err(failure)?;
    let status = response.status().as_u16();
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    let limit = inner.settings().body_limit_bytes;
    let mut body = BytesMut::new();
    while let Some(piece) = response.chunk().await.map_err(failure)? {
        if (body.len() + piece.len()) as u64 > limit {
            return Err(Failure::new(FailureCode::BadAnswer, format!("> {limit} B")));
        }
        body.extend_from_slice(&piece);
    }
    Ok(Answer {
        status,
        headers,
        body: body.freeze(),
    })
}

/// Looks the name up beforehand, so that "no such name" can be told from "refused".
async fn resolve(url: &reqwest::Url) -> Result<(), Failure> {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let port = url.port_or_known_default().unwrap_or(80);
    let unknown = |detail: String| Failure::new(FailureCode::NoAddress, detail);
    let found: Vec<SocketAddr> = tokio::net::lookup_host((host, port))
        .await
        .map_err(|error| unknown(format!("{host} ({error})")))?
        .collect();
    if found.is_empty() {
        Err(unknown(host.to_owned()))
    } else {
        Ok(())
    }
}

/// What went wrong, by the kinds of the errors below it and not by their words.
fn failure(error: reqwest::Error) -> Failure {
    let place = error
        .url()
        .and_then(reqwest::Url::host_str)
        .unwrap_or_default()
        .to_owned();
    let mut code = match () {
        () if error.is_timeout() => FailureCode::TimedOut,
        () if error.is_connect() => FailureCode::Refused,
        () if error.is_body() || error.is_decode() || error.is_request() => FailureCode::BadAnswer,
        () => FailureCode::Other,
    };
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    let mut deepest = cause.to_string();
    while let Some(next) = cause.source() {
        cause = next;
        deepest = cause.to_string();
        if let Some(io) = cause.downcast_ref::<std::io::Error>() {
            code = match io.kind() {
                std::io::ErrorKind::ConnectionRefused => FailureCode::Refused,
                std::io::ErrorKind::TimedOut => FailureCode::TimedOut,
                _ if io
                    .get_ref()
                    .is_some_and(|inner| inner.is::<rustls::Error>()) =>
                {
                    FailureCode::Tls
                }
                _ => code,
            };
        }
        if cause.is::<rustls::Error>() {
            code = FailureCode::Tls;
        }
    }
    Failure::new(code, format!("{place}: {deepest}"))
}
