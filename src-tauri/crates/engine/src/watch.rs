//! Conversations that are sent again after each save in a folder: which, how they stand, and what
//! differed last. Which is a stored document, so that it outlasts a restart.

mod follow;
mod noise;
mod saves;

use std::path::PathBuf;
use std::sync::Arc;

use messages::Message;
use parking_lot::Mutex;
use protocol::{ConversationId, ExchangeId};
use serde::{Deserialize, Serialize};
use store::{NotSaved, Store, StoreError};
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

pub(crate) use follow::{Pass, Sender, follow};
pub(crate) use noise::Noise;
pub(crate) use saves::Saves;

use crate::documents::{Author, Document, DocumentKind, DocumentReport, Object, Stored, numbered};

/// Which conversations are sent to which server after a save in which folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchPlan {
    /// The folder.
    pub folder: PathBuf,
    /// The conversations.
    pub conversations: Vec<ConversationId>,
    /// The server's address on this machine.
    pub target: String,
}

/// What it does at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WatchState {
    /// It sends the conversations twice, to learn what is another one each time.
    #[default]
    Learning,
    /// It waits for a save, or for the server.
    Waiting,
    /// It sends the conversations after a save.
    Sending,
}

/// A turn that is answered otherwise than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangedTurn {
    /// The recorded turn.
    pub original: ExchangeId,
    /// It as it was sent after the save.
    pub replay: ExchangeId,
    /// How much differs.
    pub changes: usize,
}

/// What a save did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchRun {
    /// The file that was saved last; empty where that is not known.
    pub saved: String,
    /// How many turns were sent.
    pub turns: usize,
    /// Those that are answered otherwise, in their order.
    pub changed: Vec<ChangedTurn>,
}

/// How it stands.
#[derive(Clone, Debug)]
pub struct WatchView {
    /// What is watched.
    pub plan: WatchPlan,
    /// What it does.
    pub state: WatchState,
    /// The last run after a save.
    pub last: Option<WatchRun>,
    /// What prevents it from going on.
    pub message: Option<Message>,
    /// Files that do not count, as the server itself writes them.
    pub ignored: Vec<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct StoredWatch {
    /// One at most.
    plans: Vec<WatchPlan>,
}

impl Stored for StoredWatch {
    const MIGRATIONS: &'static [fn(&mut Object)] = &[numbered];
    /// What cannot be read is not watched until a person chooses it again.
    const KEEPS_UNREADABLE: bool = false;
}

/// What is watched now.
pub(crate) struct Watching {
    pub(crate) plan: WatchPlan,
    pub(crate) saves: Arc<Saves>,
    pub(crate) stop: CancellationToken,
    now: Mutex<Now>,
}

#[derive(Clone, Default)]
struct Now {
    state: WatchState,
    last: Option<WatchRun>,
    /// Of the target, and of the folder.
    target: Option<Message>,
    folder: Option<Message>,
}

impl Watching {
    pub(crate) fn new(plan: WatchPlan, saves: Saves, stop: CancellationToken) -> Self {
        Self {
            plan,
            saves: Arc::new(saves),
            stop,
            now: Mutex::default(),
        }
    }

    /// It does this; what prevents the server from being asked.
    pub(crate) fn stands(&self, state: WatchState, target: Option<Message>) {
        let mut now = self.now.lock();
        (now.state, now.target) = (state, target);
    }

    /// What is the matter with the folder.
    pub(crate) fn folder_is(&self, message: Option<Message>) {
        self.now.lock().folder = message;
    }

    pub(crate) fn ran(&self, run: WatchRun) {
        self.now.lock().last = Some(run);
    }

    pub(crate) fn view(&self) -> WatchView {
        let now = self.now.lock().clone();
        WatchView {
            plan: self.plan.clone(),
            state: now.state,
            last: now.last,
            message: now.target.or(now.folder),
            ignored: self.saves.own(),
        }
    }
}

/// What is watched, if anything is.
pub(crate) struct Watch {
    document: Document<StoredWatch>,
    current: Mutex<Option<Arc<Watching>>>,
}

impl Watch {
    /// Reads what was watched in the last run.
    pub(crate) async fn load(store: &Store) -> Result<Self, StoreError> {
        Ok(Self {
            document: Document::load(store, DocumentKind::Watch).await?,
            current: Mutex::default(),
        })
    }

    /// What of it could not be read.
    pub(crate) fn report(&self) -> Option<DocumentReport> {
        self.document.report()
    }

    /// What was watched in the last run.
    pub(crate) fn stored(&self) -> Option<WatchPlan> {
        self.document.current().plans.first().cloned()
    }

    /// This is watched from now on, or nothing. Of two changes at once the later one holds, on disk
    /// and in memory.
    pub(crate) async fn put(&self, watching: Option<Arc<Watching>>) -> Result<(), NotSaved> {
        let mut writing = self.document.change(Author::Person).await;
        let plan = watching.as_ref().map(|one| one.plan.clone());
        let next = StoredWatch {
            plans: plan.into_iter().collect(),
        };
        writing.save(next).await?;
        self.begin(watching);
        Ok(())
    }

    /// The same without a change of what is stored.
    pub(crate) fn begin(&self, watching: Option<Arc<Watching>>) {
        let before = std::mem::replace(&mut *self.current.lock(), watching);
        if let Some(before) = before {
            before.stop.cancel();
        }
    }

    pub(crate) fn current(&self) -> Option<Arc<Watching>> {
        self.current.lock().clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::{Origin, read, write};

    #[test]
    fn what_is_watched_outlasts_a_restart_and_what_cannot_be_read_is_not_watched() {
        let plan = WatchPlan {
            folder: PathBuf::from("/bot \u{1f600}"),
            conversations: vec![ConversationId::default()],
            target: "http://127.0.0.1:3000/hook".to_owned(),
        };
        let stored = StoredWatch {
            plans: vec![plan.clone()],
        };
        let text = write(&stored, &Origin::default());
        let loaded = read::<StoredWatch>(Some(&text));
        assert_eq!(loaded.value.plans, [plan]);
        for broken in [
            r#"{"version": 1, "plans": [{"folder": 1}]}"#,
            r#"{"version": 1, "plans": 1}"#,
            "",
        ] {
            let loaded = read::<StoredWatch>(Some(broken));
            assert!(loaded.value.plans.is_empty(), "{broken}");
            assert!(!loaded.unreadable.is_empty(), "{broken}");
        }
    }
}
