//! Callers of HTTP/2 that send whole requests and then end their sending half, or leave.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::http2::{self, DATA, END_STREAM, HEADERS, frame, post};
use crate::support::{Instance, TIMEOUT, codes};

const TURN: &[u8] = br#"{"action":"e","userId":"1"}"#;
const PING: u8 = 6;

/// A whole request on this stream.
fn request(stream: u8) -> Vec<u8> {
    let head = post(
        0,
        stream,
        &[(":authority", "bot"), ("content-length", "27")],
    );
    [head, frame(DATA, END_STREAM, stream, TURN)].concat()
}

/// Sends bytes and ends the sending half.
async fn send(app: &Instance, bytes: &[u8]) -> TcpStream {
    let mut stream = http2::connect(app, bytes).await;
    stream.shutdown().await.unwrap();
    stream
}

/// All frames to the connection's end: kind, stream and payload.
async fn rest(mut stream: TcpStream) -> Vec<(u8, u8, Vec<u8>)> {
    let mut bytes = Vec::new();
    tokio::time::timeout(TIMEOUT, stream.read_to_end(&mut bytes))
        .await
        .expect("the connection ends after its answers")
        .unwrap();
    let (mut frames, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let length = usize::from(bytes[at + 1]) << 8 | usize::from(bytes[at + 2]);
        let payload = bytes[at + 9..at + 9 + length].to_vec();
        frames.push((bytes[at + 3], bytes[at + 8], payload));
        at += 9 + length;
    }
    frames
}

/// The body of the answer on a stream.
fn body(frames: &[(u8, u8, Vec<u8>)], stream: u8) -> Vec<u8> {
    let of_stream = |kind| {
        let frames = frames
            .iter()
            .filter(move |frame| (frame.0, frame.1) == (kind, stream));
        frames
            .flat_map(|frame| frame.2.clone())
            .collect::<Vec<u8>>()
    };
    assert!(!of_stream(HEADERS).is_empty(), "{stream}: {frames:?}");
    of_stream(DATA)
}

/// All exchanges, once there are so many and all have come to an end.
async fn settled(app: &Instance, count: usize) -> Vec<Value> {
    let all = async {
        loop {
            let list = app.get("exchanges?limit=1000").await["exchanges"].clone();
            let list = list.as_array().unwrap();
            let is_open = |one: &Value| one["state"] == "answering" || one["state"] == "held";
            if list.len() == count && !list.iter().any(is_open) {
                return list.clone();
            }
        }
    };
    tokio::time::timeout(TIMEOUT, all)
        .await
        .expect("all are recorded")
}

#[tokio::test]
async fn a_caller_that_ended_its_sending_half_is_answered_every_time() {
    let app = Instance::start();
    for _ in 0..40 {
        let frames = rest(send(&app, &request(1)).await).await;
        assert_eq!(body(&frames, 1), b"{}");
    }
    for one in settled(&app, 40).await {
        assert_eq!(one["state"], "answered", "{one}");
        assert_eq!(one["request_bytes"], TURN.len(), "{one}");
    }
}

#[tokio::test]
async fn several_requests_before_the_end_of_the_sending_half_are_all_answered() {
    let app = Instance::start();
    let streams = [1, 3, 5, 7];
    let bytes = streams.map(request).concat();
    let frames = rest(send(&app, &bytes).await).await;
    for stream in streams {
        assert_eq!(body(&frames, stream), b"{}");
    }
}

#[tokio::test]
async fn a_held_caller_that_ended_its_sending_half_gets_the_persons_answer() {
    let app = Instance::start();
    app.hold(60).await;
    let stream = send(&app, &request(1)).await;
    let held = app.in_state("held").await;
    let route = format!("exchanges/{}/answer", held["id"].as_str().unwrap());
    let (status, told) = app.post(&route, json!({"body": "a person's"})).await;
    assert_eq!((status.as_u16(), told), (200, json!({"delivered": true})));
    assert_eq!(body(&rest(stream).await, 1), b"a person's");
    assert_eq!(app.exchange(&held["id"]).await["state"], "answered");
}

#[tokio::test]
async fn a_held_caller_that_leaves_has_gone_however_it_leaves() {
    for (ends_first, resets) in [(true, true), (false, true), (true, false), (false, false)] {
        let app = Instance::start();
        app.hold(60).await;
        let mut stream = http2::connect(&app, &request(1)).await;
        if ends_first {
            stream.shutdown().await.unwrap();
        }
        app.in_state("held").await;
        if resets {
            stream.set_zero_linger().unwrap();
        }
        drop(stream);
        let left = app.in_state("abandoned").await;
        assert_eq!(left["request_bytes"], TURN.len(), "{ends_first} {resets}");
    }
}

#[tokio::test]
async fn every_whole_request_is_recorded_though_its_caller_leaves_at_once() {
    const CALLERS: usize = 40;
    let app = Instance::start();
    for _ in 0..CALLERS {
        http2::connect(&app, &[request(1), request(3)].concat()).await;
    }
    for one in settled(&app, 2 * CALLERS).await {
        assert_eq!(one["request_bytes"], TURN.len(), "{one}");
    }
}

#[tokio::test]
async fn a_body_that_the_end_of_the_sending_half_cuts_gets_400_and_whole_ones_their_answers() {
    for (length, code) in [(Some("9"), "body_too_short"), (None, "body_without_end")] {
        let app = Instance::start();
        let mut fields = vec![(":authority", "bot")];
        fields.extend(length.map(|length| ("content-length", length)));
        let cut = [post(0, 3, &fields), frame(DATA, 0, 3, b"{")].concat();
        let bytes = [request(1), cut].concat();
        let frames = rest(send(&app, &bytes).await).await;
        assert_eq!(body(&frames, 1), b"{}");
        let refused = String::from_utf8(body(&frames, 3)).unwrap();
        assert!(refused.contains(code), "{refused}");
        let list = settled(&app, 2).await;
        let cut = list.iter().find(|one| one["status"] == 400).unwrap();
        let exchange = app.exchange(&cut["id"]).await;
        assert!(codes(&exchange).contains(&code), "{exchange}");
        assert_eq!(exchange["request"]["body"]["bytes"], 1);
        assert_eq!(exchange["request"]["body"]["truncated"], true);
    }
}

#[tokio::test]
async fn what_came_before_a_broken_frame_is_recorded_though_both_came_at_once() {
    let app = Instance::start();
    let bytes = [request(1), frame(PING, 0, 0, b"short")].concat();
    let stream = http2::connect(&app, &bytes).await;
    rest(stream).await;
    let [one] = &settled(&app, 1).await[..] else {
        unreachable!("there is one")
    };
    assert_eq!(one["method"], "POST");
}
