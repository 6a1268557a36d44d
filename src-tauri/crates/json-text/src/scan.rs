//! The scanner: one pass over a text, no recursion, one bit of memory for a level of nesting.

use messages::Words;

use crate::error::SyntaxError;
use crate::words::problems;

/// The most that a text may have in bytes; spans are 32 bits wide. Bodies end far below it.
const MAX_TEXT_BYTES: usize = u32::MAX as usize;

/// A part of a text, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// The bytes from one offset to another. Texts longer than a span can hold are not scanned.
    pub(crate) fn new(start: usize, end: usize) -> Self {
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            start: narrow(start),
            end: narrow(end),
        }
    }

    /// The first byte.
    #[must_use]
    pub const fn start(self) -> usize {
        self.start as usize
    }

    /// The byte after the last.
    #[must_use]
    pub const fn end(self) -> usize {
        self.end as usize
    }

    /// How many bytes it has.
    #[must_use]
    pub const fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether it has none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether the byte at an offset belongs to it.
    #[must_use]
    pub const fn contains(self, offset: usize) -> bool {
        self.start() <= offset && offset < self.end()
    }

    /// This part of the text that was scanned.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        &text[self.start()..self.end()]
    }
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// A scalar value or a key; a string's span includes its quotes.
#[derive(Clone, Copy, Debug)]
pub struct Scalar {
    /// What it is; a key is a string.
    pub kind: Kind,
    /// Its range in the text.
    pub span: Span,
    /// A string with at least one backslash.
    pub escaped: bool,
}

/// Receives the parts of a text in order.
pub trait Sink {
    /// An array or an object begins at this offset.
    fn open(&mut self, kind: Kind, at: usize);
    /// It ends before this offset.
    fn close(&mut self, kind: Kind, end: usize);
    /// A key of the object that is open.
    fn key(&mut self, key: Scalar);
    /// A string, a number, a boolean or null.
    fn scalar(&mut self, scalar: Scalar);
}

/// Walks a text from beginning to end.
///
/// # Errors
/// The first byte that does not fit.
pub fn scan<S: Sink>(text: &str, sink: &mut S) -> Result<(), SyntaxError> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(SyntaxError::new(&problems::TOO_LONG, MAX_TEXT_BYTES));
    }
    let scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        at: 0,
        nesting: Nesting::default(),
    };
    scanner.run(sink)
}

/// Which containers are open: one bit for each, set for an object.
#[derive(Default)]
struct Nesting {
    words: Vec<u64>,
    depth: usize,
}

impl Nesting {
    fn push(&mut self, object: bool) {
        let (word, bit) = (self.depth / 64, self.depth % 64);
        if word == self.words.len() {
            self.words.push(0);
        }
        self.words[word] = self.words[word] & !(1 << bit) | u64::from(object) << bit;
        self.depth += 1;
    }

    /// Whether the innermost is an object; `None` outside of all.
    fn top(&self) -> Option<bool> {
        let last = self.depth.checked_sub(1)?;
        Some(self.words[last / 64] >> (last % 64) & 1 == 1)
    }

    fn pop(&mut self) {
        self.depth -= 1;
    }
}

/// What may come next.
#[derive(Clone, Copy)]
enum Next {
    Value,
    ValueOrEnd,
    KeyOrEnd,
    Key,
    CommaOrEnd,
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    nesting: Nesting,
}

