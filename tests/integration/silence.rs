//! Every connection ends by itself when nothing happens on it, at every listener and in both
//! versions of HTTP; and what waits for an answer does not.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[cfg(unix)]
use crate::support::program;
use crate::support::{Instance, TIMEOUT};
#[cfg(unix)]
use crate::tunnel::in_session;
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

/// Gives callers a second for a head.
async fn hurry(app: &Instance) {
    let quick = json!({"header_timeout_s": 1});
    assert_eq!(
        app.call(Method::PATCH, "settings", Some(quick)).await.0,
        200
    );
}

/// The port that a tunnel's own program or a proxy of the user's is told.
async fn told_port(app: &Instance, plan: Value) -> String {
    let forward_to = start(app, plan, "online").await["forward_to"].clone();
    let forward_to = forward_to.as_str().unwrap();
    forward_to.trim_start_matches("http://").to_owned()
}

/// A program whose callers have a second for a head, and its two listeners: the one of this machine
/// and the port for a proxy.
async fn quick() -> (Instance, [String; 2]) {
    let app = app().await;
    hurry(&app).await;
    let own = json!({"provider": "url", "url": {"url": "https://bot.invalid"}});
    let listeners = [app.webhook_host(), told_port(&app, own).await];
    (app, listeners)
}

/// Another one: its listener on the network, and the port for a tunnel's program.
#[cfg(unix)]
async fn quick_on_network(dir: &tempfile::TempDir) -> (Instance, [String; 2]) {
    let mut command = program();
    command
        .args(["serve", "--listen", "0.0.0.0:0", "--data-dir"])
        .arg(dir.path());
    let app = Instance::spawn(command);
    in_session(&app).await;
    hurry(&app).await;
    let listening: std::net::SocketAddr = app.webhook_host().parse().unwrap();
    let script = "echo https://port-$1.example; exec sleep 600";
    let plan = json!({"provider": "command", "command": {
        "program": "/bin/sh", "args": ["-c", script, "x", "{port}"]}});
    let near = format!("127.0.0.1:{}", listening.port());
    let listeners = [near, told_port(&app, plan).await];
    (app, listeners)
}

/// Opens connections on which nothing comes, or no whole head, and waits for the ends of all.
async fn silent_ones_end(listeners: &[String]) {
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
async fn a_connection_that_sends_nothing_or_no_whole_head_is_ended() {
    let (_app, listeners) = quick().await;
    silent_ones_end(&listeners).await;
}

#[cfg(unix)]
#[tokio::test]
async fn at_the_network_and_at_a_programs_port_silent_connections_are_ended_too() {
    let dir = tempfile::TempDir::new().unwrap();
    let (_app, listeners) = quick_on_network(&dir).await;
    silent_ones_end(&listeners).await;
}

/// Asks twice at each listener and waits for the ends of the connections; the statuses of what is
/// recorded then.
async fn idle_ones_end(app: &Instance, listeners: &[String]) -> Vec<Value> {
    let secret = crate::tunnel::secret(app).await;
    for at in listeners {
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
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row["status"].clone()).collect()
}

#[tokio::test]
async fn a_connection_that_waits_for_its_next_request_is_ended_and_no_record_of_its_own() {
    let (app, listeners) = quick().await;
    let statuses = idle_ones_end(&app, &listeners).await;
    // Two turns by the secret, and the other path on loopback.
    assert_eq!(statuses, [200; 3]);
}

#[cfg(unix)]
#[tokio::test]
async fn at_the_network_and_at_a_programs_port_idle_connections_are_ended_too() {
    let dir = tempfile::TempDir::new().unwrap();
    let (app, listeners) = quick_on_network(&dir).await;
    let statuses = idle_ones_end(&app, &listeners).await;
    // Two turns by the secret: other paths are strangers' there.
    assert_eq!(statuses, [200; 2]);
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
