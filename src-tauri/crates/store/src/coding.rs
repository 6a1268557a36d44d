//! How messages lie in the database: heads as compact blobs, bodies raw or as zstd.
//!
//! A head begins with a byte that names its form, so that a later version can write another one.

use std::borrow::Cow;
use std::cell::RefCell;

use bytes::Bytes;
use protocol::{Answer, Body, Headers, HttpVersion, LARGEST_BODY, Request, Side};
use serde::{Deserialize, Serialize};
use zstd::bulk::{Compressor, Decompressor};

use crate::error::StoreError;

/// Bodies from this length on are compressed, where that makes them smaller. Ordinary requests of
/// 1–2 KB halve the database and the log with it, for some microseconds of the caller's time;
/// below a kilobyte it is not worth them.
const COMPRESS_FROM: usize = 1024;

/// Compressing more than this would hold up the caller's thread: it goes to a blocking one.
pub(crate) const COMPRESS_ASIDE: usize = 256 * 1024;

/// zstd's fastest ordinary level: JSON shrinks to about a fifth at some 400 MB/s.
const COMPRESSION_LEVEL: i32 = 1;

/// Up to this length the level is [`SMALL_LEVEL`].
const SMALL: usize = 16 * 1024;

/// The first of the levels without entropy coding. The tables of it take more time than a small
/// body's matches: 1.7 KB of JSON take half the time and become 1.0 instead of 0.9 KB.
const SMALL_LEVEL: i32 = -1;

/// The form of heads that this version writes.
const HEAD_FORM: u8 = 1;

/// A byte behind a request's head: its target is no UTF-8.
const TARGET_LATIN1: u8 = 1;

/// A field as it is stored: the name's text and the value's bytes.
type Fields<'a> = Vec<(Cow<'a, str>, Cow<'a, [u8]>)>;

#[derive(Serialize, Deserialize)]
struct RequestHead<'a> {
    #[serde(borrow)]
    query: Option<Cow<'a, str>>,
    http_version: Cow<'a, str>,
    remote: Cow<'a, str>,
    headers: Fields<'a>,
    trailers: Fields<'a>,
    truncated: bool,
}

#[derive(Serialize, Deserialize)]
struct AnswerHead<'a> {
    status: u16,
    #[serde(borrow)]
    headers: Fields<'a>,
}

/// How a body's bytes are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    Raw = 0,
    Zstd = 1,
    /// The beginning of a body whose whole lies in `body_pieces`: the length, eight bytes with the
    /// lowest first, and the beginning as zstd.
    Pieces = 2,
}

/// How a side is stored: its index among all of them.
pub(crate) const fn side_number(side: Side) -> i64 {
    side as i64
}

/// The side that is stored so; `None` for one of a later version.
pub(crate) fn side_of(number: i64) -> Option<Side> {
    Side::ALL.get(usize::try_from(number).ok()?).copied()
}

/// A body as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredBody {
    pub(crate) coding: Coding,
    pub(crate) bytes: Bytes,
}

impl StoredBody {
    /// Compresses where it is worth it.
    pub(crate) fn pack(body: &Bytes) -> Self {
        if body.len() >= COMPRESS_FROM
            && let Some(packed) = compress(body)
            && packed.len() < body.len()
        {
            return Self {
                coding: Coding::Zstd,
                bytes: packed.into(),
            };
        }
        Self {
            coding: Coding::Raw,
            bytes: body.clone(),
        }
    }
}

/// The bytes of a stored length.
const LENGTH_BYTES: usize = size_of::<u64>();

impl StoredBody {
    /// A body whose whole lies in pieces.
    pub(crate) fn pack_beginning(beginning: &[u8], length: u64) -> Option<Self> {
        let mut bytes = length.to_le_bytes().to_vec();
        bytes.extend(compress(beginning)?);
        Some(Self {
            coding: Coding::Pieces,
            bytes: bytes.into(),
        })
    }
}

/// The length of a body whose whole lies in pieces; `None` where it does not.
pub(crate) fn length_in_pieces(coding: i64, stored: &[u8]) -> Option<u64> {
    if coding != Coding::Pieces as i64 {
        return None;
    }
    stored.first_chunk().copied().map(u64::from_le_bytes)
}

thread_local! {
    /// Making a compressor costs more than compressing a small body with it.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> =
        RefCell::new(Compressor::new(COMPRESSION_LEVEL).ok());
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> =
        RefCell::new(Decompressor::new().ok());
}

fn compress(body: &[u8]) -> Option<Vec<u8>> {
    let level = if body.len() <= SMALL {
        SMALL_LEVEL
    } else {
        COMPRESSION_LEVEL
    };
    COMPRESSOR.with_borrow_mut(|compressor| {
        let compressor = compressor.as_mut()?;
        compressor.set_compression_level(level).ok()?;
        compressor.compress(body).ok()
    })
}

fn decompress(stored: &[u8]) -> Option<Vec<u8>> {
    let length = zstd::zstd_safe::get_frame_content_size(stored).ok()??;
    let length = usize::try_from(length)
        .ok()
        .filter(|length| *length <= LARGEST_BODY)?;
    DECOMPRESSOR
        .with_borrow_mut(|decompressor| decompressor.as_mut()?.decompress(stored, length).ok())
}

