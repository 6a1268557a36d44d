//! The way to a server: through the proxy that the system names, where there is one, and TLS.

use std::error::Error;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::{HeaderValue, Uri};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
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
}

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
        }
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
            None => (open(direct, server).await?, None),
            Some(proxy) if is_https => {
                let mut tunnel = Tunnel::new(proxy.uri().clone(), direct);
                if let Some(login) = proxy.basic_auth() {
                    tunnel = tunnel.with_auth(login.clone());
                }
                let through = HttpsConnector::from((tunnel, tls));
                (open(through, server).await?, None)
            }
            Some(proxy) => {
                let login = proxy.basic_auth().cloned();
                (open(direct, proxy.uri().clone()).await?, Some(login))
            }
        };
        Ok(Connected { stream, forwarder })
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

async fn open<C>(connector: C, to: Uri) -> Result<Box<dyn Stream>, BoxError>
where
    C: Service<Uri, Error = BoxError>,
    C::Response: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let stream = connector.oneshot(to).await?;
    Ok(Box::new(TokioIo::new(stream)))
}

fn tcp(most: Duration) -> HttpConnector {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(most));
    tcp
}
