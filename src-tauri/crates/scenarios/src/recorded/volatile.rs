//! Values that differ from run to run, and what is expected in their place.

use json_text::{Kind, Tree, push_index, push_key, same_value};
use protocol::platform::{Members, object_members};
use protocol::{Answer, Platform, Request};

use super::changed;
use crate::expect::pointer;

/// What a value looks like that differs from run to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// An id of 36 characters.
    Uuid,
    /// A moment.
    Time,
    /// A number that grows.
    Counter,
    /// Anything else.
    Any,
}

impl Shape {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::Time => "time",
            Self::Counter => "counter",
            Self::Any => "any",
        }
    }
}

/// A value of an answer that differs from run to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volatile {
    /// The step, from 0.
    pub step: usize,
    /// Where it is in the answer, a JSON pointer.
    pub pointer: String,
    /// What it looks like.
    pub shape: Shape,
    /// What is expected in its place, as JSON.
    pub(super) matcher: &'static str,
}

/// What differs between several answers to one step, the recorded one first.
#[must_use]
pub fn volatile(platform: Platform, step: usize, answers: &[(&Request, &Answer)]) -> Vec<Volatile> {
    let all: Vec<Members> = answers
        .iter()
        .map(|(request, answer)| changed(platform, request, answer))
        .collect();
    let mut names: Vec<&String> = Vec::new();
    for name in all.iter().flat_map(Members::keys) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let mut found = Vec::new();
    for name in names {
        let values: Option<Vec<&str>> = all
            .iter()
            .map(|members| members.get(name).map(String::as_str))
            .collect();
        let mut at = pointer("", name);
        match values {
            Some(values) => differing(step, &values, &mut at, &mut found),
            None => found.push(any(step, at)),
        }
    }
    found
}

const fn any(step: usize, pointer: String) -> Volatile {
    Volatile {
        step,
        pointer,
        shape: Shape::Any,
        matcher: "{\"$any\":true}",
    }
}

fn differing(step: usize, values: &[&str], at: &mut String, found: &mut Vec<Volatile>) {
    let Some((first, others)) = values.split_first() else {
        return;
    };
    if others.iter().all(|other| same_value(first, other)) {
        return;
    }
    let length = at.len();
    let objects: Option<Vec<Members>> = values.iter().map(|json| object_members(json)).collect();
    if let Some(objects) = objects {
        let is_alike = |one: &Members| {
            one.len() == objects[0].len() && one.keys().all(|name| objects[0].contains_key(name))
        };
        if objects.iter().all(is_alike) {
            for name in objects[0].keys() {
                let values: Vec<&str> = objects.iter().map(|one| one[name].as_str()).collect();
                push_key(at, name);
                differing(step, &values, at, found);
                at.truncate(length);
            }
            return;
        }
    }
    let lists: Option<Vec<Vec<String>>> = values.iter().map(|json| items(json)).collect();
    if let Some(lists) = lists
        && lists.iter().all(|one| one.len() == lists[0].len())
    {
        for index in 0..lists[0].len() {
            let values: Vec<&str> = lists.iter().map(|one| one[index].as_str()).collect();
            push_index(at, index);
            differing(step, &values, at, found);
            at.truncate(length);
        }
        return;
    }
    let (shape, matcher) = shape(values);
    found.push(Volatile {
        step,
        pointer: at.clone(),
        shape,
        matcher,
    });
}

fn items(json: &str) -> Option<Vec<String>> {
    let tree = Tree::new(json).ok()?;
    let root = Tree::<&str>::ROOT;
    let items = tree.children(root).map(|node| tree.json(node).to_owned());
    (tree.kind(root) == Kind::Array).then(|| items.collect())
}

/// What values look like that differ, and what is expected of the next one.
fn shape(values: &[&str]) -> (Shape, &'static str) {
    const NUMBER: &str = "{\"$type\":\"number\"}";
    /// Seconds since 1970, from 2014 to 2096; milliseconds are a thousand times as many.
    const SECONDS: std::ops::Range<f64> = 1.4e9..4.0e9;
    let texts: Option<Vec<String>> = values
        .iter()
        .map(|json| {
            json.starts_with('"')
                .then(|| json_text::unescape_lossy(json).into_owned())
        })
        .collect();
    if let Some(texts) = texts {
        if texts.iter().all(|text| is_uuid(text)) {
            return (Shape::Uuid, "{\"$matches\":\"^[0-9a-fA-F-]{36}$\"}");
        }
        if texts.iter().all(|text| is_moment(text)) {
            return (
                Shape::Time,
                "{\"$matches\":\"^\\\\d{4}-\\\\d{2}-\\\\d{2}[T ]\"}",
            );
        }
        return (Shape::Any, "{\"$any\":true}");
    }
    // Doubles tell well enough whether something is a moment, or grows.
    let numbers: Option<Vec<f64>> = values.iter().map(|json| json.parse().ok()).collect();
    match numbers {
        Some(numbers)
            if numbers
                .iter()
                .all(|one| SECONDS.contains(one) || SECONDS.contains(&(one / 1000.0))) =>
        {
            (Shape::Time, NUMBER)
        }
        Some(numbers) if numbers.windows(2).all(|pair| pair[0] < pair[1]) => {
            (Shape::Counter, NUMBER)
        }
        _ => (Shape::Any, "{\"$any\":true}"),
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::parse_str(text).is_ok()
}

/// `2026-11-28T04:30`, with a space in place of the letter too.
fn is_moment(text: &str) -> bool {
    const PATTERN: &str = "dddd-dd-ddTdd:dd";
    let fits = |(sign, wanted): (char, char)| match wanted {
        'd' => sign.is_ascii_digit(),
        'T' => matches!(sign, 'T' | ' '),
        wanted => sign == wanted,
    };
    text.chars().count() >= PATTERN.len() && text.chars().zip(PATTERN.chars()).all(fits)
}
