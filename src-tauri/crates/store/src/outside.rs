//! Bodies that lie in the database by pieces: written before their exchange, read by range.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;
use protocol::{BodySource, Side};
use rusqlite::Connection;

use crate::connection;
use crate::damage::Damage;
use crate::table::body_pieces::{self, PIECE_BYTES};

/// The database in which bodies lie.
#[derive(Clone)]
pub(crate) struct Database {
    pub(crate) path: PathBuf,
    pub(crate) damage: Arc<Damage>,
}

/// A stored body. It has a connection of its own, from the first read on, so that a long download
/// takes none from the pool.
pub(crate) struct StoredPieces {
    database: Database,
    seq: u64,
    side: Side,
    reading: Mutex<Reading>,
}

#[derive(Default)]
struct Reading {
    /// With how many databases had the path before.
    conn: Option<(Connection, u64)>,
    /// The piece read last: ranges shorter than a piece follow each other.
    last: Option<(u64, Bytes)>,
}

impl StoredPieces {
    pub(crate) fn new(database: Database, seq: u64, side: Side) -> Self {
        Self {
            database,
            seq,
            side,
            reading: Mutex::default(),
        }
    }

    fn piece(&self, number: u64) -> io::Result<Bytes> {
        let mut reading = self.reading.lock();
        if let Some((last, piece)) = &reading.last
            && *last == number
        {
            return Ok(piece.clone());
        }
        let damage = &self.database.damage;
        let (conn, replaced) = match reading.conn.take() {
            Some(conn) => conn,
            None => {
                let replaced = damage.replaced();
                let conn = connection::reader(&self.database.path).map_err(io::Error::other)?;
                (conn, replaced)
            }
        };
        let found = body_pieces::get(&conn, (self.seq, self.side, number));
        damage.look_at(&found, replaced);
        reading.conn = Some((conn, replaced));
        let piece = found
            .map_err(io::Error::other)?
            .ok_or_else(|| io::Error::new(io::ErrorKind::UnexpectedEof, "the body was deleted"))?;
        reading.last = Some((number, piece.clone()));
        Ok(piece)
    }
}

impl fmt::Debug for StoredPieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredPieces")
            .field("seq", &self.seq)
            .field("side", &self.side)
            .finish_non_exhaustive()
    }
}

impl BodySource for StoredPieces {
    fn read_at(&self, offset: u64, length: usize) -> io::Result<Bytes> {
        let piece = self.piece(offset / PIECE_BYTES as u64)?;
        let from = (offset % PIECE_BYTES as u64) as usize;
        let until = from.saturating_add(length).min(piece.len());
        Ok(piece.slice(from.min(until)..until))
    }
}
