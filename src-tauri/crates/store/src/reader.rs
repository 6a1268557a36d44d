//! A few read-only connections, used on blocking threads, so that reading never waits for the
//! writer and never blocks an async worker.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::damage::Damage;
use crate::error::StoreError;
use crate::functions::BotSettings;
use crate::{connection, functions};

/// Connections for lists and searches: one for a slow search, two for everything else.
pub(crate) const READERS: usize = 3;

/// Connections for what a bot's call waits for: a person's searches never keep them busy.
const CALLERS_READERS: usize = 2;

/// SQLite asks after this many steps whether the answer is still wanted: about a millisecond.
const STEPS_BETWEEN_LOOKS: i32 = 20_000;

/// All connections that read.
pub(crate) struct Readers {
    ordinary: Arc<Pool>,
    callers: Arc<Pool>,
    turns: Arc<Pool>,
    /// Those of them that may be long.
    long: Arc<Semaphore>,
    /// What the functions of all connections read of bots.
    pub(crate) bots: BotSettings,
    pub(crate) damage: Arc<Damage>,
}

struct Pool {
    path: PathBuf,
    bots: BotSettings,
    damage: Arc<Damage>,
    idle: Mutex<Vec<Reader>>,
    free: Arc<Semaphore>,
    size: usize,
}

struct Reader {
    /// Databases that had its path before its own.
    replaced: u64,
    conn: Connection,
    turn: Arc<Turn>,
}

/// Reads on one connection are numbered, so that giving one up never stops the next.
#[derive(Default)]
struct Turn {
    running: AtomicU64,
    given_up: AtomicU64,
}

/// Stops the read when its future is dropped.
struct Wanted {
    turn: Arc<Turn>,
    number: u64,
}

impl Drop for Wanted {
    fn drop(&mut self) {
        self.turn.given_up.store(self.number, Ordering::Relaxed);
    }
}

impl Readers {
    /// `is_damaged` is set where something is read that no sound database holds.
    pub(crate) fn open(path: &Path, is_damaged: Arc<AtomicBool>) -> rusqlite::Result<Self> {
        let bots = BotSettings::default();
        let damage = Arc::new(Damage::new(is_damaged));
        Ok(Self {
            ordinary: Arc::new(Pool::open(path, READERS, &bots, &damage)?),
            callers: Arc::new(Pool::open(path, CALLERS_READERS, &bots, &damage)?),
            turns: Arc::new(Pool::open(path, 1, &bots, &damage)?),
            damage,
            long: Arc::new(Semaphore::new(CALLERS_READERS - 1)),
            bots,
        })
    }

    /// Runs a read on a blocking thread. Dropping the future stops it.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.ordinary.read(work).await
    }

    /// The same for a short read that a bot's call waits for.
    pub(crate) async fn read_for_caller<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.callers.read(work).await
    }

    /// The same for a read that may be long: others for callers go on beside it.
    pub(crate) async fn read_long_for_caller<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = Arc::clone(&self.long).acquire_owned().await;
        let permit = permit.map_err(|_| StoreError::Closed)?;
        // It ends with the read, which goes on for a moment where nobody waits for it any more.
        let work = move |conn: &Connection| {
            let _permit = permit;
            work(conn)
        };
        self.callers.read(work).await
    }

    /// The same for the one read of all turns: neither searches nor other calls keep it waiting,
    /// nor does it keep any of them.
    pub(crate) async fn read_turns<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.turns.read(work).await
    }

    /// Says who is woken where damage is met.
    pub(crate) fn wake_at_damage(&self, wake: impl Fn() + Send + Sync + 'static) {
        self.damage.wake_at_it(wake);
    }

    /// Another database has the path: reads from now on are of that one.
    pub(crate) fn reopen(&self) {
        self.damage.another_has_the_path();
        self.ordinary.reopen();
        self.callers.reopen();
        self.turns.reopen();
    }

    /// Waits for the reads under way and closes the connections.
    pub(crate) async fn close(&self) {
        self.ordinary.close().await;
        self.callers.close().await;
        self.turns.close().await;
    }
}

