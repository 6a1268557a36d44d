//! Texts, line by line: what stands between line feeds.

use std::collections::HashMap;

use super::change::{Change, ChangeKind};
use super::sequence::{Stretch, stretches};

/// The changes that make the right text's lines from the left one's.
pub(super) fn compare(left: &str, right: &str) -> Vec<Change> {
    let ones: Vec<&str> = left.split('\n').collect();
    let twos: Vec<&str> = right.split('\n').collect();
    let mut numbers = HashMap::new();
    let (left, right) = (number(&ones, &mut numbers), number(&twos, &mut numbers));
    let count = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
    let mut changes = Vec::new();
    for stretch in stretches(&left, &right, count) {
        stretch.add(&ones, &twos, &mut changes);
    }
    changes
}

/// Each line's number: equal ones have one.
fn number<'t>(lines: &[&'t str], numbers: &mut HashMap<&'t str, u32>) -> Vec<u32> {
    let of = |line: &&'t str| {
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        *numbers.entry(line).or_insert(next)
    };
    lines.iter().map(of).collect()
}

impl Stretch {
    /// Lines are paired in their order. What is over goes from its end, or comes from its
    /// beginning, so that no line before it moves.
    fn add(&self, ones: &[&str], twos: &[&str], changes: &mut Vec<Change>) {
        let (ones, twos) = (&ones[self.left.clone()], &twos[self.right.clone()]);
        let longer = ones.len().max(twos.len());
        let paired = ones.len().min(twos.len());
        let surplus: Box<dyn Iterator<Item = usize>> = match ones.len() > twos.len() {
            true => Box::new((paired..longer).rev()),
            false => Box::new(paired..longer),
        };
        for index in (0..paired).chain(surplus) {
            let (left, right) = (ones.get(index), twos.get(index));
            let kind = match (left, right) {
                (Some(_), None) => ChangeKind::Removed,
                (None, _) => ChangeKind::Added,
                (Some(_), Some(_)) => ChangeKind::Changed,
            };
            changes.push(Change {
                pointer: format!("/{}", self.right.start + index),
                kind,
                left: left.map(|line| (*line).to_owned()),
                right: right.map(|line| (*line).to_owned()),
            });
        }
    }
}
