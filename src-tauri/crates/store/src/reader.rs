//! A few read-only connections, used on blocking threads, so that reading never waits for the
//! writer and never blocks an async worker.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::error::StoreError;
use crate::{connection, functions};

/// Connections in the pool: one for a slow search, two for everything else.
const READERS: usize = 3;

/// SQLite asks after this many steps whether the answer is still wanted: about a millisecond.
const STEPS_BETWEEN_LOOKS: i32 = 20_000;

/// The pool.
pub(crate) struct Readers {
    idle: Mutex<Vec<Reader>>,
    free: Arc<Semaphore>,
}

struct Reader {
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
    pub(crate) fn open(path: &Path) -> rusqlite::Result<Self> {
        let idle = (0..READERS)
            .map(|_| Reader::open(path))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            idle: Mutex::new(idle),
            free: Arc::new(Semaphore::new(READERS)),
        })
    }

    /// Runs a read on a blocking thread. Dropping the future stops it.
    pub(crate) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = self
            .free
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| StoreError::Closed)?;
        let reader = self.idle.lock().pop().ok_or(StoreError::Closed)?;
        let number = reader.turn.running.fetch_add(1, Ordering::Relaxed) + 1;
        let _wanted = Wanted {
            turn: reader.turn.clone(),
            number,
        };
        let pool = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || {
            // One snapshot for everything that belongs to one answer.
            let answer = reader
                .conn
                .unchecked_transaction()
                .map_err(StoreError::from);
            let answer = answer.and_then(|snapshot| work(&snapshot));
            pool.idle.lock().push(reader);
            drop(permit);
            answer
        });
        done.await.unwrap_or(Err(StoreError::Closed))
    }

    /// Waits for the reads under way and closes the connections.
    pub(crate) async fn close(&self) {
        let all = u32::try_from(READERS).expect("there are few readers");
        if let Ok(permits) = self.free.acquire_many(all).await {
            self.idle.lock().clear();
            self.free.close();
            drop(permits);
        }
    }
}

impl Reader {
    fn open(path: &Path) -> rusqlite::Result<Self> {
        let mut conn = connection::reader(path)?;
        functions::register(&conn)?;
        let turn = Arc::new(Turn::default());
        let asked = Arc::clone(&turn);
        let given_up =
            move || asked.running.load(Ordering::Relaxed) == asked.given_up.load(Ordering::Relaxed);
        conn.progress_handler(STEPS_BETWEEN_LOOKS, Some(given_up))?;
        Ok(Self { conn, turn })
    }
}
