//! Equality of JSON values: numbers by value, strings by characters, objects without order.

use std::borrow::Cow;

use crate::number::Exact;
use crate::scan::Kind;
use crate::string::{same_string, unescape};
use crate::tree::{NodeIndex, Tree};

/// Whether two JSON texts are the same value; a text that is not JSON equals only itself.
#[must_use]
pub fn same_value(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let (Ok(a), Ok(b)) = (Tree::new(a), Tree::new(b)) else {
        return false;
    };
    // Pairs that are still to be compared, so that nothing recurses.
    let mut pairs = vec![(Tree::<&str>::ROOT, Tree::<&str>::ROOT)];
    while let Some((one, two)) = pairs.pop() {
        let kind = a.kind(one);
        if kind != b.kind(two) {
            return false;
        }
        match kind {
            Kind::Array => {
                let (ones, twos) = (items(&a, one), items(&b, two));
                if ones.len() != twos.len() {
                    return false;
                }
                pairs.extend(ones.into_iter().zip(twos));
            }
            Kind::Object => {
                let (ones, twos) = (sorted_members(&a, one), sorted_members(&b, two));
                if ones.len() != twos.len() {
                    return false;
                }
                for (one, two) in ones.into_iter().zip(twos) {
                    if one.0 != two.0 {
                        return false;
                    }
                    pairs.push((one.1, two.1));
                }
            }
            _ if !same_scalar(kind, a.json(one), b.json(two)) => return false,
            _ => {}
        }
    }
    true
}

fn same_scalar(kind: Kind, a: &str, b: &str) -> bool {
    a == b
        || match kind {
            Kind::Number => Exact::new(a) == Exact::new(b),
            Kind::String => same_string(a, b),
            _ => false,
        }
}

fn items(tree: &Tree<&str>, array: NodeIndex) -> Vec<NodeIndex> {
    tree.children(array).collect()
}

/// The members that count, by their names.
fn sorted_members<'t>(tree: &'t Tree<&str>, object: NodeIndex) -> Vec<(Cow<'t, [u8]>, NodeIndex)> {
    let members = tree.members(object);
    let key = |node| unescape(tree.key_span(node).of(tree.text()));
    let mut members: Vec<_> = members.map(|node| (key(node), node)).collect();
    members.sort_unstable();
    members
}
