//! Strings as they stand in a JSON text, quotes included.

use std::borrow::Cow;

/// The characters of a string in UTF-8, half a surrogate pair in three bytes of its own (WTF-8),
/// so that different strings stay different.
pub(crate) fn unescape(quoted: &str) -> Cow<'_, [u8]> {
    let inner = inside(quoted);
    if !inner.contains('\\') {
        return Cow::Borrowed(inner.as_bytes());
    }
    let mut out = Vec::with_capacity(inner.len());
    for unit in Units(inner) {
        match unit {
            Unit::Text(text) => out.extend_from_slice(text.as_bytes()),
            Unit::Char(character) => {
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            Unit::Lone(half) => {
                let [high, low] = half.to_be_bytes();
                let bytes = [
                    0xe0 | high >> 4,
                    0x80 | (high & 0x0f) << 2 | low >> 6,
                    0x80 | low & 0x3f,
                ];
                out.extend_from_slice(&bytes);
            }
        }
    }
    Cow::Owned(out)
}

/// The characters of a string; half a surrogate pair becomes U+FFFD.
#[must_use]
pub fn unescape_lossy(quoted: &str) -> Cow<'_, str> {
    let inner = inside(quoted);
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut out = String::with_capacity(inner.len());
    for unit in Units(inner) {
        match unit {
            Unit::Text(text) => out.push_str(text),
            Unit::Char(character) => out.push(character),
            Unit::Lone(_) => out.push(char::REPLACEMENT_CHARACTER),
        }
    }
    Cow::Owned(out)
}

/// How many characters a string has.
#[must_use]
pub fn char_count(quoted: &str) -> usize {
    let units = Units(inside(quoted));
    units
        .map(|unit| match unit {
            Unit::Text(text) => text.chars().count(),
            Unit::Char(_) | Unit::Lone(_) => 1,
        })
        .sum()
}

/// The first half of a surrogate pair that stands alone: its offset and its text.
pub(crate) fn lone_surrogate(quoted: &str) -> Option<(usize, &str)> {
    let inner = inside(quoted);
    let mut units = Units(inner);
    loop {
        let at = inner.len() - units.0.len();
        if let Unit::Lone(_) = units.next()? {
            return Some((at + 1, &inner[at..at + 6]));
        }
    }
}

/// Whether two strings have the same characters.
#[must_use]
pub fn same_string(a: &str, b: &str) -> bool {
    a == b || (a.contains('\\') || b.contains('\\')) && unescape(a) == unescape(b)
}

fn inside(quoted: &str) -> &str {
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or("")
}

enum Unit<'a> {
    /// Characters without escapes.
    Text(&'a str),
    /// One escaped character.
    Char(char),
    /// Half of a surrogate pair, alone.
    Lone(u16),
}

/// The parts of a string's inside; it has been scanned, so every escape is whole.
struct Units<'a>(&'a str);

impl<'a> Iterator for Units<'a> {
    type Item = Unit<'a>;

    fn next(&mut self) -> Option<Unit<'a>> {
        let text = self.0;
        if text.is_empty() {
            return None;
        }
        let plain = text.find('\\').unwrap_or(text.len());
        if plain > 0 {
            self.0 = &text[plain..];
            return Some(Unit::Text(&text[..plain]));
        }
        let character = match text.as_bytes().get(1)? {
            b'u' => return Some(self.unicode(text)),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            other => char::from(*other),
        };
        self.0 = &text[2..];
        Some(Unit::Char(character))
    }
}

impl<'a> Units<'a> {
    fn unicode(&mut self, text: &'a str) -> Unit<'a> {
        let first = hex(text).unwrap_or(0xfffd);
        self.0 = text.get(6..).unwrap_or("");
        if let Some(character) = char::from_u32(first.into()) {
            return Unit::Char(character);
        }
        let second = hex(self.0).filter(|half| (0xdc00..=0xdfff).contains(half));
        let pair = second.and_then(|second| char::decode_utf16([first, second]).next()?.ok());
        match pair {
            Some(character) => {
                self.0 = &self.0[6..];
                Unit::Char(character)
            }
            None => Unit::Lone(first),
        }
    }
}

/// The number of an escape `\uXXXX` at the beginning of a text.
fn hex(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}
