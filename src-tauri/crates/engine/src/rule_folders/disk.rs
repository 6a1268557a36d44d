//! Work on the disk of a folder, which may be a drive that answers nobody: in a thread of its own,
//! waited for a bounded time. One that is never answered costs one thread and no other work: not
//! the threads that serve bots, nor those that the program waits for at its end.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::turns::Turns;

/// Two thousand files are synced in less, on a slow drive, too.
const PATIENCE: Duration = Duration::from_mins(1);

/// So long other work on the same folder is waited for: what takes longer is not answered.
const TURN: Duration = Duration::from_secs(2);

/// A folder's disk does not answer: nothing was done, or it is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Silent;

/// The disks of folders, by the folders' paths: at each is one work at a time.
#[derive(Default)]
pub(crate) struct Disks(Turns<PathBuf>);

impl Disks {
    /// Does something at a folder. What is done when nobody waits for it any more is taken back.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        dir: &Path,
        work: impl FnOnce() -> T + Send + 'static,
        take_back: impl FnOnce(T) + Send + 'static,
    ) -> Result<T, Silent> {
        let turn = self.0.take(&dir.to_owned(), TURN).await.ok_or(Silent)?;
        let (done, mut waiting) = oneshot::channel();
        let working = move || {
            if let Err(late) = done.send(work()) {
                take_back(late);
            }
            drop(turn);
        };
        let thread = thread::Builder::new().name("rule-folder".to_owned());
        thread.spawn(working).map_err(|error| {
            tracing::error!(%error, "there is no thread for a folder of rules");
            Silent
        })?;
        match timeout(PATIENCE, &mut waiting).await {
            Ok(done) => Ok(done.expect("the work does not panic")),
            Err(_) => {
                waiting.close();
                // It may have been done in this very moment.
                waiting.try_recv().map_err(|_| Silent)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn work_that_ends_too_late_is_taken_back_and_keeps_others_from_its_folder_alone() {
        let disks = Disks::default();
        let [here, there] = ["/here", "/there"].map(Path::new);
        let (release, held) = mpsc::sync_channel::<()>(1);
        let (told, taken_back) = mpsc::sync_channel(1);
        tokio::time::pause();
        let hanging = disks.work(
            here,
            move || held.recv().is_ok(),
            move |done| told.send(done).unwrap(),
        );
        assert_eq!(hanging.await, Err(Silent));
        let never = || panic!("the folder is another work's");
        let second: Result<(), Silent> = disks.work(here, never, |()| {}).await;
        assert_eq!(second, Err(Silent));
        // From here on in the time of the threads.
        tokio::time::resume();
        assert_eq!(disks.work(there, || 7, |_| {}).await, Ok(7));
        release.send(()).unwrap();
        assert_eq!(taken_back.recv(), Ok(true));
        assert_eq!(disks.work(here, || 8, |_| {}).await, Ok(8));
    }
}
