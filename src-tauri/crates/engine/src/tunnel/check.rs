//! Self-checks of the public address: those on their way, and what the last one found.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::Instant;

use messages::{Message, Say};
use parking_lot::Mutex;
use protocol::UtcMillis;
use tokio::sync::oneshot;

use super::private::is_private;
use crate::words;

/// The header that carries the mark.
pub(crate) const CHECK_HEADER: &str = "x-hookloupe-check";
/// Checks at once; more are not waited for.
const PENDING_MAX: usize = 16;
/// Marks of earlier checks that are still known.
const SPENT_MAX: usize = 64;

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
    /// It arrived where no secret is asked for.
    Unguarded {
        /// After this many milliseconds.
        ms: u64,
        /// Where the address must lead instead.
        forward_to: Option<SocketAddr>,
    },
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
            CheckOutcome::Arrived(ms) if is_private(&self.url) => words::CHECK_NEARBY.arg(*ms),
            CheckOutcome::Arrived(ms) => words::CHECK_ARRIVED.arg(*ms),
            CheckOutcome::Unguarded { ms, forward_to } => unguarded(*ms, *forward_to),
            CheckOutcome::Answered { status, code } => answered(*status, code.as_deref()),
            CheckOutcome::Nothing(why) => words::CHECK_NOTHING.arg(messages::foreign(why)),
        }
    }
}

fn unguarded(ms: u64, forward_to: Option<SocketAddr>) -> Message {
    match forward_to {
        Some(address) => words::CHECK_UNGUARDED
            .arg(ms)
            .arg(format!("http://{address}")),
        None => words::CHECK_UNGUARDED_CLOSED.arg(ms),
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

/// A check's call, as it came in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    pub(crate) at: Instant,
    /// Only what names a secret is taken where it came in.
    pub(crate) is_guarded: bool,
}

/// Checks on their way, and what the last one found.
#[derive(Default)]
pub(crate) struct Checks {
    pending: Mutex<HashMap<String, oneshot::Sender<Arrival>>>,
    /// Marks of calls that have arrived or ended: one may arrive late, or twice where a proxy sends
    /// it again, and is still no bot's request.
    spent: Mutex<VecDeque<String>>,
    last: Mutex<Option<Check>>,
}

impl Checks {
    /// What the last check of this address found.
    pub(crate) fn last(&self, url: Option<&str>) -> Option<Check> {
        let last = self.last.lock();
        last.clone().filter(|check| Some(check.url.as_str()) == url)
    }

    /// A call with this mark is on its way, until what is given back is dropped; `sender` hears
    /// when it arrives.
    pub(crate) fn begin(&self, mark: &str, sender: oneshot::Sender<Arrival>) -> Pending<'_> {
        let mut pending = self.pending.lock();
        if pending.len() < PENDING_MAX {
            pending.insert(mark.to_owned(), sender);
        }
        Pending {
            checks: self,
            mark: mark.to_owned(),
        }
    }

    /// A check has ended.
    pub(crate) fn found(&self, check: Check) {
        *self.last.lock() = Some(check);
    }

    fn spend(&self, mark: &str) {
        let mut spent = self.spent.lock();
        spent.push_back(mark.to_owned());
        if spent.len() > SPENT_MAX {
            spent.pop_front();
        }
    }

    /// A request with a mark came in; whether it is one of ours. Each mark counts once.
    pub(crate) fn arrived(&self, mark: &[u8], is_guarded: bool) -> bool {
        let Ok(mark) = std::str::from_utf8(mark) else {
            return false;
        };
        let pending = self.pending.lock().remove(mark);
        match pending {
            Some(waiting) => {
                let at = Instant::now();
                let _ = waiting.send(Arrival { at, is_guarded });
                self.spend(mark);
                true
            }
            None => self.spent.lock().iter().any(|spent| spent == mark),
        }
    }
}

/// A call on its way.
pub(crate) struct Pending<'c> {
    checks: &'c Checks,
    mark: String,
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        if self.checks.pending.lock().remove(&self.mark).is_some() {
            self.checks.spend(&self.mark);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_of_ours_is_known_also_when_it_arrives_twice_or_too_late() {
        let checks = Checks::default();
        let (sender, mut arrived) = oneshot::channel();
        let _one = checks.begin("one", sender);
        assert!(checks.arrived(b"one", true), "the first time");
        assert!(checks.arrived(b"one", true), "a proxy sent it again");
        assert!(arrived.try_recv().is_ok());
        let (sender, _late) = oneshot::channel();
        drop(checks.begin("two", sender));
        assert!(checks.arrived(b"two", true), "after nobody waited any more");
        assert!(!checks.arrived(b"three", true), "a mark that is not ours");
    }

    #[test]
    fn what_a_check_found_is_of_its_address_alone() {
        let checks = Checks::default();
        let check = Check {
            at: UtcMillis(1),
            url: "https://a.example".to_owned(),
            outcome: CheckOutcome::Arrived(5),
        };
        checks.found(check.clone());
        assert_eq!(checks.last(Some("https://a.example")), Some(check));
        assert_eq!(checks.last(Some("https://b.example")), None);
        assert_eq!(checks.last(None), None, "no address yet");
    }
}
