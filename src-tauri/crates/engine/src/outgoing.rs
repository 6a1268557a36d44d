//! What ends an exchange: an answer, a fault, or nothing.

use protocol::{Answer, Failure};
use serde::{Deserialize, Serialize};

/// What goes out to a caller.
#[derive(Clone, Debug, PartialEq)]
pub enum Outgoing {
    /// An answer.
    Answer(Answer),
    /// A wilful break of HTTP, on this caller's connection or HTTP/2 stream alone.
    Fault(Fault),
    /// Nothing, and why.
    Nothing(Failure),
}

/// A wilful break of HTTP, with all that the connection needs to carry it out.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// The connection closes before any byte.
    Close,
    /// The connection is reset (RST).
    Reset,
    /// No answer until the caller leaves.
    Never,
    /// Bytes that are not HTTP.
    Garbage,
    /// This answer's whole head and half of its body.
    Truncate(Answer),
    /// This answer, a byte of its body every 100 ms.
    Slow(Answer),
}

/// The kinds of faults, as a definition names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// [`Fault::Close`].
    Close,
    /// [`Fault::Reset`].
    Reset,
    /// [`Fault::Never`].
    Never,
    /// [`Fault::Garbage`].
    Garbage,
    /// [`Fault::Truncate`].
    Truncate,
    /// [`Fault::Slow`].
    Slow,
}

impl FaultKind {
    /// The fault of this kind; `answer`: what a sound exchange would have got.
    #[must_use]
    pub fn on(self, answer: &Answer) -> Fault {
        match self {
            Self::Close => Fault::Close,
            Self::Reset => Fault::Reset,
            Self::Never => Fault::Never,
            Self::Garbage => Fault::Garbage,
            Self::Truncate => Fault::Truncate(answer.clone()),
            Self::Slow => Fault::Slow(answer.clone()),
        }
    }
}
