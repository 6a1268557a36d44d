//! What is worth knowing of a whole JSON text, found in the scanner's one pass: the top-level
//! entries by their positions, and everything that deserves a finding.

use std::borrow::Cow;

use crate::error::SyntaxError;
use crate::number::is_inexact;
use crate::pointer::{push_index, push_key};
use crate::scan::{Kind, Scalar, Sink, Span, scan};
use crate::string::{char_count, lone_surrogate, unescape, unescape_lossy};

/// Levels that a pointer names; what is deeper is named by its nearest ancestor within them.
const POINTER_LEVELS: usize = 256;

/// The most annotations of one kind; of the others it is only known that they exist.
pub const MAX_PER_KIND: usize = 20;

/// Characters above which a string is annotated: a bot of Graph says fewer than 1000
/// (<https://github.com/baslie/salutebot-docs>, the text block).
pub const LONG_STRING_CHARS: usize = 1000;

/// Keys of one object that are compared each with each; more are sorted first.
const FEW_KEYS: usize = 24;

/// A top-level entry: a member of an object or an item of an array.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The key with its quotes; empty for an item.
    pub key: Span,
    /// The key has escapes.
    pub escaped: bool,
    /// Another entry of this name comes later and counts.
    pub superseded: bool,
    /// The value.
    pub value: Span,
    /// What the value is.
    pub kind: Kind,
}

/// What an annotation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnnotationKind {
    /// A key that its object had before.
    DuplicateKey,
    /// A number that JavaScript cannot hold exactly.
    InexactNumber,
    /// Half of a surrogate pair.
    LoneSurrogate,
    /// A string of more than [`LONG_STRING_CHARS`] characters.
    LongString,
}

/// Something that deserves a finding.
#[derive(Clone, Debug)]
pub struct Annotation {
    /// What it is about.
    pub kind: AnnotationKind,
    /// A JSON pointer to the value.
    pub pointer: String,
    /// Its offset, in bytes.
    pub offset: usize,
    /// The key, the number, the escape or the length.
    pub detail: String,
}

/// What there is in a text.
#[derive(Clone, Debug)]
pub struct Survey {
    /// What the whole text is.
    pub root: Kind,
    /// The members of an object or the items of an array, in order.
    pub entries: Vec<Entry>,
    /// In the order of their offsets.
    pub annotations: Vec<Annotation>,
    /// Kinds of which there are more than [`MAX_PER_KIND`].
    pub omitted: Vec<AnnotationKind>,
}

/// Surveys a text.
///
/// # Errors
/// The first byte that does not fit.
pub fn survey(text: &str) -> Result<Survey, SyntaxError> {
    let mut surveyor = Surveyor {
        text,
        found: Survey {
            root: Kind::Null,
            entries: Vec::new(),
            annotations: Vec::new(),
            omitted: Vec::new(),
        },
        depth: 0,
        path: Vec::new(),
        keys: Vec::new(),
        objects: Vec::new(),
        key: None,
        value_start: 0,
    };
    scan(text, &mut surveyor)?;
    let mut found = surveyor.found;
    found.annotations.sort_by_key(|one| one.offset);
    Ok(found)
}

/// A step of the path to the present value.
#[derive(Clone, Copy)]
enum Step {
    /// An object and its present key.
    Key(Span),
    /// An array and the number of its items so far.
    Items(usize),
}

/// A key of an object that is still open.
struct Key {
    span: Span,
    escaped: bool,
    /// Equal for equal names.
    tag: u64,
    /// Its index among the top-level entries, where it is one.
    entry: usize,
}

struct Surveyor<'a> {
    text: &'a str,
    found: Survey,
    depth: usize,
    /// One step for each open container, up to the levels that pointers name.
    path: Vec<Step>,
    keys: Vec<Key>,
    /// Where the keys of each open object begin.
    objects: Vec<usize>,
    /// The key of the top-level value that comes next or is open.
    key: Option<Scalar>,
    value_start: usize,
}

