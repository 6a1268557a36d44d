//! The way to a server: through the proxy that the system names, where there is one, and TLS.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::{HeaderValue, Uri};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connection, HttpConnector, HttpInfo};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_platform_verifier::ConfigVerifierExt as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tower::{Service, ServiceExt as _};

/// How long a connection to a target may take.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

type BoxError = Box<dyn Error + Send + Sync>;

/// A connection, whatever lies below it.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// Makes connections.
pub(super) struct Connector {
    proxies: Matcher,
    /// Read at the first use: the system's certificates take a moment.
    tls: OnceLock<Arc<ClientConfig>>,
    /// Where the app's own API is served.
    api: OnceLock<SocketAddr>,
}

/// A connection that was made leads to the app's own API, which answers no bot: by a name that did
/// not when it was saved.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("this app's own API")]
pub(super) struct OwnApiError;

/// A connection, and what its first end wants of a request.
pub(super) struct Connected {
    pub(super) stream: Box<dyn Stream>,
    /// A proxy that forwards requests: it wants the whole address, and this login.
    pub(super) forwarder: Option<Option<HeaderValue>>,
}

impl Connector {
    pub(super) fn new() -> Self {
        Self {
            proxies: Matcher::from_system(),
            tls: OnceLock::new(),
            api: OnceLock::new(),
        }
    }

    pub(super) fn keep_from(&self, api: SocketAddr) {
        // There is one in a run.
        let _ = self.api.set(api);
    }

    /// The proxy to a server; none where the server is this machine, which a proxy would look for
    /// somewhere else.
    pub(super) fn proxy(&self, server: &Uri, is_local: bool) -> Option<Intercept> {
        match is_local {
            true => None,
            false => self.proxies.intercept(server),
        }
    }

    /// # Errors
    /// The server or the proxy cannot be reached, or does not prove who it is.
    pub(super) async fn connect(
        &self,
        server: Uri,
        proxy: Option<Intercept>,
    ) -> Result<Connected, BoxError> {
        let tls = self.tls()?;
        self.connect_with(server, proxy, tls, CONNECT_TIMEOUT).await
    }

    /// The same with another way to speak TLS; `most`: how long a connection may take.
    ///
    /// # Errors
    /// As [`Self::connect`].
    pub(super) async fn connect_with(
        &self,
        server: Uri,
        proxy: Option<Intercept>,
        tls: Arc<ClientConfig>,
        most: Duration,
    ) -> Result<Connected, BoxError> {
        let direct = HttpsConnector::from((tcp(most), Arc::clone(&tls)));
        let is_https = server.scheme() == Some(&http::uri::Scheme::HTTPS);
        let (stream, forwarder) = match proxy {
            None => {
                let (stream, ends) = open(direct, server).await?;
                if ends.is_some_and(|ends| self.is_api(&ends)) {
                    return Err(Box::new(OwnApiError));
                }
                (stream, None)
            }
            Some(proxy) if is_https => {
                let mut tunnel = Tunnel::new(proxy.uri().clone(), direct);
                if let Some(login) = proxy.basic_auth() {
                    tunnel = tunnel.with_auth(login.clone());
                }
                let through = HttpsConnector::from((tunnel, tls));
                (open(through, server).await?.0, None)
            }
            Some(proxy) => {
                let login = proxy.basic_auth().cloned();
                (open(direct, proxy.uri().clone()).await?.0, Some(login))
            }
        };
        Ok(Connected { stream, forwarder })
    }

    /// Whether a connection leads to the API. One to a listener on all of this machine's addresses
    /// has the same address at both ends.
    fn is_api(&self, ends: &HttpInfo) -> bool {
        let (remote, local) = (ends.remote_addr(), ends.local_addr());
        self.api.get().is_some_and(|api| match api.ip() {
            ip if ip.is_unspecified() => remote.port() == api.port() && remote.ip() == local.ip(),
            ip => remote.port() == api.port() && remote.ip().to_canonical() == ip.to_canonical(),
        })
    }

    fn tls(&self) -> Result<Arc<ClientConfig>, rustls::Error> {
        if let Some(known) = self.tls.get() {
            return Ok(Arc::clone(known));
        }
        let mut config = ClientConfig::with_platform_verifier()?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::clone(self.tls.get_or_init(|| Arc::new(config))))
    }
}

/// A connection, and the addresses of its ends.
async fn open<C>(connector: C, to: Uri) -> Result<(Box<dyn Stream>, Option<HttpInfo>), BoxError>
where
    C: Service<Uri, Error = BoxError>,
    C::Response: Connection + hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let stream = connector.oneshot(to).await?;
    let mut known = http::Extensions::new();
    stream.connected().get_extras(&mut known);
    Ok((Box::new(TokioIo::new(stream)), known.remove()))
}

fn tcp(most: Duration) -> HttpConnector {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(most));
    tcp
}
