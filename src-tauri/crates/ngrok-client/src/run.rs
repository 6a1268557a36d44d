//! The state of one session: what the connector, the heartbeats and the dashboard's commands
//! find out, for the one loop that decides when it is over.

use std::sync::Arc;

use messages::Arg;
use ngrok::session::ConnectError;
use ngrok::tunnel::AcceptError;
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tunnel_session::{HIDDEN, TunnelErrorKind};

use crate::codes;
use crate::config::Timing;
use crate::error::Error;
use crate::host::End;
use crate::link::LinkState;

/// The client counts as stuck after this many times the silence that ends a link: the link notices
/// silence only while the client reads from it. A guess, well above the link's own limit.
const STUCK: f64 = 1.5;
/// A shorter text is no secret, and might be a part of any word.
const SECRET_MIN: usize = 4;

/// The state of one session. `H` is its [`Host`](crate::host::Host).
pub(crate) struct Run<H> {
    pub(crate) host: H,
    pub(crate) timing: Timing,
    secrets: Vec<String>,
    state: Mutex<State>,
    changed: Notify,
    over: CancellationToken,
}

#[derive(Default)]
struct State {
    /// The link in use, or the one that was lost.
    link: Option<Arc<LinkState>>,
    /// When the link after a loss was made; nothing once it has proved itself.
    proving: Option<Instant>,
    /// A new link is being made.
    dialling: bool,
    /// Tries since the last link that proved itself.
    attempt: u32,
    /// Why the last handshake failed, where it was not the network.
    refused: Option<Error>,
    /// Why the first link could not be made.
    first_error: Option<Error>,
    /// How it ended.
    end: Option<End>,
}

impl<H> Run<H> {
    pub(crate) fn new(host: H, timing: Timing, secrets: Vec<String>) -> Arc<Self> {
        Arc::new(Self {
            host,
            timing,
            secrets,
            state: Mutex::default(),
            changed: Notify::new(),
            over: CancellationToken::new(),
        })
    }

    /// A text of the service without the secrets of the configuration.
    pub(crate) fn hide(&self, text: &str) -> String {
        let known = self
            .secrets
            .iter()
            .filter(|secret| secret.len() >= SECRET_MIN);
        known.fold(text.to_owned(), |text, secret| {
            text.replace(secret.as_str(), HIDDEN)
        })
    }

    /// The same for an error that was made before the secrets were looked for.
    pub(crate) fn hidden(&self, mut error: Error) -> Error {
        if let Arg::Text(text) = &mut error.detail {
            *text = self.hide(text);
        }
        error
    }

    /// Ends the session; the first call counts.
    pub(crate) fn finish(&self, end: End) {
        self.state.lock().end.get_or_insert(end);
        self.over.cancel();
    }

    /// Resolves when it is over.
    pub(crate) async fn finished(&self) -> End {
        self.over.cancelled().await;
        let lost = || End::Lost(Error::passing(TunnelErrorKind::LinkLost, ""));
        self.state.lock().end.take().unwrap_or_else(lost)
    }

    /// The first link could not be made.
    pub(crate) fn set_first_error(&self, error: Error) {
        self.state.lock().first_error = Some(error);
    }

    /// Why the first link could not be made.
    pub(crate) fn take_first_error(&self) -> Option<Error> {
        self.state.lock().first_error.take()
    }

    /// Ends the link, if there is one; the client makes a new one.
    pub(crate) fn cut(&self, error: Error) {
        if let Some(link) = &self.state.lock().link {
            link.end(error);
        }
    }

    /// Whether the service can be spoken to.
    pub(crate) fn is_linked(&self) -> bool {
        let state = self.state.lock();
        !state.dialling && state.link.as_ref().is_some_and(|link| !link.is_over())
    }

    /// The client lost its link and asks for a new one: why, or how it ends instead.
    pub(crate) fn lost(&self, loss: &AcceptError) -> Result<Error, End> {
        let mut state = self.state.lock();
        state.dialling = true;
        state.proving = None;
        self.changed.notify_one();
        let AcceptError::Reconnect(refusal) = loss else {
            state.refused = None;
            return Ok(state.reason());
        };
        if matches!(**refusal, ConnectError::Canceled) {
            return Err(End::Stopped);
        }
        let error = codes::connect_error(refusal, |text| self.hide(text));
        if error.lasting && error.code.is_some() {
            return Err(End::Failed(error));
        }
        // The client would wait for 2.5 s after the second, and for two minutes after the third.
        if state.refused.is_some() {
            return Err(End::Lost(error));
        }
        state.refused = Some(error.clone());
        Ok(error)
    }

    /// The number of the next try.
    pub(crate) fn next_attempt(&self) -> u32 {
        let mut state = self.state.lock();
        state.attempt += 1;
        state.attempt
    }

    /// There is a link; one that follows a loss has to prove itself.
    pub(crate) fn linked(&self, link: Arc<LinkState>, after_loss: bool) {
        let mut state = self.state.lock();
        state.link = Some(link);
        state.dialling = false;
        state.proving = after_loss.then(Instant::now);
        self.changed.notify_one();
    }

    /// The client dropped a link.
    pub(crate) fn dropped(&self, link: &LinkState) {
        let state = self.state.lock();
        let current = state
            .link
            .as_ref()
            .is_some_and(|current| std::ptr::eq(Arc::as_ptr(current), link));
        if let (true, Some(_), Some(refused)) = (current, state.proving, state.refused.clone()) {
            // The second failed handshake in a row: a new session learns the reason sooner.
            drop(state);
            self.finish(End::Lost(refused));
        }
    }

    /// Resolves when a link made after a loss has lived for [`Timing::settle`].
    pub(crate) async fn proved(&self) {
        loop {
            let since = self.state.lock().proving;
            let Some(since) = since else {
                self.changed.notified().await;
                continue;
            };
            tokio::select! {
                () = self.changed.notified() => {}
                () = tokio::time::sleep_until(since + self.timing.settle) => {
                    if self.take_proof() {
                        return;
                    }
                }
            }
        }
    }

    fn take_proof(&self) -> bool {
        let mut state = self.state.lock();
        state.proving = None;
        if state.link.as_ref().is_none_or(|link| link.is_over()) {
            return false;
        }
        state.attempt = 0;
        state.refused = None;
        true
    }

    /// Resolves when nothing has come for so long that the link itself should have noticed: the
    /// client is stuck.
    pub(crate) async fn stuck(&self) -> Error {
        let limit = self.timing.silence().mul_f64(STUCK);
        loop {
            let last_byte = {
                let state = self.state.lock();
                let link = state.link.as_ref().filter(|_| !state.dialling);
                link.map(|link| link.last_byte())
            };
            let now = Instant::now();
            match last_byte.map(|last_byte| last_byte + limit) {
                Some(limit) if limit <= now => return self.state.lock().reason(),
                Some(limit) => tokio::time::sleep_until(limit).await,
                None => tokio::time::sleep(limit).await,
            }
        }
    }
}

impl State {
    /// Why the link ended.
    fn reason(&self) -> Error {
        self.link
            .as_ref()
            .and_then(|link| link.reason())
            .unwrap_or_else(|| Error::passing(TunnelErrorKind::LinkLost, ""))
    }
}
