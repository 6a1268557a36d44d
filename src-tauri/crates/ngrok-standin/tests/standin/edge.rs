//! The public side, as a caller sees it and as the app does.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ngrok::session::{ConnectError, IoStream};
use ngrok_standin::{Knobs, Standin};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;

use crate::support::{Agent, Caller, call, client, soon};

/// Callers of the test of many.
const MANY: usize = 50;
/// Requests whose time is taken.
const TIMED: usize = 20;
/// What waits for a delayed acknowledgement waits 40 ms.
const TIMER_OF_TCP: Duration = Duration::from_millis(30);

#[tokio::test]
async fn the_app_learns_who_called() {
    let standin = Standin::start(Knobs::default()).await;
    let _agent = Agent::start(&client(&standin), "bot.example.test").await;
    standin.until(|one| !one.endpoints().is_empty()).await;
    let mut caller = Caller::connect(&standin).await;
    for _ in 0..2 {
        let answer = caller.send("bot.example.test", "/", "").await;
        assert_eq!(answer.header("x-peer"), caller.addr.to_string());
        assert_eq!(answer.header("x-forwarded-for"), "127.0.0.1");
        assert_eq!(answer.header("x-forwarded-proto"), "https");
        assert_eq!(answer.header("x-forwarded-host"), "bot.example.test");
        assert_eq!(answer.header("x-method"), "POST");
    }
}

#[tokio::test]
async fn an_address_that_nobody_has_is_offline() {
    let standin = Standin::start(Knobs::default()).await;
    let answer = call(&standin, "nobody.example.test", "/", "").await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("ngrok-error-code"), "ERR_NGROK_3200");
    let body = String::from_utf8_lossy(&answer.body).into_owned();
    assert!(body.contains("nobody.example.test is offline"), "{body}");
}

#[tokio::test]
async fn an_agent_without_an_answer_is_told_of() {
    let standin = Standin::start(Knobs::default()).await;
    let _agent = Agent::start(&client(&standin), "").await;
    standin.until(|one| !one.endpoints().is_empty()).await;
    let mut caller = Caller::connect(&standin).await;
    let answer = caller.send("any", "/close", "").await;
    assert_eq!(answer.status, 502);
    assert_eq!(answer.header("ngrok-error-code"), "ERR_NGROK_3004");
    let answer = caller.send("any", "/", "next").await;
    assert_eq!(&answer.body[..], b"next", "the next request is not harmed");
}

#[tokio::test]
async fn of_two_endpoints_the_one_that_is_named_gets_the_request() {
    let standin = Standin::start(Knobs::default()).await;
    let client = client(&standin);
    let _first = Agent::start(&client, "first.example.test").await;
    standin.until(|one| one.endpoints().len() == 1).await;
    let answer = call(&standin, "any", "/", "").await;
    assert_eq!(answer.status, 200, "the only one needs no name");
    let second = Agent::start(&client, "second.example.test").await;
    standin.until(|one| one.endpoints().len() == 2).await;
    assert_eq!(call(&standin, "any", "/", "").await.status, 404);
    for name in ["first.example.test", "SECOND.example.test"] {
        let answer = call(&standin, name, "/", "").await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("x-forwarded-host")),
            (200, name)
        );
    }
    second.session.close_tunnel(&second.id).await.unwrap();
    standin.until(|one| one.endpoints().len() == 1).await;
}

#[tokio::test]
async fn big_bodies_and_many_callers_get_through() {
    let standin = Standin::start(Knobs::default()).await;
    let _agent = Agent::start(&client(&standin), "").await;
    standin.until(|one| !one.endpoints().is_empty()).await;
    // Several times the window of a stream.
    let body = vec![b'x'; 1024 * 1024];
    let answer = call(&standin, "any", "/", body.clone()).await;
    assert!(answer.body == body, "the body comes back as it went");

    let mut calls = JoinSet::new();
    for index in 0..MANY {
        let mut caller = Caller::connect(&standin).await;
        calls.spawn(async move {
            let body = index.to_string();
            caller.send("any", "/", body.clone()).await.body == body
        });
    }
    assert!(calls.join_all().await.into_iter().all(|same| same));
}

