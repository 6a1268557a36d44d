//! Dials the service: TCP, an optional proxy and TLS within one time limit.

use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use tokio_rustls::client::TlsStream;
use tunnel_session::TunnelErrorKind;

use crate::error::Error;
use crate::proxy::Proxy;
use crate::transport::{self, BoxedStream};
use crate::words::sentences;

/// The service's address and the TLS to speak there.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) tls: Arc<ClientConfig>,
}

/// Connects to the target, through the proxy where there is one.
pub(crate) async fn dial(
    target: &Target,
    proxy: Option<&Proxy>,
    limit: Duration,
) -> Result<TlsStream<BoxedStream>, Error> {
    let reached = tokio::time::timeout(limit, async {
        let stream: BoxedStream = match proxy {
            Some(proxy) => proxy.connect(&target.host, target.port).await?,
            None => Box::new(transport::tcp(&target.host, target.port).await?),
        };
        transport::secure(stream, &target.host, Arc::clone(&target.tls)).await
    });
    reached.await.unwrap_or_else(|_| {
        let detail = sentences::NAME_SECONDS
            .arg(target.host.as_str())
            .arg(limit.as_secs_f32().to_string());
        Err(Error::passing(TunnelErrorKind::NoAnswer, detail))
    })
}