impl Pool {
    fn open(
        path: &Path,
        size: usize,
        bots: &BotSettings,
        damage: &Arc<Damage>,
    ) -> rusqlite::Result<Self> {
        let idle = (0..size)
            .map(|_| Reader::open(path, bots))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            path: path.to_owned(),
            bots: bots.clone(),
            damage: Arc::clone(damage),
            idle: Mutex::new(idle),
            free: Arc::new(Semaphore::new(size)),
            size,
        })
    }

    async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = self
            .free
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| StoreError::Closed)?;
        let mut reader = self.idle.lock().pop().ok_or(StoreError::Closed)?;
        let number = reader.turn.running.fetch_add(1, Ordering::Relaxed) + 1;
        let _wanted = Wanted {
            turn: reader.turn.clone(),
            number,
        };
        let pool = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || {
            // One snapshot for everything that belongs to one answer.
            let answer = pool
                .follow(&mut reader)
                .and_then(|()| Ok(reader.conn.unchecked_transaction()?))
                .and_then(|snapshot| work(&snapshot));
            pool.damage.look_at(&answer, reader.replaced);
            pool.idle.lock().push(reader);
            drop(permit);
            answer
        });
        done.await.unwrap_or(Err(StoreError::Closed))
    }

    fn reopen(&self) {
        for reader in &mut *self.idle.lock() {
            // What fails is tried again by the read.
            drop(self.follow(reader));
        }
    }

    /// Opens the reader anew where another database has the path now.
    fn follow(&self, reader: &mut Reader) -> Result<(), StoreError> {
        let replaced = self.damage.replaced();
        if reader.replaced != replaced {
            connection::detach(&reader.conn);
            let turn = Arc::clone(&reader.turn);
            *reader = Reader::with(&self.path, &self.bots, (replaced, turn))?;
        }
        Ok(())
    }

    async fn close(&self) {
        let all = u32::try_from(self.size).expect("there are few readers");
        if let Ok(permits) = self.free.acquire_many(all).await {
            self.idle.lock().clear();
            self.free.close();
            drop(permits);
        }
    }
}

impl Reader {
    fn open(path: &Path, bots: &BotSettings) -> rusqlite::Result<Self> {
        Self::with(path, bots, (0, Arc::default()))
    }

    fn with(
        path: &Path,
        bots: &BotSettings,
        (replaced, turn): (u64, Arc<Turn>),
    ) -> rusqlite::Result<Self> {
        let mut conn = connection::reader(path)?;
        let asked = Arc::clone(&turn);
        let given_up =
            move || asked.running.load(Ordering::Relaxed) == asked.given_up.load(Ordering::Relaxed);
        functions::register(&conn, bots, given_up.clone())?;
        conn.progress_handler(STEPS_BETWEEN_LOOKS, Some(given_up))?;
        Ok(Self {
            replaced,
            conn,
            turn,
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    /// Readers, and the database that they read.
    fn readers(dir: &Path) -> (Arc<Readers>, Connection) {
        let path = dir.join("history.sqlite3");
        let made = Connection::open(&path).unwrap();
        (
            Arc::new(Readers::open(&path, Arc::default()).unwrap()),
            made,
        )
    }

    /// A read that has told its beginning and lasts until it is let go.
    pub(crate) fn lasting() -> (
        impl FnOnce(&Connection) -> Result<(), StoreError> + Send + 'static,
        tokio::sync::oneshot::Receiver<()>,
        mpsc::SyncSender<()>,
    ) {
        let (begun, begins) = tokio::sync::oneshot::channel();
        let (end, ended) = mpsc::sync_channel::<()>(1);
        let work = move |_: &Connection| {
            let _ = begun.send(());
            ended.recv().unwrap();
            Ok(())
        };
        (work, begins, end)
    }

    #[tokio::test]
    async fn what_a_caller_waits_for_is_read_beside_searches_that_take_all_other_readers() {
        let dir = tempfile::tempdir().unwrap();
        let (readers, _made) = readers(dir.path());
        let mut searches = Vec::new();
        for _ in 0..READERS {
            let (work, begins, end) = lasting();
            let pool = Arc::clone(&readers);
            let search = tokio::spawn(async move { pool.read(work).await });
            begins.await.unwrap();
            searches.push((search, end));
        }
        readers.read_for_caller(|_| Ok(())).await.unwrap();
        for (search, end) in searches {
            end.send(()).unwrap();
            search.await.unwrap().unwrap();
        }
        readers.close().await;
    }

    #[tokio::test]
    async fn long_reads_for_callers_leave_a_reader_for_short_ones() {
        let dir = tempfile::tempdir().unwrap();
        let (readers, _made) = readers(dir.path());
        let mut long = Vec::new();
        for number in 0..2 * CALLERS_READERS {
            let (work, begins, end) = lasting();
            let pool = Arc::clone(&readers);
            let read = tokio::spawn(async move { pool.read_long_for_caller(work).await });
            if number == 0 {
                begins.await.unwrap();
            }
            long.push((read, end));
            // Each gets as far as it can.
            tokio::task::yield_now().await;
        }
        let short = readers.read_for_caller(|_| Ok(()));
        let short = tokio::time::timeout(Duration::from_secs(60), short).await;
        short.expect("a reader is free").unwrap();
        for (read, end) in long {
            end.send(()).unwrap();
            read.await.unwrap().unwrap();
        }
        readers.close().await;
    }
}
