//! What is worth knowing of a whole JSON text, found in the scanner's one pass: the top-level
//! entries by their places, and everything that deserves a finding.

use std::borrow::Cow;

use super::error::SyntaxError;
use super::number::is_inexact;
use super::scan::{Kind, Scalar, Sink, Span, scan};
use super::string::{char_count, lone_surrogate, unescape, unescape_lossy};

/// Levels that a pointer names; what lies deeper is named by its nearest ancestor within them.
const POINTER_LEVELS: usize = 256;

/// Notes of one kind that are kept; beyond them it is only known that there are more.
pub(crate) const NOTES_PER_KIND: usize = 20;

/// Characters above which a string is noted, `protocols.md` §1.3: a bot's text is below 1000.
pub(crate) const LONG_STRING_CHARS: usize = 1000;

/// Keys of one object that are compared each with each; more are sorted first.
const FEW_KEYS: usize = 24;

/// A top-level entry: a member of an object or an item of an array.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// The key with its quotes; empty for an item.
    pub(crate) key: Span,
    /// The key has escapes.
    pub(crate) escaped: bool,
    /// Another entry of this name comes later and counts.
    pub(crate) overruled: bool,
    /// The value.
    pub(crate) value: Span,
    /// What the value is.
    pub(crate) kind: Kind,
}

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoteKind {
    DuplicateKey,
    InexactNumber,
    LoneSurrogate,
    LongString,
}

/// Something that deserves a finding.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    pub(crate) kind: NoteKind,
    pub(crate) pointer: String,
    pub(crate) offset: usize,
    /// The key, the number, the escape or the length.
    pub(crate) words: String,
}

/// What there is in a text.
#[derive(Clone, Debug)]
pub(crate) struct Survey {
    pub(crate) root: Kind,
    pub(crate) entries: Vec<Entry>,
    /// In the order of their offsets.
    pub(crate) notes: Vec<Note>,
    /// Kinds of which there is more than was kept.
    pub(crate) more: Vec<NoteKind>,
}

/// Looks a text over.
pub(crate) fn survey(text: &str) -> Result<Survey, SyntaxError> {
    let mut surveyor = Surveyor {
        text,
        found: Survey {
            root: Kind::Null,
            entries: Vec::new(),
            notes: Vec::new(),
            more: Vec::new(),
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
    found.notes.sort_by_key(|note| note.offset);
    Ok(found)
}

/// A step of the way down to the present place.
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
    /// Its place among the top-level entries, where it is one.
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
                    overruled: false,
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

    fn note(&mut self, kind: NoteKind, offset: usize, words: String) {
        let pointer = self.pointer();
        self.note_at(kind, pointer, offset, words);
    }

    fn note_at(&mut self, kind: NoteKind, pointer: String, offset: usize, words: String) {
        self.found.notes.push(Note {
            kind,
            pointer,
            offset,
            words,
        });
    }

    /// Whether one more note of a kind is kept.
    fn has_room(&mut self, kind: NoteKind) -> bool {
        let kept = self.found.notes.iter().filter(|note| note.kind == kind);
        let room = kept.count() < NOTES_PER_KIND;
        if !room && !self.found.more.contains(&kind) {
            self.found.more.push(kind);
        }
        room
    }

    /// A number that JavaScript would change.
    fn look_at_number(&mut self, span: Span) {
        if is_inexact(span.of(self.text)) && self.has_room(NoteKind::InexactNumber) {
            let words = short(span.of(self.text));
            self.note(NoteKind::InexactNumber, span.start(), words);
        }
    }

    fn look_at_string(&mut self, string: Scalar) {
        let quoted = string.span.of(self.text);
        if string.escaped
            && let Some((at, escape)) = lone_surrogate(quoted)
            && self.has_room(NoteKind::LoneSurrogate)
        {
            let offset = string.span.start() + at;
            self.note(NoteKind::LoneSurrogate, offset, escape.to_owned());
        }
        if quoted.len() > LONG_STRING_CHARS && string.kind == Kind::String {
            let count = char_count(quoted);
            if count > LONG_STRING_CHARS && self.has_room(NoteKind::LongString) {
                self.note(NoteKind::LongString, string.span.start(), count.to_string());
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
                entry.overruled = true;
            }
            if self.has_room(NoteKind::DuplicateKey) {
                let mut path = self.path.clone();
                if self.depth <= POINTER_LEVELS {
                    path.pop();
                    path.push(Step::Key(span));
                }
                let words = unescape_lossy(span.of(text)).into_owned();
                let pointer = pointer(text, &path);
                self.note_at(NoteKind::DuplicateKey, pointer, span.start(), words);
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

/// The JSON pointer of a way down (RFC 6901).
fn pointer(text: &str, path: &[Step]) -> String {
    let mut out = String::new();
    for step in path {
        match step {
            // An object before its first key, or an array before its first item.
            Step::Key(span) if span.len() == 0 => {}
            Step::Items(0) => {}
            Step::Key(span) => {
                out.push('/');
                let name = unescape_lossy(span.of(text));
                out.push_str(&name.replace('~', "~0").replace('/', "~1"));
            }
            Step::Items(count) => {
                out.push('/');
                out.push_str(&(count - 1).to_string());
            }
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
    let (chunks, rest) = name.as_chunks::<8>();
    let mix = |tag: u64, word: u64| (tag.rotate_left(5) ^ word).wrapping_mul(SPREAD);
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let words = chunks.iter().copied().chain([last]).map(u64::from_le_bytes);
    words.fold(name.len() as u64, mix)
}
