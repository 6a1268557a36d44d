//! Which HTTP a connection speaks, by its first bytes.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::AsyncRead;

/// Reads until it is clear whether a connection speaks HTTP/2: `true`, and all that was read.
///
/// # Errors
/// What the stream says; `TimedOut` with the bytes read so far where `timeout` ran out.
pub(crate) async fn speaks_http2<T: AsyncRead + Unpin>(
    stream: &mut T,
    timeout: Duration,
) -> Result<(bool, Bytes), (io::Error, Bytes)> {
    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let mut read = bytes::BytesMut::with_capacity(4096);
    let deadline = tokio::time::Instant::now() + timeout;
    loop {
        let reading = tokio::io::AsyncReadExt::read_buf(stream, &mut read);
        match tokio::time::timeout_at(deadline, reading).await {
            Err(_) => return Err((io::ErrorKind::TimedOut.into(), read.freeze())),
            Ok(Err(error)) => return Err((error, read.freeze())),
            Ok(Ok(0)) => return Ok((false, read.freeze())),
            Ok(Ok(_)) => {}
        }
        let compared = read.len().min(PREFACE.len());
        if read[..compared] != PREFACE[..compared] {
            return Ok((false, read.freeze()));
        }
        if compared == PREFACE.len() {
            return Ok((true, read.freeze()));
        }
    }
}
