//! Heads that could not be read to their end: what the caller is told, and what is recorded of
//! them.

use std::sync::Arc;

use protocol::{Answer, Body, Code, FailureCode, Headers, HttpVersion, OwnFinding, Request};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::GRACE;
use super::broken_head::BrokenHead;
use super::connection::Caller;
use super::response;
use super::target::{Target, target_bytes};
use crate::clock;
use crate::outgoing::Framing;
use crate::receipt::Receipt;
use crate::refusal::{Refusal, told};
use crate::settings::Settings;
use crate::turn::{self, Reply, undelivered};

/// How the answer to such a head is framed.
const FRAMING: Framing = Framing {
    version: HttpVersion::Http11,
    closes: true,
};

impl Caller {
    /// The head did not come in time: records what came, and says so.
    pub(super) async fn head_overdue<T>(&self, stream: T, head: &[u8], settings: &Settings)
    where
        T: AsyncWrite + Unpin,
    {
        self.refused_head(Some(stream), head, BrokenHead::overdue(settings))
            .await;
    }

    /// The head names a length that no body has: says so, to whom there is an address for.
    pub(super) async fn length_refused<T>(
        &self,
        stream: Option<T>,
        head: &[u8],
        settings: &Settings,
    ) where
        T: AsyncWrite + Unpin,
    {
        self.refused_head(stream, head, BrokenHead::too_long(settings))
            .await;
    }

    /// Records a request whose head could not be read, with what was read of it, then answers it
    /// and ends the connection. `stream`: `None` where nobody is there for the answer.
    pub(super) async fn refused_head<T>(&self, stream: Option<T>, head: &[u8], broken: BrokenHead)
    where
        T: AsyncWrite + Unpin,
    {
        let BrokenHead {
            status,
            code,
            detail,
        } = broken;
        let is_tls = is_tls_hello(head);
        let code = if is_tls { Code::TlsHello } else { code };
        let finding = OwnFinding::new(code, [detail]);
        let mut request = partial_request(head);
        request.remote = self.remote.to_string();
        let path = match request.path.as_str() {
            "" => "/",
            path => path,
        };
        let Some(owner) = self.listener.owner(&self.shared, path) else {
            self.shared.tunnel.strangers.turned_away();
            // To a stranger there is nothing at this address, however long its body is.
            let status = if status == 413 { 404 } else { status };
            return end(stream, &framed(&request.method, nothing(status))).await;
        };
        request.path = owner.path;
        let mut receipt = Receipt::now(&self.shared, self.listener.source(), None);
        let concealed = self.shared.conceal_token(&mut request);
        receipt.findings.extend(concealed);
        let answer = framed(&request.method, told(status, &finding));
        let refusal = Some(Refusal {
            answer: match stream {
                Some(_) => Ok(answer.clone()),
                None => Err(undelivered(receipt.clock, FailureCode::CallerLeft)),
            },
            finding,
        });
        let host = Arc::clone(&self.shared);
        turn::run(host, owner.bot, receipt, request, refusal, Reply::Nobody).await;
        end(stream, &answer).await;
    }
}

fn nothing(status: u16) -> Answer {
    Answer {
        status,
        headers: Headers::default(),
        body: Body::default(),
    }
}

fn framed(method: &str, mut answer: Answer) -> Answer {
    turn::frame(method, &mut answer, Some(FRAMING), false, clock::now());
    answer
}

/// Sends an answer, and ends the connection. A caller too slow to send may be too slow to read; the
/// record is what matters.
async fn end<T: AsyncWrite + Unpin>(stream: Option<T>, answer: &Answer) {
    let Some(mut stream) = stream else { return };
    let mut bytes = response::head(answer.status, &answer.headers, FRAMING.version);
    bytes.extend_from_slice(answer.body.beginning());
    let _ = tokio::time::timeout(GRACE, async {
        stream.write_all(&bytes).await?;
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
    let mut lines = head
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let first = lines.next().unwrap_or_default();
    let method = first.split(|byte| *byte == b' ').next().unwrap_or_default();
    let target = Target::of_bytes(target_bytes(first).unwrap_or(b"/"));
    let headers: Headers = lines
        .filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let name = String::from_utf8_lossy(line[..colon].trim_ascii()).into_owned();
            Some((name, line[colon + 1..].trim_ascii()))
        })
        .collect();
    Request {
        method: String::from_utf8_lossy(method).into_owned(),
        path: format!("{}{}", target.origin, target.path),
        query: target.query,
        is_target_latin1: target.is_latin1,
        truncated: names_body(&headers),
        headers,
        // What was read is kept where it can be looked at, whatever it is.
        body: if looks_like_http(head) {
            Body::default()
        } else {
            head.to_vec().into()
        },
        ..Request::default()
    }
}

/// The head says that a body follows, of which nothing was read.
fn names_body(headers: &Headers) -> bool {
    let length = headers.get("content-length");
    headers.get("transfer-encoding").is_some() || length.is_some_and(|length| length != "0")
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
        let head = b"POST /h\xe9ok?a=1 HTTP/1.1\r\nHost: x\r\nX-B: \xff\r\nX-Half: va";
        let request = partial_request(head);
        assert_eq!(
            (request.method.as_str(), request.path.as_str()),
            ("POST", "/héok")
        );
        assert!(request.is_target_latin1);
        assert_eq!(request.query.as_deref(), Some("a=1"));
        assert_eq!(request.headers.0[1].1, b"\xff");
        assert_eq!(request.headers.get("x-half").as_deref(), Some("va"));
    }

    #[test]
    fn a_body_is_missing_only_where_one_was_to_come() {
        for (fields, is_cut) in [
            ("", false),
            ("Content-Length: 0\r\n", false),
            ("Content-Length: 5\r\n", true),
            ("transfer-encoding: chunked\r\n", true),
        ] {
            let head = format!("GET / HTTP/1.1\r\n{fields}\r\n");
            assert_eq!(
                partial_request(head.as_bytes()).truncated,
                is_cut,
                "{fields}"
            );
        }
    }
}
