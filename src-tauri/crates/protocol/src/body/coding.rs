//! Content codings (RFC 9110 §8.4.1): gzip, deflate, br and zstd, several in a row, bounded.

use std::borrow::Cow;
use std::io::{self, Read};

use crate::finding::{Code, Finding, Side};

/// The most that a decompressed body may have, in bytes. A small body can claim far more.
pub const DECODED_LIMIT: usize = 64 * 1024 * 1024;

/// The most codings that are undone one after another.
const MOST_CODINGS: usize = 8;

/// What the brotli decoder reads at once, in bytes.
const BROTLI_BUFFER: usize = 4096;

/// Undoes the codings of a Content-Encoding field, the last one first.
///
/// # Errors
/// A finding that says why it does not decompress.
pub(super) fn decode<'a>(encoding: Option<&str>, body: &'a [u8]) -> Result<Cow<'a, [u8]>, Finding> {
    let mut bytes = Cow::Borrowed(body);
    let Some(encoding) = encoding else {
        return Ok(bytes);
    };
    let codings: Vec<&str> = encoding
        .split(',')
        .map(str::trim)
        .filter(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity"))
        .collect();
    if body.is_empty() {
        return Ok(bytes);
    }
    if codings.len() > MOST_CODINGS {
        return Err(Finding::new(Code::EncodingUnknown, Side::Request).arg(encoding));
    }
    for coding in codings.into_iter().rev() {
        bytes = Cow::Owned(decode_one(coding, &bytes)?);
    }
    Ok(bytes)
}

fn decode_one(coding: &str, bytes: &[u8]) -> Result<Vec<u8>, Finding> {
    let decoded = match coding.to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => read_all(flate2::bufread::MultiGzDecoder::new(bytes)),
        "deflate" => deflate(bytes),
        "br" => read_all(brotli_decompressor::Decompressor::new(bytes, BROTLI_BUFFER)),
        "zstd" => zstd::stream::read::Decoder::with_buffer(bytes).and_then(read_all),
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
fn deflate(bytes: &[u8]) -> io::Result<Vec<u8>> {
    match read_all(flate2::bufread::ZlibDecoder::new(bytes)) {
        Ok(decoded) => Ok(decoded),
        Err(zlib) => read_all(flate2::bufread::DeflateDecoder::new(bytes)).map_err(|_| zlib),
    }
}

/// Everything, or one byte more than the limit.
fn read_all(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    reader
        .take(DECODED_LIMIT as u64 + 1)
        .read_to_end(&mut out)?;
    Ok(out)
}
