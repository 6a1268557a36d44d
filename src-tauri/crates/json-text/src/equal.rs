//! Equality of JSON values: numbers by value, strings by characters, objects without order.
//!
//! Both texts become flat trees, so that neither building, comparing nor dropping them recurses.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::number::Exact;
use crate::scan::{Kind, Scalar, Sink, scan};
use crate::string::unescape;

/// Whether two JSON texts are the same value; a text that is not JSON equals only itself.
#[must_use]
pub fn same_value(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let (Some(a), Some(b)) = (Tree::new(a), Tree::new(b)) else {
        return false;
    };
    let mut pairs = vec![(a.root, b.root)];
    while let Some((left, right)) = pairs.pop() {
        match (&a.nodes[left], &b.nodes[right]) {
            (Node::Scalar(left), Node::Scalar(right)) if left == right => {}
            (Node::Parts(kind, from, to), Node::Parts(other, start, end))
                if kind == other && to - from == end - start =>
            {
                for (one, two) in a.parts[*from..*to].iter().zip(&b.parts[*start..*end]) {
                    if one.key != two.key {
                        return false;
                    }
                    pairs.push((one.node, two.node));
                }
            }
            _ => return false,
        }
    }
    true
}

/// Which of two numbers is greater, exactly; `None` where one of the texts is no JSON number.
#[must_use]
pub fn compare_numbers(a: &str, b: &str) -> Option<Ordering> {
    let is_number = |text: &str| {
        // Spaces around it are JSON, but no part of the number.
        let bare = !text.starts_with(char::is_whitespace) && !text.ends_with(char::is_whitespace);
        let tree = Tree::new(text).filter(|_| bare);
        tree.is_some_and(|tree| matches!(tree.nodes[tree.root], Node::Scalar(Value::Number(_))))
    };
    if !is_number(a) || !is_number(b) {
        return None;
    }
    Some(Exact::new(a).cmp(&Exact::new(b)))
}

#[derive(PartialEq)]
enum Value<'a> {
    Word(&'a str),
    Number(Exact),
    String(Cow<'a, [u8]>),
}

enum Node<'a> {
    Scalar(Value<'a>),
    /// A container and the range of its parts.
    Parts(Kind, usize, usize),
}

/// A member of an object or, with an empty key, an item of an array.
struct Part<'a> {
    key: Cow<'a, [u8]>,
    node: usize,
}

struct Tree<'a> {
    text: &'a str,
    nodes: Vec<Node<'a>>,
    parts: Vec<Part<'a>>,
    root: usize,
    /// Parts of the containers that are still open, and where each of those begins.
    pending: Vec<Part<'a>>,
    open: Vec<usize>,
    /// Keys whose values are still open.
    keys: Vec<Cow<'a, [u8]>>,
    kinds: Vec<Kind>,
}

impl<'a> Tree<'a> {
    fn new(text: &'a str) -> Option<Self> {
        let mut tree = Self {
            text,
            nodes: Vec::new(),
            parts: Vec::new(),
            root: 0,
            pending: Vec::new(),
            open: Vec::new(),
            keys: Vec::new(),
            kinds: Vec::new(),
        };
        scan(text, &mut tree).ok()?;
        Some(tree)
    }

    fn add(&mut self, node: Node<'a>) {
        self.nodes.push(node);
        let node = self.nodes.len() - 1;
        let key = match self.kinds.last() {
            Some(Kind::Object) => self.keys.pop().unwrap_or_default(),
            Some(_) => Cow::default(),
            None => {
                self.root = node;
                return;
            }
        };
        self.pending.push(Part { key, node });
    }
}

impl Sink for Tree<'_> {
    fn open(&mut self, kind: Kind, _at: usize) {
        self.open.push(self.pending.len());
        self.kinds.push(kind);
    }

    fn close(&mut self, kind: Kind, _end: usize) {
        self.kinds.pop();
        let first = self.open.pop().unwrap_or_default();
        if kind == Kind::Object {
            // Stable: of equal keys the last one stays last, and counts.
            self.pending[first..].sort_by(|a, b| a.key.cmp(&b.key));
        }
        let start = self.parts.len();
        for part in self.pending.drain(first..) {
            match self.parts[start..].last_mut() {
                Some(last) if kind == Kind::Object && last.key == part.key => *last = part,
                _ => self.parts.push(part),
            }
        }
        let end = self.parts.len();
        self.add(Node::Parts(kind, start, end));
    }

    fn key(&mut self, key: Scalar) {
        self.keys.push(unescape(key.span.of(self.text)));
    }

    fn scalar(&mut self, scalar: Scalar) {
        let text = scalar.span.of(self.text);
        self.add(Node::Scalar(match scalar.kind {
            Kind::Number => Value::Number(Exact::new(text)),
            Kind::String => Value::String(unescape(text)),
            _ => Value::Word(text),
        }));
    }
}
