//! Content codings (RFC 9110 §8.4.1): gzip, deflate, br and zstd, several in a row, bounded.
//!
//! The codings are undone as a stream, so that nothing between two of them is ever whole in memory.
//! Bytes and members are bounded over all of them together: 165 KB in six layers of gzip made of
//! empty members took 100 s before they were.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Cursor, Read};

use crate::content::{Body, IN_MEMORY_BYTES};
use crate::finding::{Code, Finding};
use crate::message::Headers;
use crate::names::Side;

use super::ContentHeaders;

/// The most that a decompressed body may have, in bytes. A small body can claim far more.
pub const DECODED_LIMIT: usize = 64 * 1024 * 1024;

/// The most codings that are undone one after another.
pub(super) const MOST_CODINGS: usize = 8;

/// The most gzip members and zstd frames in all codings of a body: an empty one has 9 to 20 bytes
/// and costs a microsecond, so that this is a tenth of a second. Files made of blocks, such as
/// bgzip's, have one for each 64 KB.
const MOST_MEMBERS: usize = 100_000;

/// What the brotli decoder reads at once, in bytes.
const BROTLI_BUFFER: usize = 4096;

/// How much of a body there is to decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it: what does not decompress to its end is broken.
    Whole,
    /// Its beginning: what comes out before the cut is the result, so many bytes at most.
    Beginning { most: usize },
}

impl Extent {
    /// Of a body outside of memory only the beginning is decoded. `truncated`: only its beginning
    /// was recorded.
    pub(super) fn of(body: &Body, truncated: bool) -> Self {
        match truncated || !body.is_in_memory() {
            true => Self::Beginning {
                most: IN_MEMORY_BYTES,
            },
            false => Self::Whole,
        }
    }
}

/// The codings of a Content-Encoding field that change the bytes.
pub(super) fn codings(encoding: Option<&str>) -> impl Iterator<Item = &str> {
    let codings = encoding.unwrap_or_default().split(',').map(str::trim);
    codings.filter(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity"))
}

/// Whether a Content-Encoding field names a coding that changes the bytes.
pub(super) fn is_coded(encoding: Option<&str>) -> bool {
    codings(encoding).next().is_some()
}

/// Whether a body's length tells nothing of what it costs to read: a few hundred bytes may
/// decompress to [`DECODED_LIMIT`].
#[must_use]
pub fn is_compressed(headers: &Headers) -> bool {
    is_coded(ContentHeaders::of(headers).encoding.as_deref())
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
    let codings: Vec<&str> = codings(encoding).collect();
    if body.is_empty() || codings.is_empty() {
        return Ok(Cow::Borrowed(body));
    }
    if codings.len() > MOST_CODINGS {
        return Err(Finding::new(Code::EncodingUnknown, Side::Request).arg(codings.join(", ")));
    }
    let budget = Budget {
        bytes: Cell::new(2 * DECODED_LIMIT),
        members: Cell::new(MOST_MEMBERS),
    };
    let mut reader: Box<dyn BufRead + '_> = Box::new(body);
    for coding in codings.into_iter().rev() {
        let layer = Layer {
            coding: coding.to_owned(),
            decoder: decoder(coding, reader, &budget)?,
            budget: &budget,
        };
        reader = Box::new(BufReader::new(layer));
    }
    read(&mut reader, extent).map(Cow::Owned)
}

/// What remains for all codings of a body together.
struct Budget {
    /// Decompressed bytes. Twice what the result may have: the layers below it are shorter, unless
    /// they were made to cost.
    bytes: Cell<usize>,
    members: Cell<usize>,
}

impl Budget {
    /// Takes some of what remains, or fails for this reason.
    fn take(remaining: &Cell<usize>, amount: usize, else_for: Failure) -> io::Result<()> {
        let rest = remaining.get().checked_sub(amount);
        remaining.set(rest.ok_or_else(|| failure(else_for))?);
        Ok(())
    }
}

/// Why a body is not decoded.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("too much comes out")]
    TooMuch,
    #[error("too many members")]
    TooManyMembers,
    #[error("{coding}: {detail}")]
    Broken { coding: String, detail: String },
}

fn failure(failure: Failure) -> io::Error {
    io::Error::other(failure)
}

/// One coding that is being undone.
struct Layer<'a> {
    coding: String,
    decoder: Box<dyn Read + 'a>,
    budget: &'a Budget,
}

impl Read for Layer<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.decoder.read(buffer) {
            Ok(count) => Budget::take(&self.budget.bytes, count, Failure::TooMuch).map(|()| count),
            // The reason of a layer below has its name already.
            Err(error) if error.get_ref().is_some_and(|cause| cause.is::<Failure>()) => Err(error),
            Err(error) => Err(failure(Failure::Broken {
                coding: self.coding.clone(),
                detail: error.to_string(),
            })),
        }
    }
}

