//! Whether what happens is being saved, as a channel.

use protocol::UtcMillis;
use tokio::sync::watch;

use crate::error::NotSaved;
use crate::types::Clock;

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
        }
    }
}

/// The writer's end of the health channel.
pub(crate) struct HealthSender {
    health: watch::Sender<Health>,
    now: Clock,
}

impl HealthSender {
    pub(crate) fn new(now: Clock) -> (Self, watch::Receiver<Health>) {
        let (health, receiver) = watch::channel(Health::default());
        (Self { health, now }, receiver)
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

    /// Everything that waited is written.
    pub(crate) fn recovered(&self) {
        self.health.send_if_modified(|health| {
            if health.saving {
                return false;
            }
            *health = Health {
                lost: health.lost,
                cut: health.cut,
                ..Health::default()
            };
            true
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
