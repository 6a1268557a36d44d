//! Where changes are: each place is a step from another one, so that a pointer is written only
//! where something changed.

use std::borrow::Cow;

use json_text::{push_index, push_key};

/// A step into a value.
pub(super) enum Segment<'t> {
    /// Its member of this name.
    Key(Cow<'t, str>),
    /// Its item of this index.
    Index(usize),
}

struct Place<'t> {
    parent: usize,
    segment: Segment<'t>,
    level: usize,
}

/// Places by their index.
#[derive(Default)]
pub(super) struct Places<'t>(Vec<Place<'t>>);

impl<'t> Places<'t> {
    /// The whole text.
    pub(super) const ROOT: usize = usize::MAX;

    pub(super) fn add(&mut self, parent: usize, segment: Segment<'t>) -> usize {
        let level = self.level(parent) + 1;
        self.0.push(Place {
            parent,
            segment,
            level,
        });
        self.0.len() - 1
    }

    /// How many steps lead to a place.
    pub(super) fn level(&self, at: usize) -> usize {
        self.0.get(at).map_or(0, |place| place.level)
    }

    /// A place as a JSON pointer.
    pub(super) fn pointer(&self, at: usize) -> String {
        let first = self.0.get(at);
        let way = std::iter::successors(first, |place| self.0.get(place.parent));
        let way: Vec<&Place<'_>> = way.collect();
        let mut pointer = String::new();
        for place in way.into_iter().rev() {
            match &place.segment {
                Segment::Key(name) => push_key(&mut pointer, name),
                Segment::Index(index) => push_index(&mut pointer, *index),
            }
        }
        pointer
    }
}
