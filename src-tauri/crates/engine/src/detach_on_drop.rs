//! Work that its caller's future carries, and that goes on without it.
//!
//! A request is taken through inside its connection's own future: no task is made for it and no
//! thread is woken. When the caller leaves, that future is dropped with everything in it; what is
//! left of the request then becomes a task of its own, which is there to say so in the history.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

/// A future that is polled where it is awaited, and becomes a task where it is dropped unfinished.
pub(crate) struct DetachOnDrop {
    /// `None` once it has ended.
    work: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    tasks: TaskTracker,
}

impl DetachOnDrop {
    pub(crate) fn new(tasks: TaskTracker, work: impl Future<Output = ()> + Send + 'static) -> Self {
        Self {
            work: Some(Box::pin(work)),
            tasks,
        }
    }
}

impl Future for DetachOnDrop {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // Taken out while it runs: one that panics is not polled again by a task.
        let Some(mut work) = self.work.take() else {
            return Poll::Ready(());
        };
        let done = work.as_mut().poll(cx);
        if done.is_pending() {
            self.work = Some(work);
        }
        done
    }
}

impl Drop for DetachOnDrop {
    fn drop(&mut self) {
        let Some(work) = self.work.take() else { return };
        // Without a runtime the process is ending, and nothing runs any more.
        if let Ok(runtime) = Handle::try_current() {
            self.tasks.spawn_on(work, &runtime);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn what_is_awaited_to_its_end_leaves_no_task_behind() {
        let tasks = TaskTracker::new();
        DetachOnDrop::new(tasks.clone(), tokio::task::yield_now()).await;
        assert!(tasks.is_empty());
    }

    #[tokio::test]
    async fn what_is_dropped_goes_on_as_a_task_from_where_it_was() {
        let tasks = TaskTracker::new();
        let (go, going) = oneshot::channel::<()>();
        let (done, told) = oneshot::channel();
        let mut steps = 0;
        let mut detached = DetachOnDrop::new(tasks.clone(), async move {
            steps += 1;
            let _ = going.await;
            let _ = done.send(steps);
        });
        let polled = std::future::poll_fn(|cx| Poll::Ready(Pin::new(&mut detached).poll(cx)));
        assert!(polled.await.is_pending());
        drop(detached);
        go.send(()).unwrap();
        assert_eq!(told.await, Ok(1));
        tasks.close();
        tasks.wait().await;
    }
}
