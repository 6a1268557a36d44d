use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use protocol::{BodySource, Finding};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
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

/// What becomes of a call to a server that says this once it has read so many bytes.
async fn called(body: Body, reads: usize, says: Vec<u8>, bounds: Bounds) -> Code {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let dir = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read_exact(&mut vec![0; reads]).await;
        let _ = stream.write_all(&says).await;
        let _ = stream.read_to_end(&mut Vec::new()).await;
        listener
    });
    let request = Request {
        method: "POST".to_owned(),
        path: "/".to_owned(),
        body,
        ..Request::default()
    };
    let call = Call {
        request,
        server: Upstream::at(&url),
        is_https: false,
        seconds: 50,
        stream: None,
    };
    let clients = Clients::new().unwrap();
    let bodies = Bodies::new(dir.path(), bounds);
    let called = forward(&clients, &bodies, call, 1 << 30).await;
    let failure = called.unwrap_err();
    server.await.unwrap();
    Finding::from(&failure.finding.unwrap()).code
}

#[tokio::test]
async fn a_body_of_ones_own_that_cannot_be_read_is_not_the_servers_fault() {
    let body = Body::outside(Bytes::new(), 20_000_000, Arc::new(Broken));
    let code = called(body, usize::MAX >> 40, Vec::new(), Bounds::default()).await;
    assert_eq!(code, Code::UpstreamNotSent);
}

#[tokio::test]
async fn an_answer_for_which_there_is_no_room_is_not_the_servers_fault() {
    let bounds = Bounds {
        memory_bytes: 0,
        memory_wait: Duration::ZERO,
        file_bytes: 0,
    };
    let mut says = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n".to_vec();
    says.resize(says.len() + 1_000_000, b'x');
    let code = called(Body::from("{}"), 1, says, bounds).await;
    assert_eq!(code, Code::UpstreamNoRoom);
}
