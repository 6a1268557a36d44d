//! Room on the disk that is kept for deleting: to delete is to write, and on a full disk nothing
//! could be deleted to make room.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::private_files;

/// Bytes that the reserve takes. Before anything can be hidden the log is moved into the database,
/// which may grow by all of it: [`LONGEST_LOG_BYTES`](crate::checkpointer::LONGEST_LOG_BYTES), and
/// what one group of changes adds. What is hidden and purged afterwards is written over the log
/// from its beginning.
const RESERVE_BYTES: usize = 16 << 20;

/// A disk gives the reserve where it has so many times as much: on a small one it would be missed.
#[cfg(unix)]
const TIMES_FREE: u64 = 8;

/// After a disk without room for it: to try is to fill the disk for a moment.
const RETRY: Duration = Duration::from_secs(60);

/// A file that takes room until it is needed.
pub(crate) struct Reserve {
    path: PathBuf,
    /// When there was no room for it last.
    refused: Mutex<Option<Instant>>,
}

impl Reserve {
    pub(crate) fn of(dir: &Path) -> Self {
        Self {
            path: dir.join("history.reserve"),
            refused: Mutex::default(),
        }
    }

    /// Whether there is one: a history was written here before.
    pub(crate) fn exists(&self) -> bool {
        self.path.exists()
    }

    /// Takes the room, where it is not taken. On a full disk there is none.
    pub(crate) fn hold(&self) {
        let is_held = fs::metadata(&self.path).is_ok_and(|file| file.len() == RESERVE_BYTES as u64);
        let mut refused = self.refused.lock();
        if is_held || refused.is_some_and(|at| at.elapsed() < RETRY) {
            return;
        }
        *refused = None;
        if !self.has_plenty() {
            *refused = Some(Instant::now());
        } else if let Err(error) = self.write() {
            tracing::warn!(%error, "there is no room for a reserve on the disk");
            self.release();
            *refused = Some(Instant::now());
        }
    }

    /// Whether the disk has room for more than capture needs at once: what may wait is not written
    /// into the last of it.
    pub(crate) fn leaves_room(&self) -> bool {
        #[cfg(unix)]
        {
            let free = self.free_bytes();
            free.is_none_or(|free| free >= 2 * RESERVE_BYTES as u64)
        }
        #[cfg(not(unix))]
        {
            true
        }
    }

    fn has_plenty(&self) -> bool {
        #[cfg(unix)]
        {
            let free = self.free_bytes();
            free.is_some_and(|free| free >= TIMES_FREE * RESERVE_BYTES as u64)
        }
        #[cfg(not(unix))]
        {
            true
        }
    }

    #[cfg(unix)]
    fn free_bytes(&self) -> Option<u64> {
        let dir = self.path.parent().unwrap_or(&self.path);
        let disk = rustix::fs::statvfs(dir).ok()?;
        Some(disk.f_bavail * disk.f_frsize)
    }

    /// Gives the room back if the disk has less than that by itself; whether there was any.
    pub(crate) fn release_on_full_disk(&self) -> bool {
        #[cfg(unix)]
        {
            let free = self.free_bytes();
            free.is_some_and(|free| free < RESERVE_BYTES as u64) && self.release()
        }
        #[cfg(not(unix))]
        {
            self.release()
        }
    }

    /// Gives the room back; whether there was any.
    pub(crate) fn release(&self) -> bool {
        fs::remove_file(&self.path).is_ok()
    }

    /// Under another name until it is whole: a part of it is no reserve.
    fn write(&self) -> io::Result<()> {
        let unfinished = self.path.with_extension("reserve.new");
        let written = Self::fill(&unfinished).and_then(|()| fs::rename(&unfinished, &self.path));
        if written.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
        written
    }

    fn fill(path: &Path) -> io::Result<()> {
        private_files::make_file(path)?;
        let mut file = File::create(path)?;
        // Bytes that no file system can compress.
        let mut seed = 1_u64;
        let mut piece = Vec::with_capacity(64 << 10);
        for _ in 0..RESERVE_BYTES / piece.capacity() {
            piece.clear();
            while piece.len() < piece.capacity() {
                // A linear congruential generator (Knuth, MMIX); its upper half looks random.
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                piece.extend_from_slice(&seed.to_be_bytes()[..4]);
            }
            file.write_all(&piece)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_taken_once_and_given_back_once() {
        let dir = tempfile::tempdir().unwrap();
        let reserve = Reserve::of(dir.path());
        assert!(!reserve.release());
        reserve.hold();
        let path = dir.path().join("history.reserve");
        assert_eq!(fs::metadata(&path).unwrap().len(), RESERVE_BYTES as u64);
        // One that was cut short is taken whole.
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(3)
            .unwrap();
        reserve.hold();
        assert_eq!(fs::metadata(&path).unwrap().len(), RESERVE_BYTES as u64);
        assert!(reserve.release());
        assert!(!reserve.release());
    }

    #[test]
    fn where_there_is_no_room_nothing_is_left_behind() {
        let dir = tempfile::tempdir().unwrap();
        let reserve = Reserve::of(&dir.path().join("missing"));
        reserve.hold();
        assert!(!reserve.release());
    }
}
