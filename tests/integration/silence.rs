//! Every connection ends by itself when nothing happens on it, at every listener and in both
//! versions of HTTP; and what waits for an answer does not.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Instance, TIMEOUT};
use crate::tunnel::{app, start};

/// The preface of HTTP/2 and an empty frame of settings.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
/// A head that goes on in a frame that never comes: no END_HEADERS, `:method: POST`.
const HALF_HEAD: &[u8] = b"\0\0\x01\x01\0\0\0\0\x01\x83";

/// Sends bytes and reads until the program ends the connection.
async fn until_end(at: &str, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    // A reset is an end, too.
    let _ = tokio::time::timeout(TIMEOUT, stream.read_to_end(&mut answer))
        .await
        .unwrap_or_else(|_| panic!("{at} ends a connection with {bytes:?}"));
    answer
}

/// A program whose callers have a second for a head, and its two listeners.
async fn quick() -> (Instance, [String; 2]) {
    let app = app().await;
    let quick = json!({"header_timeout_s": 1});
    assert_eq!(
        app.call(Method::PATCH, "settings", Some(quick)).await.0,
        200
    );
    let own = json!({"provider": "url", "url": {"url": "https://bot.invalid"}});
    let forward_to = start(&app, own, "online").await["forward_to"].clone();
    let forward_to = forward_to.as_str().unwrap().trim_start_matches("http://");
    let listeners = [app.webhook_host(), forward_to.to_owned()];
    (app, listeners)
}

#[tokio::test]
async fn a_connection_that_sends_nothing_or_no_whole_head_is_ended() {
    let (_app, listeners) = quick().await;
    let half_head = [PREFACE, HALF_HEAD].concat();
    let ends = listeners.iter().flat_map(|at| {
        let beginnings: [&[u8]; 4] = [b"", b"POST / HT", PREFACE, &half_head];
        beginnings.map(|bytes| (at.clone(), bytes.to_vec()))
    });
    let ends = ends.map(|(at, bytes)| tokio::spawn(async move { until_end(&at, &bytes).await }));
    for end in ends.collect::<Vec<_>>() {
        end.await.unwrap();
    }
}

#[tokio::test]
async fn a_connection_that_waits_for_its_next_request_is_ended_and_no_record_of_its_own() {
    let (app, listeners) = quick().await;
    let secret = crate::tunnel::secret(&app).await;
    for at in &listeners {
        let request =
            format!("POST /{secret} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{{}}");
        let answer = until_end(at, request.as_bytes()).await;
        assert_eq!(
            answer.windows(8).filter(|part| part == b"HTTP/1.1").count(),
            1
        );
        // A stranger's, or one that is captured: the answer is no record's beginning either.
        until_end(at, b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n").await;
    }
    let rows = app.get("exchanges?limit=10").await["exchanges"].clone();
    let statuses: Vec<&Value> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["status"])
        .collect();
    // Two turns by the secret, and the other path on loopback.
    assert_eq!(statuses, [&json!(200); 3]);
}

#[tokio::test]
async fn a_held_request_over_http2_outlives_the_limit_of_silence() {
    let (app, listeners) = quick().await;
    app.hold(600).await;
    let http = reqwest::Client::builder().no_proxy().timeout(TIMEOUT);
    let http = http.http2_prior_knowledge().build().unwrap();
    let url = app.webhook("/");
    let caller = tokio::spawn(async move { http.post(url).body("{}").send().await });
    let held = app.in_state("held").await;
    // Silence that began later is over.
    until_end(&listeners[0], PREFACE).await;
    let route = format!("exchanges/{}/answer", held["id"].as_str().unwrap());
    let answer = json!({"status": 200, "body": "{\"late\":1}"});
    assert_eq!(app.post(&route, answer).await.0, 200);
    let answer = caller.await.unwrap().unwrap();
    assert_eq!(answer.text().await.unwrap(), "{\"late\":1}");
}
