//! The writer's queue. The writer is woken once for a group and not for each job: with many
//! callers, waking and committing cost more than what a job writes.
//!
//! Where the group before was one of several callers, the next one is given a moment to become as
//! large. Now and then it gets the whole moment, to see how many callers there are: each of them
//! waits for its commit before it comes again. A caller alone never waits: its groups are of one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::job::Queued;

/// How long a group may take to become as large as expected, from the end of the one before.
const GATHER: Duration = Duration::from_micros(300);

/// After so many groups of several one gets the whole of [`GATHER`].
const LOOK_EVERY: u32 = 16;

/// Jobs that share a transaction at most: some milliseconds of work.
pub(crate) const GROUP: usize = 256;

struct Queue {
    waiting: Mutex<Waiting>,
    ready: Condvar,
    /// Jobs that may wait.
    capacity: usize,
}

#[derive(Default)]
struct Waiting {
    jobs: Vec<Queued>,
    /// The writer sleeps until there are so many; 0 while it works.
    wanted: usize,
    /// One of the two ends is dropped.
    closed: bool,
}

/// The callers' end.
pub(crate) struct Sender(Arc<Queue>);

/// The writer's end.
pub(crate) struct Receiver {
    queue: Arc<Queue>,
    /// How large the next group is expected to be.
    expected: usize,
    /// Groups until one gets the whole time.
    until_look: u32,
}

/// What the writer was woken by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Woken {
    /// There are jobs.
    Jobs,
    /// It is time for something else.
    Due,
    /// All senders are dropped.
    Closed,
}

/// A queue for `capacity` jobs.
pub(crate) fn queue(capacity: usize) -> (Sender, Receiver) {
    let queue = Arc::new(Queue {
        waiting: Mutex::default(),
        ready: Condvar::new(),
        capacity,
    });
    let receiver = Receiver {
        queue: Arc::clone(&queue),
        expected: 1,
        until_look: 0,
    };
    (Sender(queue), receiver)
}

impl Sender {
    /// Puts a job in; gives it back where the queue is full or has no writer.
    pub(crate) fn send(&self, job: Queued) -> Result<(), Queued> {
        let mut waiting = self.0.waiting.lock();
        if waiting.closed || waiting.jobs.len() >= self.0.capacity {
            return Err(job);
        }
        waiting.jobs.push(job);
        self.0.wake(waiting);
        Ok(())
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        let mut waiting = self.0.waiting.lock();
        waiting.closed = true;
        self.0.wake(waiting);
    }
}

impl Queue {
    /// Wakes the writer where it sleeps for what is there now.
    fn wake(&self, mut waiting: MutexGuard<'_, Waiting>) {
        if waiting.wanted > 0 && (waiting.closed || waiting.jobs.len() >= waiting.wanted) {
            waiting.wanted = 0;
            drop(waiting);
            self.ready.notify_one();
        }
    }

    /// Sleeps until so many jobs wait, all senders are dropped, or it is time.
    fn sleep(&self, waiting: &mut MutexGuard<'_, Waiting>, wanted: usize, until: Instant) {
        while waiting.jobs.len() < wanted && !waiting.closed {
            waiting.wanted = wanted;
            if self.ready.wait_until(waiting, until).timed_out() {
                break;
            }
        }
        waiting.wanted = 0;
    }
}

impl Receiver {
    /// Waits for jobs until `due` and puts a group of them into `group`, which is empty.
    pub(crate) fn take(&mut self, group: &mut Vec<Queued>, due: Instant) -> Woken {
        let mut waiting = self.queue.waiting.lock();
        if self.expected > 1 {
            let wanted = match self.until_look {
                0 => GROUP,
                _ => self.expected,
            };
            self.until_look = self.until_look.checked_sub(1).unwrap_or(LOOK_EVERY);
            let until = Instant::now() + GATHER;
            self.queue.sleep(&mut waiting, wanted, until);
        }
        self.queue.sleep(&mut waiting, 1, due);
        self.expected = waiting.jobs.len().min(GROUP);
        if waiting.jobs.len() <= GROUP {
            std::mem::swap(&mut waiting.jobs, group);
        } else {
            group.extend(waiting.jobs.drain(..GROUP));
        }
        match (group.is_empty(), waiting.closed) {
            (false, _) => Woken::Jobs,
            (true, false) => Woken::Due,
            (true, true) => Woken::Closed,
        }
    }

    /// What remains, without waiting.
    pub(crate) fn remaining(&self) -> Vec<Queued> {
        std::mem::take(&mut self.queue.waiting.lock().jobs)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let jobs = {
            let mut waiting = self.queue.waiting.lock();
            waiting.closed = true;
            std::mem::take(&mut waiting.jobs)
        };
        // Drops their replies, by which their callers learn it.
        drop(jobs);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::Job;

    fn job() -> Queued {
        Queued {
            job: Job::Close,
            _permit: None,
        }
    }

    fn later() -> Instant {
        Instant::now() + Duration::from_secs(60)
    }

    #[test]
    fn one_caller_alone_is_never_kept_waiting_for_others() {
        let (sender, mut receiver) = queue(8);
        for _ in 0..3 {
            assert!(sender.send(job()).is_ok());
            let mut group = Vec::new();
            assert_eq!(receiver.take(&mut group, later()), Woken::Jobs);
            assert_eq!((group.len(), receiver.expected), (1, 1));
        }
    }

    #[test]
    fn a_group_takes_the_moment_it_has_and_then_goes_as_it_is() {
        let (sender, mut receiver) = queue(8);
        for many in [4, 2] {
            for _ in 0..many {
                assert!(sender.send(job()).is_ok());
            }
            let mut group = Vec::new();
            assert_eq!(receiver.take(&mut group, later()), Woken::Jobs);
            assert_eq!((group.len(), receiver.expected), (many, many));
        }
    }

    #[test]
    fn the_writer_is_woken_by_a_job_and_by_the_last_sender() {
        let (sender, mut receiver) = queue(8);
        let writer = std::thread::spawn(move || {
            let mut woken = Vec::new();
            let mut group = Vec::new();
            loop {
                woken.push(receiver.take(&mut group, later()));
                if woken.last() == Some(&Woken::Closed) {
                    return woken;
                }
                group.clear();
            }
        });
        assert!(sender.send(job()).is_ok());
        drop(sender);
        assert_eq!(writer.join().unwrap(), [Woken::Jobs, Woken::Closed]);
    }

    #[test]
    fn a_full_queue_or_one_without_writer_gives_the_job_back() {
        let (sender, receiver) = queue(1);
        assert!(sender.send(job()).is_ok());
        assert!(sender.send(job()).is_err());
        assert_eq!(receiver.remaining().len(), 1);
        drop(receiver);
        assert!(sender.send(job()).is_err());
    }

    #[test]
    fn nothing_to_do_ends_at_the_time_given() {
        let (_sender, mut receiver) = queue(1);
        assert_eq!(receiver.take(&mut Vec::new(), Instant::now()), Woken::Due);
    }
}
