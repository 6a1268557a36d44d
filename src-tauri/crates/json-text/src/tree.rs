//! A text read once into a flat tree, so that many questions about it cost one scan.
//!
//! Values stay where they stand in the text: a node is a kind and two spans, no value is copied
//! and no number becomes a float. Nodes lie in the order of the text, each with the index behind
//! its last descendant, so that neither building nor reading nor dropping recurses.

use std::borrow::Cow;

use crate::error::SyntaxError;
use crate::scan::{Kind, Scalar, Sink, Span, scan};
use crate::string::{unescape, unescape_lossy};

/// A value of a [`Tree`], by its index; the whole text is [`Tree::ROOT`].
pub type NodeIndex = usize;

/// A text and where its values stand.
#[derive(Clone, Debug)]
pub struct Tree<T> {
    text: T,
    nodes: Vec<Node>,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    kind: Kind,
    value: Span,
    /// The key with its quotes; empty for what is no member.
    key: Span,
    /// The index behind its last descendant.
    end: u32,
    /// A later member of the same object has this name and counts.
    superseded: bool,
}

impl<T: AsRef<str>> Tree<T> {
    /// The whole text.
    pub const ROOT: NodeIndex = 0;

    /// Reads a text.
    ///
    /// # Errors
    /// The first byte that does not fit.
    pub fn new(text: T) -> Result<Self, SyntaxError> {
        let mut builder = Builder::default();
        scan(text.as_ref(), &mut builder)?;
        let nodes = builder.nodes;
        let mut tree = Self { text, nodes };
        tree.mark_superseded();
        Ok(tree)
    }

    /// The text that was read.
    pub fn text(&self) -> &str {
        self.text.as_ref()
    }

    /// How many values it has, itself included; each has an index below.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a text has one value at least")]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// What a value is.
    #[must_use]
    pub fn kind(&self, node: NodeIndex) -> Kind {
        self.nodes[node].kind
    }

    /// Where a value stands.
    #[must_use]
    pub fn span(&self, node: NodeIndex) -> Span {
        self.nodes[node].value
    }

    /// A value as it is written.
    pub fn json(&self, node: NodeIndex) -> &str {
        self.span(node).of(self.text())
    }

    /// Where a member's key stands, quotes included; empty for what is no member.
    #[must_use]
    pub fn key_span(&self, node: NodeIndex) -> Span {
        self.nodes[node].key
    }

    /// A member's name; empty for what is no member.
    pub fn name(&self, node: NodeIndex) -> Cow<'_, str> {
        unescape_lossy(self.nodes[node].key.of(self.text()))
    }

    /// Whether a later member of the same object has this member's name and counts.
    #[must_use]
    pub fn is_superseded(&self, node: NodeIndex) -> bool {
        self.nodes[node].superseded
    }

    /// The members or items of a value in their order, superseded ones included.
    pub fn children(&self, node: NodeIndex) -> impl Iterator<Item = NodeIndex> + '_ {
        let end = self.nodes[node].end as usize;
        let first = (node + 1 < end).then_some(node + 1);
        std::iter::successors(first, move |child| {
            let next = self.nodes[*child].end as usize;
            (next < end).then_some(next)
        })
    }

    /// The members that count: of several with one name the last.
    pub fn members(&self, node: NodeIndex) -> impl Iterator<Item = NodeIndex> + '_ {
        self.children(node)
            .filter(|child| !self.nodes[*child].superseded)
    }

    /// The member of a name that counts.
    #[must_use]
    pub fn member(&self, node: NodeIndex, name: &str) -> Option<NodeIndex> {
        if self.kind(node) != Kind::Object {
            return None;
        }
        self.members(node).find(|child| self.is_named(*child, name))
    }

    /// Whether a member has a name. A key with half a surrogate pair has no name that is a text.
    #[must_use]
    pub fn is_named(&self, node: NodeIndex, name: &str) -> bool {
        *self.exact_name(node) == *name.as_bytes()
    }

    /// Whether a member's name is a text: a key with half a surrogate pair has none.
    #[must_use]
    pub fn has_text_name(&self, node: NodeIndex) -> bool {
        std::str::from_utf8(&self.exact_name(node)).is_ok()
    }

    /// A member's name with halves of surrogate pairs, which a text cannot hold.
    fn exact_name(&self, node: NodeIndex) -> Cow<'_, [u8]> {
        unescape(self.nodes[node].key.of(self.text()))
    }

    /// The item of an array by its number from 0.
    #[must_use]
    pub fn item(&self, node: NodeIndex, number: usize) -> Option<NodeIndex> {
        if self.kind(node) != Kind::Array {
            return None;
        }
        self.children(node).nth(number)
    }

    /// Levels of lists and objects in a value, itself included; 0 for a scalar.
    #[must_use]
    pub fn depth(&self, node: NodeIndex) -> usize {
        let mut open: Vec<usize> = Vec::new();
        let mut depth = 0;
        for at in node..self.nodes[node].end as usize {
            while open.last().is_some_and(|end| *end <= at) {
                open.pop();
            }
            if matches!(self.kind(at), Kind::Array | Kind::Object) {
                open.push(self.nodes[at].end as usize);
                depth = depth.max(open.len());
            }
        }
        depth
    }

    fn mark_superseded(&mut self) {
        for node in 0..self.nodes.len() {
            if self.nodes[node].kind != Kind::Object {
                continue;
            }
            let mut names: Vec<(Cow<'_, [u8]>, NodeIndex)> = self
                .children(node)
                .map(|child| (self.exact_name(child), child))
                .collect();
            names.sort_unstable();
            let repeated: Vec<NodeIndex> = names
                .windows(2)
                .filter(|pair| pair[0].0 == pair[1].0)
                .map(|pair| pair[0].1)
                .collect();
            for child in repeated {
                self.nodes[child].superseded = true;
            }
        }
    }
}

