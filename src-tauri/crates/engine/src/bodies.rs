//! Bodies on their way in: memory for the usual ones, a file for the long ones, bounds for all.
//!
//! A body is collected in memory up to [`SPOOL_BYTES`], and in a file of the data directory beyond
//! them. One that turns out not to be longer than [`protocol::IN_MEMORY_BYTES`] is
//! read back; a longer one stays in its file, which is removed with the last handle to it.

#[cfg(test)]
mod tests;

use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use parking_lot::Mutex;
use protocol::{BEGINNING_BYTES, Body, BodySource, IN_MEMORY_BYTES};
use tokio::io::AsyncWriteExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A body up to this length is not counted: connections are limited, and so is the sum of these.
pub(crate) const UNCOUNTED_BYTES: usize = 64 << 10;

/// A body that grows longer goes into a file. Most bodies are shorter, and touch no disk here.
const SPOOL_BYTES: usize = 4 << 20;

/// Memory is taken for a body in steps of this, as it arrives: a slow one holds little.
const STEP_BYTES: usize = 256 << 10;

/// How much there may be of all bodies that are under way. The numbers of the default are guesses:
/// memory for sixteen of the longest bodies that stay in it, files for four of the longest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Bytes of longer bodies in memory.
    pub(crate) memory_bytes: usize,
    /// How long a body waits for others to leave memory.
    pub(crate) memory_wait: Duration,
    /// Bytes in files.
    pub(crate) file_bytes: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            memory_bytes: 256 << 20,
            memory_wait: Duration::from_secs(10),
            file_bytes: 4 << 30,
        }
    }
}

/// The directory of the files, below the data directory.
const DIR: &str = "bodies";

/// Why a body cannot be taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CollectError {
    /// Too many bytes of others are in memory.
    #[error("bodies in memory have {most_bytes} bytes together")]
    Busy { most_bytes: u64 },
    /// Too many bytes of others are in files.
    #[error("bodies in files have {most_bytes} bytes together")]
    FilesFull { most_bytes: u64 },
    /// A file cannot be written.
    #[error("a file for a long body: {0}")]
    Disk(#[from] io::Error),
}

/// A body whose file failed at its end.
#[derive(Debug)]
pub(crate) struct Unfinished {
    /// The part in memory.
    pub(crate) beginning: Body,
    pub(crate) error: CollectError,
}

/// The bounds and the place of the files.
pub(crate) struct Bodies {
    bounds: Bounds,
    dir: PathBuf,
    next: AtomicU64,
    on_disk: Arc<AtomicU64>,
    in_memory: Arc<Semaphore>,
}

impl Bodies {
    /// Removes what a process that was killed left.
    pub(crate) fn new(data_dir: &Path, bounds: Bounds) -> Self {
        let dir = data_dir.join(DIR);
        if let Err(error) = fs::remove_dir_all(&dir)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "files of long bodies could not be removed");
        }
        Self {
            bounds,
            dir,
            next: AtomicU64::new(0),
            on_disk: Arc::default(),
            in_memory: Arc::new(Semaphore::new(bounds.memory_bytes / 1024)),
        }
    }

    /// Begins to collect a body.
    pub(crate) fn collect(&self) -> Collector<'_> {
        self.collect_up_to(SPOOL_BYTES)
    }

    /// The same where a body goes into a file sooner: one that grows longer is on its way through,
    /// and needs no memory here.
    pub(crate) fn collect_passing(&self) -> Collector<'_> {
        self.collect_up_to(BEGINNING_BYTES)
    }

    fn collect_up_to(&self, in_memory: usize) -> Collector<'_> {
        Collector {
            bodies: self,
            in_memory,
            first: Bytes::new(),
            memory: BytesMut::new(),
            length: 0,
            permit: None,
            file: None,
        }
    }

    async fn permit(&self, bytes: usize) -> Result<OwnedSemaphorePermit, CollectError> {
        let most_bytes = self.bounds.memory_bytes as u64;
        let busy = CollectError::Busy { most_bytes };
        let Ok(kib) = u32::try_from(bytes.div_ceil(1024)) else {
            return Err(busy);
        };
        let permit = Arc::clone(&self.in_memory).acquire_many_owned(kib);
        match tokio::time::timeout(self.bounds.memory_wait, permit).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(busy),
        }
    }

    /// What a body in a file needs more than its beginning to be read back; `None` where it is too
    /// long for memory, or where others leave no room.
    async fn permit_for_whole(&self, length: u64) -> Option<OwnedSemaphorePermit> {
        let length = usize::try_from(length).ok()?;
        if length > IN_MEMORY_BYTES {
            return None;
        }
        self.permit(length - BEGINNING_BYTES).await.ok()
    }

    async fn file(&self) -> io::Result<Writing> {
        tokio::fs::create_dir_all(&self.dir).await?;
        let mut options = tokio::fs::OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        options.mode(0o600);
        let (path, file) = loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let path = self.dir.join(format!("{number}.body"));
            match options.open(&path).await {
                // A process before this one left it, and it could not be removed.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                opened => break (path, opened?),
            }
        };
        let kept = Removed {
            path,
            bytes: 0,
            on_disk: Arc::clone(&self.on_disk),
        };
        let most_bytes = self.bounds.file_bytes;
        Ok(Writing {
            file,
            kept,
            most_bytes,
        })
    }
}

