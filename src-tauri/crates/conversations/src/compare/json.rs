//! The changes that make one JSON text from another, applied in order as RFC 6902 does.

mod align;
mod places;

use std::collections::HashMap;

use json_text::{Kind, NodeIndex, NumberedValues, Tree, ValueNumbers};

use self::align::{Aligned, align};
use self::places::{Places, Segment};
use super::change::{Change, ChangeKind};
use super::sequence::stretches;

/// Levels down to which differences are looked for; what lies deeper is changed as a whole.
/// Pointers of any depth would be as long as the texts, each of them.
const MOST_LEVELS: usize = 256;

/// Bytes of pointers to a byte of the texts, up to which changes are named one by one. A name of a
/// megabyte over a thousand changes would stand in each of their pointers.
const POINTERS_TIMES: usize = 4;

/// Bytes of pointers that any two texts may have.
const POINTERS_LEAST: usize = 1 << 20;

/// The changes that make the right text from the left.
pub(super) fn compare(left: &Tree<&str>, right: &Tree<&str>) -> Vec<Change> {
    let mut numbers = ValueNumbers::default();
    let one = Side {
        numbers: numbers.of(left),
        tree: left,
    };
    let two = Side {
        numbers: numbers.of(right),
        tree: right,
    };
    let count = numbers.count();
    let texts = left.text().len() + right.text().len();
    let mut walk = Walk {
        left: one,
        right: two,
        count,
        places: Places::default(),
        changes: Vec::new(),
        pointers_left: POINTERS_LEAST + POINTERS_TIMES * texts,
        steps: vec![Step::Pair(Places::ROOT, ROOT, ROOT)],
    };
    while let Some(step) = walk.steps.pop() {
        if walk.take(step).is_none() {
            return vec![walk.whole()];
        }
    }
    walk.changes
}

const ROOT: NodeIndex = Tree::<&str>::ROOT;

/// One of the texts.
struct Side<'t> {
    tree: &'t Tree<&'t str>,
    numbers: NumberedValues,
}

/// What is still to be done. The last is next, so that nothing recurses and the changes stand in
/// the order of the texts.
#[derive(Clone, Copy)]
enum Step {
    Pair(usize, NodeIndex, NodeIndex),
    Removed(usize, NodeIndex),
    Added(usize, NodeIndex),
}

struct Walk<'t> {
    left: Side<'t>,
    right: Side<'t>,
    /// How many values there are.
    count: u32,
    places: Places<'t>,
    changes: Vec<Change>,
    /// Bytes of pointers that may still be written.
    pointers_left: usize,
    steps: Vec<Step>,
}

impl<'t> Walk<'t> {
    /// `None` where the pointers become too long.
    fn take(&mut self, step: Step) -> Option<()> {
        match step {
            Step::Removed(at, one) => self.push(at, ChangeKind::Removed, Some(one), None),
            Step::Added(at, two) => self.push(at, ChangeKind::Added, None, Some(two)),
            Step::Pair(at, one, two) => {
                if self.left.numbers.value(one) == self.right.numbers.value(two) {
                    return Some(());
                }
                let kinds = (self.left.tree.kind(one), self.right.tree.kind(two));
                let is_whole = self.places.level(at) >= MOST_LEVELS;
                match kinds {
                    (Kind::Object, Kind::Object) if !is_whole => self.objects(at, one, two),
                    (Kind::Array, Kind::Array) if !is_whole => {
                        self.arrays(at, one, two);
                        Some(())
                    }
                    kinds => self.push(at, kind_of(kinds), Some(one), Some(two)),
                }
            }
        }
    }

    fn push(
        &mut self,
        at: usize,
        kind: ChangeKind,
        left: Option<NodeIndex>,
        right: Option<NodeIndex>,
    ) -> Option<()> {
        let pointer = self.places.pointer(at);
        self.pointers_left = self.pointers_left.checked_sub(pointer.len())?;
        self.changes.push(Change {
            pointer,
            kind,
            left: left.map(|node| self.left.tree.json(node).to_owned()),
            right: right.map(|node| self.right.tree.json(node).to_owned()),
        });
        Some(())
    }

