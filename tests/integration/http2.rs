//! HTTP/2 frame by frame: what a client library would not send.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Instance, TIMEOUT, codes, pairs};

/// The preface of HTTP/2 and settings that change nothing.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

pub(crate) fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).unwrap();
    let head = [0, 0, length, kind, flags, 0, 0, 0, stream];
    [&head, payload].concat()
}

/// A field that is not in the table of HPACK.
fn field(name: &str, value: &str) -> Vec<u8> {
    let (names, values) = (name.len() as u8, value.len() as u8);
    [&[0, names], name.as_bytes(), &[values], value.as_bytes()].concat()
}

/// `POST / http`, and fields.
pub(crate) fn post(flags: u8, stream: u8, fields: &[(&str, &str)]) -> Vec<u8> {
    let mut block = vec![0x83, 0x84, 0x86];
    for (name, value) in fields {
        block.extend(field(name, value));
    }
    frame(HEADERS, END_HEADERS | flags, stream, &block)
}

pub(crate) async fn connect(app: &Instance, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(app.webhook_host()).await.unwrap();
    stream.write_all(PREFACE).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream
}

/// The payload of the next frame of this kind on this stream.
pub(crate) async fn next(stream: &mut TcpStream, kind: u8, id: u8) -> Vec<u8> {
    let reading = async {
        loop {
            let mut head = [0; 9];
            stream.read_exact(&mut head).await.unwrap();
            let length = usize::from(head[1]) << 8 | usize::from(head[2]);
            let mut payload = vec![0; length];
            stream.read_exact(&mut payload).await.unwrap();
            if (head[3], head[8]) == (kind, id) {
                return payload;
            }
        }
    };
    tokio::time::timeout(TIMEOUT, reading)
        .await
        .expect("it comes")
}

async fn ended(app: &Instance, state: &str) -> Value {
    let summary = app.in_state(state).await;
    app.exchange(&summary["id"]).await
}

#[tokio::test]
async fn a_body_that_contradicts_its_length_is_broken_and_its_caller_has_not_left() {
    for length in ["5", "1"] {
        let app = Instance::start();
        let head = post(0, 1, &[(":authority", "a"), ("content-length", length)]);
        let bytes = [head, frame(DATA, END_STREAM, 1, b"{}")].concat();
        let mut stream = connect(&app, &bytes).await;
        let reason = next(&mut stream, RST_STREAM, 1).await;
        assert_eq!(reason, [0, 0, 0, 1], "PROTOCOL_ERROR");
        let failed = ended(&app, "failed").await;
        assert_eq!(failed["failure_code"], "broken_request", "{failed}");
        let found = codes(&failed);
        assert!(found.contains(&"body_length_wrong"), "{found:?}");
        assert!(!found.contains(&"caller_left"), "{found:?}");
        assert_eq!(failed["request"]["body"]["truncated"], true);
        // The connection goes on.
        stream.write_all(&post(END_STREAM, 3, &[])).await.unwrap();
        assert_eq!(next(&mut stream, DATA, 3).await, b"{", "its first piece");
    }
}

#[tokio::test]
async fn a_stream_that_its_caller_resets_within_its_body_is_not_whole_whatever_the_reason() {
    for reason in [0, 8] {
        let app = Instance::start();
        let head = post(0, 1, &[(":authority", "a")]);
        let reset = frame(RST_STREAM, 0, 1, &[0, 0, 0, reason]);
        let bytes = [head, frame(DATA, 0, 1, b"{"), reset].concat();
        let _stream = connect(&app, &bytes).await;
        let left = ended(&app, "abandoned").await;
        assert!(codes(&left).contains(&"caller_left"), "{left}");
        assert_eq!(left["request"]["body"]["truncated"], true, "{reason}");
    }
}

#[tokio::test]
async fn the_authority_is_recorded_and_another_host_beside_it_is_found() {
    let app = Instance::start();
    for (stream, authority, host, found) in [
        (1, "bot.example:81", None, None),
        (3, "bot.example", Some("BOT.example"), None),
        (
            5,
            "bot.example",
            Some("other.example"),
            Some("host_differs"),
        ),
        (7, "bot.example", Some("bot example"), Some("host_invalid")),
    ] {
        let mut fields = vec![(":authority", authority), ("x-a", "1")];
        fields.extend(host.map(|host| ("host", host)));
        let mut bytes = connect(&app, &post(END_STREAM, stream, &fields)).await;
        next(&mut bytes, DATA, stream).await;
        let exchange = app.exchange(&app.newest().await["id"]).await;
        let recorded = pairs(&exchange["request"]["headers"]);
        let sent: Vec<(String, String)> = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        assert_eq!(recorded, sent);
        for code in ["host_differs", "host_invalid"] {
            let expected = found == Some(code) || (host == Some("bot example"));
            assert_eq!(codes(&exchange).contains(&code), expected, "{exchange}");
        }
        let route = format!("exchanges/{}/replay", exchange["id"].as_str().unwrap());
        let edit = json!({"headers": exchange["request"]["headers"]});
        for document in [
            json!({"target": "self"}),
            json!({"target": "self", "edit": edit}),
        ] {
            let (status, created) = app.post(&route, document).await;
            assert_eq!(status, 201, "{created}");
            let again = app.exchange(&created["id"]).await;
            let names = pairs(&again["request"]["headers"]);
            assert!(names.iter().all(|(name, _)| !name.starts_with(':')));
        }
    }
}

/// A frame as long as it is.
fn long_frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let head = [kind, flags, 0, 0, 0, stream];
    [&length[1..], &head, payload].concat()
}