/// A body as far as it has arrived. One piece, the usual case, is not copied.
pub(crate) struct Collector<'a> {
    bodies: &'a Bodies,
    /// So many bytes stay in memory.
    in_memory: usize,
    first: Bytes,
    memory: BytesMut,
    length: u64,
    permit: Option<OwnedSemaphorePermit>,
    /// Holds everything from the first byte on.
    file: Option<Writing>,
}

struct Writing {
    file: tokio::fs::File,
    kept: Removed,
    /// Bytes of all bodies in files.
    most_bytes: u64,
}

impl Collector<'_> {
    /// How many bytes there are.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Takes the next piece.
    pub(crate) async fn push(&mut self, piece: Bytes) -> Result<(), CollectError> {
        self.length += piece.len() as u64;
        if let Some(writing) = &mut self.file {
            return writing.push(&piece).await;
        }
        if self.length > UNCOUNTED_BYTES as u64 {
            self.reserve().await?;
        }
        if self.first.is_empty() && self.memory.is_empty() {
            self.first = piece;
        } else {
            if self.memory.is_empty() {
                self.memory
                    .extend_from_slice(&std::mem::take(&mut self.first));
            }
            self.memory.extend_from_slice(&piece);
        }
        if self.length > self.in_memory as u64 {
            let mut writing = self.bodies.file().await?;
            writing.push(self.arrived()).await?;
            self.file = Some(writing);
            // A copy of the right length: what is cut short keeps its allocation.
            self.first = Bytes::copy_from_slice(&self.arrived()[..BEGINNING_BYTES]);
            self.memory = BytesMut::new();
            give_back(&mut self.permit, BEGINNING_BYTES);
        }
        Ok(())
    }

    /// Counts what is in memory of it.
    async fn reserve(&mut self) -> Result<(), CollectError> {
        let wanted = usize::try_from(self.length)
            .map_or(self.in_memory, |length| length.min(self.in_memory));
        let counted = self
            .permit
            .as_ref()
            .map_or(0, |permit| permit.num_permits() * 1024);
        if wanted <= counted {
            return Ok(());
        }
        let more = (wanted - counted).next_multiple_of(STEP_BYTES);
        let more = self.bodies.permit(more).await?;
        add(&mut self.permit, more);
        Ok(())
    }

    fn arrived(&self) -> &[u8] {
        if self.memory.is_empty() {
            &self.first
        } else {
            &self.memory
        }
    }

    /// The body. One that memory has no room for stays in its file.
    ///
    /// # Errors
    /// Its file could not be written or read to its end.
    pub(crate) async fn finish(self) -> Result<Body, Unfinished> {
        let memory = joined(self.first, self.memory);
        let Some(mut writing) = self.file else {
            return Ok(counted(memory, self.permit).into());
        };
        let mut permit = self.permit;
        let error = match writing.finish().await {
            Err(error) => error,
            Ok(length) => {
                let file = SpoolFile {
                    file: Mutex::new(writing.file.into_std().await),
                    _kept: writing.kept,
                };
                let Some(more) = self.bodies.permit_for_whole(length).await else {
                    let beginning = counted(memory, permit);
                    return Ok(Body::outside(beginning, length, Arc::new(file)));
                };
                match file.into_memory(length).await {
                    Err(error) => error,
                    Ok(whole) => {
                        add(&mut permit, more);
                        return Ok(counted(whole, permit).into());
                    }
                }
            }
        };
        Err(Unfinished {
            beginning: counted(memory, permit).into(),
            error: error.into(),
        })
    }

    /// What has arrived of a body that ends here because of a problem: the part in memory.
    pub(crate) fn cut(self) -> Body {
        let memory = joined(self.first, self.memory);
        counted(memory, self.permit).into()
    }
}

