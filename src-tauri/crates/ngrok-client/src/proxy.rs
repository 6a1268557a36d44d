//! A proxy between us and the service: HTTP CONNECT or SOCKS5, with a login where it asks for one.
//!
//! Names are resolved by the proxy, never here: behind such a proxy there is often no other
//! resolver. CONNECT is written by hand because `hyper_util`'s `Tunnel` (0.1.21) takes no other
//! status than 200, does not tell a refusal (403, lasting) from a fault of the proxy's network
//! (503, passing), and drops what has come behind the head; its error types are private.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_socks::tcp::Socks5Stream;
use tunnel_session::TunnelErrorKind;
use url::Url;

use crate::error::Error;
use crate::transport::{self, BoxedStream};
use crate::trust;
use crate::words::sentences;

/// The longest head of an answer to CONNECT, in bytes: the usual limit of HTTP servers.
const HEAD_MAX: usize = 8 * 1024;

/// How to speak to the proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Http,
    /// HTTP inside of TLS, with a certificate the system trusts.
    Https,
    Socks5,
}

/// A proxy.
pub(crate) struct Proxy {
    kind: Kind,
    host: String,
    port: u16,
    login: Option<Login>,
}

/// Kept out of `Debug` by having none.
struct Login {
    user: String,
    password: String,
}

impl Proxy {
    /// Reads a proxy's address.
    pub(crate) fn parse(address: &str) -> Result<Self, Error> {
        let invalid = || Error::lasting(TunnelErrorKind::ProxyRefused, "");
        let url = Url::parse(address).map_err(|_| invalid())?;
        let (kind, default_port) = match url.scheme() {
            "http" => (Kind::Http, 80),
            "https" => (Kind::Https, 443),
            "socks5" => (Kind::Socks5, 1080),
            _ => return Err(invalid()),
        };
        let login = (!url.username().is_empty()).then(|| Login {
            user: decoded(url.username()),
            password: decoded(url.password().unwrap_or_default()),
        });
        Ok(Self {
            kind,
            host: url.host_str().ok_or_else(invalid)?.to_owned(),
            port: url.port().unwrap_or(default_port),
            login,
        })
    }

    /// What must never be shown.
    pub(crate) fn secrets(&self) -> Vec<String> {
        self.login
            .iter()
            .map(|login| login.password.clone())
            .collect()
    }

    /// A connection through the proxy.
    pub(crate) async fn connect(&self, host: &str, port: u16) -> Result<BoxedStream, Error> {
        let stream: BoxedStream = Box::new(transport::tcp(&self.host, self.port).await?);
        match self.kind {
            Kind::Http => self.http_connect(stream, host, port).await,
            Kind::Https => {
                let tls = trust::system().map(Arc::new)?;
                let stream = transport::secure(stream, &self.host, tls).await?;
                self.http_connect(Box::new(stream), host, port).await
            }
            Kind::Socks5 => self.socks_connect(stream, host, port).await,
        }
    }

    /// HTTP CONNECT.
    async fn http_connect(
        &self,
        mut stream: BoxedStream,
        host: &str,
        port: u16,
    ) -> Result<BoxedStream, Error> {
        let mut head = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n");
        if let Some(login) = &self.login {
            let both = format!("{}:{}", login.user, login.password);
            head.push_str("Proxy-Authorization: Basic ");
            head.push_str(&STANDARD.encode(both));
            head.push_str("\r\n");
        }
        head.push_str("\r\n");
        let name = &self.host;
        stream
            .write_all(head.as_bytes())
            .await
            .map_err(|error| transport::io_error(&error, name))?;
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            if answer.len() == HEAD_MAX {
                let endless = &sentences::ENDLESS_ANSWER;
                return Err(Error::lasting(TunnelErrorKind::ProxyRefused, endless));
            }
            // One byte at a time: what follows the head belongs to the connection.
            let byte = stream.read_u8().await;
            answer.push(byte.map_err(|error| transport::io_error(&error, name))?);
        }
        verdict(&answer).map(|()| stream)
    }

    /// SOCKS5.
    async fn socks_connect(
        &self,
        stream: BoxedStream,
        host: &str,
        port: u16,
    ) -> Result<BoxedStream, Error> {
        let connected = match &self.login {
            None => Socks5Stream::connect_with_socket(stream, (host, port)).await,
            Some(login) => {
                Socks5Stream::connect_with_password_and_socket(
                    stream,
                    (host, port),
                    &login.user,
                    &login.password,
                )
                .await
            }
        };
        match connected {
            Ok(stream) => Ok(stream.into_inner()),
            Err(error) => Err(socks_error(&error, &self.host)),
        }
    }
}

/// A part of an address as it was meant: `p%40ss` is `p@ss`.
fn decoded(part: &str) -> String {
    percent_decode_str(part).decode_utf8_lossy().into_owned()
}

/// What the answer to CONNECT says.
fn verdict(answer: &[u8]) -> Result<(), Error> {
    let text = String::from_utf8_lossy(answer);
    let line = text.lines().next().unwrap_or_default();
    let mut parts = line.splitn(2, ' ');
    let speaks_http = parts
        .next()
        .is_some_and(|version| version.starts_with("HTTP/1."));
    let status = parts.next().unwrap_or_default();
    let code: Option<u16> = status.get(..3).and_then(|code| code.parse().ok());
    match code {
        Some(200..=299) if speaks_http => Ok(()),
        // The proxy's network fails: another try may do.
        Some(500..=599) if speaks_http => {
            Err(Error::passing(TunnelErrorKind::ProxyRefused, status))
        }
        Some(_) if speaks_http => Err(Error::lasting(TunnelErrorKind::ProxyRefused, status)),
        _ => Err(Error::lasting(
            TunnelErrorKind::ProxyRefused,
            &sentences::NOT_AN_HTTP_PROXY,
        )),
    }
}

fn socks_error(error: &tokio_socks::Error, host: &str) -> Error {
    use tokio_socks::Error as Socks;
    match error {
        Socks::Io(error) => transport::io_error(error, host),
        Socks::GeneralSocksServerFailure
        | Socks::NetworkUnreachable
        | Socks::HostUnreachable
        | Socks::ConnectionRefused
        | Socks::TtlExpired => Error::passing(TunnelErrorKind::ProxyRefused, error.to_string()),
        _ => Error::lasting(TunnelErrorKind::ProxyRefused, error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_read_as_it_was_meant() {
        let proxy = Proxy::parse("http://me%40work:p%40ss%3A@proxy.example:3128")
            .unwrap_or_else(|_| panic!());
        let login = proxy.login.as_ref().unwrap();
        assert_eq!(login.user, "me@work");
        assert_eq!(login.password, "p@ss:");
        assert_eq!((proxy.host.as_str(), proxy.port), ("proxy.example", 3128));
    }

    #[test]
    fn a_refusal_lasts_and_a_broken_network_does_not() {
        let lasting = |head: &[u8]| verdict(head).unwrap_err().lasting;
        assert!(verdict(b"HTTP/1.1 200 Connection established\r\n\r\n").is_ok());
        assert!(lasting(
            b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"
        ));
        assert!(lasting(b"HTTP/1.0 403 Forbidden\r\n\r\n"));
        assert!(!lasting(b"HTTP/1.1 503 Service Unavailable\r\n\r\n"));
        assert!(lasting(b"SSH-2.0-OpenSSH\r\n\r\n"));
    }
}
