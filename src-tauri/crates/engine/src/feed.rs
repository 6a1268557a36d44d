//! What happened, in order, for whoever listens: window, browser, scripts.
//!
//! Bounded on purpose: capture never waits for a reader, and a reader that is too far behind is
//! told to list again instead of being fed from an ever longer queue.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use protocol::{BotId, ExchangeId, Summary};
use serde::Serialize;
use tokio::sync::watch;
use utoipa::ToSchema;

/// Entries kept for readers; a reader further behind gets `resync`.
pub(crate) const BACKLOG: usize = 16_384;
/// What the texts of all entries have together, in bytes. A path of 60,000 characters in each of
/// them would be a gigabyte.
const BACKLOG_BYTES: usize = 32 << 20;
/// Entries in one reading at most, so that one answer stays small.
pub(crate) const BATCH: usize = 1_000;
/// How far apart the first sequence numbers of two runs of the app are: more than any run uses,
/// and 2^53 holds two million runs, so that the numbers stay exact in JavaScript.
const RUN_SPAN: u64 = 1 << 32;

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A request arrived.
    ExchangeReceived,
    /// An exchange changed.
    ExchangeChanged,
    /// An exchange was deleted.
    ExchangeRemoved,
    /// A bot's way of answering changed.
    AnsweringChanged,
    /// A bot was added, changed or removed.
    BotsChanged,
    /// A rule changed.
    RulesChanged,
    /// The tunnel's state changed.
    TunnelChanged,
    /// A setting changed.
    SettingsChanged,
    /// It changed what is known of how long a bot's callers wait, or a probe of that.
    PatienceChanged,
    /// Conversations were sent again after a save.
    WatchChanged,
    /// The state of the app itself changed, such as whether history is being saved.
    StatusChanged,
    /// The reader is too far behind: list again.
    Resync,
}

/// One entry of the feed.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its position.
    pub seq: u64,
    /// What happened.
    pub kind: EventKind,
    /// The exchange it is about.
    pub id: Option<ExchangeId>,
    /// The bot it is about.
    pub bot: Option<BotId>,
    /// The exchange as it is now.
    pub exchange: Option<Arc<Summary>>,
}

/// One reading of the feed.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Where the next reading goes on.
    pub next: u64,
    /// What happened since.
    pub events: Vec<Event>,
}

/// The feed. Cheap to share.
#[derive(Debug)]
pub struct Feed {
    inner: Mutex<Backlog>,
    head: watch::Sender<u64>,
}

#[derive(Debug)]
struct Backlog {
    entries: VecDeque<Event>,
    /// Of their texts.
    bytes: usize,
    head: u64,
}

impl Backlog {
    fn push(&mut self, event: Event) {
        self.bytes += event.text_bytes();
        self.entries.push_back(event);
        while self.entries.len() > BACKLOG || self.bytes > BACKLOG_BYTES {
            let Some(oldest) = self.entries.pop_front() else {
                return;
            };
            self.bytes -= oldest.text_bytes();
        }
    }
}

impl Event {
    fn text_bytes(&self) -> usize {
        self.exchange.as_ref().map_or(0, |one| one.text_bytes())
    }
}

impl Feed {
    /// A feed whose numbers lie above those of every earlier run of the same data directory.
    ///
    /// `starts`: how often the data directory was opened before.
    #[must_use]
    pub fn new(starts: u64) -> Self {
        let head = starts * RUN_SPAN;
        Self {
            inner: Mutex::new(Backlog {
                entries: VecDeque::new(),
                bytes: 0,
                head,
            }),
            head: watch::Sender::new(head),
        }
    }

    /// The position of the newest entry.
    #[must_use]
    pub fn head(&self) -> u64 {
        self.inner.lock().head
    }

    /// An exchange arrived or changed.
    pub fn exchange(&self, kind: EventKind, summary: Arc<Summary>) {
        let id = Some(summary.id);
        let bot = Some(summary.bot);
        self.push(kind, id, bot, Some(summary));
    }

    /// An exchange was deleted.
    pub fn removed(&self, id: ExchangeId) {
        self.push(EventKind::ExchangeRemoved, Some(id), None, None);
    }

    /// Something other than an exchange changed.
    pub fn emit(&self, kind: EventKind, bot: Option<BotId>) {
        self.push(kind, None, bot, None);
    }

    fn push(
        &self,
        kind: EventKind,
        id: Option<ExchangeId>,
        bot: Option<BotId>,
        exchange: Option<Arc<Summary>>,
    ) {
        let seq = {
            let mut inner = self.inner.lock();
            inner.head += 1;
            let seq = inner.head;
            inner.push(Event {
                seq,
                kind,
                id,
                bot,
                exchange,
            });
            seq
        };
        // Two pushes may get here in either order; readers look at the backlog, not at the value.
        self.head.send_if_modified(|head| {
            *head = seq.max(*head);
            true
        });
    }

