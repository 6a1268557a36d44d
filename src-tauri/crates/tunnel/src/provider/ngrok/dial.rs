//! From nothing to a TLS connection: names, TCP, an optional proxy, TLS, all within one time limit.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use messages::Arg;
use rustls::{CertificateError, ClientConfig};
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::proxy::Proxy;
use crate::{BoxedStream, TunnelError, TunnelErrorKind};

/// How long one address of a name may take before the next is tried beside it (RFC 8305, section 5): where
/// IPv6 leads nowhere, IPv4 must not wait for the whole time limit.
const STAGGER: Duration = Duration::from_millis(250);

/// Why something did not work out.
#[derive(Clone, Debug)]
pub(super) struct Trouble {
    /// What to tell.
    pub(super) error: TunnelError,
    /// Whether another start would end the same way.
    pub(super) lasting: bool,
}

impl Trouble {
    /// It may go over by itself.
    pub(super) fn passing(kind: TunnelErrorKind, detail: impl Into<Arg>) -> Self {
        Self {
            error: TunnelError::new(kind, detail),
            lasting: false,
        }
    }

    /// It does not go over by itself.
    pub(super) fn lasting(kind: TunnelErrorKind, detail: impl Into<Arg>) -> Self {
        Self {
            error: TunnelError::new(kind, detail),
            lasting: true,
        }
    }
}

/// Where to, and how.
#[derive(Clone)]
pub(super) struct Goal {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: Arc<ClientConfig>,
}

/// Reaches the goal, through the proxy where there is one.
pub(super) async fn dial(
    goal: &Goal,
    proxy: Option<&Proxy>,
    limit: Duration,
) -> Result<TlsStream<BoxedStream>, Trouble> {
    let reached = tokio::time::timeout(limit, async {
        let stream: BoxedStream = match proxy {
            Some(proxy) => proxy.connect(&goal.host, goal.port).await?,
            None => Box::new(tcp(&goal.host, goal.port).await?),
        };
        secure(stream, &goal.host, Arc::clone(&goal.tls)).await
    });
    reached.await.unwrap_or_else(|_| {
        let detail = format!("{} in {} s", goal.host, limit.as_secs_f32());
        Err(Trouble::passing(TunnelErrorKind::NoAnswer, detail))
    })
}

/// A TCP connection to the first address of the name that answers.
pub(super) async fn tcp(host: &str, port: u16) -> Result<TcpStream, Trouble> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let mut addresses = tokio::net::lookup_host((bare, port))
        .await
        .map_err(|error| {
            Trouble::passing(TunnelErrorKind::NameUnknown, format!("{host}: {error}"))
        })?
        .peekable();
    let mut tries = FuturesUnordered::new();
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    loop {
        if let Some(address) = addresses.next() {
            tries.push(TcpStream::connect(address));
        } else if tries.is_empty() {
            return Err(of_io(&last, host));
        }
        tokio::select! {
            Some(tried) = tries.next() => match tried {
                Ok(stream) => {
                    // Without it each small answer waits for the other side's delayed acknowledgement.
                    stream.set_nodelay(true).map_err(|error| of_io(&error, host))?;
                    return Ok(stream);
                }
                Err(error) => last = error,
            },
            () = tokio::time::sleep(STAGGER), if addresses.peek().is_some() => {}
        }
    }
}

/// TLS over a connection.
pub(super) async fn secure(
    stream: BoxedStream,
    host: &str,
    tls: Arc<ClientConfig>,
) -> Result<TlsStream<BoxedStream>, Trouble> {
    let name = ServerName::try_from(host.to_owned())
        .map_err(|_| Trouble::lasting(TunnelErrorKind::NameUnknown, host))?;
    TlsConnector::from(tls)
        .connect(name, stream)
        .await
        .map_err(|error| of_tls(&error, host))
}

/// What an error of the network means.
pub(super) fn of_io(error: &io::Error, host: &str) -> Trouble {
    let kind = match error.kind() {
        io::ErrorKind::TimedOut => TunnelErrorKind::NoAnswer,
        _ => TunnelErrorKind::Unreachable,
    };
    Trouble::passing(kind, format!("{host}: {error}"))
}

/// What an error of the TLS handshake means: somebody else's certificate, or the network's fault after all.
fn of_tls(error: &io::Error, host: &str) -> Trouble {
    let inner = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let detail = format!("{host}: {error}");
    match inner {
        // A bad signature is that of an issuer who only bears the right name.
        Some(rustls::Error::InvalidCertificate(
            CertificateError::UnknownIssuer | CertificateError::BadSignature,
        )) => Trouble::lasting(TunnelErrorKind::CertificateUnknown, detail),
        Some(rustls::Error::InvalidCertificate(_)) => {
            Trouble::lasting(TunnelErrorKind::TlsFailed, detail)
        }
        Some(_) => Trouble::passing(TunnelErrorKind::TlsFailed, detail),
        None => of_io(error, host),
    }
}
