//! One request sent to a target, and its whole answer.

use protocol::{Answer, Failure, FailureCode, Request};

use super::allowance::Allowance;
use super::clients::Clients;
use super::resolve::resolve;
use crate::bodies::{Bodies, CollectError};
use crate::body_stream::BodyStream;
use crate::http::fields;

/// Sends a request. `limit`: the longest body taken, in bytes.
///
/// # Errors
/// The target cannot be reached, or its answer is not whole.
pub(crate) async fn send(
    clients: &Clients,
    bodies: &Bodies,
    request: &Request,
    url: reqwest::Url,
    limit: u64,
) -> Result<Answer, Failure> {
    resolve(&url).await?;
    let mut allowance = Allowance::begin(&url, request.body.length());
    let method = reqwest::Method::from_bytes(request.method.as_bytes())
        .map_err(|error| Failure::new(FailureCode::BadTarget, error.to_string()))?;
    let mut sending = clients.for_url(&url).request(method, url);
    for (name, value) in &request.headers.0 {
        sending = sending.header(name.as_str(), value.as_slice());
    }
    if !request.body.is_empty() {
        // Bytes in memory can be sent again where a connection that was kept turns out closed.
        let body = match request.body.whole() {
            Some(bytes) => bytes.clone().into(),
            None => reqwest::Body::wrap(BodyStream::new(request.body.clone())),
        };
        sending = sending.body(body);
    }
    let mut response = allowance.wait(sending.send()).await?;
    let status = response.status().as_u16();
    let headers = fields(response.headers());
    let mut collector = bodies.collect();
    while let Some(piece) = allowance.wait(response.chunk()).await? {
        allowance.received(piece.len());
        if collector.length() + piece.len() as u64 > limit {
            return Err(Failure::new(FailureCode::BadAnswer, format!("> {limit} B")));
        }
        collector.push(piece).await.map_err(not_taken)?;
    }
    let body = collector.finish().await;
    Ok(Answer {
        status,
        headers,
        body: body.map_err(|unfinished| not_taken(unfinished.error))?,
    })
}

fn not_taken(error: CollectError) -> Failure {
    let detail = match error {
        CollectError::Busy { most_bytes } | CollectError::FilesFull { most_bytes } => {
            format!("> {most_bytes} B")
        }
        CollectError::Disk(error) => error.to_string(),
    };
    Failure::new(FailureCode::NoRoom, detail)
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;

    use bytes::Bytes;
    use protocol::{Body, BodySource};
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

    #[tokio::test]
    async fn a_body_of_ones_own_that_cannot_be_read_is_not_the_targets_fault() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let dir = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
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
        let sent = send(&clients, &bodies, &request, url.parse().unwrap(), 1000).await;
        let expected = Failure::new(FailureCode::BodyUnreadable, "the piece is gone");
        assert_eq!(sent.unwrap_err(), expected);
        target.await.unwrap();
    }
}