#[derive(Default)]
struct Builder {
    nodes: Vec<Node>,
    /// The containers that are open.
    open: Vec<NodeIndex>,
    key: Span,
}

impl Builder {
    fn push(&mut self, kind: Kind, value: Span) {
        // A text has at most as many values as bytes, which 32 bits hold.
        let end = u32::try_from(self.nodes.len() + 1).unwrap_or(u32::MAX);
        self.nodes.push(Node {
            kind,
            value,
            key: std::mem::take(&mut self.key),
            end,
            superseded: false,
        });
    }
}

impl Sink for Builder {
    fn open(&mut self, kind: Kind, at: usize) {
        self.push(kind, Span::new(at, at));
        self.open.push(self.nodes.len() - 1);
    }

    fn close(&mut self, _kind: Kind, end: usize) {
        let Some(node) = self.open.pop() else { return };
        let last = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        let node = &mut self.nodes[node];
        node.value = Span::new(node.value.start(), end);
        node.end = last;
    }

    fn key(&mut self, key: Scalar) {
        self.key = key.span;
    }

    fn scalar(&mut self, scalar: Scalar) {
        self.push(scalar.kind, scalar.span);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_where_they_stand_and_the_last_of_a_name_counts() {
        let text = r#" {"a": [1.10, {"b": null}, []], "\u0061": {"c": "x"}, "d": 2} "#;
        let tree = Tree::new(text).unwrap();
        let root = Tree::<&str>::ROOT;
        assert_eq!(tree.json(root), text.trim());
        let names: Vec<_> = tree.children(root).map(|node| tree.name(node)).collect();
        assert_eq!(names, ["a", "a", "d"]);
        let first = tree.children(root).next().unwrap();
        assert!(tree.is_superseded(first));
        let items: Vec<_> = tree.children(first).map(|node| tree.json(node)).collect();
        assert_eq!(items, ["1.10", "{\"b\": null}", "[]"]);
        assert_eq!(tree.item(first, 3), None);
        let a = tree.member(root, "a").unwrap();
        let c = tree.member(a, "c").unwrap();
        assert_eq!((tree.kind(c), tree.json(c)), (Kind::String, "\"x\""));
        assert_eq!(tree.members(root).count(), 2);
        assert!(Tree::new("[1,]").is_err());
    }

    #[test]
    fn halves_of_surrogate_pairs_are_different_names() {
        let text = r#"{"\ud800": 1, "\ud801": 2, "\ufffd": 3}"#;
        let tree = Tree::new(text).unwrap();
        let root = Tree::<&str>::ROOT;
        assert_eq!(tree.members(root).count(), 3);
        let named = tree.member(root, "\u{fffd}").unwrap();
        assert_eq!(tree.json(named), "3");
    }

    #[test]
    fn a_text_of_any_depth_is_read_without_recursion() {
        let deep = "[".repeat(200_000) + &"]".repeat(200_000);
        let tree = Tree::new(deep.as_str()).unwrap();
        assert_eq!(tree.children(0).count(), 1);
        assert_eq!(tree.depth(0), 200_000);
        let tree = Tree::new(r#"[1, {"a": []}, [[2]], 3]"#).unwrap();
        let depths: Vec<_> = tree.children(0).map(|item| tree.depth(item)).collect();
        assert_eq!((tree.depth(0), depths), (3, vec![0, 2, 2, 0]));
    }
}
