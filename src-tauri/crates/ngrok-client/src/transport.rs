//! A TCP connection and TLS over it, with errors by their kind.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use rustls::{CertificateError, ClientConfig};
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tunnel_session::{TunnelErrorKind, without_brackets};

use crate::error::Error;

/// How long one address of a name may take before the next is tried in parallel: the value that
/// RFC 8305, section 5, recommends. Where IPv6 leads nowhere, IPv4 must not wait for the limit.
const STAGGER: Duration = Duration::from_millis(250);

/// The bytes of a connection, both ways.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection, whatever lies under it.
pub(crate) type BoxedStream = Box<dyn Stream>;

/// A TCP connection to the first address of the name that answers.
pub(crate) async fn tcp(host: &str, port: u16) -> Result<TcpStream, Error> {
    let bare = without_brackets(host);
    let mut addresses = tokio::net::lookup_host((bare, port))
        .await
        .map_err(|error| Error::passing(TunnelErrorKind::NameUnknown, format!("{host}: {error}")))?
        .peekable();
    let mut tries = FuturesUnordered::new();
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    loop {
        if let Some(address) = addresses.next() {
            tries.push(TcpStream::connect(address));
        } else if tries.is_empty() {
            return Err(io_error(&last, host));
        }
        tokio::select! {
            Some(tried) = tries.next() => match tried {
                Ok(stream) => {
                    // Without it each small answer waits for the other side's delayed
                    // acknowledgement.
                    stream.set_nodelay(true).map_err(|error| io_error(&error, host))?;
                    return Ok(stream);
                }
                Err(error) => last = error,
            },
            () = tokio::time::sleep(STAGGER), if addresses.peek().is_some() => {}
        }
    }
}

/// TLS over a connection.
pub(crate) async fn secure(
    stream: BoxedStream,
    host: &str,
    tls: Arc<ClientConfig>,
) -> Result<TlsStream<BoxedStream>, Error> {
    let name = ServerName::try_from(host.to_owned())
        .map_err(|_| Error::lasting(TunnelErrorKind::NameUnknown, host))?;
    TlsConnector::from(tls)
        .connect(name, stream)
        .await
        .map_err(|error| tls_error(&error, host))
}

/// What an error of the network means.
pub(crate) fn io_error(error: &io::Error, host: &str) -> Error {
    let kind = match error.kind() {
        io::ErrorKind::TimedOut => TunnelErrorKind::NoAnswer,
        _ => TunnelErrorKind::Unreachable,
    };
    Error::passing(kind, format!("{host}: {error}"))
}

/// What an error of the TLS handshake means: a foreign certificate, or a fault of the network.
fn tls_error(error: &io::Error, host: &str) -> Error {
    let inner = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let detail = format!("{host}: {error}");
    match inner {
        // A bad signature is that of an issuer who only bears the right name.
        Some(rustls::Error::InvalidCertificate(
            CertificateError::UnknownIssuer | CertificateError::BadSignature,
        )) => Error::lasting(TunnelErrorKind::CertificateUnknown, detail),
        Some(rustls::Error::InvalidCertificate(_)) => {
            Error::lasting(TunnelErrorKind::TlsFailed, detail)
        }
        Some(_) => Error::passing(TunnelErrorKind::TlsFailed, detail),
        None => io_error(error, host),
    }
}
