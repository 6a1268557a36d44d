//! How many calls of rules there may be.

use tokio::sync::Semaphore;

/// Calls of rules under way at most. A guess: a rule has ten, and a server of theirs that is silent
/// takes a minute.
pub(crate) const UNDER_WAY_MAX: usize = 256;

/// Calls at most that wait for their moment, an hour at most. A guess: each holds its body.
pub(crate) const WAITING_MAX: usize = 1_024;

/// Permits for calls that rules make after their answers.
pub(crate) struct Callbacks {
    pub(crate) under_way: Semaphore,
    pub(crate) waiting: Semaphore,
}

impl Default for Callbacks {
    fn default() -> Self {
        Self {
            under_way: Semaphore::new(UNDER_WAY_MAX),
            waiting: Semaphore::new(WAITING_MAX),
        }
    }
}
