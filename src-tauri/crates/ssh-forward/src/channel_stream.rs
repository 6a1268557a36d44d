//! One connection that came in through the forward.
//!
//! `russh` delivers the bytes of all channels in one order: a channel that is not read would stop
//! every other one, and the pings with them. So each has a task that reads its bytes at once, and
//! that closes a connection whose bytes are not read for too long.

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

/// Messages received and not read yet, 32 KiB each; more wait in the library.
const QUEUE: usize = 4;
/// The most written at once, in bytes: the largest packet (RFC 4253, section 6.1).
const CHUNK: usize = 32 * 1024;
/// How long the last bytes of an answer may take to a slow caller after their writer has ended. A
/// guess.
const LINGER: Duration = Duration::from_secs(10);
/// Stands for the caller's EOF.
const END: Bytes = Bytes::new();

/// The bytes of an accepted channel, both ways. `limit` is how long bytes may wait for a reader
/// while the queue is full.
pub(crate) fn stream(channel: Channel<Msg>, limit: Duration) -> ChannelStream {
    let (from, to) = channel.split();
    let (into, incoming) = mpsc::channel(QUEUE);
    let (outgoing, out) = mpsc::channel(1);
    tokio::spawn(carry(from, to, into, out, limit));
    ChannelStream {
        incoming,
        unread: Bytes::new(),
        ended: false,
        outgoing: PollSender::new(outgoing),
    }
}

/// Copies bytes both ways until the connection is over, and closes it.
async fn carry(
    mut from: ChannelReadHalf,
    to: ChannelWriteHalf<Msg>,
    into: mpsc::Sender<Bytes>,
    out: mpsc::Receiver<Bytes>,
    limit: Duration,
) {
    let mut sending = Box::pin(send(&to, out));
    let mut sent = false;
    let over = {
        let mut receiving = Box::pin(receive(&mut from, &into, limit));
        loop {
            tokio::select! {
                over = &mut receiving => break over,
                () = &mut sending, if !sent => sent = true,
            }
        }
    };
    drop(into);
    if over == Over::ReaderDropped && !sent {
        let last_bytes = async {
            tokio::select! {
                () = sending => {}
                () = discard(&mut from) => {}
            }
        };
        let _ = tokio::time::timeout(LINGER, last_bytes).await;
    }
    // The session's task may be waiting to write into this half, and could not take the request
    // below.
    drop(from);
    let _ = to.close().await;
}

/// Why no more is received.
#[derive(PartialEq, Eq)]
enum Over {
    /// The server has dropped the connection.
    ReaderDropped,
    /// The caller has disconnected, or its bytes are not read.
    Broken,
}

/// Receives the caller's bytes.
async fn receive(from: &mut ChannelReadHalf, into: &mpsc::Sender<Bytes>, limit: Duration) -> Over {
    loop {
        let message = tokio::select! {
            message = from.wait() => message,
            () = into.closed() => return Over::ReaderDropped,
        };
        let data = match message {
            None | Some(ChannelMsg::Close) => return Over::Broken,
            Some(ChannelMsg::Data { data }) if !data.is_empty() => data,
            // The caller sends no more, and may still wait for the answer.
            Some(ChannelMsg::Eof) => END,
            Some(_) => continue,
        };
        match tokio::time::timeout(limit, into.send(data)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Over::ReaderDropped,
            Err(_) => return Over::Broken,
        }
    }
}

/// Drops the caller's remaining bytes.
async fn discard(from: &mut ChannelReadHalf) {
    while !matches!(from.wait().await, None | Some(ChannelMsg::Close)) {}
}

/// Sends what is written.
async fn send(to: &ChannelWriteHalf<Msg>, mut out: mpsc::Receiver<Bytes>) {
    while let Some(bytes) = out.recv().await {
        if to.data_bytes(bytes).await.is_err() {
            return;
        }
    }
    let _ = to.eof().await;
}

/// The server's side of the connection.
pub(crate) struct ChannelStream {
    incoming: mpsc::Receiver<Bytes>,
    /// What came from the queue and did not fit into the reader's buffer.
    unread: Bytes,
    ended: bool,
    outgoing: PollSender<Bytes>,
}

impl AsyncRead for ChannelStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.unread.is_empty() && !self.ended {
            match ready!(self.incoming.poll_recv(context)) {
                Some(data) if !data.is_empty() => self.unread = data,
                _ => self.ended = true,
            }
        }
        let count = self.unread.len().min(buffer.remaining());
        buffer.put_slice(&self.unread[..count]);
        self.unread.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for ChannelStream {
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
