//! What becomes of a body that is not whole, by what ended it and by how it was framed: that it
//! stalled, ended too soon, broke its framing, or was over the limit, and that its caller left, are
//! five things.

use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::http2::{self, DATA, END_STREAM, HEADERS, RST_STREAM, frame, post};
use crate::support::{Instance, TIMEOUT, codes, raw};

const GOAWAY: u8 = 7;
/// The limit of bodies in these tests, in bytes.
const LIMIT: usize = 2048;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Nothing more comes.
    Stalls,
    /// Its caller ends the sending half, on HTTP/2 the stream's.
    Ends,
    /// Its caller resets the connection, on HTTP/2 the stream.
    Leaves,
    /// What comes is no HTTP.
    Breaks,
    /// More comes than is taken.
    IsLong,
}

/// How a body is framed on HTTP/1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Framed {
    Length,
    Chunks,
}

/// An instance that gives up a body after a second where it is to stall, and else after none.
async fn instance(end: End) -> Instance {
    let app = Instance::start();
    let seconds = if end == End::Stalls { 1 } else { 600 };
    let settings = json!({"body_limit_bytes": LIMIT, "body_timeout_s": seconds});
    let (status, value) = app.call(Method::PATCH, "settings", Some(settings)).await;
    assert_eq!(status, 200, "{value}");
    app
}

/// Sends such a body on HTTP/1: what is answered.
async fn on_http1(app: &Instance, end: End, framed: Framed) -> String {
    let is_long = end == End::IsLong;
    let body = if is_long {
        "x".repeat(3000)
    } else {
        "{".to_owned()
    };
    let (field, mut body) = match framed {
        Framed::Length => (
            format!("Content-Length: {}", if is_long { 3000 } else { 9 }),
            body,
        ),
        Framed::Chunks => (
            "Transfer-Encoding: chunked".to_owned(),
            format!("{:x}\r\n{body}\r\n", body.len()),
        ),
    };
    if end == End::Breaks {
        body.push_str("zz\r\n");
    }
    let expects = match end {
        End::Leaves => "Expect: 100-continue\r\n",
        _ => "",
    };
    let head = format!("POST /body HTTP/1.1\r\nHost: bot\r\n{field}\r\n{expects}\r\n");
    let mut stream = TcpStream::connect(app.webhook_host()).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    if end == End::Leaves {
        // Now its head is read, and its body is waited for.
        stream.read_u8().await.unwrap();
    }
    stream.write_all(body.as_bytes()).await.unwrap();
    match end {
        End::Leaves => {
            stream.set_zero_linger().unwrap();
            return String::new();
        }
        End::Ends => stream.shutdown().await.unwrap(),
        End::Stalls | End::Breaks | End::IsLong => {}
    }
    let mut answer = String::new();
    let read = tokio::time::timeout(TIMEOUT, stream.read_to_string(&mut answer));
    read.await
        .expect("the connection ends with its body")
        .unwrap();
    answer
}

#[tokio::test]
async fn on_http1_what_ends_a_body_has_an_answer_and_a_finding_of_its_own() {
    for (end, framed, status, code) in [
        (End::Stalls, Framed::Length, Some(408), "body_timeout"),
        (End::Stalls, Framed::Chunks, Some(408), "body_timeout"),
        (End::Ends, Framed::Length, Some(400), "body_too_short"),
        (End::Ends, Framed::Chunks, Some(400), "body_without_end"),
        (End::Leaves, Framed::Length, None, "caller_left"),
        (End::Leaves, Framed::Chunks, None, "caller_left"),
        (End::Breaks, Framed::Chunks, Some(400), "http_syntax"),
        (End::IsLong, Framed::Length, Some(413), "body_too_large"),
        (End::IsLong, Framed::Chunks, Some(413), "body_too_large"),
    ] {
        let app = instance(end).await;
        let answer = on_http1(&app, end, framed).await;
        let what = format!("{end:?} {framed:?}: {answer}");
        let state = if status.is_some() {
            "answered"
        } else {
            "abandoned"
        };
        if let Some(status) = status {
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{what}");
            assert!(answer.contains(code), "{what}");
        }
        recorded(&app, state, status, code, &what).await;
    }
}

/// What such a body is on HTTP/2, behind its head.
fn frames(end: End) -> Vec<u8> {
    const PADDED: u8 = 8;
    const CANCEL: &[u8] = &[0, 0, 0, 8];
    match end {
        End::Stalls => frame(DATA, 0, 1, b"{"),
        End::Ends => frame(DATA, END_STREAM, 1, b"{"),
        End::Leaves => [frame(DATA, 0, 1, b"{"), frame(RST_STREAM, 0, 1, CANCEL)].concat(),
        // More padding than there is.
        End::Breaks => frame(DATA, PADDED, 1, b"\x09{"),
        End::IsLong => frame(DATA, 0, 1, &[b'x'; 200]).repeat(15),
    }
}

