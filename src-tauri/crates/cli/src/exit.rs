//! Exit codes beyond the two of the standard library.

/// The command could not run: wrong arguments, or nobody there to ask.
pub(crate) const COULD_NOT_RUN: u8 = 2;

/// The user ended it: 128 and the number of Ctrl-C's signal, as shells have it.
pub(crate) const INTERRUPTED: u8 = 130;