    /// What came after `after`: at once when there is something, else as soon as there is, else
    /// nothing once `wait` is over.
    pub async fn read(&self, after: u64, wait: Duration) -> Batch {
        let mut changes = self.head.subscribe();
        let deadline = tokio::time::Instant::now() + wait;
        loop {
            changes.borrow_and_update();
            if let Some(batch) = self.newer(after) {
                return batch;
            }
            match tokio::time::timeout_at(deadline, changes.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => {
                    return Batch {
                        next: after,
                        events: Vec::new(),
                    };
                }
            }
        }
    }

    /// What lies beyond `after` now, or `None` where nothing does.
    fn newer(&self, after: u64) -> Option<Batch> {
        let inner = self.inner.lock();
        if after == inner.head {
            return None;
        }
        let first = inner.head - inner.entries.len() as u64;
        if after > inner.head || after < first {
            let seq = inner.head;
            let event = Event {
                seq,
                kind: EventKind::Resync,
                id: None,
                bot: None,
                exchange: None,
            };
            return Some(Batch {
                next: seq,
                events: vec![event],
            });
        }
        let skip = usize::try_from(after - first).unwrap_or(usize::MAX);
        let events: Vec<Event> = inner
            .entries
            .iter()
            .skip(skip)
            .take(BATCH)
            .cloned()
            .collect();
        drop(inner);
        let next = events.last().map_or(after, |event| event.seq);
        Some(Batch {
            next,
            events: coalesce(events),
        })
    }
}

/// Of several entries about one exchange only the last is kept.
fn coalesce(events: Vec<Event>) -> Vec<Event> {
    let last: HashMap<ExchangeId, u64> = events
        .iter()
        .filter_map(|event| event.id.map(|id| (id, event.seq)))
        .collect();
    events
        .into_iter()
        .filter(|event| event.id.is_none_or(|id| last.get(&id) == Some(&event.seq)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_reader_gets_what_came_after_its_position() {
        let feed = Feed::new(0);
        feed.emit(EventKind::SettingsChanged, None);
        feed.emit(EventKind::BotsChanged, None);
        let batch = feed.read(1, Duration::ZERO).await;
        assert_eq!(batch.next, 2);
        assert_eq!(batch.events.len(), 1);
        assert_eq!(batch.events[0].kind, EventKind::BotsChanged);
    }

    #[tokio::test]
    async fn a_waiting_reader_wakes_when_something_happens() {
        let feed = Arc::new(Feed::new(0));
        let reader = tokio::spawn({
            let feed = Arc::clone(&feed);
            async move { feed.read(0, Duration::from_secs(20)).await }
        });
        tokio::task::yield_now().await;
        feed.emit(EventKind::SettingsChanged, None);
        assert_eq!(reader.await.unwrap().next, 1);
    }

    #[tokio::test]
    async fn a_reader_too_far_behind_or_from_another_run_is_told_to_list_again() {
        let feed = Feed::new(1);
        assert_eq!(
            feed.read(7, Duration::ZERO).await.events[0].kind,
            EventKind::Resync
        );
        let start = feed.head();
        for _ in 0..=BACKLOG {
            feed.emit(EventKind::SettingsChanged, None);
        }
        let batch = feed.read(start, Duration::ZERO).await;
        assert_eq!(batch.events[0].kind, EventKind::Resync);
        assert_eq!(batch.next, feed.head());
    }

    #[tokio::test]
    async fn long_texts_leave_room_for_fewer_entries() {
        let feed = Feed::new(0);
        let long = Arc::new(Summary {
            path: "/".repeat(1 << 20),
            ..Summary::default()
        });
        for _ in 0..100 {
            feed.exchange(EventKind::ExchangeReceived, Arc::clone(&long));
        }
        assert!(feed.inner.lock().bytes <= BACKLOG_BYTES);
        let early = feed.read(1, Duration::ZERO).await;
        assert_eq!(early.events[0].kind, EventKind::Resync);
        let late = feed.read(99, Duration::ZERO).await;
        assert_eq!(late.events[0].kind, EventKind::ExchangeReceived);
    }

    #[tokio::test]
    async fn an_empty_wait_ends_with_nothing() {
        let feed = Feed::new(0);
        let batch = feed.read(0, Duration::from_millis(1)).await;
        assert_eq!((batch.next, batch.events.len()), (0, 0));
    }
}
