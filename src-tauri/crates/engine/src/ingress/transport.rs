//! What a connection runs over, and how it is reset.

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_util::io::InspectWriter;

/// A connection's stream.
pub(crate) trait Transport: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    /// Has the stream end with a reset when it is dropped, where the transport knows resets.
    fn reset(&mut self) {}
}

impl Transport for TcpStream {
    fn reset(&mut self) {
        // Where the system refuses, the connection closes in the ordinary way.
        let _ = self.set_zero_linger();
    }
}

/// What comes through the tunnel, counted.
impl<S, F> Transport for InspectWriter<S, F> where
    Self: AsyncRead + AsyncWrite + Unpin + Send + 'static
{
}
