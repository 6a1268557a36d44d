//! Where the API of this app is served, and the token that opens it. Neither is for bots: what
//! comes to a bot's address is written down, and may be sent on.

use std::net::SocketAddr;
use std::ops::Range;
use std::sync::LazyLock;

use data_encoding::{BASE64_NOPAD, Encoding};
use memchr::memmem;
use protocol::{Code, Headers, OwnFinding, Request};

/// Where the API is served.
#[derive(Debug)]
pub(crate) struct ApiEndpoint {
    pub(crate) address: SocketAddr,
    token: String,
}

impl ApiEndpoint {
    pub(crate) const fn new(address: SocketAddr, token: String) -> Self {
        Self { address, token }
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
        let found = small.find(&self.token.to_ascii_lowercase());
        if let Some(at) = found {
            let end = at + self.token.len();
            name.replace_range(at..end, &"*".repeat(self.token.len()));
        }
        found.is_some()
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
        if memchr::memchr(b'%', bytes).is_some() {
            let (decoded, starts) = percent_decoded(bytes);
            let found = memmem::find_iter(&decoded, token);
            spans.extend(found.map(|at| starts[at]..starts[at + token.len()]));
        }
        let is_long = |run: &Range<usize>| run.len() >= token.len() * 4 / 3;
        let holds =
            |run: &Range<usize>| memmem::find(&unbased(&bytes[run.clone()]), token).is_some();
        spans.extend(base64_runs(bytes).filter(|run| is_long(run) && holds(run)));
        if spans.is_empty() {
            return None;
        }
        spans.sort_by_key(|span| span.start);
        let mut concealed = Vec::with_capacity(bytes.len());
        let mut at = 0;
        for span in spans {
            // One that was found in two ways stands there once.
            if span.start >= at {
                concealed.extend_from_slice(&bytes[at..span.start]);
                concealed.resize(concealed.len() + span.len(), b'*');
                at = span.end;
            }
        }
        concealed.extend_from_slice(&bytes[at..]);
        Some(concealed)
    }
}

/// Bytes with what stands in per cent undone, and where each begins; the last entry is the end.
fn percent_decoded(bytes: &[u8]) -> (Vec<u8>, Vec<usize>) {
    let (mut decoded, mut starts) = (Vec::with_capacity(bytes.len()), Vec::new());
    let mut at = 0;
    while at < bytes.len() {
        starts.push(at);
        let hex = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let byte = hex.and_then(|hex| u8::from_str_radix(str::from_utf8(hex).ok()?, 16).ok());
        decoded.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    starts.push(bytes.len());
    (decoded, starts)
}

/// Where letters of base64 stand in a row, of either alphabet.
fn base64_runs(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte);
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes[at..].iter().position(is_letter)?;
        let length = bytes[start..].iter().position(|byte| !is_letter(byte));
        at = length.map_or(bytes.len(), |length| start + length);
        Some(start..at)
    })
}

/// What letters of base64 stand for. Those at the end that make no whole group are left out.
fn unbased(letters: &[u8]) -> Vec<u8> {
    let letters = letters.iter().map(|letter| match letter {
        b'-' => b'+',
        b'_' => b'/',
        other => *other,
    });
    let mut letters: Vec<u8> = letters.collect();
    // A group of one letter alone is none.
    if letters.len() % 4 == 1 {
        letters.pop();
    }
    LENIENT.decode(&letters).unwrap_or_default()
}

/// Base64 without its padding, whose last letter may stand for anything.
static LENIENT: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = BASE64_NOPAD.specification();
    specification.check_trailing_bits = false;
    specification.encoding().expect("it is one")
});

#[cfg(test)]
mod tests {
    use data_encoding::{BASE64, BASE64URL_NOPAD};

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
        assert_eq!(fields[2].1.trim_matches(['*', '=']), "Basic ");
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
        let named = (format!("X-{}", TOKEN.to_ascii_uppercase()), b"1".to_vec());
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
        assert_eq!(request.headers.0[4].0, format!("X-{HIDDEN}"));
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
