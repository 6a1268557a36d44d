//! The order in which watched conversations are sent: twice to learn, then once after each save.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::WatchState;
use super::saves::Saves;

/// Between two looks whether something listens at the target.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// A target that goes away within so long after the conversations were sent was the one before the
/// save: a supervisor needs that long to notice it.
const GOES_AWAY: Duration = Duration::from_secs(2);

/// How often conversations are sent for one save although the target goes away meanwhile: one that
/// each of them brings down is not waited for.
const ATTEMPTS_MAX: usize = 3;

/// The conversations were sent once.
pub(crate) struct Pass<T> {
    /// What was answered.
    pub(crate) answers: T,
    /// The target went away meanwhile.
    pub(crate) is_cut: bool,
}

/// What sends conversations and compares their answers.
pub(crate) trait Sender: Sync {
    /// What is answered to all of them.
    type Answers: Send;

    /// Whether something listens at the target.
    fn is_there(&self) -> impl Future<Output = bool> + Send;

    /// Sends them.
    fn send(&self) -> impl Future<Output = Pass<Self::Answers>> + Send;

    /// Remembers what differs between two answers of one server.
    fn learn(&self, one: &Self::Answers, other: &Self::Answers) -> impl Future<Output = ()> + Send;

    /// Tells what differs after a save.
    fn tell(
        &self,
        saved: String,
        before: &Self::Answers,
        now: &Self::Answers,
    ) -> impl Future<Output = ()> + Send;

    /// It stands so now. `is_away`: nothing listens at the target.
    fn stands(&self, state: WatchState, is_away: bool);
}

/// Follows the saves. It never ends by itself.
pub(crate) async fn follow<S: Sender>(sender: &S, saves: &Saves) {
    let mut base = learned(sender, saves).await;
    loop {
        sender.stands(WatchState::Waiting, false);
        saves.quiet().await;
        let mut attempts = 0;
        loop {
            let saved = saves.take();
            let now = send_once_there(sender, saves, WatchState::Sending).await;
            attempts += 1;
            if now.is_cut && attempts < ATTEMPTS_MAX {
                saves.keep(saved);
                continue;
            }
            // Before anybody is told, who may begin it anew at once.
            let is_gone = !sender.is_there().await;
            sender.tell(saved.clone(), &base, &now.answers).await;
            base = now.answers;
            sender.stands(WatchState::Waiting, false);
            let goes_away = is_gone || goes_away(sender, saves).await;
            if attempts >= ATTEMPTS_MAX || !goes_away {
                break;
            }
            saves.keep(saved);
        }
    }
}

/// Sends the conversations twice; the answers of the second time.
async fn learned<S: Sender>(sender: &S, saves: &Saves) -> S::Answers {
    loop {
        let one = send_once_there(sender, saves, WatchState::Learning).await;
        if one.is_cut {
            continue;
        }
        let other = send_once_there(sender, saves, WatchState::Learning).await;
        if other.is_cut {
            continue;
        }
        sender.learn(&one.answers, &other.answers).await;
        return other.answers;
    }
}

/// Waits for the target and sends the conversations.
async fn send_once_there<S: Sender>(
    sender: &S,
    saves: &Saves,
    state: WatchState,
) -> Pass<S::Answers> {
    let mut is_away = false;
    while !sender.is_there().await {
        if !is_away {
            is_away = true;
            let meanwhile = match state {
                WatchState::Learning => WatchState::Learning,
                WatchState::Waiting | WatchState::Sending => WatchState::Waiting,
            };
            sender.stands(meanwhile, true);
        }
        sleep(LOOK_AGAIN).await;
    }
    sender.stands(state, false);
    saves.sending();
    let pass = sender.send().await;
    saves.sent();
    pass
}

/// Whether the target goes away in a while in which nothing else is saved.
async fn goes_away<S: Sender>(sender: &S, saves: &Saves) -> bool {
    let until = Instant::now() + GOES_AWAY;
    while Instant::now() < until {
        tokio::select! {
            () = saves.anything() => return false,
            () = sleep(LOOK_AGAIN) => {}
        }
        if !sender.is_there().await {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests;
