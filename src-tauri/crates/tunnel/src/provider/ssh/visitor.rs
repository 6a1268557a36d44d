//! One connection that came in through the forward.
//!
//! The library hands a channel's bytes on in order with all others: a connection that nobody reads would stop
//! every other one, and the signs of life with them. So each has a task that takes its bytes at once, and that
//! closes a connection whose bytes stay untaken for too long.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf as _, Bytes};
use russh::client::Msg;
use russh::{Channel, ChannelMsg, ChannelReadHalf, ChannelWriteHalf};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;
use tokio_util::sync::PollSender;

/// Messages taken and not read yet; more wait in the library.
const QUEUE: usize = 4;
/// The most written at once, in bytes: the largest packet.
const CHUNK: usize = 32 * 1024;
/// How long the last bytes of an answer may take to a slow visitor when whoever wrote them is gone.
const LINGER: Duration = Duration::from_secs(10);
/// Stands for the end of what the visitor sends.
const END: Bytes = Bytes::new();

/// The bytes of an accepted channel, both ways. `patience` is how long bytes may wait for a reader that does
/// not read while the queue is full.
pub(super) fn stream(channel: Channel<Msg>, patience: Duration) -> Visitor {
    let (from, to) = channel.split();
    let (into, incoming) = mpsc::channel(QUEUE);
    let (outgoing, out) = mpsc::channel(1);
    tokio::spawn(carry(from, to, into, out, patience));
    Visitor {
        incoming,
        rest: Bytes::new(),
        ended: false,
        outgoing: PollSender::new(outgoing),
    }
}

/// Carries bytes both ways until the connection is over, and closes it.
async fn carry(
    mut from: ChannelReadHalf,
    to: ChannelWriteHalf<Msg>,
    into: mpsc::Sender<Bytes>,
    out: mpsc::Receiver<Bytes>,
    patience: Duration,
) {
    let mut giving = Box::pin(give(&to, out));
    let mut given = false;
    let over = {
        let mut taking = Box::pin(take(&mut from, &into, patience));
        loop {
            tokio::select! {
                over = &mut taking => break over,
                () = &mut giving, if !given => given = true,
            }
        }
    };
    drop(into);
    if over == Over::ReaderGone && !given {
        let rest = async {
            tokio::select! {
                () = giving => {}
                () = discard(&mut from) => {}
            }
        };
        let _ = tokio::time::timeout(LINGER, rest).await;
    }
    // The session's task may be waiting for room in this half, and could not take the request below.
    drop(from);
    let _ = to.close().await;
}

/// Why nothing more is taken.
#[derive(PartialEq, Eq)]
enum Over {
    /// Whoever served the connection has let go of it.
    ReaderGone,
    /// The visitor is gone, or what it sends is not read.
    Broken,
}

/// Takes what the visitor sends.
async fn take(from: &mut ChannelReadHalf, into: &mpsc::Sender<Bytes>, patience: Duration) -> Over {
    loop {
        let message = tokio::select! {
            message = from.wait() => message,
            () = into.closed() => return Over::ReaderGone,
        };
        let data = match message {
            None | Some(ChannelMsg::Close) => return Over::Broken,
            Some(ChannelMsg::Data { data }) if !data.is_empty() => data,
            // The visitor sends no more, and may still wait for the answer.
            Some(ChannelMsg::Eof) => END,
            Some(_) => continue,
        };
        match tokio::time::timeout(patience, into.send(data)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Over::ReaderGone,
            Err(_) => return Over::Broken,
        }
    }
}

/// Takes what the visitor still sends, for nobody.
async fn discard(from: &mut ChannelReadHalf) {
    while !matches!(from.wait().await, None | Some(ChannelMsg::Close)) {}
}

/// Gives the visitor what is written.
async fn give(to: &ChannelWriteHalf<Msg>, mut out: mpsc::Receiver<Bytes>) {
    while let Some(bytes) = out.recv().await {
        if to.data_bytes(bytes).await.is_err() {
            return;
        }
    }
    let _ = to.eof().await;
}

/// What whoever serves the connection holds.
pub(super) struct Visitor {
    incoming: mpsc::Receiver<Bytes>,
    /// What was taken out of the queue and did not fit into the reader's buffer.
    rest: Bytes,
    ended: bool,
    outgoing: PollSender<Bytes>,
}

impl AsyncRead for Visitor {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.rest.is_empty() && !self.ended {
            match ready!(self.incoming.poll_recv(context)) {
                Some(data) if !data.is_empty() => self.rest = data,
                _ => self.ended = true,
            }
        }
        let count = self.rest.len().min(buffer.remaining());
        buffer.put_slice(&self.rest[..count]);
        self.rest.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Visitor {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let broken = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        ready!(self.outgoing.poll_reserve(context)).map_err(broken)?;
        let chunk = &bytes[..bytes.len().min(CHUNK)];
        self.outgoing
            .send_item(Bytes::copy_from_slice(chunk))
            .map_err(broken)?;
        Poll::Ready(Ok(chunk.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.outgoing.close();
        Poll::Ready(Ok(()))
    }
}
