//! Where the API of this app is served, and the token that opens it. Neither is for bots: what
//! comes to a bot's address is written down, and may be sent on.

use std::collections::VecDeque;
use std::fmt;
use std::net::SocketAddr;
use std::ops::Range;

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD};
use memchr::memmem::{self, Finder};
use protocol::{Code, Headers, OwnFinding, Request};

/// Where the API is served.
pub(crate) struct ApiEndpoint {
    pub(crate) address: SocketAddr,
    token: String,
    /// The token as it stands in base64, without the letters that depend on its neighbours.
    in_base64: Vec<Finder<'static>>,
}

impl fmt::Debug for ApiEndpoint {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = to.debug_struct("ApiEndpoint");
        shown
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl ApiEndpoint {
    pub(crate) fn new(address: SocketAddr, token: String) -> Self {
        let in_base64 = in_base64(token.as_bytes());
        let in_base64 = in_base64
            .iter()
            .map(|letters| Finder::new(letters).into_owned())
            .collect();
        Self {
            address,
            token,
            in_base64,
        }
    }

    /// Puts asterisks in the place of the token, wherever it stands in a request: as text, in per
    /// cent, or in base64; says so where it does.
    pub(crate) fn conceal(&self, request: &mut Request) -> Option<OwnFinding> {
        let is_here = [
            self.conceal_text(&mut request.path),
            request
                .query
                .as_mut()
                .is_some_and(|query| self.conceal_text(query)),
            self.conceal_fields(&mut request.headers),
            self.conceal_fields(&mut request.trailers),
            self.conceal_body(request),
        ];
        let args = [self.address.to_string()];
        is_here
            .contains(&true)
            .then(|| OwnFinding::new(Code::ApiToken, args))
    }

    fn conceal_text(&self, text: &mut String) -> bool {
        match self.concealed(text.as_bytes()) {
            Some(bytes) => {
                // Letters of ASCII give way to asterisks, whole.
                *text = String::from_utf8_lossy(&bytes).into_owned();
                true
            }
            None => false,
        }
    }

    fn conceal_fields(&self, fields: &mut Headers) -> bool {
        let mut is_here = false;
        for (name, value) in &mut fields.0 {
            is_here |= self.conceal_name(name);
            if let Some(bytes) = self.concealed(value) {
                *value = bytes;
                is_here = true;
            }
        }
        is_here
    }

    /// In a name letters of both sizes are the same, and HTTP/2 has small ones alone.
    fn conceal_name(&self, name: &mut String) -> bool {
        let small = name.to_ascii_lowercase();
        let token = self.token.to_ascii_lowercase();
        let mut is_here = false;
        for (at, found) in small.match_indices(&token) {
            name.replace_range(at..at + found.len(), &"*".repeat(found.len()));
            is_here = true;
        }
        is_here
    }

    fn conceal_body(&self, request: &mut Request) -> bool {
        let concealed = request.body.whole().and_then(|body| self.concealed(body));
        let is_here = concealed.is_some();
        if let Some(bytes) = concealed {
            request.body = bytes.into();
        }
        is_here
    }

    /// The bytes without the token; `None` where it does not stand in them.
    fn concealed(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let token = self.token.as_bytes();
        let mut spans: Vec<_> = memmem::find_iter(bytes, token)
            .map(|at| at..at + token.len())
            .collect();
        spans.extend(in_per_cent(bytes, token));
        for letters in &self.in_base64 {
            let length = letters.needle().len();
            let found = letters.find_iter(bytes);
            spans.extend(found.map(|at| with_neighbours(bytes, at..at + length)));
        }
        if spans.is_empty() {
            return None;
        }
        let mut concealed = bytes.to_vec();
        for span in spans {
            concealed[span].fill(b'*');
        }
        Some(concealed)
    }
}

/// Where the token stands with letters of it in per cent. Only as many bytes are kept as the
/// token has: a body of 16 MiB is read on a thread that serves others.
fn in_per_cent(bytes: &[u8], token: &[u8]) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    if memchr::memchr(b'%', bytes).is_none() {
        return spans;
    }
    // The last bytes, undone, each with the place where it begins.
    let mut last: VecDeque<(u8, usize)> = VecDeque::with_capacity(token.len());
    let mut at = 0;
    while at < bytes.len() {
        let byte = undone(&bytes[at..]);
        if last.len() == token.len() {
            last.pop_front();
        }
        last.push_back((byte.unwrap_or(bytes[at]), at));
        at += if byte.is_some() { 3 } else { 1 };
        let is_end = last.back().map(|one| one.0) == token.last().copied();
        if is_end && last.iter().map(|one| &one.0).eq(token) {
            spans.push(last[0].1..at);
        }
    }
    spans
}