/// A first piece alone was not copied.
fn joined(first: Bytes, memory: BytesMut) -> Bytes {
    match memory.is_empty() {
        true => first,
        false => memory.freeze(),
    }
}

fn add(permit: &mut Option<OwnedSemaphorePermit>, more: OwnedSemaphorePermit) {
    match permit {
        Some(permit) => permit.merge(more),
        None => *permit = Some(more),
    }
}

impl Writing {
    /// Waits until everything is written: how much there is. A timeout may have ended the reading
    /// before all of a piece was.
    async fn finish(&mut self) -> io::Result<u64> {
        self.file.flush().await?;
        Ok(self.file.metadata().await?.len())
    }

    async fn push(&mut self, piece: &[u8]) -> Result<(), CollectError> {
        let bytes = piece.len() as u64;
        self.kept.bytes += bytes;
        let before = self.kept.on_disk.fetch_add(bytes, Ordering::Relaxed);
        if before + bytes > self.most_bytes {
            let most_bytes = self.most_bytes;
            return Err(CollectError::FilesFull { most_bytes });
        }
        Ok(self.file.write_all(piece).await?)
    }
}

/// Gives back what a permit covers beyond so many bytes.
fn give_back(permit: &mut Option<OwnedSemaphorePermit>, bytes: usize) {
    if let Some(permit) = permit {
        let needed = bytes.div_ceil(1024);
        drop(permit.split(permit.num_permits().saturating_sub(needed)));
    }
}

/// Bytes that give their permit back when the last of their handles is gone; what the permit covers
/// beyond them is given back at once.
fn counted(bytes: Bytes, mut permit: Option<OwnedSemaphorePermit>) -> Bytes {
    give_back(&mut permit, bytes.len());
    struct Counted {
        bytes: Bytes,
        _permit: OwnedSemaphorePermit,
    }
    impl AsRef<[u8]> for Counted {
        fn as_ref(&self) -> &[u8] {
            &self.bytes
        }
    }
    match permit {
        None => bytes,
        Some(permit) => Bytes::from_owner(Counted {
            bytes,
            _permit: permit,
        }),
    }
}

/// Removes the file when it is dropped.
#[derive(Debug)]
struct Removed {
    path: PathBuf,
    bytes: u64,
    on_disk: Arc<AtomicU64>,
}

impl Drop for Removed {
    fn drop(&mut self) {
        self.on_disk.fetch_sub(self.bytes, Ordering::Relaxed);
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(%error, "the file of a long body could not be removed");
        }
    }
}

/// A body in a file. Fields are dropped in order: the file is closed before it is removed.
#[derive(Debug)]
struct SpoolFile {
    file: Mutex<fs::File>,
    _kept: Removed,
}

impl SpoolFile {
    /// All of it, read on a blocking thread; the file is removed there too.
    async fn into_memory(self, length: u64) -> io::Result<Bytes> {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let reading = tokio::task::spawn_blocking(move || self.read_at(0, length));
        reading.await.map_err(io::Error::other)?
    }
}

impl BodySource for SpoolFile {
    fn read_at(&self, offset: u64, length: usize) -> io::Result<Bytes> {
        let mut file = self.file.lock();
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::with_capacity(length);
        file.by_ref().take(length as u64).read_to_end(&mut bytes)?;
        Ok(bytes.into())
    }
}
