//! A head that is written in place of the HTTP library's own, which changes the spelling of names
//! and the order of fields. What the library writes after its head goes out as it is.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes};
use tokio::io::AsyncWrite;

const HEAD_END: &[u8; 4] = b"\r\n\r\n";

/// Pieces that are written at once: more are written by the next call.
const PIECES: usize = 8;

/// The head of one message.
pub(crate) struct ReplacedHead {
    /// What has not been written yet of it.
    own: Bytes,
    /// How many bytes of the end of the library's head were seen.
    end_seen: usize,
}

impl ReplacedHead {
    pub(crate) fn new(own: Bytes) -> Self {
        Self { own, end_seen: 0 }
    }

    /// Whether the library's head was seen to its end.
    fn is_seen(&self) -> bool {
        self.end_seen == HEAD_END.len()
    }

    /// Whether it has been written, so that all that follows goes out as it is.
    pub(crate) fn is_done(&self) -> bool {
        self.is_seen() && self.own.is_empty()
    }

    /// How many of these bytes belong to the library's head, which ends at its first empty line.
    fn swallow(&mut self, bytes: &[u8]) -> usize {
        if self.end_seen == 0
            && let Some(end) = memchr::memmem::find(bytes, HEAD_END)
        {
            self.end_seen = HEAD_END.len();
            return end + HEAD_END.len();
        }
        for (at, byte) in bytes.iter().enumerate() {
            self.end_seen = match *byte {
                byte if byte == HEAD_END[self.end_seen] => self.end_seen + 1,
                b'\r' => 1,
                _ => 0,
            };
            if self.is_seen() {
                return at + 1;
            }
        }
        bytes.len()
    }

    /// Writes bytes of the library's: how many of them are done with; `None` where bytes of the own
    /// head alone were taken, and it is to be asked again.
    pub(crate) fn poll_write<T: AsyncWrite + Unpin>(
        &mut self,
        inner: &mut T,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<Option<usize>>> {
        let mut slices = slices.iter().filter(|slice| !slice.is_empty());
        let Some(first) = slices.next() else {
            return Poll::Ready(Ok(Some(0)));
        };
        let swallowed = match self.is_seen() {
            true => 0,
            false => self.swallow(first),
        };
        if !self.is_seen() {
            return Poll::Ready(Ok(Some(swallowed)));
        }
        let others = [&first[swallowed..]]
            .into_iter()
            .chain(slices.map(|one| &**one));
        let others: [&[u8]; PIECES - 1] = filled(others);
        let mut pieces = [IoSlice::new(&[]); PIECES];
        pieces[0] = IoSlice::new(&self.own);
        for (piece, other) in pieces[1..].iter_mut().zip(others) {
            *piece = IoSlice::new(other);
        }
        let written = match Pin::new(&mut *inner).poll_write_vectored(cx, &pieces) {
            Poll::Ready(written) => written?,
            // The library's head is done with; its own comes with the next call.
            Poll::Pending if swallowed > 0 => return Poll::Ready(Ok(Some(swallowed))),
            Poll::Pending => return Poll::Pending,
        };
        if written == 0 {
            return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
        }
        let of_own = written.min(self.own.len());
        self.own.advance(of_own);
        let done = swallowed + written - of_own;
        Poll::Ready(Ok((done > 0).then_some(done)))
    }

    /// Writes of what is missing of it, once the library has given its own; whether nothing is.
    pub(crate) fn poll_rest<T: AsyncWrite + Unpin>(
        &mut self,
        inner: &mut T,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<bool>> {
        if !self.is_seen() || self.own.is_empty() {
            return Poll::Ready(Ok(true));
        }
        let written = ready!(Pin::new(&mut *inner).poll_write(cx, &self.own))?;
        if written == 0 {
            return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
        }
        self.own.advance(written);
        Poll::Ready(Ok(self.own.is_empty()))
    }
}

/// The first of them, and empty ones where there are fewer.
fn filled<'a, const N: usize>(pieces: impl Iterator<Item = &'a [u8]>) -> [&'a [u8]; N] {
    let mut array = [&[][..]; N];
    for (one, piece) in array.iter_mut().zip(pieces) {
        *one = piece;
    }
    array
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;

    #[tokio::test]
    async fn a_head_is_replaced_wherever_it_is_cut_and_what_follows_goes_out() {
        let library = b"POST / HTTP/1.1\r\ncontent-length: 4\r\n\r\n\r\n\r\n";
        for cut in 0..=library.len() {
            let (mut near, mut far) = tokio::io::duplex(4);
            let reading = tokio::spawn(async move {
                let mut read = Vec::new();
                far.read_to_end(&mut read).await.unwrap();
                read
            });
            let own = Bytes::from_static(b"POST /{a} HTTP/1.1\r\n\r\n");
            let mut head = ReplacedHead::new(own);
            for mut bytes in [&library[..cut], &library[cut..]] {
                while !bytes.is_empty() {
                    let slices = [IoSlice::new(&[]), IoSlice::new(bytes)];
                    let writing =
                        std::future::poll_fn(|cx| head.poll_write(&mut near, cx, &slices));
                    bytes.advance(writing.await.unwrap().unwrap_or_default());
                }
            }
            while !std::future::poll_fn(|cx| head.poll_rest(&mut near, cx))
                .await
                .unwrap()
            {}
            assert!(head.is_done());
            drop(near);
            let read = reading.await.unwrap();
            assert_eq!(read, b"POST /{a} HTTP/1.1\r\n\r\n\r\n\r\n", "{cut}");
        }
    }
}