impl Scanner<'_> {
    fn run<S: Sink>(mut self, sink: &mut S) -> Result<(), SyntaxError> {
        let mut next = Next::Value;
        loop {
            self.skip_space();
            next = match next {
                Next::Value => self.value(sink)?,
                Next::ValueOrEnd if self.peek() == Some(b']') => self.end(sink),
                Next::ValueOrEnd => self.value(sink)?,
                Next::KeyOrEnd if self.peek() == Some(b'}') => self.end(sink),
                Next::KeyOrEnd | Next::Key => self.key(sink)?,
                Next::CommaOrEnd => match (self.nesting.top(), self.peek()) {
                    (None, None) => return Ok(()),
                    (None, Some(_)) => return Err(self.problem_here(&problems::EXTRA_TEXT)),
                    (Some(true), Some(b'}')) | (Some(false), Some(b']')) => self.end(sink),
                    (Some(object), Some(b',')) => self.after_comma(object)?,
                    (Some(object), _) => return Err(self.missing_comma(object)),
                },
            };
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn end<S: Sink>(&mut self, sink: &mut S) -> Next {
        let kind = match self.nesting.top() {
            Some(true) => Kind::Object,
            _ => Kind::Array,
        };
        self.nesting.pop();
        self.at += 1;
        sink.close(kind, self.at);
        Next::CommaOrEnd
    }

    fn after_comma(&mut self, object: bool) -> Result<Next, SyntaxError> {
        self.at += 1;
        self.skip_space();
        match self.peek() {
            Some(b'}' | b']') => Err(self.problem_here(&problems::TRAILING_COMMA)),
            _ if object => Ok(Next::Key),
            _ => Ok(Next::Value),
        }
    }

    fn key<S: Sink>(&mut self, sink: &mut S) -> Result<Next, SyntaxError> {
        if self.peek() != Some(b'"') {
            return Err(self.not_a_key());
        }
        let key = self.string()?;
        sink.key(key);
        self.skip_space();
        match self.peek() {
            Some(b':') => {
                self.at += 1;
                Ok(Next::Value)
            }
            _ => Err(self.problem_here(&problems::MISSING_COLON)),
        }
    }

    fn value<S: Sink>(&mut self, sink: &mut S) -> Result<Next, SyntaxError> {
        let start = self.at;
        let kind = match self.peek() {
            Some(b'"') => {
                let string = self.string()?;
                sink.scalar(string);
                return Ok(Next::CommaOrEnd);
            }
            Some(b'{') => {
                self.nesting.push(true);
                self.at += 1;
                sink.open(Kind::Object, start);
                return Ok(Next::KeyOrEnd);
            }
            Some(b'[') => {
                self.nesting.push(false);
                self.at += 1;
                sink.open(Kind::Array, start);
                return Ok(Next::ValueOrEnd);
            }
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Kind::Bool)?,
            Some(b'f') => self.word("false", Kind::Bool)?,
            Some(b'n') => self.word("null", Kind::Null)?,
            _ => return Err(self.not_a_value()),
        };
        sink.scalar(Scalar {
            kind,
            span: Span::new(start, self.at),
            escaped: false,
        });
        Ok(Next::CommaOrEnd)
    }

    fn word(&mut self, word: &str, kind: Kind) -> Result<Kind, SyntaxError> {
        let remaining = &self.bytes[self.at..];
        let goes_on = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        if remaining.starts_with(word.as_bytes()) && !remaining.get(word.len()).is_some_and(goes_on)
        {
            self.at += word.len();
            return Ok(kind);
        }
        if word.as_bytes().starts_with(remaining) {
            return Err(SyntaxError::new(
                &problems::UNEXPECTED_END,
                self.bytes.len(),
            ));
        }
        Err(self.not_a_value())
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        self.at - start
    }

    fn number(&mut self) -> Result<Kind, SyntaxError> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let first = self.at;
        let whole = self.digits();
        if whole == 0 {
            return Err(self.problem_here(&problems::NUMBER_SYNTAX));
        }
        if whole > 1 && self.bytes[first] == b'0' {
            return Err(SyntaxError::new(&problems::LEADING_ZERO, first));
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return Err(self.problem_here(&problems::NUMBER_SYNTAX));
            }
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            if self.digits() == 0 {
                return Err(self.problem_here(&problems::NUMBER_SYNTAX));
            }
        }
        match self.peek() {
            Some(b'.' | b'_' | b'a'..=b'z' | b'A'..=b'Z') => {
                Err(self.problem_here(&problems::NUMBER_SYNTAX))
            }
            _ => Ok(Kind::Number),
        }
    }

    /// A string, its opening quote at the current offset.
    fn string(&mut self) -> Result<Scalar, SyntaxError> {
        let start = self.at;
        let mut escaped = false;
        self.at += 1;
        loop {
            self.at = plain_until(self.bytes, self.at);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Scalar {
                        kind: Kind::String,
                        span: Span::new(start, self.at),
                        escaped,
                    });
                }
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                Some(_) => return Err(self.problem_here(&problems::CONTROL_CHARACTER)),
                None => return Err(self.problem_here(&problems::UNCLOSED_STRING)),
            }
        }
    }

    fn escape(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    match self.peek() {
                        Some(byte) if byte.is_ascii_hexdigit() => self.at += 1,
                        Some(_) => {
                            return Err(SyntaxError::new(&problems::BAD_UNICODE_ESCAPE, start));
                        }
                        None => return Err(self.problem_here(&problems::UNCLOSED_STRING)),
                    }
                }
            }
            Some(_) => return Err(SyntaxError::new(&problems::BAD_ESCAPE, start)),
            None => return Err(self.problem_here(&problems::UNCLOSED_STRING)),
        }
        Ok(())
    }

    // ---- what is wrong, for people ----

    /// The problem at the current offset, or the text's end where there is nothing more.
    fn problem_here(&self, problem: &'static Words) -> SyntaxError {
        let at_end = self.at >= self.bytes.len();
        let problem = match at_end {
            true if problem == &problems::UNCLOSED_STRING => problem,
            true if self.text.trim().is_empty() => &problems::NOTHING,
            true => &problems::UNEXPECTED_END,
            false => problem,
        };
        SyntaxError::new(problem, self.at)
    }

    fn remaining(&self) -> &str {
        &self.text[self.at..]
    }

    fn missing_comma(&self, object: bool) -> SyntaxError {
        let problem = match (self.peek(), object) {
            (Some(b'}' | b']'), _) => &problems::WRONG_BRACKET,
            (Some(b'/'), _) => &problems::COMMENT,
            (_, true) => &problems::MISSING_COMMA_IN_OBJECT,
            (_, false) => &problems::MISSING_COMMA_IN_ARRAY,
        };
        self.problem_here(problem)
    }

    fn not_a_key(&self) -> SyntaxError {
        let problem = match self.remaining().chars().next() {
            Some(quote) if is_curly(quote) => &problems::CURLY_QUOTE,
            Some('\'' | '`') => &problems::SINGLE_QUOTE,
            Some('/' | '#') => &problems::COMMENT,
            Some(',') => &problems::EXTRA_COMMA,
            Some(letter) if letter.is_alphanumeric() || matches!(letter, '_' | '$') => {
                &problems::UNQUOTED_KEY
            }
            _ => &problems::EXPECTED_KEY,
        };
        self.problem_here(problem)
    }

    fn not_a_value(&self) -> SyntaxError {
        const WORDS: [&str; 7] = [
            "True",
            "False",
            "None",
            "undefined",
            "NaN",
            "Infinity",
            "NULL",
        ];
        let problem = match self.remaining().chars().next() {
            Some(quote) if is_curly(quote) => &problems::CURLY_QUOTE,
            Some('\'' | '`') => &problems::SINGLE_QUOTE,
            Some('/' | '#') => &problems::COMMENT,
            Some(',') => &problems::EXTRA_COMMA,
            Some('+' | '.') => &problems::NUMBER_SYNTAX,
            Some('<') => &problems::MARKUP,
            Some('\u{feff}') => &problems::BYTE_ORDER_MARK,
            Some(_) if WORDS.iter().any(|word| self.remaining().starts_with(word)) => {
                &problems::FOREIGN_WORD
            }
            Some(letter) if letter.is_alphabetic() || letter == '_' => &problems::UNQUOTED_TEXT,
            _ => &problems::EXPECTED_VALUE,
        };
        self.problem_here(problem)
    }
}

/// Quotes that text editors and web pages put instead of `"`.
const fn is_curly(character: char) -> bool {
    matches!(
        character,
        '“' | '”' | '„' | '‟' | '«' | '»' | '‘' | '’' | '‚' | '″' | '＂'
    )
}

/// The offset of the first quote, backslash or control character from here on, or the end.
///
/// Eight bytes at a time: a byte of the word has its high bit set in `found` where it is one of
/// them. A byte after the first found one may be marked wrongly, never one before it.
fn plain_until(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    while let Some((chunk, _)) = bytes
        .get(at..)
        .and_then(|remaining| remaining.split_first_chunk::<8>())
    {
        let word = u64::from_le_bytes(*chunk);
        let below_space = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
        let quotes = zeros(word ^ (ONES * u64::from(b'"')));
        let backslashes = zeros(word ^ (ONES * u64::from(b'\\')));
        let found = below_space | quotes | backslashes;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(byte) = bytes.get(at) {
        if *byte < 0x20 || matches!(byte, b'"' | b'\\') {
            break;
        }
        at += 1;
    }
    at
}