/// The body as it arrived, or its beginning where the whole lies in pieces.
pub(crate) fn unpack(coding: i64, stored: &[u8]) -> Result<Cow<'_, [u8]>, StoreError> {
    if coding == Coding::Raw as i64 {
        return Ok(Cow::Borrowed(stored));
    }
    let packed = if coding == Coding::Pieces as i64 {
        stored.get(LENGTH_BYTES..).unwrap_or_default()
    } else {
        stored
    };
    decompress(packed)
        .map(Cow::Owned)
        .ok_or_else(|| StoreError::Unreadable("a compressed body".to_owned()))
}

/// A request's head, everything but method, path and body.
pub(crate) fn pack_request(request: &Request) -> Vec<u8> {
    let mut head = pack_head(&RequestHead {
        query: request.query.as_deref().map(Cow::Borrowed),
        http_version: Cow::Borrowed(request.http_version.as_str()),
        remote: Cow::Borrowed(&request.remote),
        headers: borrow_fields(&request.headers),
        trailers: borrow_fields(&request.trailers),
        truncated: request.truncated,
    });
    if request.is_target_latin1 {
        head.push(TARGET_LATIN1);
    }
    head
}

/// A request from its head; method, path and body are the caller's to fill in.
pub(crate) fn unpack_request(blob: &[u8]) -> Result<Request, StoreError> {
    let (head, behind): (RequestHead<'_>, _) = unpack_head(blob)?;
    Ok(Request {
        is_target_latin1: behind.contains(&TARGET_LATIN1),
        query: head.query.map(Cow::into_owned),
        http_version: HttpVersion::from_text(&head.http_version),
        remote: head.remote.into_owned(),
        headers: own_fields(head.headers),
        trailers: own_fields(head.trailers),
        truncated: head.truncated,
        ..Request::default()
    })
}

/// An answer's head, everything but the body.
pub(crate) fn pack_answer(answer: &Answer) -> Vec<u8> {
    pack_head(&AnswerHead {
        status: answer.status,
        headers: borrow_fields(&answer.headers),
    })
}

/// An answer from its head and its body.
pub(crate) fn unpack_answer(blob: &[u8], body: Body) -> Result<Answer, StoreError> {
    let (head, _): (AnswerHead<'_>, _) = unpack_head(blob)?;
    Ok(Answer {
        status: head.status,
        headers: own_fields(head.headers),
        body,
    })
}

fn pack_head<T: Serialize>(head: &T) -> Vec<u8> {
    postcard::to_extend(head, vec![HEAD_FORM]).expect("a vector takes whatever is written to it")
}

/// What a head begins with, and the bytes behind it, which earlier versions do not look at.
fn unpack_head<'a, T: Deserialize<'a>>(blob: &'a [u8]) -> Result<(T, &'a [u8]), StoreError> {
    let Some((&HEAD_FORM, fields)) = blob.split_first() else {
        return Err(StoreError::Unreadable(
            "a message head of an unknown form".to_owned(),
        ));
    };
    postcard::take_from_bytes(fields)
        .map_err(|error| StoreError::Unreadable(format!("a message head: {error}")))
}

fn borrow_fields(headers: &Headers) -> Fields<'_> {
    headers
        .0
        .iter()
        .map(|(name, value)| (Cow::Borrowed(&**name), Cow::Borrowed(&**value)))
        .collect()
}

fn own_fields(fields: Fields<'_>) -> Headers {
    Headers(
        fields
            .into_iter()
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_that_was_damaged_is_an_error_and_no_panic() {
        let request = Request {
            query: Some("a=1".into()),
            remote: "127.0.0.1:1".into(),
            headers: [("X-A", vec![0xff, 0]), ("x-a", vec![])]
                .into_iter()
                .collect(),
            ..Request::default()
        };
        let blob = pack_request(&request);
        assert_eq!(unpack_request(&blob).unwrap(), request);
        for cut in 0..blob.len() {
            assert!(unpack_request(&blob[..cut]).is_err(), "cut at {cut}");
        }
        for index in 0..blob.len() {
            let mut damaged = blob.clone();
            damaged[index] = 0xff;
            let _ = unpack_request(&damaged);
        }
    }

    #[test]
    fn a_side_has_the_number_that_it_was_first_stored_with() {
        assert_eq!([Side::Request, Side::Response].map(side_number), [0, 1]);
        for side in Side::ALL {
            assert_eq!(side_of(side_number(*side)), Some(*side));
        }
        assert_eq!([side_of(-1), side_of(15)], [None, None]);
    }

    #[test]
    fn a_body_is_compressed_only_where_that_makes_it_smaller() {
        let text = Bytes::from("{\"a\":1}".repeat(4000));
        let packed = StoredBody::pack(&text);
        assert_eq!(packed.coding, Coding::Zstd);
        assert!(packed.bytes.len() < text.len() / 10);
        assert_eq!(unpack(1, &packed.bytes).unwrap(), &text[..]);
        assert_eq!(StoredBody::pack(&Bytes::from("{}")).coding, Coding::Raw);
        for cut in 0..packed.bytes.len() {
            assert!(unpack(1, &packed.bytes[..cut]).is_err(), "cut at {cut}");
        }
    }
}