#[tokio::test]
async fn on_http2_what_ends_a_body_has_an_answer_and_a_finding_of_its_own() {
    for (end, has_length) in [
        (End::Stalls, true),
        (End::Stalls, false),
        (End::Ends, true),
        (End::Leaves, true),
        (End::Leaves, false),
        (End::Breaks, false),
        (End::IsLong, false),
    ] {
        let what = format!("{end:?} {has_length}");
        let (reply, state, status, code) = match end {
            End::Stalls => (Some((HEADERS, 1)), "answered", Some(408), "body_timeout"),
            End::Ends => (Some((RST_STREAM, 1)), "failed", None, "body_length_wrong"),
            End::Leaves => (None, "abandoned", None, "caller_left"),
            End::Breaks => (Some((GOAWAY, 0)), "failed", None, "http_syntax"),
            End::IsLong => (Some((HEADERS, 1)), "answered", Some(413), "body_too_large"),
        };
        let app = instance(end).await;
        let mut fields = vec![(":authority", "a")];
        fields.extend(has_length.then_some(("content-length", "9")));
        let bytes = [post(0, 1, &fields), frames(end)].concat();
        let mut stream = http2::connect(&app, &bytes).await;
        if let Some((kind, id)) = reply {
            http2::next(&mut stream, kind, id).await;
        }
        recorded(&app, state, status, code, &what).await;
    }
}

/// Looks at the one exchange, and that nothing else is said of its end.
async fn recorded(app: &Instance, state: &str, status: Option<u16>, code: &str, what: &str) {
    const ENDS: [&str; 7] = [
        "body_timeout",
        "body_too_short",
        "body_without_end",
        "body_length_wrong",
        "body_too_large",
        "caller_left",
        "http_syntax",
    ];
    let summary = app.in_state(state).await;
    let exchange = app.exchange(&summary["id"]).await;
    assert_eq!(exchange["status"], json!(status), "{what}");
    assert_eq!(exchange["request"]["body"]["truncated"], true, "{what}");
    let found = codes(&exchange);
    let ends: Vec<&&str> = found.iter().filter(|one| ENDS.contains(one)).collect();
    assert_eq!(ends, [&code], "{what}: {found:?}");
}

#[tokio::test]
async fn a_body_that_its_caller_ends_too_soon_gets_400_with_words_and_a_finding() {
    let app = Instance::start();
    let chunked = "Transfer-Encoding: chunked\r\n\r\n";
    for (rest, code, bytes) in [
        ("Content-Length: 3\r\n\r\n{}", "body_too_short", 2),
        ("Content-Length: 3\r\n\r\n", "body_too_short", 0),
        (chunked, "body_without_end", 0),
        (&format!("{chunked}2\r\n{{"), "body_without_end", 1),
        (&format!("{chunked}2\r\n{{}}\r\n"), "body_without_end", 2),
        (
            &format!("{chunked}2\r\n{{}}\r\n0\r\n"),
            "body_without_end",
            2,
        ),
    ] {
        let request = format!("POST /cut HTTP/1.1\r\nHost: bot\r\n{rest}");
        let mut stream = TcpStream::connect(app.webhook_host()).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = String::new();
        tokio::time::timeout(TIMEOUT, stream.read_to_string(&mut answer))
            .await
            .expect("the connection ends with its body")
            .unwrap();
        assert!(answer.starts_with("HTTP/1.1 400 "), "{rest:?}: {answer:?}");
        assert!(answer.contains(code), "{rest:?}: {answer:?}");
        let exchange = app.exchange(&app.newest().await["id"]).await;
        assert_eq!(exchange["state"], "answered", "{rest:?}");
        assert_eq!(exchange["request"]["body"]["bytes"], bytes, "{rest:?}");
        assert_eq!(exchange["request"]["body"]["truncated"], true, "{rest:?}");
        let found = codes(&exchange);
        assert!(found.contains(&code), "{rest:?}: {found:?}");
        assert!(!found.contains(&"caller_left"), "{rest:?}: {found:?}");
    }
}

#[tokio::test]
async fn a_body_whose_framing_is_broken_gets_400_with_what_came() {
    let app = Instance::start();
    let answer = raw(
        &app,
        b"POST /chunks HTTP/1.1\r\nHost: bot\r\nTransfer-Encoding: chunked\r\n\r\n\
          5\r\n{\"a\":\r\nZZ\r\n",
    )
    .await;
    assert!(
        answer.starts_with(b"HTTP/1.1 400 "),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    let exchange = app.exchange(&app.newest().await["id"]).await;
    assert_eq!(exchange["state"], "answered");
    assert_eq!(exchange["request"]["body"]["bytes"], 5);
    assert_eq!(exchange["request"]["body"]["truncated"], true);
    assert!(codes(&exchange).contains(&"http_syntax"), "{exchange}");
}
