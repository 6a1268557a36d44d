//! An answer on its way from a server through to the bot: read whole where it is short, and handed
//! on piece by piece where it grows long.

use bytes::Bytes;
use protocol::{Answer, Body, Headers};
use tokio::sync::{mpsc, oneshot};

use crate::outgoing::{AnswerStream, BodyPieces};

/// An answer up to this length is read whole before its first byte goes out, so that one that
/// breaks off can still be replaced. The contract's 1 MB.
const WHOLE_BYTES: u64 = 1 << 20;

/// Pieces of an answer between the server and the bot; each is as long as one reading of the
/// connection. So few hold little, and let neither side wait for the other at every piece.
const PIECES: usize = 4;

/// What of a long answer goes out first.
pub(super) struct AnswerHead {
    pub(super) status: u16,
    pub(super) headers: Headers,
    pub(super) length: Option<u64>,
}

/// An answer on its way through to the bot.
pub(super) enum Handing {
    /// It may grow long; what came of it so far.
    Waiting(oneshot::Sender<AnswerStream>, Vec<Bytes>, u64),
    /// It goes out piece by piece.
    UnderWay(mpsc::Sender<Option<Bytes>>),
    /// Nobody wants it by piece.
    Unwanted,
}

impl Handing {
    pub(super) fn new(stream: Option<oneshot::Sender<AnswerStream>>) -> Self {
        match stream {
            Some(stream) => Self::Waiting(stream, Vec::new(), 0),
            None => Self::Unwanted,
        }
    }

    pub(super) const fn is_under_way(&self) -> bool {
        matches!(self, Self::UnderWay(_))
    }

    /// Takes the next piece; whether whoever takes the answer is still there.
    pub(super) async fn push(&mut self, piece: Bytes, begin: impl FnOnce() -> AnswerHead) -> bool {
        match self {
            Self::Unwanted => return true,
            Self::UnderWay(pieces) => return pieces.send(Some(piece)).await.is_ok(),
            Self::Waiting(_, first, length) => {
                *length += piece.len() as u64;
                first.push(piece);
                if *length <= WHOLE_BYTES {
                    return true;
                }
            }
        }
        let Self::Waiting(stream, first, _) = std::mem::replace(self, Self::Unwanted) else {
            return true;
        };
        let (sender, pieces) = mpsc::channel(PIECES);
        let head = begin();
        let stream = stream.send(AnswerStream {
            answer: Answer {
                status: head.status,
                headers: head.headers,
                body: Body::default(),
            },
            body: BodyPieces {
                length: head.length,
                pieces,
            },
        });
        if stream.is_err() {
            return true;
        }
        for piece in first {
            if sender.send(Some(piece)).await.is_err() {
                return false;
            }
        }
        *self = Self::UnderWay(sender);
        true
    }

    /// The answer is whole.
    pub(super) async fn end(self) {
        if let Self::UnderWay(pieces) = self {
            let _ = pieces.send(None).await;
        }
    }
}
