//! One request sent to a target, and its answer.

use bytes::Bytes;
use http::uri::InvalidUri;
use http_body_util::{BodyExt as _, Either, Empty};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use protocol::{Answer, Failure, FailureCode, Request};
use tokio_util::task::AbortOnDropHandle;

use super::address::Address;
use super::allowance::Allowance;
use super::clients::{Clients, is_local};
use super::connect::{CONNECT_TIMEOUT, Connected};
use super::failure::failure;
use super::own_head::OwnHead;
use super::reach::reach;
use super::receive::receive;
use super::resolve::resolve;
use crate::answering::Upstream;
use crate::bodies::Bodies;
use crate::body_stream::BodyStream;
use crate::http::{HEADER_FIELDS, fields};

/// Why a request has no whole answer.
#[derive(Debug)]
pub(crate) struct Unanswered {
    pub(crate) failure: Failure,
    /// What had arrived of the answer.
    pub(crate) part: Option<Answer>,
}

impl From<Failure> for Unanswered {
    fn from(failure: Failure) -> Self {
        Self {
            failure,
            part: None,
        }
    }
}

/// Where a request is sent.
#[derive(Clone, Debug)]
pub(crate) struct Destination {
    pub(crate) address: Address,
    /// What is set for a server of the developer's, where it goes to one.
    pub(crate) server: Option<Upstream>,
}

/// Sends a request, on a connection of its own. `limit`: the longest body taken, in bytes.
///
/// # Errors
/// The target cannot be reached, or its answer is not whole.
pub(crate) async fn send(
    clients: &Clients,
    bodies: &Bodies,
    request: &Request,
    destination: &Destination,
    limit: u64,
) -> Result<Answer, Unanswered> {
    let address = &destination.address;
    let host = address.host();
    let mut allowance = Allowance::begin(host, request.body.length());
    let connected = match &destination.server {
        None => connect(clients, address).await?,
        Some(server) => {
            let reached = reach(clients, address, server).await;
            reached.map_err(|error| error.failure(host))?
        }
    };
    let head = head(request, address, &connected);
    let (stream, answer_head) = OwnHead::new(connected.stream, head);
    let failed = |error: hyper::Error| failure(host, FailureCode::BadAnswer, &error);

    let mut http = http1::Builder::new();
    http.max_headers(HEADER_FIELDS);
    let (mut sender, connection) = http.handshake(TokioIo::new(stream)).await.map_err(failed)?;
    let _connection = AbortOnDropHandle::new(tokio::spawn(connection));
    let sending = framed(request)?;
    let answered = async { sender.send_request(sending).await.map_err(failed) };
    let response = allowance.wait(answered).await?;
    let (parts, body) = response.into_parts();
    let status = parts.status.as_u16();
    // 101 ends HTTP on this connection, which was not asked for; above 599 there is none.
    if status == 101 || status > 599 {
        let detail = format!("{host}: {status}");
        return Err(Failure::new(FailureCode::BadAnswer, detail).into());
    }
    let headers = answer_head.lock().take();
    let headers = headers.unwrap_or_else(|| fields(&parts.headers));
    let (body, cut) = receive(body.map_err(failed), bodies, &mut allowance, limit).await;
    let answer = Answer {
        status,
        headers,
        body,
    };
    match cut {
        None => Ok(answer),
        Some(failure) => Err(Unanswered {
            failure,
            part: Some(answer),
        }),
    }
}

async fn connect(clients: &Clients, address: &Address) -> Result<Connected, Failure> {
    let bad = |error: InvalidUri| Failure::new(FailureCode::BadTarget, error.to_string());
    let server = address.origin().map_err(bad)?;
    let proxy = clients.connector().proxy(&server, is_local(address.host()));
    let connecting = async {
        if proxy.is_none() {
            resolve(address).await?;
        }
        let connected = clients.connector().connect(server, proxy).await;
        connected.map_err(|error| failure(address.host(), FailureCode::Refused, &*error))
    };
    // The name's look-up too: a name server that is silent takes half a minute by itself.
    match tokio::time::timeout(CONNECT_TIMEOUT, connecting).await {
        Ok(connected) => connected,
        Err(_) => Err(Failure::new(FailureCode::TimedOut, address.host())),
    }
}

