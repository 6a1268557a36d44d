//! How one session with the service goes: what the connector, the signs of life and the commands of the
//! dashboard find out, for whoever decides when it is over.

use std::sync::Arc;

use messages::Arg;
use ngrok::session::ConnectError;
use ngrok::tunnel::AcceptError;
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::codes;
use super::dial::Trouble;
use super::link::Pulse;
use crate::session::{End, Session};
use crate::{TunnelError, TunnelErrorKind, redact};

/// Silence counts for this many times as long here as in the link itself: this ear is for the case that the
/// client does not even ask the link.
const DEAF: f64 = 1.5;

/// One session's course.
pub(super) struct Course {
    pub(super) session: Session,
    secrets: Vec<String>,
    now: Mutex<Now>,
    changed: Notify,
    over: CancellationToken,
}

#[derive(Default)]
struct Now {
    /// The link in use, or the one that was lost.
    pulse: Option<Arc<Pulse>>,
    /// Since when a link made after a loss stands; nothing once it has proved itself.
    proving: Option<Instant>,
    /// A new link is being made.
    dialling: bool,
    /// Tries since the last link that proved itself.
    attempt: u32,
    /// Why the last handshake failed, where it was not the network.
    refused: Option<TunnelError>,
    /// Why the first link could not be made.
    trouble: Option<Trouble>,
    /// How it ended.
    end: Option<End>,
}

impl Course {
    pub(super) fn new(session: Session, secrets: Vec<String>) -> Arc<Self> {
        Arc::new(Self {
            session,
            secrets,
            now: Mutex::default(),
            changed: Notify::new(),
            over: CancellationToken::new(),
        })
    }

    /// A text of the service without the secrets.
    pub(super) fn hide(&self, text: &str) -> String {
        let secrets: Vec<&str> = self.secrets.iter().map(String::as_str).collect();
        redact(text, &secrets)
    }

    /// The same for what has been found out here.
    pub(super) fn hidden(&self, mut trouble: Trouble) -> Trouble {
        if let Arg::Text(text) = &mut trouble.error.detail {
            *text = self.hide(text);
        }
        trouble
    }

    /// It is over; the first word counts.
    pub(super) fn finish(&self, end: End) {
        self.now.lock().end.get_or_insert(end);
        self.over.cancel();
    }

    /// Resolves when it is over.
    pub(super) async fn finished(&self) -> End {
        self.over.cancelled().await;
        let lost = || End::Lost(TunnelError::new(TunnelErrorKind::LinkLost, ""));
        self.now.lock().end.take().unwrap_or_else(lost)
    }

    /// The first link could not be made.
    pub(super) fn set_trouble(&self, trouble: Trouble) {
        self.now.lock().trouble = Some(trouble);
    }

    /// Why the first link could not be made.
    pub(super) fn take_trouble(&self) -> Option<Trouble> {
        self.now.lock().trouble.take()
    }

    /// Ends the link, if there is one; the client makes a new one.
    pub(super) fn cut(&self, error: TunnelError) {
        if let Some(pulse) = &self.now.lock().pulse {
            pulse.end(error);
        }
    }

    /// Whether the service can be spoken to.
    pub(super) fn is_linked(&self) -> bool {
        let now = self.now.lock();
        !now.dialling && now.pulse.as_ref().is_some_and(|pulse| !pulse.is_over())
    }

    /// The client lost its link and asks for a new one: why, or how it ends instead.
    pub(super) fn lost(&self, loss: &AcceptError) -> Result<TunnelError, End> {
        let mut now = self.now.lock();
        now.dialling = true;
        now.proving = None;
        self.changed.notify_one();
        let AcceptError::Reconnect(refusal) = loss else {
            now.refused = None;
            return Ok(now.reason());
        };
        if matches!(**refusal, ConnectError::Canceled) {
            return Err(End::Stopped);
        }
        let trouble = codes::of_connect(refusal, |text| self.hide(text));
        if trouble.lasting && trouble.error.code.is_some() {
            return Err(End::Failed(trouble.error));
        }
        // The client would wait for 2.5 s after the second, and for two minutes after the third.
        if now.refused.is_some() {
            return Err(End::Lost(trouble.error));
        }
        now.refused = Some(trouble.error.clone());
        Ok(trouble.error)
    }

    /// The number of the next try.
    pub(super) fn next_attempt(&self) -> u32 {
        let mut now = self.now.lock();
        now.attempt += 1;
        now.attempt
    }

    /// There is a link; one that follows a loss has to prove itself.
    pub(super) fn linked(&self, pulse: Arc<Pulse>, after_loss: bool) {
        let mut now = self.now.lock();
        now.pulse = Some(pulse);
        now.dialling = false;
        now.proving = after_loss.then(Instant::now);
        self.changed.notify_one();
    }

    /// The client let go of a link.
    pub(super) fn let_go(&self, pulse: &Pulse) {
        let now = self.now.lock();
        let current = now
            .pulse
            .as_ref()
            .is_some_and(|current| std::ptr::eq(Arc::as_ptr(current), pulse));
        if let (true, Some(_), Some(refused)) = (current, now.proving, now.refused.clone()) {
            // The second handshake in a row that came to nothing: a new session knows more, and sooner.
            drop(now);
            self.finish(End::Lost(refused));
        }
    }

    /// Resolves when a link made after a loss has proved itself.
    pub(super) async fn proved(&self) {
        loop {
            let since = self.now.lock().proving;
            let Some(since) = since else {
                self.changed.notified().await;
                continue;
            };
            tokio::select! {
                () = self.changed.notified() => {}
                () = tokio::time::sleep_until(since + self.session.timing().settle) => {
                    if self.take_proof() {
                        return;
                    }
                }
            }
        }
    }

    fn take_proof(&self) -> bool {
        let mut now = self.now.lock();
        now.proving = None;
        if now.pulse.as_ref().is_none_or(|pulse| pulse.is_over()) {
            return false;
        }
        now.attempt = 0;
        now.refused = None;
        true
    }

    /// Resolves when nothing has come for so long that the link itself should have noticed: the client is
    /// stuck.
    pub(super) async fn stuck(&self) -> TunnelError {
        let patience = self.session.timing().silence().mul_f64(DEAF);
        loop {
            let heard = {
                let now = self.now.lock();
                let pulse = now.pulse.as_ref().filter(|_| !now.dialling);
                pulse.map(|pulse| pulse.heard())
            };
            let now = Instant::now();
            match heard.map(|heard| heard + patience) {
                Some(limit) if limit <= now => return self.now.lock().reason(),
                Some(limit) => tokio::time::sleep_until(limit).await,
                None => tokio::time::sleep(patience).await,
            }
        }
    }
}

impl Now {
    /// Why the link ended.
    fn reason(&self) -> TunnelError {
        self.pulse
            .as_ref()
            .and_then(|pulse| pulse.reason())
            .unwrap_or_else(|| TunnelError::new(TunnelErrorKind::LinkLost, ""))
    }
}
