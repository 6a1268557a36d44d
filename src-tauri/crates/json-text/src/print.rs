//! Laying a text out again: spaces between the parts change, the parts do not.

use crate::error::JsonError;
use crate::scan::{Kind, Scalar, Sink, scan};

/// Levels that are indented; what is deeper stays at the last of them, because the spaces
/// before a line 100,000 levels deep would fill the memory.
const INDENTED_LEVELS: usize = 64;

/// Spaces that a text gets for each of its bytes; the lines after that are not indented. A record
/// has one or two for each byte, a megabyte of brackets would have 120.
const SPACES_PER_BYTE: usize = 16;

/// Spaces that any text gets, however short it is.
const SPACES_MIN: usize = 64 << 10;

/// Spaces that no text gets more of, however long it is.
const SPACES_MAX: usize = 64 << 20;

/// Valid JSON re-indented by two spaces; every digit, escape and the order of keys stay.
///
/// # Errors
/// What is wrong, and where.
pub fn pretty(text: &str) -> Result<String, JsonError> {
    print(text, true)
}

/// Valid JSON without spaces between its parts; every digit, escape and the order of keys stay.
///
/// # Errors
/// What is wrong, and where.
pub fn compact(text: &str) -> Result<String, JsonError> {
    print(text, false)
}

fn print(text: &str, indented: bool) -> Result<String, JsonError> {
    let mut printer = Printer {
        text,
        out: String::with_capacity(text.len() + text.len() / 4),
        indented,
        spaces: (text.len() * SPACES_PER_BYTE).clamp(SPACES_MIN, SPACES_MAX),
        depth: 0,
        before: Separator::Start,
    };
    scan(text, &mut printer).map_err(|error| error.locate(text))?;
    Ok(printer.out)
}

/// What stands before the next part.
#[derive(PartialEq)]
enum Separator {
    Start,
    AfterOpen,
    AfterKey,
    AfterValue,
}

struct Printer<'a> {
    text: &'a str,
    out: String,
    indented: bool,
    /// Left for indentation.
    spaces: usize,
    depth: usize,
    before: Separator,
}

impl Printer<'_> {
    /// The comma and the line break before a part.
    fn separate(&mut self) {
        match self.before {
            Separator::Start | Separator::AfterKey => return,
            Separator::AfterOpen => {}
            Separator::AfterValue => self.out.push(','),
        }
        self.new_line();
    }

    fn new_line(&mut self) {
        if self.indented {
            self.out.push('\n');
            let levels = self.depth.min(INDENTED_LEVELS).min(self.spaces / 2);
            self.spaces -= 2 * levels;
            self.out.extend(std::iter::repeat_n("  ", levels));
        }
    }
}

impl Sink for Printer<'_> {
    fn open(&mut self, kind: Kind, _at: usize) {
        self.separate();
        self.out.push(if kind == Kind::Object { '{' } else { '[' });
        self.depth += 1;
        self.before = Separator::AfterOpen;
    }

    fn close(&mut self, kind: Kind, _end: usize) {
        self.depth -= 1;
        if self.before != Separator::AfterOpen {
            self.new_line();
        }
        self.out.push(if kind == Kind::Object { '}' } else { ']' });
        self.before = if self.depth == 0 {
            Separator::Start
        } else {
            Separator::AfterValue
        };
    }

    fn key(&mut self, key: Scalar) {
        self.separate();
        self.out.push_str(key.span.of(self.text));
        self.out.push_str(if self.indented { ": " } else { ":" });
        self.before = Separator::AfterKey;
    }

    fn scalar(&mut self, scalar: Scalar) {
        self.separate();
        self.out.push_str(scalar.span.of(self.text));
        self.before = Separator::AfterValue;
    }
}
