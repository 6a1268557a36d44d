//! The self-check: the app calls its own public address, with a mark that only it knows, and sees the call
//! arrive. What the provider says of itself cannot tell whether a bot gets through; this can.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use messages::{Message, Say};
use parking_lot::Mutex;
use protocol::UtcMillis;
use tokio::sync::oneshot;

use crate::engine::Inner;
use crate::feed::EventKind;
use crate::{clock, new_secret, words};

/// The header that carries the mark.
pub(crate) const CHECK_HEADER: &str = "x-hookloupe-check";
/// How long the call may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// Checks at once; more are not waited for.
const PENDING_MAX: usize = 16;

/// What a self-check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// When it began.
    pub at: UtcMillis,
    /// The address that was called, without the secret.
    pub url: String,
    /// What came of it.
    pub outcome: CheckOutcome,
}

/// What came of a self-check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckOutcome {
    /// The call arrived, after this many milliseconds.
    Arrived(u64),
    /// Somebody answered, but the call did not arrive: the service, most likely.
    Answered {
        /// The answer's status.
        status: u16,
        /// The service's own code, such as `ERR_NGROK_3200`.
        code: Option<String>,
    },
    /// Nobody answered; what the system said.
    Nothing(String),
}

/// What it found and the next step.
impl Say for Check {
    fn message(&self) -> Message {
        match &self.outcome {
            CheckOutcome::Arrived(ms) => words::CHECK_ARRIVED.arg(*ms),
            CheckOutcome::Answered { status, code } => answered(*status, code.as_deref()),
            CheckOutcome::Nothing(why) => words::CHECK_NOTHING.arg(why.as_str()),
        }
    }
}

fn answered(status: u16, code: Option<&str>) -> Message {
    let number = code.and_then(|code| code.strip_prefix("ERR_NGROK_"));
    let answer = code.map_or_else(|| status.to_string(), |code| format!("{status}, {code}"));
    let words = match number {
        Some("3200" | "8012") => &words::CHECK_OFFLINE,
        Some("3004") => &words::CHECK_NO_ANSWER,
        Some("727" | "734" | "702" | "718" | "720" | "4027") => &words::CHECK_LIMIT,
        _ => &words::CHECK_ELSEWHERE,
    };
    words.arg(answer)
}

/// Checks on their way, and what the last one found.
#[derive(Default)]
pub(crate) struct Checks {
    pending: Mutex<HashMap<String, oneshot::Sender<Instant>>>,
    last: Mutex<Option<Check>>,
}

impl Checks {
    pub(crate) fn last(&self) -> Option<Check> {
        self.last.lock().clone()
    }

    /// A request with a mark came in; whether it is one of ours. Each mark counts once.
    pub(crate) fn arrived(&self, mark: &[u8]) -> bool {
        let Ok(mark) = std::str::from_utf8(mark) else {
            return false;
        };
        match self.pending.lock().remove(mark) {
            Some(waiting) => {
                let _ = waiting.send(Instant::now());
                true
            }
            None => false,
        }
    }
}

/// Calls the public address; `None` where there is none.
pub(crate) async fn run(inner: &Arc<Inner>) -> Option<Check> {
    let url = inner.tunnel.tunnel.status().url?;
    let at = clock::now();
    let mark = new_secret();
    let (sender, arrived) = oneshot::channel();
    {
        let mut pending = inner.tunnel.checks.pending.lock();
        if pending.len() < PENDING_MAX {
            pending.insert(mark.clone(), sender);
        }
    }
    let begun = Instant::now();
    let address = format!("{url}/{}", inner.bots.first().secret);
    let outcome = tokio::select! {
        outcome = call(inner, &address, &mark, arrived, begun) => outcome,
        () = inner.stop.cancelled() => CheckOutcome::Nothing(String::new()),
    };
    inner.tunnel.checks.pending.lock().remove(&mark);
    let check = Check { at, url, outcome };
    *inner.tunnel.checks.last.lock() = Some(check.clone());
    inner.feed.note(EventKind::TunnelChanged, None);
    Some(check)
}

async fn call(
    inner: &Arc<Inner>,
    address: &str,
    mark: &str,
    mut arrived: oneshot::Receiver<Instant>,
    begun: Instant,
) -> CheckOutcome {
    let request = inner.clients.get(address).map(|request| {
        request
            .header(CHECK_HEADER, mark)
            // ngrok shows browsers a page first; this header says that nobody needs it.
            .header("ngrok-skip-browser-warning", "1")
            .timeout(PATIENCE)
    });
    let request = match request {
        Ok(request) => request,
        Err(error) => return CheckOutcome::Nothing(error),
    };
    let answer = request.send().await;
    if let Ok(at) = arrived.try_recv() {
        let ms = at.saturating_duration_since(begun).as_millis();
        return CheckOutcome::Arrived(u64::try_from(ms).unwrap_or(u64::MAX));
    }
    match answer {
        Ok(answer) => {
            let code = answer.headers().get("ngrok-error-code");
            CheckOutcome::Answered {
                status: answer.status().as_u16(),
                code: code.and_then(|code| code.to_str().ok()).map(str::to_owned),
            }
        }
        Err(error) => CheckOutcome::Nothing(innermost(&error)),
    }
}

/// The cause of an error, without the address in it, which holds the secret.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause = std::error::Error::source(error);
    let mut text = "no connection".to_owned();
    while let Some(deeper) = cause {
        text = deeper.to_string();
        cause = deeper.source();
    }
    text
}
