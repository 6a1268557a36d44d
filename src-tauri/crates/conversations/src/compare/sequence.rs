//! Two sequences of numbered things: which stretches differ.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, Token};

/// A stretch of the left that stands in the place of one of the right.
pub(super) struct Stretch {
    pub(super) left: Range<usize>,
    pub(super) right: Range<usize>,
}

/// The stretches that differ, in their order; between them both are equal. `numbers`: every number
/// is below it. The work grows with the length, as the search for the shortest way is given up
/// where it takes long.
pub(super) fn stretches(left: &[u32], right: &[u32], numbers: u32) -> Vec<Stretch> {
    let tokens = |all: &[u32]| all.iter().copied().map(Token).collect::<Vec<_>>();
    let mut diff = Diff::default();
    diff.compute_with(Algorithm::Myers, &tokens(left), &tokens(right), numbers);
    let range = |part: Range<u32>| part.start as usize..part.end as usize;
    diff.hunks()
        .map(|hunk| Stretch {
            left: range(hunk.before),
            right: range(hunk.after),
        })
        .collect()
}