/// The head as it is written: what is recorded of the request, byte for byte.
pub(super) fn head(request: &Request, address: &Address, connected: &Connected) -> Vec<u8> {
    let mut head = Vec::with_capacity(1024);
    head.extend_from_slice(request.method.as_bytes());
    head.push(b' ');
    if connected.forwarder.is_some() {
        let server = format!("http://{}", address.host_field());
        head.extend_from_slice(server.as_bytes());
    }
    // The whole server has no path where it is named (RFC 9112, 3.2.4).
    let target = address.target();
    if connected.forwarder.is_none() || *target != *b"*" {
        head.extend_from_slice(&target);
    }
    head.extend_from_slice(b" HTTP/1.1\r\n");
    let mut field = |name: &str, value: &[u8]| {
        head.extend_from_slice(name.as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value);
        head.extend_from_slice(b"\r\n");
    };
    for (name, value) in &request.headers.0 {
        field(name, value);
    }
    // For the proxy alone, and no part of the record.
    if let Some(Some(login)) = &connected.forwarder {
        field("Proxy-Authorization", login.as_bytes());
    }
    head.extend_from_slice(b"\r\n");
    head
}

pub(super) type SentBody = Either<Empty<Bytes>, BodyStream>;

/// What the HTTP library has to know: how the body and its answer are framed.
pub(super) fn framed(request: &Request) -> Result<http::Request<SentBody>, Failure> {
    let body = match request.body.is_empty() {
        true => Either::Left(Empty::new()),
        false => Either::Right(BodyStream::new(request.body.clone())),
    };
    let length = request.body.length();
    let bad = |error: http::Error| Failure::new(FailureCode::BadTarget, error.to_string());
    let mut framed = http::Request::builder().method(request.method.as_str());
    if length > 0 {
        framed = framed.header(http::header::CONTENT_LENGTH, length);
    }
    framed.body(body).map_err(bad)
}
#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;

    use bytes::Bytes;
    use protocol::{Body, BodySource, Exchange};
    use tokio::io::AsyncReadExt as _;
    use tokio::net::TcpListener;

    use super::*;
    use crate::bodies::Bounds;

    /// Its first megabyte is there, and nothing more.
    #[derive(Debug)]
    struct Broken;

    impl BodySource for Broken {
        fn read_at(&self, offset: u64, length: usize) -> io::Result<Bytes> {
            match offset {
                0..1_000_000 => Ok(vec![0; length].into()),
                _ => Err(io::Error::other("the piece is gone")),
            }
        }
    }

    #[test]
    fn a_proxy_is_asked_for_the_whole_address_and_for_no_path_where_all_of_a_server_is_meant() {
        for (target, forwarder, line) in [
            ("*", Some(None), "OPTIONS http://bot.example:81 HTTP/1.1"),
            ("*", None, "OPTIONS * HTTP/1.1"),
            (
                "/a?b",
                Some(None),
                "OPTIONS http://bot.example:81/a?b HTTP/1.1",
            ),
            ("/a?b", None, "OPTIONS /a?b HTTP/1.1"),
        ] {
            let typed = "http://bot.example:81";
            let address = Address::new(typed, &Exchange::default(), Some(target)).unwrap();
            let request = Request {
                method: "OPTIONS".to_owned(),
                ..Request::default()
            };
            let connected = Connected {
                stream: Box::new(tokio::io::empty()),
                forwarder,
            };
            let head = String::from_utf8(head(&request, &address, &connected)).unwrap();
            assert_eq!(head, format!("{line}\r\n\r\n"));
        }
    }

    #[tokio::test]
    async fn a_body_of_ones_own_that_cannot_be_read_is_not_the_targets_fault() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let dir = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let typed = format!("http://{}/", listener.local_addr().unwrap());
        let address = Address::new(&typed, &Exchange::default(), Some("/")).unwrap();
        let target = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut read = Vec::new();
            drop(stream.read_to_end(&mut read).await);
        });
        let request = Request {
            method: "POST".to_owned(),
            body: Body::outside(Bytes::new(), 20_000_000, Arc::new(Broken)),
            ..Request::default()
        };
        let bodies = Bodies::new(dir.path(), Bounds::default());
        let clients = Clients::new().unwrap();
        let to = Destination {
            address,
            server: None,
        };
        let sent = send(&clients, &bodies, &request, &to, 1000).await;
        let expected = Failure::new(FailureCode::BodyUnreadable, "the piece is gone");
        assert_eq!(sent.unwrap_err().failure, expected);
        target.await.unwrap();
    }
}
