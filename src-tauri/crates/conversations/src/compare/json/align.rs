//! Items of two arrays that stand between equal ones: which of them are the same thing, changed.

use json_text::{Kind, NodeIndex};

use super::Side;

/// Pairs of items that are weighed for each other; of more the items are paired in their order.
const MOST_PAIRS: usize = 4_096;

/// Members of an item that are looked at.
const MOST_MEMBERS: usize = 64;

/// What becomes of the next item or items.
pub(super) enum Aligned {
    /// One became the other.
    Both(NodeIndex, NodeIndex),
    /// These are on the left alone.
    Left(Vec<NodeIndex>),
    /// It is on the right alone.
    Right(NodeIndex),
}

/// Pairs items in their order, so that most of what they hold is equal.
pub(super) fn align(
    (left, ones): (&Side<'_>, &[NodeIndex]),
    (right, twos): (&Side<'_>, &[NodeIndex]),
) -> Vec<Aligned> {
    let pairs = match ones.len() * twos.len() {
        0 => Vec::new(),
        1 => vec![(0, 0)],
        pairs if pairs > MOST_PAIRS => (0..ones.len().min(twos.len())).map(|i| (i, i)).collect(),
        _ => {
            let likeness = weigh((left, ones), (right, twos));
            best(&likeness, ones.len(), twos.len())
        }
    };
    let mut aligned = Vec::new();
    let (mut one, mut two) = (0, 0);
    for (next_one, next_two) in pairs.into_iter().chain([(ones.len(), twos.len())]) {
        if next_one > one {
            aligned.push(Aligned::Left(ones[one..next_one].to_vec()));
        }
        aligned.extend(twos[two..next_two].iter().map(|node| Aligned::Right(*node)));
        if let (Some(first), Some(second)) = (ones.get(next_one), twos.get(next_two)) {
            aligned.push(Aligned::Both(*first, *second));
        }
        (one, two) = (next_one + 1, next_two + 1);
    }
    aligned
}

/// How alike each pair is, row by row.
fn weigh(
    (left, ones): (&Side<'_>, &[NodeIndex]),
    (right, twos): (&Side<'_>, &[NodeIndex]),
) -> Vec<u32> {
    let features = |side: &Side<'_>, nodes: &[NodeIndex]| -> Vec<(Kind, Vec<Feature>)> {
        let of = |node: &NodeIndex| (side.tree.kind(*node), features_of(side, *node));
        nodes.iter().map(of).collect()
    };
    let (ones, twos) = (features(left, ones), features(right, twos));
    let mut likeness = Vec::with_capacity(ones.len() * twos.len());
    for (kind, one) in &ones {
        for (other, two) in &twos {
            // Any pair is one change in place of two, and one of a kind is better.
            let alike = if kind == other {
                2 + common(one, two)
            } else {
                1
            };
            likeness.push(alike);
        }
    }
    likeness
}

/// A name and a value of an object, or a value of an array.
type Feature = (u32, u32);

/// What an item holds, sorted.
fn features_of(side: &Side<'_>, node: NodeIndex) -> Vec<Feature> {
    let children = side.tree.members(node).take(MOST_MEMBERS);
    let feature = |child| (side.numbers.name(child), side.numbers.value(child));
    let mut features: Vec<Feature> = children.map(feature).collect();
    features.sort_unstable();
    features
}

/// How much two items have in common: a value of one name more than the name alone.
fn common(one: &[Feature], two: &[Feature]) -> u32 {
    let weight = |feature: &Feature| match two.binary_search(feature) {
        Ok(_) => 5,
        Err(_) => {
            let first = two.partition_point(|other| other.0 < feature.0);
            u32::from(two.get(first).is_some_and(|other| other.0 == feature.0))
        }
    };
    one.iter().map(weight).sum()
}

/// The pairs of the greatest sum, in order: of items `one` and `two` the best is what the best
/// pairs of those behind both give, with this pair or without one of the two.
fn best(likeness: &[u32], ones: usize, twos: usize) -> Vec<(usize, usize)> {
    let width = twos + 1;
    let mut sums = vec![0_u32; (ones + 1) * width];
    for one in (0..ones).rev() {
        for two in (0..twos).rev() {
            let both = likeness[one * twos + two] + sums[(one + 1) * width + two + 1];
            let without = sums[(one + 1) * width + two].max(sums[one * width + two + 1]);
            sums[one * width + two] = both.max(without);
        }
    }
    let mut pairs = Vec::new();
    let (mut one, mut two) = (0, 0);
    while one < ones && two < twos {
        let sum = sums[one * width + two];
        if sum == likeness[one * twos + two] + sums[(one + 1) * width + two + 1] {
            pairs.push((one, two));
            (one, two) = (one + 1, two + 1);
        } else if sum == sums[(one + 1) * width + two] {
            one += 1;
        } else {
            two += 1;
        }
    }
    pairs
}
