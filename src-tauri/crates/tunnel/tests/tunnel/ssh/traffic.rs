//! Many callers, big bodies, and callers that misbehave.

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tunnel::{CONNECTIONS_MAX, Options, State, supervise};

use super::server::{Knobs, Server};
use crate::support::{HELD, Rig, TIMEOUT, ask, get, install_tls, now, post, timing};

async fn online() -> (Server, Rig) {
    let server = Server::start(Knobs::default()).await;
    let rig = Rig::new();
    rig.online(server.plan(|_| {})).await;
    (server, rig)
}

#[tokio::test]
async fn fifty_callers_are_served_at_once() {
    let (server, rig) = online().await;
    let public = server.public().await;
    let asking: Vec<_> = (0..50)
        .map(|number| {
            tokio::spawn(async move {
                let host = format!("bot-{number}");
                let answer = get(public, &host, HELD).await;
                assert_eq!(answer.headers()["echo-host"], host);
            })
        })
        .collect();
    rig.until_held(50).await;
    rig.release();
    for answer in asking {
        answer.await.unwrap();
    }
}

#[tokio::test]
async fn a_body_of_three_megabytes_comes_back_whole() {
    let (server, _rig) = online().await;
    let body: Vec<u8> = (0..3_u32 << 20)
        .map(|offset| (offset % 251) as u8)
        .collect();
    let body = Bytes::from(body);
    let answer = post(server.public().await, "bot", body.clone()).await;
    assert!(
        *answer.body() == body,
        "{} bytes came back",
        answer.body().len()
    );
}

#[tokio::test]
async fn callers_over_the_limit_are_refused_and_the_link_lives() {
    let (server, rig) = online().await;
    let public = server.public().await;
    let held: Vec<_> = (0..CONNECTIONS_MAX)
        .map(|_| tokio::spawn(async move { get(public, "bot", HELD).await.status() }))
        .collect();
    rig.until_held(CONNECTIONS_MAX).await;
    let status = get(public, "bot", "/").await.status();
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    rig.release();
    for one in held {
        assert_eq!(one.await.unwrap(), StatusCode::OK);
    }
    assert_eq!(get(public, "bot", "/").await.status(), StatusCode::OK);
    assert_eq!(server.wire.attempts(), 1);
}

#[tokio::test]
async fn callers_that_nobody_accepts_are_refused() {
    /// Those with a permit, and those who are told that there is none.
    const WAITING: usize = CONNECTIONS_MAX + 64;
    const MORE: usize = 36;
    install_tls();
    let server = Server::start(Knobs::default()).await;
    let (tunnel, mut incoming, supervisor) = supervise(Options {
        timing: timing(),
        now,
    });
    let supervisor = tokio::spawn(supervisor);
    let mut watch = tunnel.watch();
    tunnel.start(server.plan(|_| {})).await;
    let online = watch.wait_for(|status| status.state == State::Online);
    tokio::time::timeout(TIMEOUT, online)
        .await
        .unwrap()
        .unwrap();
    let public = server.public().await;

    let (ended, mut turned_away) = tokio::sync::mpsc::channel(MORE);
    for _ in 0..WAITING + MORE {
        let mut caller = TcpStream::connect(public).await.unwrap();
        let ended = ended.clone();
        tokio::spawn(async move {
            let heard = caller.read(&mut [0]).await;
            let _ = ended.send(heard).await;
        });
    }
    // As many as may be on their way wait.
    for _ in 0..MORE {
        let heard = tokio::time::timeout(TIMEOUT, turned_away.recv()).await;
        let heard = heard.expect("somebody is turned away").unwrap();
        assert!(matches!(heard, Ok(0) | Err(_)), "{heard:?}");
    }
    // There is a permit again as soon as one is taken.
    drop(incoming.next().await);
    let mut caller = TcpStream::connect(public).await.unwrap();
    let mut byte = [0];
    let heard = tokio::time::timeout(timing().busy_pause, caller.read(&mut byte)).await;
    assert!(heard.is_err(), "the next one waits: {heard:?}");
    assert_eq!(tunnel.status().state, State::Online);
    supervisor.abort();
}

#[tokio::test]
async fn a_body_that_nobody_reads_stops_nobody_else() {
    let (server, rig) = online().await;
    let public = server.public().await;
    let request = || {
        let body = Full::new(Bytes::from(vec![b'x'; 8 << 20]));
        Request::post(HELD)
            .header("host", "bot")
            .body(body)
            .unwrap()
    };
    let unread: Vec<_> = (0..3)
        .map(|_| tokio::spawn(ask(public, request())))
        .collect();
    rig.until_held(3).await;
    for _ in 0..20 {
        assert_eq!(get(public, "bot", "/").await.status(), StatusCode::OK);
    }
    for one in unread {
        let ended = tokio::time::timeout(TIMEOUT, one).await.unwrap();
        assert!(ended.unwrap().is_err(), "its connection is closed");
    }
    assert_eq!(server.wire.attempts(), 1, "the link lives");
}

#[tokio::test]
async fn a_caller_may_end_its_side_and_still_be_answered() {
    let (server, _rig) = online().await;
    let mut caller = TcpStream::connect(server.public().await).await.unwrap();
    let request = b"GET / HTTP/1.1\r\nhost: bot\r\nconnection: close\r\n\r\n";
    caller.write_all(request).await.unwrap();
    caller.shutdown().await.unwrap();
    let mut answer = String::new();
    let read = caller.read_to_string(&mut answer);
    tokio::time::timeout(TIMEOUT, read).await.unwrap().unwrap();
    // Hyper takes the end of the request's side for a caller that has left, so an empty answer is
    // right too.
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 200"),
        "{answer}"
    );
}

#[tokio::test]
async fn a_caller_that_leaves_frees_its_permit() {
    let (server, rig) = online().await;
    let public = server.public().await;
    let asking = tokio::spawn(get(public, "bot", HELD));
    rig.until_held(1).await;
    asking.abort();
    rig.until_held(0).await;
}

#[tokio::test]
async fn channels_that_are_not_of_our_forward_are_refused() {
    let (server, _rig) = online().await;
    server.until_asked("forward 127.0.0.1:0").await;
    assert!(!server.open_for_another_port().await);
    assert!(!server.open_session_at_the_client().await);
    assert_eq!(
        get(server.public().await, "bot", "/").await.status(),
        StatusCode::OK
    );
}