    /// The whole text as one change.
    fn whole(&self) -> Change {
        let kinds = (self.left.tree.kind(ROOT), self.right.tree.kind(ROOT));
        Change {
            pointer: String::new(),
            kind: kind_of(kinds),
            left: Some(self.left.tree.json(ROOT).to_owned()),
            right: Some(self.right.tree.json(ROOT).to_owned()),
        }
    }

    /// Members are found by their names; what is on the right alone comes after the others.
    fn objects(&mut self, at: usize, one: NodeIndex, two: NodeIndex) -> Option<()> {
        let (left, right) = (&self.left, &self.right);
        let named = right.tree.members(two);
        let mut others: HashMap<u32, NodeIndex> =
            named.map(|node| (right.numbers.name(node), node)).collect();
        let mut steps = Vec::new();
        let mut is_nameable = true;
        for node in left.tree.members(one) {
            let other = others.remove(&left.numbers.name(node));
            let value = left.numbers.value(node);
            if other.is_some_and(|other| right.numbers.value(other) == value) {
                continue;
            }
            is_nameable &= left.tree.has_text_name(node);
            let place = self.places.add(at, Segment::Key(left.tree.name(node)));
            steps.push(match other {
                Some(other) => Step::Pair(place, node, other),
                None => Step::Removed(place, node),
            });
        }
        for node in right.tree.members(two) {
            if others.contains_key(&right.numbers.name(node)) {
                is_nameable &= right.tree.has_text_name(node);
                let place = self.places.add(at, Segment::Key(right.tree.name(node)));
                steps.push(Step::Added(place, node));
            }
        }
        // No pointer names a member whose name has half a surrogate pair.
        if !is_nameable {
            return self.push(at, ChangeKind::Changed, Some(one), Some(two));
        }
        self.steps.extend(steps.into_iter().rev());
        Some(())
    }

    /// Items between equal ones are paired by what they have in common. All before an item is as on
    /// the right already when its change is applied.
    fn arrays(&mut self, at: usize, one: NodeIndex, two: NodeIndex) {
        let ones: Vec<NodeIndex> = self.left.tree.children(one).collect();
        let twos: Vec<NodeIndex> = self.right.tree.children(two).collect();
        let values = |side: &Side<'_>, nodes: &[NodeIndex]| -> Vec<u32> {
            nodes.iter().map(|node| side.numbers.value(*node)).collect()
        };
        let (left, right) = (values(&self.left, &ones), values(&self.right, &twos));
        let mut steps = Vec::new();
        for stretch in stretches(&left, &right, self.count) {
            let mut index = stretch.right.start;
            let (ones, twos) = (&ones[stretch.left], &twos[stretch.right]);
            for aligned in align((&self.left, ones), (&self.right, twos)) {
                match aligned {
                    Aligned::Both(one, two) => {
                        let place = self.places.add(at, Segment::Index(index));
                        steps.push(Step::Pair(place, one, two));
                        index += 1;
                    }
                    Aligned::Right(two) => {
                        let place = self.places.add(at, Segment::Index(index));
                        steps.push(Step::Added(place, two));
                        index += 1;
                    }
                    // The last goes first, so that each has its own index.
                    Aligned::Left(run) => {
                        for (offset, one) in run.iter().enumerate().rev() {
                            let place = self.places.add(at, Segment::Index(index + offset));
                            steps.push(Step::Removed(place, *one));
                        }
                    }
                }
            }
        }
        self.steps.extend(steps.into_iter().rev());
    }
}

/// What a value became that another one stands for.
fn kind_of((left, right): (Kind, Kind)) -> ChangeKind {
    match left == right || left == Kind::Null || right == Kind::Null {
        true => ChangeKind::Changed,
        false => ChangeKind::TypeChanged,
    }
}
