//! Bodies on their way in: memory for the usual ones, a file for the long ones, bounds for all.
//!
//! A body is collected in memory up to [`SPOOL_BYTES`], and in a file of the data directory beyond
//! them. One that turns out not to be longer than [`protocol::IN_MEMORY_BYTES`] is
//! read back; a longer one stays in its file, which is removed with the last handle to it.

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
const UNCOUNTED_BYTES: usize = 64 << 10;

/// A body that grows longer goes into a file. Most bodies are shorter, and touch no disk here.
const SPOOL_BYTES: usize = 4 << 20;

/// Memory is taken for a body in steps of this, as it arrives: a slow one holds little.
const STEP_BYTES: usize = 256 << 10;

/// Bytes of longer bodies in memory at once, over all exchanges that are under way.
const IN_FLIGHT_KIB: u32 = 256 << 10;

/// How long a body waits for others to leave memory.
const IN_FLIGHT_WAIT: Duration = Duration::from_secs(10);

/// Bytes in files at once.
const ON_DISK_BYTES: u64 = 4 << 30;

/// The directory of the files, below the data directory.
const DIR: &str = "bodies";

/// Why a body cannot be taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CollectError {
    /// Too many bytes of others are in memory.
    #[error("too many bodies are in memory")]
    Busy,
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
    dir: PathBuf,
    next: AtomicU64,
    on_disk: Arc<AtomicU64>,
    in_memory: Arc<Semaphore>,
}

impl Bodies {
    /// Removes what a process that was killed left.
    pub(crate) fn new(data_dir: &Path) -> Self {
        let dir = data_dir.join(DIR);
        if let Err(error) = fs::remove_dir_all(&dir)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "files of long bodies could not be removed");
        }
        Self {
            dir,
            next: AtomicU64::new(0),
            on_disk: Arc::default(),
            in_memory: Arc::new(Semaphore::new(IN_FLIGHT_KIB as usize)),
        }
    }

    /// Begins to collect a body.
    pub(crate) fn collect(&self) -> Collector<'_> {
        Collector {
            bodies: self,
            first: Bytes::new(),
            memory: BytesMut::new(),
            length: 0,
            permit: None,
            file: None,
        }
    }

    async fn permit(&self, bytes: usize) -> Result<OwnedSemaphorePermit, CollectError> {
        let kib = u32::try_from(bytes.div_ceil(1024)).map_err(|_| CollectError::Busy)?;
        let permit = Arc::clone(&self.in_memory).acquire_many_owned(kib);
        match tokio::time::timeout(IN_FLIGHT_WAIT, permit).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(CollectError::Busy),
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
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let path = self.dir.join(format!("{number}.body"));
        let mut options = tokio::fs::OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        options.mode(0o600);
        let file = options.open(&path).await?;
        let kept = Removed {
            path,
            bytes: 0,
            on_disk: Arc::clone(&self.on_disk),
        };
        Ok(Writing { file, kept })
    }
}

/// A body as far as it has arrived. One piece, the usual case, is not copied.
pub(crate) struct Collector<'a> {
    bodies: &'a Bodies,
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
            return Ok(writing.push(&piece).await?);
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
        if self.length > SPOOL_BYTES as u64 {
            let mut writing = self.bodies.file().await?;
            writing.push(self.in_memory()).await?;
            self.file = Some(writing);
            // A copy of the right length: what is cut short keeps its allocation.
            self.first = Bytes::copy_from_slice(&self.in_memory()[..BEGINNING_BYTES]);
            self.memory = BytesMut::new();
            give_back(&mut self.permit, BEGINNING_BYTES);
        }
        Ok(())
    }

    /// Counts what is in memory of it.
    async fn reserve(&mut self) -> Result<(), CollectError> {
        let wanted =
            usize::try_from(self.length).map_or(SPOOL_BYTES, |length| length.min(SPOOL_BYTES));
        let counted = self
            .permit
            .as_ref()
            .map_or(0, |permit| permit.num_permits() * 1024);
        if wanted <= counted {
            return Ok(());
        }
        let more = (wanted - counted).next_multiple_of(STEP_BYTES);
        let more = self.bodies.permit(more).await?;
        match &mut self.permit {
            Some(permit) => permit.merge(more),
            None => self.permit = Some(more),
        }
        Ok(())
    }

    fn in_memory(&self) -> &[u8] {
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
        let memory = match self.memory.is_empty() {
            true => self.first,
            false => self.memory.freeze(),
        };
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
                        match &mut permit {
                            Some(permit) => permit.merge(more),
                            None => permit = Some(more),
                        }
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
        let memory = match self.memory.is_empty() {
            true => self.first,
            false => self.memory.freeze(),
        };
        counted(memory, self.permit).into()
    }
}