impl Surveyor<'_> {
    /// Counts a value that begins in an array.
    fn begin(&mut self) {
        if self.depth <= POINTER_LEVELS
            && let Some(Step::Items(count)) = self.path.last_mut()
        {
            *count += 1;
        }
    }

    /// Keeps a value that ends at the top level.
    fn finish(&mut self, kind: Kind, start: usize, end: usize) {
        match self.depth {
            0 => self.found.root = kind,
            1 => {
                let key = self.key.take();
                let value = Span::new(start, end);
                self.found.entries.push(Entry {
                    key: key.map(|key| key.span).unwrap_or_default(),
                    escaped: key.is_some_and(|key| key.escaped),
                    superseded: false,
                    value,
                    kind,
                });
            }
            _ => {}
        }
    }

    fn pointer(&self) -> String {
        pointer(self.text, &self.path)
    }

    fn annotate(&mut self, kind: AnnotationKind, offset: usize, detail: String) {
        let pointer = self.pointer();
        self.annotate_at(kind, pointer, offset, detail);
    }

    fn annotate_at(
        &mut self,
        kind: AnnotationKind,
        pointer: String,
        offset: usize,
        detail: String,
    ) {
        self.found.annotations.push(Annotation {
            kind,
            pointer,
            offset,
            detail,
        });
    }

    /// Whether one more annotation of a kind is stored.
    fn is_below_limit(&mut self, kind: AnnotationKind) -> bool {
        let found = self.found.annotations.iter().filter(|one| one.kind == kind);
        let below = found.count() < MAX_PER_KIND;
        if !below && !self.found.omitted.contains(&kind) {
            self.found.omitted.push(kind);
        }
        below
    }

    /// A number that JavaScript would change.
    fn look_at_number(&mut self, span: Span) {
        if is_inexact(span.of(self.text)) && self.is_below_limit(AnnotationKind::InexactNumber) {
            let detail = short(span.of(self.text));
            self.annotate(AnnotationKind::InexactNumber, span.start(), detail);
        }
    }

    fn look_at_string(&mut self, string: Scalar) {
        let quoted = string.span.of(self.text);
        if string.escaped
            && let Some((at, escape)) = lone_surrogate(quoted)
            && self.is_below_limit(AnnotationKind::LoneSurrogate)
        {
            let offset = string.span.start() + at;
            self.annotate(AnnotationKind::LoneSurrogate, offset, escape.to_owned());
        }
        if quoted.len() > LONG_STRING_CHARS && string.kind == Kind::String {
            let count = char_count(quoted);
            if count > LONG_STRING_CHARS && self.is_below_limit(AnnotationKind::LongString) {
                self.annotate(
                    AnnotationKind::LongString,
                    string.span.start(),
                    count.to_string(),
                );
            }
        }
    }

    /// Finds the keys of the innermost object that stand in it more than once.
    fn look_for_duplicates(&mut self, first: usize) {
        let text = self.text;
        let keys = &self.keys[first..];
        let mut again: Vec<(usize, usize)> = Vec::new();
        if keys.len() <= FEW_KEYS {
            for (index, key) in keys.iter().enumerate().skip(1) {
                let before = keys[..index]
                    .iter()
                    .rposition(|other| same(text, key, other));
                again.extend(before.map(|before| (before, index)));
            }
        } else {
            let mut order: Vec<usize> = (0..keys.len()).collect();
            let by_name = |a: &usize, b: &usize| {
                let (a, b) = (&keys[*a], &keys[*b]);
                let by_tag = a.tag.cmp(&b.tag);
                by_tag.then_with(|| name(text, a).cmp(&name(text, b)))
            };
            order.sort_by(by_name);
            let repeated = order
                .windows(2)
                .filter(|pair| same(text, &keys[pair[0]], &keys[pair[1]]));
            again.extend(repeated.map(|pair| (pair[0], pair[1])));
            again.sort_unstable_by_key(|pair| pair.1);
        }
        for (before, index) in again {
            let (entry, span) = (
                self.keys[first + before].entry,
                self.keys[first + index].span,
            );
            if self.depth == 1
                && let Some(entry) = self.found.entries.get_mut(entry)
            {
                entry.superseded = true;
            }
            if self.is_below_limit(AnnotationKind::DuplicateKey) {
                let mut path = self.path.clone();
                if self.depth <= POINTER_LEVELS {
                    path.pop();
                    path.push(Step::Key(span));
                }
                let detail = unescape_lossy(span.of(text)).into_owned();
                let pointer = pointer(text, &path);
                self.annotate_at(AnnotationKind::DuplicateKey, pointer, span.start(), detail);
            }
        }
    }
}

