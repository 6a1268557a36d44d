//! Content codings put on: a text that was edited goes out in the codings that its fields name.

use std::io::{self, Write as _};

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};

use super::coding::{MOST_CODINGS, codings};

/// The longest piece of a brotli stream whose length has four nibbles (RFC 7932 §9.2).
const BROTLI_PIECE: usize = 1 << 16;

/// Bytes in the codings of a Content-Encoding field, the first one first. `None` where one of them
/// is unknown, or they are more than are undone.
pub(super) fn encode(encoding: Option<&str>, bytes: &[u8]) -> Option<Vec<u8>> {
    let codings: Vec<&str> = codings(encoding).collect();
    if codings.len() > MOST_CODINGS {
        return None;
    }
    codings
        .into_iter()
        .try_fold(bytes.to_vec(), |bytes, coding| {
            match coding.to_ascii_lowercase().as_str() {
                "gzip" | "x-gzip" => gzip(&bytes),
                "deflate" => zlib(&bytes),
                "br" => Ok(brotli(&bytes)),
                // The library's own level.
                "zstd" => zstd::stream::encode_all(&*bytes, 0),
                _ => Err(io::ErrorKind::Unsupported.into()),
            }
            .ok()
        })
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// The zlib format is what `deflate` means (RFC 9110 §8.4.1.2).
fn zlib(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// Pieces without compression, which every decoder takes (RFC 7932 §9.2): an encoder that
/// compresses would be 20 times this module, for bodies that are typed.
fn brotli(bytes: &[u8]) -> Vec<u8> {
    // ISLAST and ISLASTEMPTY; the bit of the window comes before them where nothing else does.
    const END: u8 = 0b11;
    let mut out = Vec::with_capacity(bytes.len() + 3 * bytes.len().div_ceil(BROTLI_PIECE) + 1);
    for (index, piece) in bytes.chunks(BROTLI_PIECE).enumerate() {
        // From the lowest bit: not the last piece, four nibbles, its length less one, and that it
        // is not compressed.
        let head = (piece.len() as u32 - 1) << 3 | 1 << 19;
        // One bit more before the first: a window of 64 KiB.
        let head = if index == 0 { head << 1 } else { head };
        out.extend_from_slice(&head.to_le_bytes()[..3]);
        out.extend_from_slice(piece);
    }
    out.push(if bytes.is_empty() { END << 1 } else { END });
    out
}
