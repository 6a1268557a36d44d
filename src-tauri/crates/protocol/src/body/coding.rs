//! Content codings (RFC 9110 §8.4.1): gzip, deflate, br and zstd, several in a row, bounded.

use std::borrow::Cow;
use std::io::{self, Read};

use crate::content::{Body, IN_MEMORY_BYTES};
use crate::finding::{Code, Finding, Side};

/// The most that a decompressed body may have, in bytes. A small body can claim far more.
pub const DECODED_LIMIT: usize = 64 * 1024 * 1024;

/// The most codings that are undone one after another.
const MOST_CODINGS: usize = 8;

/// What the brotli decoder reads at once, in bytes.
const BROTLI_BUFFER: usize = 4096;

/// How much of a body there is to decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it: what does not decompress to its end is broken.
    Whole,
    /// Its beginning: what comes out before the cut is the result, up to [`IN_MEMORY_BYTES`].
    Beginning,
}

impl Extent {
    /// Of a body outside of memory only the beginning is decoded. `truncated`: only its beginning
    /// was recorded.
    pub(super) fn of(body: &Body, truncated: bool) -> Self {
        match truncated || !body.is_in_memory() {
            true => Self::Beginning,
            false => Self::Whole,
        }
    }
}

/// The codings of a Content-Encoding field that change the bytes.
fn codings(encoding: Option<&str>) -> impl Iterator<Item = &str> {
    let codings = encoding.unwrap_or_default().split(',').map(str::trim);
    codings.filter(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity"))
}

/// Whether a Content-Encoding field names a coding that changes the bytes.
pub(super) fn is_coded(encoding: Option<&str>) -> bool {
    codings(encoding).next().is_some()
}

/// Undoes the codings of a Content-Encoding field, the last one first.
///
/// # Errors
/// A finding that says why it does not decompress.
pub(super) fn decode<'a>(
    encoding: Option<&str>,
    body: &'a [u8],
    extent: Extent,
) -> Result<Cow<'a, [u8]>, Finding> {
    let mut bytes = Cow::Borrowed(body);
    let codings: Vec<&str> = codings(encoding).collect();
    if body.is_empty() {
        return Ok(bytes);
    }
    if codings.len() > MOST_CODINGS {
        return Err(Finding::new(Code::EncodingUnknown, Side::Request).arg(codings.join(", ")));
    }
    for coding in codings.into_iter().rev() {
        bytes = Cow::Owned(decode_one(coding, &bytes, extent)?);
    }
    Ok(bytes)
}

fn decode_one(coding: &str, bytes: &[u8], extent: Extent) -> Result<Vec<u8>, Finding> {
    let read = |reader: &mut dyn Read| read(reader, extent);
    let decoded = match coding.to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => read(&mut flate2::bufread::MultiGzDecoder::new(bytes)),
        "deflate" => deflate(bytes, extent),
        "br" => read(&mut brotli_decompressor::Decompressor::new(
            bytes,
            BROTLI_BUFFER,
        )),
        "zstd" => {
            zstd::stream::read::Decoder::with_buffer(bytes).and_then(|mut reader| read(&mut reader))
        }
        _ => return Err(Finding::new(Code::EncodingUnknown, Side::Request).arg(coding)),
    };
    match decoded {
        Ok(bytes) if bytes.len() > DECODED_LIMIT => {
            let finding = Finding::new(Code::DecodedTooLarge, Side::Request);
            Err(finding.arg(DECODED_LIMIT as u64))
        }
        Ok(bytes) => Ok(bytes),
        Err(error) => Err(Finding::new(Code::EncodingBroken, Side::Request)
            .arg(coding)
            .arg(error.to_string())),
    }
}

/// `deflate` means the zlib format (RFC 9110 §8.4.1.2), but some senders leave its frame out.
fn deflate(bytes: &[u8], extent: Extent) -> io::Result<Vec<u8>> {
    match read(&mut flate2::bufread::ZlibDecoder::new(bytes), extent) {
        Ok(decoded) => Ok(decoded),
        Err(zlib) => {
            read(&mut flate2::bufread::DeflateDecoder::new(bytes), extent).map_err(|_| zlib)
        }
    }
}

/// Everything, or one byte more than the limit; of a beginning what comes out of it.
fn read(reader: &mut dyn Read, extent: Extent) -> io::Result<Vec<u8>> {
    let most = match extent {
        Extent::Whole => DECODED_LIMIT + 1,
        Extent::Beginning => IN_MEMORY_BYTES,
    };
    let mut out = Vec::new();
    match reader.take(most as u64).read_to_end(&mut out) {
        Err(error) if extent == Extent::Whole || out.is_empty() => Err(error),
        _ => Ok(out),
    }
}
