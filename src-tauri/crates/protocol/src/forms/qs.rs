//! qs 6.17, which programs of Node read queries and forms with.

use std::borrow::Cow;

use indexmap::IndexMap;

use super::json::push_text;
use super::{PARAMETERS_MAX, unescape};

/// What of qs a program sets; all else is by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QsOptions {
    /// `arrayLimit`: the longest list, and the first index that makes an object in its place.
    list_max: usize,
    /// `strictNullHandling`: a parameter without `=` is null, not an empty text.
    null_without_value: bool,
    /// `allowDots`: a dot leads a level down, as brackets do.
    dots: bool,
}

impl QsOptions {
    /// A query of NocoBase's (`@nocobase/resourcer` 2.2, `parseQuery`).
    pub const NOCOBASE_QUERY: Self = Self {
        list_max: 100,
        null_without_value: true,
        dots: false,
    };

    /// The body of a form there (`co-body` 6.2).
    pub const NOCOBASE_FORM: Self = Self {
        list_max: 20,
        null_without_value: false,
        dots: true,
    };
}

/// How many brackets of a name lead a level down; the rest is one key.
const DEPTH: usize = 5;

/// Names that every object of JavaScript has; a parameter with one is dropped.
const PROTOTYPE: [&str; 12] = [
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
];

/// A value of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QsValue {
    /// A parameter without `=`.
    Null,
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// An object; whole numbers come first, in their order.
    Object(Vec<(String, Self)>),
}

impl QsValue {
    /// As JSON text. Values are at most as deep as names lead, which is bounded.
    #[must_use]
    pub fn json(&self) -> String {
        let mut json = String::new();
        self.push_json(&mut json);
        json
    }

    fn push_json(&self, json: &mut String) {
        match self {
            Self::Null => json.push_str("null"),
            Self::Text(text) => push_text(json, text),
            Self::List(items) => {
                json.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        json.push(',');
                    }
                    item.push_json(json);
                }
                json.push(']');
            }
            Self::Object(members) => {
                json.push('{');
                for (index, (key, value)) in members.iter().enumerate() {
                    if index > 0 {
                        json.push(',');
                    }
                    push_text(json, key);
                    json.push(':');
                    value.push_json(json);
                }
                json.push('}');
            }
        }
    }
}

/// A value on its way.
#[derive(Clone, Debug)]
enum Node {
    Null,
    Text(String),
    List(List),
    Object(Object),
}

/// A list, in which an index may have nothing yet.
#[derive(Clone, Debug, Default)]
struct List {
    items: Vec<Option<Node>>,
    /// It was made of two values that did not fit together.
    of_conflict: bool,
}

/// An object.
#[derive(Clone, Debug, Default)]
struct Object {
    members: IndexMap<String, Node>,
    numbered: Numbered,
}

/// Whether an object takes a value without a key, and its highest number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Numbered {
    #[default]
    No,
    /// A list that grew too long.
    Overflow(u64),
    /// It was made of two values that did not fit together.
    Conflict(u64),
}

impl QsOptions {
    /// What qs makes of a query.
    pub(super) fn read(self, query: &str) -> QsValue {
        let mut whole = Node::Object(Object::default());
        for (key, value) in self.values(query) {
            let key = match self.dots {
                true => dots_as_brackets(&key),
                false => key,
            };
            if let Some(segments) = segments(&key)
                && let Some(one) = self.nested(&segments, value)
            {
                whole = self.merge(whole, one);
            }
        }
        whole.compact()
    }

    /// The values under their whole names, in the order of JavaScript's keys.
    fn values(self, query: &str) -> Vec<(String, Node)> {
        let query = replace_brackets(query);
        let mut all: IndexMap<String, Node> = IndexMap::new();
        for part in query.split('&').take(PARAMETERS_MAX) {
            let at = part.find("]=").map(|at| at + 1).or_else(|| part.find('='));
            let key = decode(at.map_or(part, |at| &part[..at]));
            let value = match at {
                Some(at) => Node::Text(decode(&part[at + 1..])),
                None if self.null_without_value => Node::Null,
                None => Node::Text(String::new()),
            };
            match all.get_mut(&key) {
                Some(before) => {
                    let first = std::mem::replace(before, Node::Null);
                    *before = self.combine(first, value);
                }
                None => drop(all.insert(key, value)),
            }
        }
        sorted(all)
    }

