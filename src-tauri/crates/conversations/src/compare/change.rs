//! One change.

/// What became of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is on the right alone.
    Added,
    /// It is on the left alone.
    Removed,
    /// It is another value, or became or was `null`.
    Changed,
    /// It is of another type, neither of them `null`.
    TypeChanged,
}

/// One change of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where, as a JSON pointer; of a text the line, of bytes the offset, both from 0.
    pub pointer: String,
    /// What happened.
    pub kind: ChangeKind,
    /// What is on the left: JSON as it was sent, a line of a text, a byte as two hexadecimal
    /// digits.
    pub left: Option<String>,
    /// The same on the right.
    pub right: Option<String>,
}
