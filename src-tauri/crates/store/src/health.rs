//! Whether what happens is being saved, as a channel.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use protocol::UtcMillis;
use tokio::sync::watch;

use crate::error::NotSaved;
use crate::types::{Clock, LostRows};

/// Whether exchanges reach the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Everything is written.
    pub saving: bool,
    /// Since when nothing could be written.
    pub since: Option<UtcMillis>,
    /// Why not.
    pub reason: Option<NotSaved>,
    /// How many inserts and updates wait in memory to be written.
    pub waiting: u64,
    /// How many were dropped because too many waited, since the start.
    pub lost: u64,
    /// Bodies of which only the beginning could be written, since the start.
    pub cut: u64,
    /// The database that could not be read at the start, and that another one replaced.
    pub set_aside: Option<Replaced>,
    /// The same for one whose damage was met since.
    pub replaced: Option<Replaced>,
    /// What earlier runs told, and nobody has dismissed.
    pub earlier: Vec<Replaced>,
}

/// A damaged database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// When it was noticed.
    pub at: UtcMillis,
    /// Where it lies now, or its log; empty where there is nothing to keep.
    pub file: PathBuf,
    /// What of it was damaged.
    pub damaged: Damaged,
    /// How many exchanges were taken over from it.
    pub rescued: u64,
    /// Of how many a part was found, and not all: those that have their request are taken over
    /// without the rest, the others are not.
    pub unread: u64,
    /// Exchanges may be lost of which nothing was found: `unread` is the least of it.
    pub may_miss_more: bool,
    /// More may follow.
    pub goes_on: bool,
    /// What stood beside the exchanges and could not be read whole.
    pub lost: Vec<LostRows>,
}

/// What of a database was damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damaged {
    /// The file: another one has its place. When is not known.
    File,
    /// The same, by another program while it was open.
    Overwritten,
    /// The log of what was written last: a part of that is lost.
    Log,
    /// The end of the log, or all of it, after a run that was not closed: the history is there as
    /// it was before.
    LogEnd,
    /// The file was removed or emptied.
    Gone,
    /// None of it: a file of somebody else's had its place when it was closed.
    Displaced,
}

const DAMAGES: [Damaged; 6] = [
    Damaged::File,
    Damaged::Overwritten,
    Damaged::Log,
    Damaged::LogEnd,
    Damaged::Gone,
    Damaged::Displaced,
];

impl Damaged {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Overwritten => "overwritten",
            Self::Log => "log",
            Self::LogEnd => "log_end",
            Self::Gone => "gone",
            Self::Displaced => "displaced",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        DAMAGES.into_iter().find(|one| one.as_str() == name)
    }
}

impl Replaced {
    /// By what it is dismissed.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}-{}", self.damaged.as_str(), self.at.0)
    }
}

impl Default for Health {
    fn default() -> Self {
        Self {
            saving: true,
            since: None,
            reason: None,
            waiting: 0,
            lost: 0,
            cut: 0,
            set_aside: None,
            replaced: None,
            earlier: Vec::new(),
        }
    }
}

/// The writer's end of the health channel.
pub(crate) struct HealthSender {
    health: watch::Sender<Health>,
    now: Clock,
    /// The database is not where it was opened: what is written now is not found again.
    is_away: AtomicBool,
}

impl HealthSender {
    pub(crate) fn new(
        now: Clock,
        set_aside: Option<Replaced>,
        earlier: Vec<Replaced>,
    ) -> (Self, watch::Receiver<Health>) {
        let (health, receiver) = watch::channel(Health {
            set_aside,
            earlier,
            ..Health::default()
        });
        let sender = Self {
            health,
            now,
            is_away: AtomicBool::new(false),
        };
        (sender, receiver)
    }

    /// Writing failed; the first time tells since when.
    pub(crate) fn failed(&self, reason: &NotSaved) {
        self.health.send_if_modified(|health| {
            if !health.saving && health.reason.as_ref() == Some(reason) {
                return false;
            }
            if health.saving {
                health.since = Some((self.now)());
            }
            health.saving = false;
            health.reason = Some(reason.clone());
            true
        });
    }

    /// The database was moved or deleted.
    pub(crate) fn file_is_away(&self, reason: &NotSaved) {
        if !self.is_away.swap(true, Ordering::Relaxed) {
            tracing::error!(%reason, "the history's file is not what was opened");
        }
        self.failed(reason);
    }

    /// The database is where it was opened. `all_written`: nothing waits to be written either.
    pub(crate) fn file_is_back(&self, all_written: bool) {
        if self.is_away.swap(false, Ordering::Relaxed) && all_written {
            self.recovered();
        }
    }

    /// Everything that waited is written.
    pub(crate) fn recovered(&self) {
        if self.is_away.load(Ordering::Relaxed) {
            return;
        }
        self.health.send_if_modified(|health| {
            if health.saving {
                return false;
            }
            *health = Health {
                lost: health.lost,
                cut: health.cut,
                set_aside: health.set_aside.take(),
                replaced: health.replaced.take(),
                earlier: std::mem::take(&mut health.earlier),
                ..Health::default()
            };
            true
        });
    }

    /// So much of a database is in the one that replaced it; nothing where that was dismissed.
    pub(crate) fn taken_over(&self, found: &Replaced) {
        let id = found.id();
        self.health.send_if_modified(|health| {
            let told = [&mut health.set_aside, &mut health.replaced];
            let mut told = told.into_iter().flatten();
            let told = told.find(|one| one.id() == id);
            told.map(|one| *one = found.clone()).is_some()
        });
    }

    /// Another database took the place of one whose damage was met while it was open.
    pub(crate) fn replaced(&self, found: Replaced) {
        self.health.send_modify(|health| {
            // What replaced another one before has not been dismissed by that.
            let before = health.replaced.replace(found);
            health.earlier.extend(before);
        });
    }

    /// A person has read it.
    pub(crate) fn dismissed(&self, id: &str) {
        self.health.send_modify(|health| {
            health.set_aside.take_if(|one| one.id() == id);
            health.replaced.take_if(|one| one.id() == id);
            health.earlier.retain(|one| one.id() != id);
        });
    }

    /// Only the beginning of a body could be written.
    pub(crate) fn cut(&self) {
        self.health.send_modify(|health| health.cut += 1);
    }

    /// How many wait and how many were lost by now.
    pub(crate) fn backlog(&self, waiting: u64, lost: u64) {
        self.health.send_if_modified(|health| {
            let changed = health.waiting != waiting || health.lost != lost;
            health.waiting = waiting;
            health.lost = lost;
            changed
        });
    }
}
