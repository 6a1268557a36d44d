//! Exit codes beyond the two of the standard library.

/// The command could not run: wrong arguments, or nobody there to ask.
pub(crate) const COULD_NOT_RUN: u8 = 2;