/// That nothing is told of a request which could not be read: what came is coded, and another
/// request's may lie between it.
fn assert_nothing_is_told(exchange: &Value) {
    assert_eq!(exchange["request_bytes"], 0, "{exchange}");
    assert_eq!(exchange["path"], "", "{exchange}");
    assert_eq!(exchange["method"], "", "{exchange}");
}

#[tokio::test]
async fn a_head_that_breaks_the_rules_leaves_a_row_and_its_connection_goes_on() {
    let no_method = vec![0x84, 0x86];
    let mut of_connection = vec![0x83, 0x84, 0x86];
    of_connection.extend(field("connection", "close"));
    for (name, block) in [
        ("no method", no_method),
        ("a field of the connection", of_connection),
    ] {
        let app = Instance::start();
        let head = frame(HEADERS, END_HEADERS | END_STREAM, 1, &block);
        let mut stream = connect(&app, &head).await;
        let reason = next(&mut stream, RST_STREAM, 1).await;
        assert_eq!(reason, [0, 0, 0, 1], "{name}: PROTOCOL_ERROR");
        let failed = ended(&app, "failed").await;
        assert_eq!(failed["failure_code"], "broken_request", "{name}: {failed}");
        assert_eq!(codes(&failed), ["http_syntax"], "{name}");
        assert_eq!(failed["request"]["http_version"], "2");
        assert_nothing_is_told(&failed);
        stream.write_all(&post(END_STREAM, 3, &[])).await.unwrap();
        assert_eq!(next(&mut stream, DATA, 3).await, b"{", "{name}");
        let answered = ended(&app, "answered").await;
        assert_eq!(answered["seq"], failed["seq"].as_u64().unwrap() + 1);
    }
}

#[tokio::test]
async fn frames_for_which_the_connection_ends_leave_a_row() {
    let bad_block = frame(HEADERS, END_HEADERS | END_STREAM, 1, &[0xff, 0x7f]);
    let large_letter = [&[0x83, 0x84, 0x86], &field("X-A", "1")[..]].concat();
    let large_letter = frame(HEADERS, END_HEADERS | END_STREAM, 1, &large_letter);
    for (name, bytes) in [
        ("a large letter in a name", large_letter),
        ("settings of half an entry", frame(4, 0, 0, &[0, 1, 0])),
        ("a block that is no HPACK", bad_block),
        (
            "a frame that is too long",
            long_frame(DATA, 0, 1, &[0; 16_385]),
        ),
        ("data on no stream", frame(DATA, 0, 0, b"a")),
    ] {
        let app = Instance::start();
        let mut stream = connect(&app, &bytes).await;
        let failed = ended(&app, "failed").await;
        assert_eq!(failed["failure_code"], "broken_request", "{name}: {failed}");
        assert_eq!(codes(&failed), ["http_syntax"], "{name}");
        assert_nothing_is_told(&failed);
        let mut rest = Vec::new();
        let reading = stream.read_to_end(&mut rest);
        let _ = tokio::time::timeout(TIMEOUT, reading)
            .await
            .expect("it ends");
        assert_eq!(app.get("status").await["counts"]["exchanges"], 1, "{name}");
    }
}

#[tokio::test]
async fn of_a_refused_head_no_byte_of_another_request_is_recorded() {
    let app = Instance::start();
    // At once: a whole request with its body, and a head without a method.
    let whole = post(0, 1, &[]);
    let body = frame(DATA, END_STREAM, 1, b"{\"action\":\"of another\"}");
    let broken = frame(HEADERS, END_HEADERS | END_STREAM, 3, &[0x84, 0x86]);
    let mut stream = connect(&app, &[whole, body, broken].concat()).await;
    next(&mut stream, RST_STREAM, 3).await;
    assert_nothing_is_told(&ended(&app, "failed").await);
    let other = ended(&app, "answered").await;
    assert_eq!(other["request_bytes"], 23, "{other}");
}

#[tokio::test]
async fn a_head_over_the_limit_leaves_a_row_with_what_its_caller_was_told() {
    let app = Instance::start();
    let limit = app.get("settings").await["header_limit_bytes"]
        .as_u64()
        .unwrap();
    let mut block = vec![0x83, 0x84, 0x86];
    for _ in 0..=limit / 140 {
        block.extend(field("x-a", &"a".repeat(120)));
    }
    let pieces: Vec<_> = block.chunks(16_000).collect();
    let last = pieces.len() - 1;
    let frames = pieces.iter().enumerate().map(|(number, piece)| {
        let kind = if number == 0 { HEADERS } else { 9 };
        let ends = if number == last { END_HEADERS } else { 0 };
        let stream = if number == 0 { END_STREAM } else { 0 };
        long_frame(kind, ends | stream, 1, piece)
    });
    let bytes = frames.collect::<Vec<_>>().concat();
    let mut stream = connect(&app, &bytes).await;
    assert!(!next(&mut stream, HEADERS, 1).await.is_empty(), "431");
    let told = ended(&app, "answered").await;
    assert_eq!(told["status"], 431, "{told}");
    assert_eq!(codes(&told), ["headers_too_large"]);
    assert_nothing_is_told(&told);
}

#[tokio::test]
async fn an_answer_whose_end_did_not_leave_is_not_answered() {
    let app = Instance::start();
    let body = "a".repeat(200);
    let answer = json!({"default_answer": {"status": 200, "headers": [], "body": body}});
    app.answering(answer).await;
    // A window of no byte: the head of the answer leaves, and nothing of its body.
    let settings = frame(4, 0, 0, &[0, 4, 0, 0, 0, 0]);
    let mut stream = connect(&app, &[settings, post(END_STREAM, 1, &[])].concat()).await;
    next(&mut stream, HEADERS, 1).await;
    drop(stream);
    let failed = ended(&app, "failed").await;
    assert_eq!(failed["failure_code"], "write_failed", "{failed}");
}