impl Sink for Surveyor<'_> {
    fn open(&mut self, kind: Kind, at: usize) {
        self.begin();
        if self.depth == 1 {
            self.value_start = at;
        }
        self.depth += 1;
        if kind == Kind::Object {
            self.objects.push(self.keys.len());
        }
        if self.depth <= POINTER_LEVELS {
            self.path.push(match kind {
                Kind::Object => Step::Key(Span::default()),
                _ => Step::Items(0),
            });
        }
    }

    fn close(&mut self, kind: Kind, end: usize) {
        if kind == Kind::Object {
            let first = self.objects.pop().unwrap_or_default();
            self.look_for_duplicates(first);
            self.keys.truncate(first);
        }
        if self.depth <= POINTER_LEVELS {
            self.path.pop();
        }
        self.depth -= 1;
        self.finish(kind, self.value_start, end);
    }

    fn key(&mut self, key: Scalar) {
        if self.depth <= POINTER_LEVELS
            && let Some(step) = self.path.last_mut()
        {
            *step = Step::Key(key.span);
        }
        if self.depth == 1 {
            self.key = Some(key);
        }
        self.keys.push(Key {
            span: key.span,
            escaped: key.escaped,
            tag: tag(self.text, key),
            entry: self.found.entries.len(),
        });
        if key.escaped {
            let key = Scalar {
                kind: Kind::Null,
                ..key
            };
            self.look_at_string(key);
        }
    }

    fn scalar(&mut self, scalar: Scalar) {
        self.begin();
        match scalar.kind {
            Kind::String if scalar.escaped || scalar.span.len() > LONG_STRING_CHARS => {
                self.look_at_string(scalar);
            }
            Kind::Number => self.look_at_number(scalar.span),
            _ => {}
        }
        self.finish(scalar.kind, scalar.span.start(), scalar.span.end());
    }
}

/// The JSON pointer of a path (RFC 6901).
fn pointer(text: &str, path: &[Step]) -> String {
    let mut out = String::new();
    for step in path {
        match step {
            // An object before its first key, or an array before its first item.
            Step::Key(span) if span.is_empty() => {}
            Step::Items(0) => {}
            Step::Key(span) => {
                push_key(&mut out, &unescape_lossy(span.of(text)));
            }
            Step::Items(count) => push_index(&mut out, count - 1),
        }
    }
    out
}

/// A long number's beginning.
fn short(number: &str) -> String {
    /// Characters that are shown.
    const SHOWN: usize = 40;
    match number.get(..SHOWN) {
        Some(beginning) if number.len() > SHOWN => format!("{beginning}…"),
        _ => number.to_owned(),
    }
}

fn name<'a>(text: &'a str, key: &Key) -> Cow<'a, [u8]> {
    let quoted = key.span.of(text);
    if key.escaped {
        unescape(quoted)
    } else {
        Cow::Borrowed(&quoted.as_bytes()[1..quoted.len() - 1])
    }
}

fn same(text: &str, a: &Key, b: &Key) -> bool {
    a.tag == b.tag && name(text, a) == name(text, b)
}

/// A number that is equal for equal names; whether unequal names share one is not relied on.
fn tag(text: &str, key: Scalar) -> u64 {
    /// An odd number without a pattern, 2^64 divided by the golden ratio.
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    let quoted = key.span.of(text);
    let name = if key.escaped {
        unescape(quoted)
    } else {
        Cow::Borrowed(&quoted.as_bytes()[1..quoted.len() - 1])
    };
    let (chunks, remainder) = name.as_chunks::<8>();
    let mix = |tag: u64, word: u64| (tag.rotate_left(5) ^ word).wrapping_mul(SPREAD);
    let mut last = [0; 8];
    last[..remainder.len()].copy_from_slice(remainder);
    let detail = chunks.iter().copied().chain([last]).map(u64::from_le_bytes);
    detail.fold(name.len() as u64, mix)
}
