//! A thread with a runtime of its own for ngrok's client and all that it spawns.
//!
//! It cures three faults of the client (0.19). Its tasks and sockets outlive whatever is
//! closed or dropped: they end with this runtime. Its debug events hold the token, in the bytes of
//! frames and in the text of refusals: this thread has no subscriber. A panic of one of its tasks
//! (a negative length from the service, for one) leaves its session hanging for good: here it ends
//! everything, and its text, which may repeat what was received, is not printed.

use std::cell::OnceCell;
use std::sync::Once;
use std::{panic, thread};

use tokio::runtime;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// The name of the thread.
const NAME: &str = "ngrok";
/// Threads that resolve names at once. A resolution that hangs keeps its thread after the dial was
/// given up. A guess.
const LOOKUPS: usize = 4;

thread_local! {
    /// Cancelled when something panics on this thread.
    static CRASHED: OnceCell<CancellationToken> = const { OnceCell::new() };
}

/// The client crashed, or there was no thread for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Crash;

/// Runs `work` on a runtime of its own. When this returns, all that `work` spawned has ended;
/// dropping the future ends it too, without waiting.
pub(crate) async fn isolated<T, F>(work: F) -> Result<T, Crash>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let leave = CancellationToken::new();
    let _left = leave.clone().drop_guard();
    let (sender, receiver) = oneshot::channel();
    thread::Builder::new()
        .name(NAME.to_owned())
        .spawn(move || {
            // Nobody listens any more where the future was dropped.
            let _ = sender.send(run(work, &leave));
        })
        .map_err(|_| Crash)?;
    receiver.await.unwrap_or(Err(Crash))
}

fn run<T, F: Future<Output = T>>(work: F, leave: &CancellationToken) -> Result<T, Crash> {
    let _silenced = tracing::dispatcher::set_default(&tracing::Dispatch::none());
    let crashed = watch_panics();
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(LOOKUPS)
        .build()
        .map_err(|_| Crash)?;
    let done = runtime.block_on(async {
        tokio::select! {
            biased;
            () = leave.cancelled() => Err(Crash),
            () = crashed.cancelled() => Err(Crash),
            done = work => Ok(done),
        }
    });
    runtime.shutdown_background();
    done
}

/// A token that is cancelled by the next panic on this thread; other threads keep the hook they
/// had.
fn watch_panics() -> CancellationToken {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let here = CRASHED.try_with(|crashed| crashed.get().cloned());
            match here {
                Ok(Some(crashed)) => crashed.cancel(),
                _ => others(info),
            }
        }));
    });
    CRASHED.with(|crashed| crashed.get_or_init(CancellationToken::new).clone())
}

#[cfg(test)]
mod tests {
    use std::future;
    use std::time::Duration;

    use super::*;

    /// Cancels its token when it is dropped.
    fn guarded(token: &CancellationToken) -> impl Future<Output = ()> + Send + use<> {
        let guard = token.clone().drop_guard();
        async move {
            future::pending::<()>().await;
            drop(guard);
        }
    }

    #[tokio::test]
    async fn what_was_spawned_inside_has_ended_when_it_returns() {
        let ended = CancellationToken::new();
        let inside = guarded(&ended);
        let done = isolated(async move {
            tokio::spawn(inside);
            tokio::task::yield_now().await;
            7
        });
        assert_eq!(done.await, Ok(7));
        assert!(ended.is_cancelled());
    }

    #[tokio::test]
    async fn a_panic_of_a_task_inside_ends_everything() {
        let ended = CancellationToken::new();
        let inside = guarded(&ended);
        let done = isolated(async move {
            tokio::spawn(async { panic!("capacity overflow") });
            inside.await;
        });
        let crash = tokio::time::timeout(Duration::from_secs(20), done)
            .await
            .unwrap();
        assert_eq!(crash, Err(Crash));
        assert!(ended.is_cancelled());
    }

    #[tokio::test]
    async fn dropping_it_ends_what_is_inside() {
        let ended = CancellationToken::new();
        let inside = guarded(&ended);
        let (started, start) = oneshot::channel();
        let mut running = Box::pin(isolated(async move {
            let _ = started.send(());
            inside.await;
        }));
        tokio::select! {
            _ = &mut running => panic!("it has nothing to end for"),
            heard = start => heard.unwrap(),
        }
        drop(running);
        tokio::time::timeout(Duration::from_secs(20), ended.cancelled())
            .await
            .unwrap();
    }
}
