//! What makes no progress comes to an end: the one watch of it for connections and bodies, of the
//! webhook server and of the control API.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Sleep;

/// How long something has made no progress.
#[derive(Debug)]
pub struct StallWatch {
    limit: Duration,
    /// Runs while it waits.
    timer: Option<Pin<Box<Sleep>>>,
}

/// It has made no progress for the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no progress")]
pub struct Stalled;

impl StallWatch {
    /// A watch with this limit.
    #[must_use]
    pub const fn new(limit: Duration) -> Self {
        Self { limit, timer: None }
    }

    /// Lets through what is ready, which is progress.
    ///
    /// # Errors
    /// It has waited for the limit.
    pub fn watch<T>(&mut self, cx: &mut Context<'_>, polled: Poll<T>) -> Poll<Result<T, Stalled>> {
        if let Poll::Ready(ready) = polled {
            self.timer = None;
            return Poll::Ready(Ok(ready));
        }
        let limit = self.limit;
        let timer = self
            .timer
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        timer.as_mut().poll(cx).map(|()| Err(Stalled))
    }

    /// The same where what is ready may have failed by itself.
    ///
    /// # Errors
    /// Its own, or `TimedOut`.
    pub fn watch_io<T>(
        &mut self,
        cx: &mut Context<'_>,
        polled: Poll<std::io::Result<T>>,
    ) -> Poll<std::io::Result<T>> {
        let watched = self.watch(cx, polled);
        watched.map(|watched| match watched {
            Ok(result) => result,
            Err(Stalled) => Err(std::io::ErrorKind::TimedOut.into()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_progress_begins_the_limit_anew() {
        let mut watch = StallWatch::new(Duration::from_secs(30));
        let begun = tokio::time::Instant::now();
        for _ in 0..3 {
            let waiting = std::future::poll_fn(|cx| watch.watch(cx, Poll::<()>::Pending));
            let over = tokio::time::timeout(Duration::from_secs(29), waiting).await;
            assert!(over.is_err(), "it has not stalled yet");
            let moved = std::future::poll_fn(|cx| watch.watch(cx, Poll::Ready(1))).await;
            assert_eq!(moved, Ok(1));
        }
        let stalled = std::future::poll_fn(|cx| watch.watch(cx, Poll::<()>::Pending)).await;
        assert_eq!(stalled, Err(Stalled));
        assert_eq!(begun.elapsed().as_secs(), 3 * 29 + 30);
    }
}
