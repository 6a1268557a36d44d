//! Names that a person gives.

/// Whether a name stands on one line and shows all that it has.
#[must_use]
pub(crate) fn is_one_line(name: &str) -> bool {
    // The last two break lines, too.
    let breaks = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    !name.chars().any(breaks)
}