    /// A value at the end of its way; `None` where the way leads nowhere.
    fn nested(self, segments: &[Cow<'_, str>], value: Node) -> Option<Node> {
        let mut node = value;
        for segment in segments.iter().rev() {
            node = if segment == "[]" {
                match node {
                    Node::Object(object) if matches!(object.numbered, Numbered::Overflow(_)) => {
                        Node::Object(object)
                    }
                    node => self.combine(Node::List(List::default()), node),
                }
            } else {
                self.member(segment, node)
            };
        }
        Some(node)
    }

    /// A value under one key: a list where the key is a small number in brackets.
    fn member(self, segment: &str, value: Node) -> Node {
        let inside = segment
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        let key = inside.unwrap_or(segment);
        let index = inside.and_then(number);
        if let Some(index) = index.filter(|index| *index < self.list_max as u64) {
            let mut items = vec![None; usize::try_from(index).unwrap_or_default()];
            items.push(Some(value));
            return Node::List(List {
                items,
                of_conflict: false,
            });
        }
        let mut object = Object::default();
        if key != "__proto__" {
            object.members.insert(key.to_owned(), value);
        }
        if let Some(index) = index {
            object.numbered = Numbered::Overflow(index);
        }
        Node::Object(object)
    }

    /// Two values of one name as a list, the items of lists each for itself.
    fn combine(self, first: Node, second: Node) -> Node {
        if let Node::Object(mut object) = first {
            if let Numbered::Overflow(mut highest) = object.numbered {
                for item in second.items() {
                    highest += 1;
                    object.members.insert(highest.to_string(), item);
                }
                object.numbered = Numbered::Overflow(highest);
                return Node::Object(object);
            }
            return self.list_of(vec![Some(Node::Object(object))], second);
        }
        let items = match first {
            Node::List(list) => list.items,
            other => vec![Some(other)],
        };
        self.list_of(items, second)
    }

    fn list_of(self, mut items: Vec<Option<Node>>, second: Node) -> Node {
        match second {
            Node::List(list) => items.extend(list.items),
            other => items.push(Some(other)),
        }
        let list = List {
            items,
            of_conflict: false,
        };
        if list.items.len() > self.list_max {
            let highest = list.highest();
            return Node::Object(list.into_object(Numbered::Overflow(highest)));
        }
        Node::List(list)
    }

    /// What two values of one place become.
    fn merge(self, target: Node, source: Node) -> Node {
        match (target, source) {
            // An empty text and null add nothing to what is there.
            (target, Node::Null) => target,
            (target, Node::Text(text)) if text.is_empty() => target,
            (target, Node::Text(text)) => self.with_text(target, text),
            (Node::List(target), Node::List(source)) => self.merge_lists(target, source),
            (Node::List(target), Node::Object(source)) => {
                let numbered = match target.of_conflict {
                    true => Numbered::Conflict(target.highest()),
                    false => Numbered::No,
                };
                self.merge_members(
                    target.into_object(numbered),
                    source.members,
                    source.numbered,
                )
            }
            (Node::Object(target), Node::Object(source)) => {
                self.merge_members(target, source.members, source.numbered)
            }
            (Node::Object(target), Node::List(source)) => {
                let source = source.into_object(Numbered::No);
                self.merge_members(target, source.members, Numbered::No)
            }
            (target, Node::Object(source)) => match source.numbered {
                Numbered::Overflow(highest) => {
                    let mut members = IndexMap::from([("0".to_owned(), target)]);
                    for (key, value) in source.members {
                        let next = number(&key).map_or(key, |number| (number + 1).to_string());
                        members.insert(next, value);
                    }
                    Node::Object(Object {
                        members,
                        numbered: Numbered::Overflow(highest + 1),
                    })
                }
                _ => self.list_of(vec![Some(target)], Node::Object(source)),
            },
            (target, source) => self.list_of(vec![Some(target)], source),
        }
    }

    /// A text where something is.
    fn with_text(self, target: Node, text: String) -> Node {
        let text = Node::Text(text);
        match target {
            Node::List(mut list) => {
                let is_full = list.count() >= self.list_max;
                list.items.push(Some(text));
                if is_full {
                    let highest = list.highest();
                    return Node::Object(list.into_object(Numbered::Overflow(highest)));
                }
                Node::List(list)
            }
            Node::Object(mut object) => match object.numbered {
                Numbered::Overflow(highest) | Numbered::Conflict(highest) => {
                    object.numbered = match object.numbered {
                        Numbered::Overflow(_) => Numbered::Overflow(highest + 1),
                        _ => Numbered::Conflict(highest + 1),
                    };
                    object.members.insert((highest + 1).to_string(), text);
                    Node::Object(object)
                }
                Numbered::No => Node::List(List {
                    items: vec![Some(Node::Object(object)), Some(text)],
                    of_conflict: true,
                }),
            },
            other => Node::List(List {
                items: vec![Some(other), Some(text)],
                of_conflict: false,
            }),
        }
    }

    fn merge_lists(self, mut target: List, source: List) -> Node {
        for (index, item) in source.items.into_iter().enumerate() {
            let Some(item) = item else { continue };
            if index >= target.items.len() {
                target.items.resize_with(index + 1, || None);
            }
            let is_nested = |node: &Node| matches!(node, Node::List(_) | Node::Object(_));
            match target.items[index].take() {
                Some(before) if is_nested(&before) && is_nested(&item) => {
                    target.items[index] = Some(self.merge(before, item));
                }
                Some(before) => {
                    target.items[index] = Some(before);
                    target.items.push(Some(item));
                }
                None => target.items[index] = Some(item),
            }
        }
        if target.count() > self.list_max {
            let highest = target.highest();
            return Node::Object(target.into_object(Numbered::Overflow(highest)));
        }
        Node::List(target)
    }

    fn merge_members(
        self,
        mut target: Object,
        source: IndexMap<String, Node>,
        source_numbered: Numbered,
    ) -> Node {
        if let (Numbered::Overflow(highest), false) = (
            source_numbered,
            matches!(target.numbered, Numbered::Overflow(_)),
        ) {
            let numbers = target.members.keys().filter_map(|key| number(key));
            target.numbered = Numbered::Overflow(numbers.fold(highest, u64::max));
        }
        for (key, value) in source {
            let index = number(&key);
            let merged = match target.members.get_mut(&key) {
                Some(place) => {
                    let before = std::mem::replace(place, Node::Null);
                    *place = self.merge(before, value);
                    continue;
                }
                None => value,
            };
            target.members.insert(key, merged);
            if let Some(index) = index {
                match &mut target.numbered {
                    Numbered::Overflow(highest) | Numbered::Conflict(highest) => {
                        *highest = index.max(*highest);
                    }
                    Numbered::No => {}
                }
            }
        }
        Node::Object(target)
    }
}

/// `%5B` and `%5D` as brackets, before anything is split.
fn replace_brackets(query: &str) -> Cow<'_, str> {
    if !query.contains("%5") {
        return Cow::Borrowed(query);
    }
    let mut replaced = String::with_capacity(query.len());
    let mut rest = query;
    while let Some(at) = rest.find("%5") {
        let bracket = match rest.as_bytes().get(at + 2) {
            Some(b'B' | b'b') => Some('['),
            Some(b'D' | b'd') => Some(']'),
            _ => None,
        };
        replaced.push_str(&rest[..at]);
        match bracket {
            Some(bracket) => replaced.push(bracket),
            None => replaced.push_str("%5"),
        }
        rest = &rest[at + if bracket.is_some() { 3 } else { 2 }..];
    }
    replaced.push_str(rest);
    Cow::Owned(replaced)
}

