//! Where the values of a file are.

use std::collections::HashMap;

use json_text::{Position, Positions};

/// Where a value is in the file.
#[derive(Clone, Copy, Debug)]
pub struct Location {
    /// The member's name.
    pub name: Position,
    /// The value.
    pub value: Position,
    /// Its end; behind a block the blank lines and comments before what follows are counted to it.
    pub end: Position,
    /// It is a literal block.
    pub is_block: bool,
}

impl Location {
    /// Where a position of a block's text is in the file.
    pub(super) fn within(&self, text: &str, position: Position) -> Option<Position> {
        if !self.is_block {
            return None;
        }
        // The parser names the sign or the first line behind it.
        let row = usize::try_from(self.value.line).ok()?;
        let at_sign = text
            .lines()
            .nth(row - 1)?
            .trim_end()
            .ends_with(['|', '-', '+']);
        let at_sign = at_sign && text[usize::try_from(self.value.offset).ok()?..].starts_with('|');
        let first_row = if at_sign { row } else { row - 1 };
        let line = first_row as u64 + position.line;
        let mut lines = text
            .lines()
            .skip(first_row)
            .filter(|line| !line.trim().is_empty());
        let first = lines.next()?;
        let indented = (first.len() - first.trim_start_matches(' ').len()) as u64;
        let start: usize = text
            .split_inclusive('\n')
            .take(usize::try_from(line).ok()?.saturating_sub(1))
            .map(str::len)
            .sum();
        let before = usize::try_from(indented + position.column - 1).ok()?;
        let row = text.get(start..)?.lines().next().unwrap_or_default();
        let offset = row
            .char_indices()
            .nth(before)
            .map_or(row.len(), |(at, _)| at);
        Some(Position::in_text(text, start + offset))
    }
}

/// The locations of all values. Each is found from the one that it is in, so that long names take
/// no more room than they do in the file.
#[derive(Debug, Default)]
pub struct Locations {
    all: Vec<Location>,
    within: HashMap<(usize, Box<str>), usize>,
}

impl Locations {
    /// Adds a value, by the number of what it is in and its name or index there.
    pub(super) fn add(&mut self, parent: Option<(usize, &str)>, location: Location) -> usize {
        let number = self.all.len();
        if let Some((parent, name)) = parent {
            self.within.insert((parent, name.into()), number);
        }
        self.all.push(location);
        number
    }

    /// A collection that was added has ended.
    pub(super) fn end(&mut self, number: usize, end: Position) {
        if let Some(location) = self.all.get_mut(number) {
            location.end = end;
        }
    }

    /// The location of a value that the file has.
    #[must_use]
    pub fn exact(&self, pointer: &str) -> Option<Location> {
        let steps = pointer.split('/').skip(1);
        let mut number = 0;
        for step in steps {
            number = self.below(number, step)?;
        }
        self.all.get(number).copied()
    }

    fn below(&self, number: usize, step: &str) -> Option<usize> {
        let name = step.replace("~1", "/").replace("~0", "~");
        self.within.get(&(number, name.into())).copied()
    }

    /// The location of a value, or of the innermost one around it that the file has: a pointer may
    /// lead into what the file writes as one.
    #[must_use]
    pub fn find(&self, pointer: &str) -> Option<Location> {
        let mut number = 0;
        for step in pointer.split('/').skip(1) {
            match self.below(number, step) {
                Some(within) => number = within,
                None => break,
            }
        }
        self.all.get(number).copied()
    }
}

/// Characters between two positions that are remembered.
const CHARACTERS: usize = 256;

/// The positions of a text by the numbers of their characters, as the parser gives them.
pub(super) struct Characters<'t> {
    text: &'t str,
    /// Each so many characters.
    known: Vec<Position>,
}

impl<'t> Characters<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut known = Vec::with_capacity(text.len() / CHARACTERS + 1);
        let mut positions = Positions::new(text);
        for (offset, _) in text.char_indices().step_by(CHARACTERS) {
            known.push(positions.of(offset));
        }
        Self { text, known }
    }

    /// The position of a character, or of the text's end.
    pub(super) fn position(&self, number: usize) -> Position {
        let Some(before) = self.known.get(number / CHARACTERS) else {
            return Position::in_text(self.text, self.text.len());
        };
        let start = usize::try_from(before.offset).unwrap_or(usize::MAX);
        let text = &self.text[start..];
        let between = text.char_indices().nth(number % CHARACTERS);
        let length = between.map_or(text.len(), |(at, _)| at);
        before.after(&text[..length])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_character_is_found_where_it_is() {
        let text = "aя\n".repeat(300);
        let characters = Characters::new(&text);
        for (number, (offset, _)) in text.char_indices().enumerate() {
            assert_eq!(
                characters.position(number),
                Position::in_text(&text, offset)
            );
        }
        let end = Position::in_text(&text, text.len());
        assert_eq!(characters.position(900), end);
        assert_eq!(characters.position(9_000), end);
        assert_eq!(Characters::new("").position(0), Position::START);
    }
}