fn decoder<'a>(
    coding: &str,
    source: Box<dyn BufRead + 'a>,
    budget: &'a Budget,
) -> Result<Box<dyn Read + 'a>, Finding> {
    Ok(match coding.to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => Box::new(Members::new(source, budget, |source| {
            Ok(flate2::bufread::GzDecoder::new(source))
        })),
        "deflate" => Box::new(Deflate::Unopened(source)),
        "br" => Box::new(brotli_decompressor::Decompressor::new(
            source,
            BROTLI_BUFFER,
        )),
        "zstd" => Box::new(Members::new(source, budget, |source| {
            Ok(zstd::stream::read::Decoder::with_buffer(source)?.single_frame())
        })),
        _ => return Err(Finding::new(Code::EncodingUnknown, Side::Request).arg(coding)),
    })
}

/// `deflate` means the zlib format (RFC 9110 §8.4.1.2), but some senders leave its frame out.
enum Deflate<S> {
    Unopened(S),
    Zlib(flate2::bufread::ZlibDecoder<Peeked<S>>),
    Raw(flate2::bufread::DeflateDecoder<Peeked<S>>),
    Failed,
}

/// A source whose first bytes were read already.
type Peeked<S> = io::Chain<Cursor<Vec<u8>>, S>;

impl<S: BufRead> Deflate<S> {
    fn open(mut source: S) -> io::Result<Self> {
        let mut head = Vec::new();
        source.by_ref().take(2).read_to_end(&mut head)?;
        // The frame's two bytes are a multiple of 31 (RFC 1950 §2.2).
        let is_frame = |head: &[u8]| match *head {
            [method, flags] => {
                method & 0x0f == 8 && u16::from_be_bytes([method, flags]).is_multiple_of(31)
            }
            _ => true,
        };
        let is_zlib = is_frame(&head);
        let source = Cursor::new(head).chain(source);
        Ok(match is_zlib {
            true => Self::Zlib(flate2::bufread::ZlibDecoder::new(source)),
            false => Self::Raw(flate2::bufread::DeflateDecoder::new(source)),
        })
    }
}

impl<S: BufRead> Read for Deflate<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Self::Unopened(_) = self
            && let Self::Unopened(source) = std::mem::replace(self, Self::Failed)
        {
            *self = Self::open(source)?;
        }
        match self {
            Self::Zlib(decoder) => decoder.read(buffer),
            Self::Raw(decoder) => decoder.read(buffer),
            Self::Unopened(_) | Self::Failed => Ok(0),
        }
    }
}

/// The members of one gzip or zstd stream, one after another.
struct Members<'a, D, S> {
    /// `None` after the last one, or after one that failed.
    member: Option<Member<D, S>>,
    open: fn(S) -> io::Result<D>,
    budget: &'a Budget,
}

enum Member<D, S> {
    Next(S),
    Open(D),
}

/// A decoder that gives its source back once its member has ended.
trait IntoSource<S> {
    fn into_source(self) -> S;
}

impl<S: BufRead> IntoSource<S> for flate2::bufread::GzDecoder<S> {
    fn into_source(self) -> S {
        self.into_inner()
    }
}

impl<S: BufRead> IntoSource<S> for zstd::stream::read::Decoder<'_, S> {
    fn into_source(self) -> S {
        self.finish()
    }
}

impl<'a, D, S> Members<'a, D, S> {
    fn new(source: S, budget: &'a Budget, open: fn(S) -> io::Result<D>) -> Self {
        Self {
            member: Some(Member::Next(source)),
            open,
            budget,
        }
    }
}

impl<D: Read + IntoSource<S>, S: BufRead> Read for Members<'_, D, S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.member.take() {
                None => return Ok(0),
                Some(Member::Next(mut source)) => {
                    if source.fill_buf()?.is_empty() {
                        return Ok(0);
                    }
                    Budget::take(&self.budget.members, 1, Failure::TooManyMembers)?;
                    self.member = Some(Member::Open((self.open)(source)?));
                }
                Some(Member::Open(mut decoder)) => {
                    let count = decoder.read(buffer)?;
                    if count > 0 || buffer.is_empty() {
                        self.member = Some(Member::Open(decoder));
                        return Ok(count);
                    }
                    self.member = Some(Member::Next(decoder.into_source()));
                }
            }
        }
    }
}

/// Everything up to the limit; of a beginning what comes out of it.
fn read(reader: &mut dyn Read, extent: Extent) -> Result<Vec<u8>, Finding> {
    let most = match extent {
        Extent::Whole => DECODED_LIMIT + 1,
        Extent::Beginning { most } => most,
    };
    let mut out = Vec::new();
    let outcome = reader.take(most as u64).read_to_end(&mut out);
    let too_large = || Finding::new(Code::DecodedTooLarge, Side::Request).arg(DECODED_LIMIT as u64);
    match outcome {
        Ok(_) if out.len() > DECODED_LIMIT => Err(too_large()),
        Ok(_) => Ok(out),
        Err(_) if extent != Extent::Whole && !out.is_empty() => Ok(out),
        Err(error) => Err(
            match error.get_ref().and_then(|cause| cause.downcast_ref()) {
                Some(Failure::Broken { coding, detail }) => {
                    Finding::new(Code::EncodingBroken, Side::Request)
                        .arg(coding.as_str())
                        .arg(messages::foreign(detail))
                }
                Some(Failure::TooManyMembers) => {
                    Finding::new(Code::CodingMembers, Side::Request).arg(MOST_MEMBERS as u64)
                }
                Some(Failure::TooMuch) | None => too_large(),
            },
        ),
    }
}