/// `decodeURIComponent` after `+` became a space; a text that it refuses stays.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let is_escape = |at: usize| {
        let hex = bytes.get(at + 1..at + 3);
        hex.is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
    };
    let whole = memchr::memchr_iter(b'%', bytes).all(is_escape);
    let decoded = whole.then(|| String::from_utf8(unescape(bytes).into_owned()).ok());
    decoded.flatten().unwrap_or_else(|| text.replace('+', " "))
}

/// `a.b[c.d]` as `a[b][c.d]`: a dot outside of brackets with a name behind it.
fn dots_as_brackets(name: &str) -> String {
    let mut replaced = String::with_capacity(name.len() + 8);
    let mut rest = name;
    let mut level = 0_usize;
    while let Some(sign) = rest.chars().next() {
        let after = &rest[sign.len_utf8()..];
        match sign {
            '[' => level += 1,
            ']' => level = level.saturating_sub(1),
            '.' if level == 0 && !after.is_empty() && !after.starts_with(['.', '[']) => {
                let end = after.find(['.', '[']).unwrap_or(after.len());
                replaced.push('[');
                replaced.push_str(&after[..end]);
                replaced.push(']');
                rest = &after[end..];
                continue;
            }
            _ => {}
        }
        replaced.push(sign);
        rest = after;
    }
    replaced
}

