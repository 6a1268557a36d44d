//! Positions in a text.

/// A position in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: u64,
    /// The column in characters, from 1.
    pub column: u64,
    /// The offset in bytes, from 0.
    pub offset: u64,
}

impl Position {
    /// The beginning of a text.
    pub const START: Self = Self {
        line: 1,
        column: 1,
        offset: 0,
    };

    /// The position of a byte offset. An offset inside a character means its beginning.
    #[must_use]
    pub fn in_text(text: &str, offset: usize) -> Self {
        let end = text.floor_char_boundary(offset);
        let before = &text[..end];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            line: before.bytes().filter(|byte| *byte == b'\n').count() as u64 + 1,
            column: before[line_start..].chars().count() as u64 + 1,
            offset: end as u64,
        }
    }

    /// The position behind a text that begins here.
    #[must_use]
    pub fn after(self, text: &str) -> Self {
        let next = Self::in_text(text, text.len());
        Self {
            line: self.line + next.line - 1,
            column: match next.line {
                1 => self.column + next.column - 1,
                _ => next.column,
            },
            offset: self.offset + next.offset,
        }
    }
}

/// Positions of rising offsets, found in one walk over the text.
#[derive(Debug)]
pub struct Positions<'a> {
    text: &'a str,
    at: Position,
}

impl<'a> Positions<'a> {
    /// Begins at the text's beginning.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self {
            text,
            at: Position::START,
        }
    }

    /// The position of an offset that is not before the last one.
    pub fn of(&mut self, offset: usize) -> Position {
        let from = usize::try_from(self.at.offset).unwrap_or(usize::MAX);
        let between = self.text.get(from..offset).unwrap_or_default();
        self.at = Position {
            offset: offset as u64,
            ..self.at.after(between)
        };
        self.at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_counts_characters_in_a_line() {
        let text = "{\n \"имя\": x}";
        let offset = text.find('x').unwrap();
        let expected = Position {
            line: 2,
            column: 9,
            offset: 13,
        };
        assert_eq!(Position::in_text(text, offset), expected);
        assert_eq!(Position::in_text(text, 999).line, 2);
        assert_eq!(Position::in_text("", 0), Position::START);
    }

    #[test]
    fn one_walk_finds_the_positions_that_single_searches_find() {
        let text = "a\nbя\n\nc";
        let mut walk = Positions::new(text);
        for (offset, _) in text.char_indices() {
            assert_eq!(walk.of(offset), Position::in_text(text, offset));
        }
    }
}