/// Dials as an agent should: the client's own dialling leaves small packets to TCP's timers.
async fn dial_without_delay(
    host: String,
    port: u16,
    tls: Arc<rustls::ClientConfig>,
) -> Result<Box<dyn IoStream>, ConnectError> {
    let stream = TcpStream::connect((host.as_str(), port)).await;
    let stream = stream.map_err(ConnectError::Tcp)?;
    stream.set_nodelay(true).map_err(ConnectError::Tcp)?;
    let name = host.try_into().unwrap();
    let stream = TlsConnector::from(tls).connect(name, stream).await;
    Ok(Box::new(stream.map_err(ConnectError::Tls)?))
}

#[tokio::test]
async fn a_request_does_not_wait_for_a_timer_of_tcp() {
    let standin = Standin::start(Knobs::default()).await;
    let mut client = client(&standin);
    client.connector(|host, port, tls, _| dial_without_delay(host, port, tls));
    let _agent = Agent::start(&client, "").await;
    standin.until(|one| !one.endpoints().is_empty()).await;
    let mut caller = Caller::connect(&standin).await;
    let mut times = Vec::new();
    for _ in 0..TIMED {
        let start = Instant::now();
        caller.send("any", "/", "x").await;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    // With the option left out at the stand-in most of them take 40 ms and more.
    assert!(times[TIMED / 4] < TIMER_OF_TCP, "{times:?}");
}

#[tokio::test]
async fn a_caller_who_leaves_is_gone_for_the_app_too() {
    let standin = Standin::start(Knobs::default()).await;
    let mut agent = Agent::start(&client(&standin), "").await;
    standin.until(|one| !one.endpoints().is_empty()).await;
    let mut caller = TcpStream::connect(standin.public_addr()).await.unwrap();
    let head = b"GET /endless HTTP/1.1\r\nHost: any\r\n\r\n";
    caller.write_all(head).await.unwrap();
    let mut first = vec![0; 4096];
    let length = soon(caller.read(&mut first)).await.unwrap();
    assert!(
        first[..length].starts_with(b"HTTP/1.1 200"),
        "an answer has begun"
    );
    drop(caller);
    soon(agent.caller_left.recv()).await.unwrap();
}

#[tokio::test]
async fn an_answer_comes_through_piece_by_piece() {
    let standin = Standin::start(Knobs::default()).await;
    let agent = Agent::start(&client(&standin), "").await;
    standin.until(|one| !one.endpoints().is_empty()).await;
    let mut caller = TcpStream::connect(standin.public_addr()).await.unwrap();
    let head = b"GET /endless HTTP/1.1\r\nHost: any\r\n\r\n";
    caller.write_all(head).await.unwrap();
    let mut seen = Vec::new();
    for piece in ["one", "two", "three"] {
        agent.pieces.send(piece.into()).await.unwrap();
        // The next piece is not sent before this one has been seen.
        while !String::from_utf8_lossy(&seen).contains(piece) {
            let read = soon(caller.read_buf(&mut seen)).await.unwrap();
            assert_ne!(read, 0, "the answer goes on");
        }
    }
}

#[tokio::test]
async fn a_session_that_is_lost_in_an_answer_breaks_it_off() {
    let standin = Standin::start(Knobs::default()).await;
    let _agent = Agent::start(&client(&standin), "").await;
    standin.until(|one| !one.endpoints().is_empty()).await;
    let mut caller = TcpStream::connect(standin.public_addr()).await.unwrap();
    let head = b"GET /endless HTTP/1.1\r\nHost: any\r\n\r\n";
    caller.write_all(head).await.unwrap();
    let mut seen = Vec::new();
    soon(caller.read_buf(&mut seen)).await.unwrap();
    standin.drop_sessions();
    let reading = soon(caller.read_to_end(&mut seen)).await;
    let whole = reading.is_ok() && seen.ends_with(b"0\r\n\r\n");
    assert!(!whole, "it does not look complete");
}