impl Writing {
    /// Waits until everything is written: how much there is. A timeout may have ended the reading
    /// before all of a piece was.
    async fn finish(&mut self) -> io::Result<u64> {
        self.file.flush().await?;
        Ok(self.file.metadata().await?.len())
    }

    async fn push(&mut self, piece: &[u8]) -> io::Result<()> {
        let bytes = piece.len() as u64;
        self.kept.bytes += bytes;
        let before = self.kept.on_disk.fetch_add(bytes, Ordering::Relaxed);
        if before + bytes > ON_DISK_BYTES {
            return Err(io::Error::other("too many bytes of bodies are in files"));
        }
        self.file.write_all(piece).await
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

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(number: usize) -> Bytes {
        Bytes::from(vec![number as u8; 1 << 20])
    }

    async fn collected(bodies: &Bodies, pieces: usize) -> Body {
        let mut collector = bodies.collect();
        for number in 0..pieces {
            collector.push(piece(number)).await.unwrap();
        }
        assert_eq!(collector.length(), (pieces << 20) as u64);
        collector.finish().await.unwrap()
    }

    fn files(dir: &Path) -> usize {
        fs::read_dir(dir.join(DIR)).map_or(0, Iterator::count)
    }

    #[tokio::test]
    async fn only_a_body_too_long_for_memory_stays_in_its_file_and_takes_it_along() {
        let dir = tempfile::tempdir().unwrap();
        let bodies = Bodies::new(dir.path());
        let middle = collected(&bodies, 6).await;
        assert!(middle.is_in_memory());
        assert_eq!((middle.length(), files(dir.path())), (6 << 20, 0));
        let long = collected(&bodies, 20).await;
        assert_eq!(
            (long.length(), long.beginning().len()),
            (20 << 20, BEGINNING_BYTES)
        );
        assert_eq!(files(dir.path()), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let file = fs::read_dir(dir.path().join(DIR))
                .unwrap()
                .next()
                .unwrap()
                .unwrap();
            let mode = file.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        for number in [0, 3, 4, 19] {
            let read = long.read_at((number << 20) as u64, 1 << 20).unwrap();
            assert!(read == piece(number), "piece {number}");
        }
        drop(long);
        assert_eq!(files(dir.path()), 0);
        assert_eq!(bodies.on_disk.load(Ordering::Relaxed), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn bodies_in_flight_are_bounded_and_the_next_one_is_refused_after_a_wait() {
        let dir = tempfile::tempdir().unwrap();
        let bodies = Bodies::new(dir.path());
        let most = IN_FLIGHT_KIB as usize * 1024 / piece(1).len();
        let mut held = Vec::new();
        for _ in 0..most {
            let mut collector = bodies.collect();
            collector.push(piece(1)).await.unwrap();
            held.push(collector.cut());
        }
        let refused = bodies.collect().push(piece(1)).await;
        assert!(matches!(refused, Err(CollectError::Busy)), "{refused:?}");
        let mut small = bodies.collect();
        small.push(Bytes::from_static(b"{}")).await.unwrap();
        held.pop();
        bodies.collect().push(piece(1)).await.unwrap();
    }

    #[tokio::test]
    async fn the_beginning_of_a_body_whose_file_fails_at_its_end_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let bodies = Bodies::new(dir.path());
        let mut collector = bodies.collect();
        for number in 0..5 {
            collector.push(piece(number)).await.unwrap();
        }
        let writing = collector.file.as_mut().unwrap();
        // A file that takes nothing says so when it is flushed, as a full disk may.
        writing.file = tokio::fs::File::open(&writing.kept.path).await.unwrap();
        collector.push(Bytes::from_static(b"more")).await.unwrap();
        let unfinished = collector.finish().await.unwrap_err();
        assert!(matches!(unfinished.error, CollectError::Disk(_)));
        assert!(unfinished.beginning.whole() == Some(&piece(0)));
        assert_eq!(files(dir.path()), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_memory_has_no_room_for_stays_in_its_file() {
        let dir = tempfile::tempdir().unwrap();
        let bodies = Bodies::new(dir.path());
        let mut collector = bodies.collect();
        for number in 0..6 {
            collector.push(piece(number)).await.unwrap();
        }
        let others = Arc::clone(&bodies.in_memory);
        let others = others.acquire_many_owned(IN_FLIGHT_KIB - 1024).await;
        let body = collector.finish().await.unwrap();
        assert!(!body.is_in_memory());
        assert_eq!(body.length(), 6 << 20);
        assert!(body.read_at(5 << 20, 1 << 20).unwrap() == piece(5));
        drop(others);
    }

    #[tokio::test]
    async fn files_of_a_process_that_was_killed_are_removed() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join(DIR)).unwrap();
        fs::write(dir.path().join(DIR).join("0.body"), "left").unwrap();
        Bodies::new(dir.path());
        assert_eq!(files(dir.path()), 0);
    }
}