/// The byte that `%41` at the beginning stands for.
fn undone(bytes: &[u8]) -> Option<u8> {
    let [b'%', hex @ ..] = bytes else { return None };
    let digit = |at: usize| char::from(*hex.get(at)?).to_digit(16);
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

/// What of the token every base64 text has in it, for each of the three places in a group where it
/// may begin, in both alphabets. Letters that hold bits of a neighbour too are left out: they may
/// be any.
fn in_base64(token: &[u8]) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for before in 0..3 {
        let bytes = [&[0; 2][..before], token].concat();
        // A letter has six bits.
        let whole = (before * 8).div_ceil(6)..bytes.len() * 8 / 6;
        for encoding in [BASE64_NOPAD, BASE64URL_NOPAD] {
            let letters = encoding.encode(&bytes).into_bytes();
            all.push(letters[whole.clone()].to_vec());
        }
    }
    all.sort();
    all.dedup();
    all
}

/// With the letter at each side, which may hold bits of the token.
fn with_neighbours(bytes: &[u8], span: Range<usize>) -> Range<usize> {
    let is_letter = |at: usize| {
        let letter = bytes.get(at).copied().unwrap_or_default();
        letter.is_ascii_alphanumeric() || b"+/-_".contains(&letter)
    };
    let before = usize::from(span.start > 0 && is_letter(span.start - 1));
    span.start - before..span.end + usize::from(is_letter(span.end))
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;

    use super::*;

    const TOKEN: &str = "abcdefghijklmnopqrstuvwxyz";
    const HIDDEN: &str = "**************************";

    fn endpoint() -> ApiEndpoint {
        ApiEndpoint::new(([127, 0, 0, 1], 4567).into(), TOKEN.to_owned())
    }

    #[test]
    fn a_token_is_hidden_wherever_it_stands_and_nothing_else_changes() {
        let mut request = Request {
            path: format!("/a/{TOKEN}/b"),
            query: Some(format!("token={TOKEN}&x=1")),
            headers: [
                ("Authorization", format!("Bearer {TOKEN}")),
                ("cookie", format!("a=1; t={TOKEN}; u={TOKEN}")),
                (
                    "authorization",
                    format!("Basic {}", BASE64.encode(format!("me:{TOKEN}").as_bytes())),
                ),
                ("X-Other", "Basic bWU6cGFzcw==".to_owned()),
            ]
            .into_iter()
            .collect(),
            body: format!("{{\"token\":\"{TOKEN}\"}}").into(),
            ..Request::default()
        };
        let lengths: Vec<_> = request
            .headers
            .0
            .iter()
            .map(|field| field.1.len())
            .collect();
        let finding = endpoint().conceal(&mut request);
        let expected = OwnFinding::new(Code::ApiToken, ["127.0.0.1:4567".to_owned()]);
        assert_eq!(finding, Some(expected));
        assert_eq!(request.path, format!("/a/{HIDDEN}/b"));
        assert_eq!(request.query.unwrap(), format!("token={HIDDEN}&x=1"));
        let fields: Vec<_> = request.headers.texts().collect();
        assert_eq!(fields[0].1, format!("Bearer {HIDDEN}"));
        assert_eq!(fields[1].1, format!("a=1; t={HIDDEN}; u={HIDDEN}"));
        assert_eq!(fields[2].1, format!("Basic bWU{}=", "*".repeat(36)));
        assert_eq!(fields[3].1, "Basic bWU6cGFzcw==");
        for (length, field) in lengths.iter().zip(&request.headers.0) {
            assert_eq!(*length, field.1.len());
        }
        let body = format!("{{\"token\":\"{HIDDEN}\"}}");
        assert_eq!(request.body.whole().unwrap(), body.as_bytes());
    }

    #[test]
    fn a_token_is_hidden_in_whatever_form_it_comes() {
        let in_percent: String = TOKEN.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let half = format!("%61b%63{}", &TOKEN[3..]);
        let hidden = |length: usize| "*".repeat(length);
        let mut request = Request {
            path: format!("/%41/{in_percent}/%zz%"),
            query: Some(format!("a=%20&token={half}%2")),
            headers: [
                (
                    "X-A",
                    format!("Basic {}", BASE64.encode(format!("u:{TOKEN}").as_bytes())),
                ),
                (
                    "X-B",
                    BASE64URL_NOPAD.encode(format!("??>>{TOKEN}").as_bytes()),
                ),
                (
                    "X-C",
                    format!(
                        "t=\"{}\"",
                        BASE64_NOPAD.encode(format!("{TOKEN}:p").as_bytes())
                    ),
                ),
                ("X-D", format!("http://h/?t={in_percent}")),
            ]
            .into_iter()
            .collect(),
            body: format!("a=1&t={half}&b=%20").into(),
            ..Request::default()
        };
        let twice = format!("X-{}-{TOKEN}", TOKEN.to_ascii_uppercase());
        let named = (twice, b"1".to_vec());
        request.headers.0.push(named);
        let lengths: Vec<_> = request.headers.0.iter().map(|one| one.1.len()).collect();
        assert!(endpoint().conceal(&mut request).is_some());
        assert_eq!(
            request.path,
            format!("/%41/{}/%zz%", hidden(in_percent.len()))
        );
        let query = format!("a=%20&token={}%2", hidden(half.len()));
        assert_eq!(request.query.as_deref(), Some(query.as_str()));
        let body = format!("a=1&t={}&b=%20", hidden(half.len()));
        assert_eq!(request.body.whole().unwrap(), body.as_bytes());
        for ((name, value), length) in request.headers.texts().zip(lengths) {
            let shown = value.trim_end_matches('=');
            assert!(
                shown.contains(&hidden(TOKEN.len())) || name.ends_with(HIDDEN),
                "{name}"
            );
            assert!(
                !shown.contains(TOKEN) && !shown.contains(&in_percent),
                "{name}: {shown}"
            );
            assert_eq!(value.len(), length);
        }
        assert_eq!(request.headers.0[4].0, format!("X-{HIDDEN}-{HIDDEN}"));
    }

    /// A path has `/` before it, which is a letter of base64 too.
    #[test]
    fn a_token_in_base64_is_hidden_whatever_letters_stand_beside_it() {
        for before in ["", "u", "u:", "user", "??>>?"] {
            for behind in ["", ":", ":p", "~~~"] {
                let text = format!("{before}{TOKEN}{behind}");
                for encoding in [BASE64_NOPAD, BASE64URL_NOPAD] {
                    let letters = encoding.encode(text.as_bytes());
                    for prefix in ["", "/", "/hook/", "a-b_c+/"] {
                        let mut path = format!("{prefix}{letters}");
                        let length = path.len();
                        assert!(endpoint().conceal_text(&mut path), "{prefix}{text}");
                        assert!(path.starts_with(prefix.trim_end_matches('/')), "{path}");
                        assert!(path.contains(&"*".repeat(33)), "{path}");
                        assert_eq!(path.len(), length);
                    }
                }
            }
        }
    }

    #[test]
    fn what_stands_in_two_ways_over_each_other_is_hidden_whole() {
        let endpoint = ApiEndpoint::new(([127, 0, 0, 1], 4567).into(), "aabaa".to_owned());
        let mut text = "xaabaab%61ay".to_owned();
        assert!(endpoint.conceal_text(&mut text));
        assert_eq!(text, "x**********y");
        let mut sign = "aab%+6aa".to_owned();
        assert!(!endpoint.conceal_text(&mut sign));
    }

    #[test]
    fn it_is_not_shown_for_debugging() {
        assert!(!format!("{:?}", endpoint()).contains(TOKEN));
    }

    #[test]
    fn a_request_without_it_stays_as_it_is() {
        let request = Request {
            path: "/".to_owned(),
            headers: [
                ("Authorization", "Basic ?"),
                ("a", "basi"),
                ("b", "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaA"),
            ]
            .into_iter()
            .collect(),
            query: Some("a=%61%62%&b=%6".to_owned()),
            body: TOKEN[1..].into(),
            ..Request::default()
        };
        let mut same = request.clone();
        assert_eq!(endpoint().conceal(&mut same), None);
        assert_eq!(same, request);
    }
}
