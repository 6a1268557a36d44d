//! What ends an exchange: an answer, a fault, or nothing; and who gave it.

use std::borrow::Cow;

use bytes::Bytes;
use protocol::{Answer, AnsweredBy, Code, Failure, FaultKind, HttpVersion, OwnFinding};
use tokio::sync::mpsc;

/// What goes out to a caller.
#[derive(Clone, Debug, PartialEq)]
pub enum Outgoing {
    /// An answer.
    Answer(Answer),
    /// A wilful break of HTTP, on this caller's connection or HTTP/2 stream alone.
    Fault(Fault),
    /// What had arrived of an answer that is not whole, and why it is not. It goes to nobody.
    Part(Answer, Failure),
    /// Nothing, and why.
    Nothing(Failure),
}

impl Outgoing {
    /// What goes out of an answer.
    pub(crate) fn answer(&self) -> Option<Cow<'_, Answer>> {
        match self {
            Self::Answer(answer) | Self::Part(answer, _) | Self::Fault(Fault::Slow(answer)) => {
                Some(Cow::Borrowed(answer))
            }
            Self::Fault(Fault::Truncate(answer)) => Some(Cow::Owned(Answer {
                status: answer.status,
                headers: answer.headers.clone(),
                body: answer.body.prefix(answer.body.length() / 2),
            })),
            Self::Fault(_) | Self::Nothing(_) => None,
        }
    }

    /// That a part of an answer does not go out.
    pub(crate) fn finding(&self) -> Option<OwnFinding> {
        match self {
            Self::Fault(Fault::Truncate(answer)) => {
                let length = answer.body.length();
                let lengths = [length / 2, length].map(|length| length.to_string());
                Some(OwnFinding::new(Code::AnswerTruncated, lengths))
            }
            Self::Answer(_) | Self::Part(..) | Self::Fault(_) | Self::Nothing(_) => None,
        }
    }
}

/// A long answer of the developer's own server, on its way through.
#[derive(Debug)]
pub(crate) struct AnswerStream {
    /// Without its body.
    pub(crate) answer: Answer,
    pub(crate) body: BodyPieces,
}

/// A body that arrives while it goes out.
#[derive(Debug)]
pub(crate) struct BodyPieces {
    /// How long it is, where that is known.
    pub(crate) length: Option<u64>,
    /// Its bytes; `None` at its end. Without that it broke off.
    pub(crate) pieces: mpsc::Receiver<Option<Bytes>>,
}

/// A wilful break of HTTP, with all that the connection needs to carry it out.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// [`FaultKind::Close`].
    Close,
    /// [`FaultKind::Reset`].
    Reset,
    /// [`FaultKind::Never`].
    Never,
    /// [`FaultKind::Garbage`].
    Garbage,
    /// [`FaultKind::Truncate`], of this answer.
    Truncate(Answer),
    /// [`FaultKind::Slow`], with this answer.
    Slow(Answer),
}

impl Fault {
    /// The fault of a kind; `answer`: what a sound exchange would have got.
    #[must_use]
    pub fn new(kind: FaultKind, answer: &Answer) -> Self {
        match kind {
            FaultKind::Close => Self::Close,
            FaultKind::Reset => Self::Reset,
            FaultKind::Never => Self::Never,
            FaultKind::Garbage => Self::Garbage,
            FaultKind::Truncate => Self::Truncate(answer.clone()),
            FaultKind::Slow => Self::Slow(answer.clone()),
        }
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> FaultKind {
        match self {
            Self::Close => FaultKind::Close,
            Self::Reset => FaultKind::Reset,
            Self::Never => FaultKind::Never,
            Self::Garbage => FaultKind::Garbage,
            Self::Truncate(_) => FaultKind::Truncate,
            Self::Slow(_) => FaultKind::Slow,
        }
    }
}

/// The connection that an answer goes out on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Framing {
    pub(crate) version: HttpVersion,
    /// It ends after the answer.
    pub(crate) closes: bool,
}

/// What was given to end an exchange with: what goes out, who gave it, and what the app noticed on
/// the way to it.
#[derive(Debug, PartialEq)]
pub(crate) struct Given {
    pub(crate) outgoing: Outgoing,
    /// `None` where the app itself turned the caller away, or nobody answered.
    pub(crate) by: Option<AnsweredBy>,
    pub(crate) findings: Vec<OwnFinding>,
}

impl Given {
    pub(crate) const fn new(outgoing: Outgoing, by: AnsweredBy) -> Self {
        Self {
            outgoing,
            by: Some(by),
            findings: Vec::new(),
        }
    }

    pub(crate) const fn answer(answer: Answer, by: AnsweredBy) -> Self {
        Self::new(Outgoing::Answer(answer), by)
    }

    /// What nobody who answers has given.
    pub(crate) const fn by_nobody(outgoing: Outgoing) -> Self {
        Self {
            outgoing,
            by: None,
            findings: Vec::new(),
        }
    }

    pub(crate) fn with_finding(mut self, finding: OwnFinding) -> Self {
        self.findings.push(finding);
        self
    }
}
