//! What a request is for, byte for byte as it was received. The URI parser of the HTTP library
//! refuses some targets that callers send and servers take, and drops what follows a `#`: what it
//! sees of such a target is another one (see [`soften`]).

use crate::http::{path_and_query, target_text};

/// A request's target.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// The scheme and the authority of the absolute form, with `://` between them; mostly empty.
    pub(super) origin: String,
    /// The path; the whole target where it has none, as of `CONNECT`.
    pub(super) path: String,
    /// What follows the first question mark.
    pub(super) query: Option<String>,
    /// Its text stands for one byte a character: the bytes are no UTF-8.
    pub(super) is_latin1: bool,
}

impl Target {
    /// Of a head as received; where there is none, by what the library has read.
    pub(super) fn read(head: &[u8], uri: &http::Uri) -> Self {
        match target_bytes(head) {
            Some(bytes) => Self::of_bytes(bytes),
            None => {
                let authority = || uri.authority().map_or("", |one| one.as_str());
                let path = match uri.path() {
                    // `CONNECT` has an authority in its place.
                    "" => authority(),
                    path => path,
                };
                Self {
                    origin: String::new(),
                    path: path.to_owned(),
                    query: uri.query().map(str::to_owned),
                    is_latin1: false,
                }
            }
        }
    }

    /// Of the bytes between a method and a version.
    pub(super) fn of_bytes(bytes: &[u8]) -> Self {
        let (text, is_latin1) = target_text(bytes);
        let (origin, rest) = text.split_at(origin_length(&text));
        let (path, query) = path_and_query(rest);
        Self {
            origin: origin.to_owned(),
            path: path.to_owned(),
            query: query.map(str::to_owned),
            is_latin1,
        }
    }

    /// Scheme and authority of the absolute form.
    pub(super) fn origin(&self) -> Option<(&str, &str)> {
        self.origin.split_once("://")
    }
}

/// Where the path begins (RFC 9112, 3.2.2).
fn origin_length(target: &str) -> usize {
    if target.starts_with('/') {
        return 0;
    }
    let Some(colon) = target.find("://") else {
        return 0;
    };
    let is_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    if colon == 0 || !target[..colon].bytes().all(is_scheme) {
        return 0;
    }
    let authority = colon + "://".len();
    target[authority..]
        .find(['/', '?', '#'])
        .map_or(target.len(), |end| authority + end)
}

/// The bytes between the method and the version; `None` where there are none.
pub(super) fn target_bytes(head: &[u8]) -> Option<&[u8]> {
    let begin = memchr::memchr(b' ', head)? + 1;
    let target = &head[begin..];
    let end = memchr::memchr3(b' ', b'\r', b'\n', target).unwrap_or(target.len());
    Some(&target[..end]).filter(|target| !target.is_empty())
}

/// How far the first line of a head has been looked through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Line {
    #[default]
    Method,
    /// At the target's first byte.
    Begin,
    Target,
    Done,
}

/// Puts other letters in the place of those that the library refuses in a target, or takes for
/// something else than a part of it; their number stays. What no server could read stays, too.
pub(super) fn soften(line: &mut Line, bytes: &mut [u8]) {
    let mut from = 0;
    if *line == Line::Method {
        match memchr::memchr2(b' ', b'\n', bytes) {
            Some(at) if bytes[at] == b' ' => {
                *line = Line::Begin;
                from = at + 1;
            }
            Some(_) => *line = Line::Done,
            None => return,
        }
    }
    for byte in &mut bytes[from..] {
        match (*line, *byte) {
            (Line::Done, _) => return,
            (_, ..=b' ' | 0x7f) => *line = Line::Done,
            (Line::Begin, first) => {
                *line = Line::Target;
                if !matches!(first, b'/' | b'*') {
                    *byte = b'/';
                }
            }
            (_, b'"' | b'#' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | 0x80..) => {
                *byte = b'x';
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_comes_apart_and_stands_as_it_was_received() {
        for (line, origin, path, query) in [
            ("/a?b?c", "", "/a", Some("b?c")),
            ("/a#b?c", "", "/a#b", Some("c")),
            ("/a>b\"", "", "/a>b\"", None),
            ("/http://a/b", "", "/http://a/b", None),
            ("*", "", "*", None),
            ("a:443", "", "a:443", None),
            ("http://a/b?c", "http://a", "/b", Some("c")),
            ("HTTP://u@a:1?c", "HTTP://u@a:1", "", Some("c")),
            ("/имя", "", "/имя", None),
        ] {
            let head = format!("GET {line} HTTP/1.1\r\n\r\n");
            let target = Target::read(head.as_bytes(), &http::Uri::default());
            assert_eq!(
                (target.origin.as_str(), target.path.as_str()),
                (origin, path)
            );
            assert_eq!(target.query.as_deref(), query);
            assert!(!target.is_latin1);
        }
        let latin1 = Target::read(b"GET /\xe9 HTTP/1.1\r\n\r\n", &http::Uri::default());
        assert_eq!((latin1.path.as_str(), latin1.is_latin1), ("/é", true));
    }

    #[test]
    fn the_library_sees_a_target_that_it_reads_wherever_the_line_is_cut() {
        for (line, seen) in [
            (
                &b"GET /a?b HTTP/1.1\r\n\"<"[..],
                &b"GET /a?b HTTP/1.1\r\n\"<"[..],
            ),
            (b"GET /\"<>\xff HTTP/1.1\r\n\"", b"GET /xxxx HTTP/1.1\r\n\""),
            (b"GET http://a/ HTTP/1.1\r\n", b"GET /ttp://a/ HTTP/1.1\r\n"),
            (b"OPTIONS * HTTP/1.1\r\n#", b"OPTIONS * HTTP/1.1\r\n#"),
            (b"GET /a\x01\" HTTP/1.1\r\n", b"GET /a\x01\" HTTP/1.1\r\n"),
            (b"GET\r\nX: #", b"GET\r\nX: #"),
        ] {
            for cut in 0..line.len() {
                let (mut first, mut second) = (line[..cut].to_vec(), line[cut..].to_vec());
                let mut state = Line::default();
                soften(&mut state, &mut first);
                soften(&mut state, &mut second);
                assert_eq!([first, second].concat(), seen, "{cut}");
            }
        }
    }
}
