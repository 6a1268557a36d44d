//! Where the bytes of an answer come from: it is here as a whole, or it arrives while it goes out.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body as _, SizeHint};

use crate::body_stream::BodyStream;
use crate::outgoing::BodyPieces;

/// The rest of the bytes does not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BrokenOff;

/// The bytes of an answer that are still to come.
pub(super) enum Source {
    Whole(BodyStream),
    Arriving(BodyPieces),
    /// What arrived has come to its end.
    Ended,
}

impl Source {
    /// The next bytes.
    pub(super) fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, BrokenOff>>> {
        let next = match self {
            Self::Whole(stream) => {
                let frame = ready!(Pin::new(stream).poll_frame(cx));
                return Poll::Ready(frame.map(|read| match read {
                    Ok(frame) => Ok(frame.into_data().unwrap_or_default()),
                    Err(error) => {
                        tracing::warn!(%error, "an answer breaks off");
                        Err(BrokenOff)
                    }
                }));
            }
            Self::Ended => return Poll::Ready(None),
            Self::Arriving(body) => match ready!(body.pieces.poll_recv(cx)) {
                Some(Some(piece)) => {
                    let rest = body
                        .length
                        .map(|rest| rest.saturating_sub(piece.len() as u64));
                    body.length = rest;
                    match rest {
                        Some(0) => Some(Ok(piece)),
                        _ => return Poll::Ready(Some(Ok(piece))),
                    }
                }
                Some(None) => None,
                None => Some(Err(BrokenOff)),
            },
        };
        *self = Self::Ended;
        Poll::Ready(next)
    }

    /// Whether no byte is to come.
    pub(super) fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(stream) => stream.is_end_stream(),
            Self::Arriving(_) => false,
            Self::Ended => true,
        }
    }

    pub(super) fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(stream) => stream.size_hint(),
            Self::Arriving(body) => {
                let length = body.length;
                length.map_or_else(SizeHint::default, SizeHint::with_exact)
            }
            Self::Ended => SizeHint::with_exact(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;

    async fn read(source: &mut Source) -> Option<Result<Bytes, BrokenOff>> {
        std::future::poll_fn(|cx| source.poll_next(cx)).await
    }

    #[tokio::test]
    async fn a_body_that_arrives_ends_with_its_last_byte_or_with_its_end_and_else_breaks_off() {
        for (length, is_ended, last) in [
            (Some(2), true, None),
            (Some(3), false, Some(Err(BrokenOff))),
            (None, true, None),
            (None, false, Some(Err(BrokenOff))),
        ] {
            let (sender, pieces) = mpsc::channel(3);
            let mut source = Source::Arriving(BodyPieces { length, pieces });
            assert_eq!(source.size_hint().exact(), length);
            sender.send(Some(Bytes::from_static(b"ab"))).await.unwrap();
            assert_eq!(read(&mut source).await, Some(Ok(Bytes::from_static(b"ab"))));
            assert_eq!(source.is_end_stream(), length == Some(2));
            if is_ended {
                sender.send(None).await.ok();
            }
            drop(sender);
            assert_eq!(read(&mut source).await, last, "{length:?}");
            assert!(source.is_end_stream());
        }
    }
}
