//! A value as it was answered beside the one that came back.

use std::cmp::Ordering;
use std::collections::HashMap;

use json_text::{Kind, NodeIndex, Tree, compare_numbers, in_javascript, same_value};

use super::Verdict;

/// What numbers show that JavaScript would write otherwise than they were sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ThroughJavaScript {
    /// They came as it writes them.
    Written,
    /// They came as they were sent.
    Kept,
}

/// What a comparison found; of parts the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Compared {
    pub(super) verdict: Verdict,
    pub(super) through_javascript: Option<ThroughJavaScript>,
}

impl Compared {
    fn found(&mut self, verdict: Verdict) {
        self.verdict = self.verdict.max(verdict);
    }

    /// One number that was kept outweighs all that were not: JavaScript would have written it anew.
    fn number(&mut self, sent: &str, came: &str) {
        let written = in_javascript(sent);
        if written != sent && came == sent {
            self.through_javascript = Some(ThroughJavaScript::Kept);
        } else if written != sent && came == written && self.through_javascript.is_none() {
            self.through_javascript = Some(ThroughJavaScript::Written);
        }
        let is_equal = |one: &str| compare_numbers(one, came) == Some(Ordering::Equal);
        self.found(if sent == came {
            Verdict::Kept
        } else if is_equal(sent) {
            Verdict::SameNumber
        } else if is_equal(&written) {
            Verdict::Rounded
        } else {
            Verdict::ValueChanged
        });
    }
}

/// Compares a value that was answered with the one that came back.
pub(super) fn compare(sent: &str, came: &str) -> Compared {
    let mut found = Compared {
        verdict: Verdict::Kept,
        through_javascript: None,
    };
    let (Ok(one), Ok(other)) = (Tree::new(sent), Tree::new(came)) else {
        if sent != came {
            found.found(Verdict::ValueChanged);
        }
        return found;
    };
    // Pairs that are still to be compared, so that nothing recurses.
    let mut pairs = vec![(Tree::<&str>::ROOT, Tree::<&str>::ROOT)];
    while let Some((a, b)) = pairs.pop() {
        let (sent, came) = (one.json(a), other.json(b));
        match (one.kind(a), other.kind(b)) {
            (Kind::Object, Kind::Object) => {
                let left = matched(&one, a, &other, b, &mut pairs);
                if left.0 > 0 {
                    found.found(Verdict::Missing);
                }
                if left.1 > 0 {
                    found.found(Verdict::ValueChanged);
                }
            }
            (Kind::Array, Kind::Array) => {
                let (ones, others): (Vec<_>, Vec<_>) =
                    (one.children(a).collect(), other.children(b).collect());
                match others.len().cmp(&ones.len()) {
                    Ordering::Less => found.found(Verdict::Missing),
                    Ordering::Equal => {}
                    Ordering::Greater => found.found(Verdict::ValueChanged),
                }
                pairs.extend(ones.into_iter().zip(others));
            }
            (Kind::Number, Kind::Number) => found.number(sent, came),
            (sent_kind, came_kind) if sent_kind == came_kind => {
                if !same_value(sent, came) {
                    found.found(Verdict::ValueChanged);
                }
            }
            (Kind::Null, _) | (_, Kind::Null) => found.found(Verdict::ValueChanged),
            _ => found.found(Verdict::TypeChanged),
        }
    }
    found
}

/// Pairs the members of two objects by name; how many are in the one alone, and in the other.
fn matched(
    one: &Tree<&str>,
    a: NodeIndex,
    other: &Tree<&str>,
    b: NodeIndex,
    pairs: &mut Vec<(NodeIndex, NodeIndex)>,
) -> (usize, usize) {
    let mut came: HashMap<_, NodeIndex> = other
        .members(b)
        .map(|node| (other.name(node), node))
        .collect();
    let mut missing = 0;
    for node in one.members(a) {
        match came.remove(&*one.name(node)) {
            Some(behind) => pairs.push((node, behind)),
            None => missing += 1,
        }
    }
    (missing, came.len())
}

/// Whether a value is what an answer's object gives that is merged into the one before, level by
/// level, and not in its place.
pub(super) fn is_deep_merge(before: &str, sent: &str, came: &str) -> bool {
    let trees = (Tree::new(before), Tree::new(sent), Tree::new(came));
    let (Ok(before), Ok(sent), Ok(came)) = trees else {
        return false;
    };
    let root = Tree::<&str>::ROOT;
    let mut levels = vec![(root, root, root)];
    let mut has_kept_some = false;
    while let Some((old, new, now)) = levels.pop() {
        let kinds = [before.kind(old), sent.kind(new), came.kind(now)];
        if kinds != [Kind::Object; 3] {
            if !same_value(sent.json(new), came.json(now)) {
                return false;
            }
            continue;
        }
        let mut left: HashMap<_, NodeIndex> = came
            .members(now)
            .map(|node| (came.name(node), node))
            .collect();
        let mut olds: HashMap<_, NodeIndex> = before
            .members(old)
            .map(|node| (before.name(node), node))
            .collect();
        for node in sent.members(new) {
            let name = sent.name(node);
            let Some(now) = left.remove(&*name) else {
                return false;
            };
            match olds.remove(&*name) {
                Some(old) => levels.push((old, node, now)),
                None if same_value(sent.json(node), came.json(now)) => {}
                None => return false,
            }
        }
        for (name, node) in olds {
            has_kept_some = true;
            let now = left.remove(&*name);
            if now.is_none_or(|now| !same_value(before.json(node), came.json(now))) {
                return false;
            }
        }
        if !left.is_empty() {
            return false;
        }
    }
    has_kept_some
}
