//! Makes rows of messages before they are queued, so that the writer does nothing but write.

use bytes::Bytes;
use protocol::{Body, LARGEST_BODY, OwnFinding};
use tokio::sync::mpsc;

use crate::coding::{COMPRESS_ASIDE, StoredBody};
use crate::error::{NotSaved, NotSavedKind};
use crate::table::body_pieces::PIECE_BYTES;

/// Packs a body, a large one on a blocking thread.
pub(crate) async fn body(body: Bytes) -> Result<StoredBody, NotSaved> {
    let packed = if body.len() > COMPRESS_ASIDE {
        tokio::task::spawn_blocking(move || StoredBody::pack(&body)).await
    } else {
        Ok(StoredBody::pack(&body))
    };
    match packed {
        Ok(packed) if packed.bytes.len() <= LARGEST_BODY => Ok(packed),
        Ok(packed) => {
            let detail = format!("{} > {LARGEST_BODY}", packed.bytes.len());
            Err(NotSaved::new(NotSavedKind::TooLarge, detail))
        }
        Err(error) => Err(NotSaved::new(NotSavedKind::Other, error.to_string())),
    }
}

/// The row's part of a body in pieces, made on a blocking thread.
pub(crate) async fn beginning(beginning: Bytes, length: u64) -> Result<StoredBody, NotSaved> {
    let packing = move || StoredBody::pack_beginning(&beginning, length);
    match tokio::task::spawn_blocking(packing).await {
        Ok(Some(packed)) => Ok(packed),
        Ok(None) => Err(NotSaved::new(NotSavedKind::Other, "compression failed")),
        Err(error) => Err(NotSaved::new(NotSavedKind::Other, error.to_string())),
    }
}

/// The pieces of a body in their order, packed, each with its length; the last one may be missing.
/// One blocking thread makes all of them: each thread that packs keeps a compressor of some MiB.
pub(crate) fn pieces(body: Body) -> mpsc::Receiver<std::io::Result<(StoredBody, u64)>> {
    // One is made and one waits while one is written.
    let (sender, pieces) = mpsc::channel(1);
    tokio::task::spawn_blocking(move || {
        let mut offset = 0;
        while offset < body.length() {
            let piece = body.read_at(offset, PIECE_BYTES);
            let piece = piece.map(|bytes| (StoredBody::pack(&bytes), bytes.len() as u64));
            let length = piece.as_ref().map_or(0, |(_, length)| *length);
            let is_taken = sender.blocking_send(piece).is_ok();
            if !is_taken || length == 0 {
                break;
            }
            offset += length;
        }
        // First: who hears of the end finds the body's file gone.
        drop(body);
        drop(sender);
    });
    pieces
}

/// The findings as JSON; `None` where there are none.
pub(crate) fn findings(found: &[OwnFinding]) -> Option<String> {
    let found = Some(found).filter(|found| !found.is_empty())?;
    Some(serde_json::to_string(found).expect("texts in a list are always JSON"))
}
