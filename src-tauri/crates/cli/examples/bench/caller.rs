//! A bot that calls over and over, on one connection.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The longest answer that is read, in bytes.
const ANSWER_MAX: usize = 4096;

/// A bot that keeps its connection.
pub(crate) struct Caller {
    address: SocketAddr,
    request: String,
    stream: Option<TcpStream>,
}

impl Caller {
    pub(crate) fn new(address: SocketAddr) -> Self {
        let body = include_str!("../../../../../tests/fixtures/samples/graph-event-minimal.json");
        let length = body.len();
        let request = format!(
            "POST / HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        Self {
            address,
            request,
            stream: None,
        }
    }

    /// One turn and its whole answer.
    pub(crate) async fn turn(&mut self) -> Result<Duration> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.address).await?;
                stream.set_nodelay(true)?;
                stream
            }
        };
        let begun = Instant::now();
        stream.write_all(self.request.as_bytes()).await?;
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n{}") {
            let more = stream.read_buf(&mut answer).await?;
            ensure!(
                more > 0 && answer.len() < ANSWER_MAX,
                "{}: no such answer was expected: {}",
                self.address,
                String::from_utf8_lossy(&answer)
            );
        }
        let took = begun.elapsed();
        ensure!(
            answer.starts_with(b"HTTP/1.1 200 "),
            "{}: not answered with 200",
            self.address
        );
        self.stream = Some(stream);
        Ok(took)
    }
}