/// A name's way: its root and each bracket group with its brackets. `None` where it is dropped.
fn segments(name: &str) -> Option<Vec<Cow<'_, str>>> {
    let first = name.find('[');
    let root = &name[..first.unwrap_or(name.len())];
    let mut segments = Vec::new();
    if name.is_empty() || PROTOTYPE.contains(&root) {
        return None;
    }
    if !root.is_empty() {
        segments.push(Cow::Borrowed(root));
    }
    let mut open = first;
    while let Some(at) = open {
        let close = (segments.len() < DEPTH + usize::from(!root.is_empty()))
            .then(|| closing_bracket(name, at));
        let Some(close) = close.flatten() else {
            segments.push(Cow::Owned(format!("[{}]", &name[at..])));
            break;
        };
        if PROTOTYPE.contains(&&name[at + 1..close]) {
            return None;
        }
        segments.push(Cow::Borrowed(&name[at..=close]));
        open = name[close + 1..].find('[').map(|next| close + 1 + next);
    }
    Some(segments)
}

/// Where the bracket ends that opens here, those inside counted.
fn closing_bracket(name: &str, open: usize) -> Option<usize> {
    let mut level = 0_usize;
    for (at, byte) in name.bytes().enumerate().skip(open) {
        match byte {
            b'[' => level += 1,
            b']' => level -= 1,
            _ => {}
        }
        if level == 0 {
            return Some(at);
        }
    }
    None
}

/// A whole number in JavaScript's shortest form.
fn number(key: &str) -> Option<u64> {
    /// Above it JavaScript has not every whole number.
    const EXACT_MAX: u64 = 1 << 53;
    let number = key.parse::<u64>().ok()?;
    (number <= EXACT_MAX && number.to_string() == key).then_some(number)
}

impl Node {
    fn items(self) -> Vec<Self> {
        match self {
            Self::List(list) => list.items.into_iter().flatten().collect(),
            other => vec![other],
        }
    }

    /// Lists without the indexes that have nothing.
    fn compact(self) -> QsValue {
        match self {
            Self::Null => QsValue::Null,
            Self::Text(text) => QsValue::Text(text),
            Self::List(list) => {
                let items = list.items.into_iter().flatten();
                QsValue::List(items.map(Self::compact).collect())
            }
            Self::Object(object) => {
                let members = sorted(object.members).into_iter();
                QsValue::Object(members.map(|(key, value)| (key, value.compact())).collect())
            }
        }
    }
}

impl List {
    fn count(&self) -> usize {
        self.items.iter().flatten().count()
    }

    fn highest(&self) -> u64 {
        self.items.len().saturating_sub(1) as u64
    }

    fn into_object(self, numbered: Numbered) -> Object {
        let counted = self.items.into_iter().enumerate();
        let members = counted.filter_map(|(index, item)| Some((index.to_string(), item?)));
        Object {
            members: members.collect(),
            numbered,
        }
    }
}

/// The members in the order of JavaScript's keys: whole numbers first, in their order.
fn sorted(members: IndexMap<String, Node>) -> Vec<(String, Node)> {
    /// The first number that is a key like any other.
    const INDEX_END: u64 = u32::MAX as u64;
    let index = |key: &str| number(key).filter(|number| *number < INDEX_END);
    let (mut numbers, others): (Vec<_>, Vec<_>) = members
        .into_iter()
        .partition(|(key, _)| index(key).is_some());
    numbers.sort_by_cached_key(|(key, _)| index(key));
    numbers.extend(others);
    numbers
}
