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
