//! What could not be written and waits in memory until the disk takes it.

use std::collections::VecDeque;

use crate::job::Pending;

/// What may wait, in bytes; beyond it exchanges are lost, and counted.
const BACKLOG_BYTES: usize = 64 * 1024 * 1024;

/// Inserts and updates in the order they came.
#[derive(Default)]
pub(crate) struct Backlog {
    waiting: VecDeque<Pending>,
    bytes: usize,
    lost: u64,
}

impl Backlog {
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(crate) fn len(&self) -> u64 {
        self.waiting.len() as u64
    }

    pub(crate) fn lost(&self) -> u64 {
        self.lost
    }

    /// Takes one, or counts it as lost where there is no room and gives it back.
    pub(crate) fn push(&mut self, pending: Pending) -> Result<(), Pending> {
        let bytes = pending.bytes();
        if self.bytes + bytes > BACKLOG_BYTES {
            self.lost += 1;
            return Err(pending);
        }
        self.bytes += bytes;
        self.waiting.push_back(pending);
        Ok(())
    }

    /// The oldest ones.
    pub(crate) fn first(&mut self, many: usize) -> &[Pending] {
        let many = many.min(self.waiting.len());
        &self.waiting.make_contiguous()[..many]
    }

    /// Forgets the oldest ones: they are written.
    pub(crate) fn written(&mut self, many: usize) {
        for pending in self.waiting.drain(..many) {
            self.bytes -= pending.bytes();
        }
    }
}
