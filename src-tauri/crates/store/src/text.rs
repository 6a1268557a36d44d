//! The text of stored messages as a search reads it: decoded, and with escapes resolved.
//!
//! A bot that writes `\u041f` into its JSON or `%D0%9F` into a form means a letter, and whoever
//! looks for the word types the letter. So the text is followed by what its escapes mean.

use protocol::{Answer, Body, Headers, Request, Side};
use rusqlite::types::ValueRef;

use crate::coding;

/// A message as the table of messages has it, of whatever side.
pub(crate) struct Message<'a> {
    side: ValueRef<'a>,
    head: ValueRef<'a>,
    coding: ValueRef<'a>,
    body: ValueRef<'a>,
}

impl<'a> Message<'a> {
    /// From four values in a row: side, head, coding and body.
    pub(crate) fn of<E>(value: impl Fn(usize) -> Result<ValueRef<'a>, E>) -> Result<Self, E> {
        Ok(Self {
            side: value(0)?,
            head: value(1)?,
            coding: value(2)?,
            body: value(3)?,
        })
    }

    fn side(&self) -> Option<Side> {
        coding::side_of(self.side.as_i64().ok()?)
    }

    /// What followed `?` in the address, where it is a request.
    pub(crate) fn query(&self) -> Option<String> {
        if self.side()? != Side::Request {
            return None;
        }
        query(self.head.as_blob().ok()?)
    }

    /// The text of the body.
    pub(crate) fn text(&self, reach: Reach) -> String {
        let (head, code, body) = (self.head, self.coding, self.body);
        let text = self.side().and_then(|side| {
            if side == Side::Request {
                let request = stored_request(head, code, body)?;
                return Some(searched(&request.headers, &request.body, reach));
            }
            let answer = stored_answer(head, code, body)?;
            Some(searched(&answer.headers, &answer.body, reach))
        });
        text.unwrap_or_default()
    }
}

/// A request with its body, from the three columns that hold it.
pub(crate) fn stored_request(
    head: ValueRef<'_>,
    code: ValueRef<'_>,
    body: ValueRef<'_>,
) -> Option<Request> {
    let mut request = coding::unpack_request(head.as_blob().ok()?).ok()?;
    request.body = body_bytes(code, body)?;
    Some(request)
}

/// An answer, from the three columns that hold it; `None` where there is none.
pub(crate) fn stored_answer(
    head: ValueRef<'_>,
    code: ValueRef<'_>,
    body: ValueRef<'_>,
) -> Option<Answer> {
    coding::unpack_answer(head.as_blob().ok()?, body_bytes(code, body)?).ok()
}

fn body_bytes(code: ValueRef<'_>, body: ValueRef<'_>) -> Option<Body> {
    let bytes = coding::unpack(code.as_i64().ok()?, body.as_blob().ok()?).ok()?;
    Some(bytes.into_owned().into())
}

/// What followed `?` in a stored request's address.
pub(crate) fn query(head: &[u8]) -> Option<String> {
    coding::unpack_request(head).ok()?.query
}

/// How much of a body is read for its text.
#[derive(Clone, Copy)]
pub(crate) enum Reach {
    /// All of it.
    Whole,
    /// Enough for so many bytes of text: the writer reads no more of a body than it indexes.
    Beginning(usize),
}

impl Reach {
    /// A character of UTF-16 has two bytes and may be one in UTF-8.
    const fn body_bytes(self) -> usize {
        match self {
            Self::Whole => usize::MAX,
            Self::Beginning(text) => text.saturating_mul(2).saturating_add(4),
        }
    }
}

/// The text, and after it the same with its escapes resolved where it has any.
fn searched(headers: &Headers, body: &Body, reach: Reach) -> String {
    let text = protocol::decode_beginning(headers, body.beginning(), reach.body_bytes());
    let text = text.unwrap_or_default();
    protocol::text_with_escapes(headers, &text).into_owned()
}

/// Text as comparisons without case see it.
pub(crate) fn folded(text: &str) -> String {
    text.to_lowercase()
}

/// Whether the text contains what [`folded`] made of another.
pub(crate) fn contains(text: &str, folded_part: &str) -> bool {
    folded(text).contains(folded_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_searched_is_in_the_charset_that_the_body_names() {
        // "Привет" in KOI8-R, as it is and escaped.
        const RAW: &[u8] = b"\xf0\xd2\xc9\xd7\xc5\xd4";
        const ESCAPED: &[u8] = b"%F0%D2%C9%D7%C5%D4";
        for (content_type, before, letters, after) in [
            (
                "text/xml",
                "<?xml version=\"1.0\" encoding=\"koi8-r\"?><a>",
                RAW,
                "</a>",
            ),
            ("text/html", "<meta charset=koi8-r><p>", RAW, ""),
            (
                "application/x-www-form-urlencoded",
                "a=",
                RAW,
                "&_charset_=koi8-r",
            ),
            (
                "application/x-www-form-urlencoded",
                "a=",
                ESCAPED,
                "&_charset_=koi8-r",
            ),
            (
                "multipart/form-data; boundary=b",
                "--b\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\n",
                RAW,
                "\r\n--b--\r\n",
            ),
        ] {
            let headers = [("Content-Type", content_type)].into_iter().collect();
            let body = [before.as_bytes(), letters, after.as_bytes()]
                .concat()
                .into();
            for reach in [Reach::Whole, Reach::Beginning(4096)] {
                let text = searched(&headers, &body, reach);
                assert!(text.contains("Привет"), "{content_type}: {text}");
            }
        }
    }
}
