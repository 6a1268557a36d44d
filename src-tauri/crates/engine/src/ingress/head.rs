//! Heads that could not be read to their end: what the caller is told, and what is recorded of
//! them.

use std::sync::Arc;

use protocol::{Body, Code, Request};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::GRACE;
use super::connection::Caller;
use crate::http::path_and_query;
use crate::receipt::Receipt;
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::turn::{self, Reply};

impl Caller {
    /// The head did not come in time: says so and records what came.
    pub(super) async fn head_overdue<T>(&self, mut stream: T, head: &[u8], settings: &Settings)
    where
        T: AsyncWrite + Unpin,
    {
        end(&mut stream, "408 Request Timeout").await;
        let limit = settings.header_timeout_s.to_string();
        self.refused_head(head, 408, Code::HeaderTimeout, limit)
            .await;
    }

    /// The head names a length that no body has: says so, to whom there is an address for.
    pub(super) async fn length_refused<T>(&self, mut stream: T, head: &[u8], settings: &Settings)
    where
        T: AsyncWrite + Unpin,
    {
        let path = partial_request(head).path;
        let status = match self.listener.owner(&self.shared, &path) {
            Some(_) => "413 Content Too Large",
            None => "404 Not Found",
        };
        let limit = settings.body_limit_bytes.to_string();
        self.refused_head(head, 413, Code::BodyTooLarge, limit)
            .await;
        end(&mut stream, status).await;
    }

    /// Records a request whose head could not be read, with what was read of it.
    pub(super) async fn refused_head(&self, head: &[u8], status: u16, code: Code, detail: String) {
        let is_tls = is_tls_hello(head);
        let code = if is_tls { Code::TlsHello } else { code };
        let mut request = partial_request(head);
        request.remote = self.remote.to_string();
        let Some(owner) = self.listener.owner(&self.shared, &request.path) else {
            self.shared.tunnel.strangers.turned_away();
            return;
        };
        request.path = owner.path;
        let receipt = Receipt::now(&self.shared, self.listener.source(), None);
        let refusal = Some(Refusal::bare(status, code, detail));
        let host = Arc::clone(&self.shared);
        turn::run(host, owner.bot, receipt, request, refusal, Reply::Nobody).await;
    }
}

/// Answers with a status alone, and ends the connection. A caller too slow to send may be too slow
/// to read; the record is what matters.
async fn end<T: AsyncWrite + Unpin>(stream: &mut T, status: &str) {
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let _ = tokio::time::timeout(GRACE, async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await
    })
    .await;
}

/// What can be told of a head that was cut off or is not HTTP.
fn partial_request(head: &[u8]) -> Request {
    if is_tls_hello(head) {
        return Request {
            path: "/".to_owned(),
            body: head.to_vec().into(),
            ..Request::default()
        };
    }
    let text = String::from_utf8_lossy(head);
    let mut lines = text.split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ');
    let method = first.next().unwrap_or_default().to_owned();
    let target = first.next().unwrap_or("/");
    let (path, query) = path_and_query(target);
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim(), value.trim()))
        .collect();
    Request {
        method,
        path: path.to_owned(),
        query: query.map(str::to_owned),
        headers,
        // What was read is kept where it can be looked at, whatever it is.
        body: if looks_like_http(head) {
            Body::default()
        } else {
            head.to_vec().into()
        },
        truncated: true,
        ..Request::default()
    }
}

/// The bytes begin as TLS does: a record of the handshake, in any version (RFC 8446, 5.1).
fn is_tls_hello(bytes: &[u8]) -> bool {
    matches!(bytes, [0x16, 0x03, 0..=4, ..])
}

/// The bytes begin as a request does: a method and a target.
fn looks_like_http(head: &[u8]) -> bool {
    let end = head.iter().position(|byte| *byte == b' ').unwrap_or(0);
    end > 0 && head[..end].iter().all(u8::is_ascii_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_head_still_tells_what_it_can() {
        let request = partial_request(b"POST /hook?a=1 HTTP/1.1\r\nHost: x\r\nX-Half: va");
        assert_eq!(
            (request.method.as_str(), request.path.as_str()),
            ("POST", "/hook")
        );
        assert_eq!(request.query.as_deref(), Some("a=1"));
        assert_eq!(request.headers.get("x-half").as_deref(), Some("va"));
    }
}
