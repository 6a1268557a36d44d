//! The least that a tunnel can be: ngrok's own client, its connections copied byte by byte to a
//! bare server.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::serve::ListenerExt as _;
use futures::TryStreamExt as _;
use ngrok::config::TunnelBuilder as _;
use ngrok::session::{ConnectError, IoStream};
use ngrok::tunnel::AcceptError;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::app::TOKEN;

/// Serves a domain of the service until it is ended.
pub(crate) async fn run(server_addr: &str, ca_file: &str, domain: &str) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let target = listener.local_addr()?;
    tokio::spawn(bare(listener));
    let mut client = ngrok::Session::builder();
    client
        .authtoken(TOKEN)
        .server_addr(server_addr)?
        .ca_cert(std::fs::read(ca_file)?.into())
        .connector(dial);
    let session = client.connect().await?;
    let mut tunnel = session.http_endpoint().domain(domain).listen().await?;
    println!("{}", serde_json::json!({"domain": domain}));
    while let Some(mut visitor) = tunnel.try_next().await? {
        tokio::spawn(async move {
            let mut target = TcpStream::connect(target).await?;
            target.set_nodelay(true)?;
            tokio::io::copy_bidirectional(&mut visitor, &mut target).await
        });
    }
    Ok(())
}

/// A server that answers `{}` to everything.
async fn bare(listener: TcpListener) -> Result<()> {
    use axum::{Router, routing::any};
    let answer = || async { ([("content-type", "application/json")], "{}") };
    let listener = listener.tap_io(|stream| {
        // Without it the numbers would be worse, and the comparison easier.
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, Router::new().fallback(any(answer)))
        .await
        .context("the bare server")
}

/// What the client does by itself, but with TCP_NODELAY.
async fn dial(
    host: String,
    port: u16,
    tls: Arc<ClientConfig>,
    _: Option<AcceptError>,
) -> Result<Box<dyn IoStream>, ConnectError> {
    let stream = TcpStream::connect((host.as_str(), port))
        .await
        .map_err(ConnectError::Tcp)?;
    stream.set_nodelay(true).map_err(ConnectError::Tcp)?;
    let name = ServerName::try_from(host).map_err(|_| ConnectError::Canceled)?;
    let stream = TlsConnector::from(tls)
        .connect(name, stream)
        .await
        .map_err(ConnectError::Tls)?;
    Ok(Box::new(stream))
}
