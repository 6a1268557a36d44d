//! What the writer is asked to do, as it travels through the queue and waits in the backlog.

use protocol::{ExchangeId, Micros, PlatformChoice, Summary, Timing};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use crate::error::NotSaved;
use crate::session::Session;
use crate::table::messages::StoredMessage;
use crate::types::{Change, Stopwatch};

/// Takes the result of a job to its caller.
pub(crate) type Reply<T> = oneshot::Sender<Result<T, NotSaved>>;

/// Runs once the job's transaction is committed.
pub(crate) type AfterCommit = Box<dyn FnOnce() + Send>;

/// A change that is neither an insert nor an update. A failed commit drops it together with its
/// reply, from which the caller learns of the failure.
pub(crate) type OtherWork = Box<dyn FnOnce(&mut Session) -> rusqlite::Result<AfterCommit> + Send>;

/// An exchange as it is going to be stored.
#[derive(Debug)]
pub(crate) struct NewExchange {
    pub(crate) summary: Summary,
    pub(crate) timing: Timing,
    pub(crate) platform_choice: Option<PlatformChoice>,
    pub(crate) rule_context: Option<String>,
    /// The request and what answers there are.
    pub(crate) messages: Vec<StoredMessage>,
    pub(crate) own_findings: Option<String>,
    /// Tells when its end was stored, where it has come to it.
    pub(crate) clock: Stopwatch,
}

/// A change as it is going to be stored.
#[derive(Debug)]
pub(crate) struct ExchangeChange {
    pub(crate) id: ExchangeId,
    pub(crate) change: Change,
    pub(crate) answers: Vec<StoredMessage>,
}

/// One request to the writer.
pub(crate) enum Job {
    Insert(Box<NewExchange>, Reply<Option<Micros>>),
    Update(Box<ExchangeChange>, Reply<Option<Summary>>),
    Other(OtherWork),
    Close,
}

/// A job and its share of the queue's capacity.
pub(crate) struct Queued {
    pub(crate) job: Job,
    pub(crate) _permit: Option<OwnedSemaphorePermit>,
}

/// The part of a failed job that is tried again.
pub(crate) enum Pending {
    Insert(Box<NewExchange>),
    Update(Box<ExchangeChange>),
}

/// A row's small columns and the allocations around them, by estimate.
const ROW_BYTES: usize = 1024;

impl NewExchange {
    /// Its size in memory.
    pub(crate) fn bytes(&self) -> usize {
        ROW_BYTES + bytes(&self.messages)
    }

    /// Whether a body of it lies in pieces.
    pub(crate) fn has_pieces(&self) -> bool {
        self.messages.iter().any(StoredMessage::is_in_pieces)
    }
}

impl ExchangeChange {
    /// Its size in memory.
    pub(crate) fn bytes(&self) -> usize {
        ROW_BYTES + bytes(&self.answers)
    }
}

fn bytes(messages: &[StoredMessage]) -> usize {
    messages.iter().map(StoredMessage::bytes).sum()
}

impl Pending {
    /// Its size in memory.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Insert(row) => row.bytes(),
            Self::Update(change) => change.bytes(),
        }
    }
}
