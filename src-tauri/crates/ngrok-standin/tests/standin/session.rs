//! From the first byte to the last: letting in, binding, heartbeats, losing and ending a session.

use std::time::Duration;

use ngrok_standin::{Addresses, Kind, Knobs, ReservedPort, Standin, Urls};
use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use crate::support::{Agent, call, client, soon};

fn of_kind(standin: &Standin, kind: Kind) -> Vec<Value> {
    let log = standin.log().into_iter();
    log.filter(|received| received.kind == kind)
        .map(|received| received.json)
        .collect()
}

#[tokio::test]
async fn the_real_client_connects_listens_and_is_called() {
    let standin = Standin::start(Knobs::default()).await;
    let agent = Agent::start(&client(&standin), "bot.example.test").await;
    standin
        .until(|one| one.endpoints() == ["https://bot.example.test"])
        .await;
    assert_eq!(agent.url, "https://bot.example.test");
    assert_eq!(standin.sessions(), 1);

    let answer = call(&standin, "bot.example.test", "/hook", "hello").await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body[..]),
        (200, &b"hello"[..])
    );

    let auth = &of_kind(&standin, Kind::Auth)[0];
    assert_eq!(auth["Extra"]["AuthToken"], "standin-token");
    assert_eq!(auth["ClientId"], "", "this is a new session");
    let bind = &of_kind(&standin, Kind::Bind)[0];
    assert_eq!(bind["ForwardsTo"], "the tests of the stand-in");
    assert_eq!(bind["Opts"]["Domain"], "bot.example.test");
}

#[tokio::test]
async fn a_closed_tunnel_is_unbound_and_offline() {
    let standin = Standin::start(Knobs::default()).await;
    let agent = Agent::start(&client(&standin), "").await;
    standin.until(|one| !one.endpoints().is_empty()).await;
    soon(agent.session.close_tunnel(&agent.id)).await.unwrap();
    standin.until(|one| one.endpoints().is_empty()).await;
    assert_eq!(of_kind(&standin, Kind::Unbind)[0]["Id"], agent.id);
}

#[tokio::test]
async fn heartbeats_are_echoed_held_back_and_echoed_again() {
    let standin = Standin::start(Knobs::default()).await;
    let (sender, mut beats) = mpsc::channel(64);
    let mut client = client(&standin);
    client
        .heartbeat_interval(Duration::from_millis(50))
        .unwrap()
        .heartbeat_tolerance(Duration::from_millis(100))
        .unwrap()
        .handle_heartbeat(move |latency: Option<Duration>| {
            let sender = sender.clone();
            async move { sender.send(latency).await.map_err(Into::into) }
        });
    let _session = soon(client.connect()).await.unwrap();

    let until = async |beats: &mut mpsc::Receiver<Option<Duration>>, answered: bool| {
        soon(async { while beats.recv().await.unwrap().is_some() != answered {} }).await;
    };
    until(&mut beats, true).await;
    standin.knobs().answer_heartbeats = false;
    until(&mut beats, false).await;
    standin.knobs().answer_heartbeats = true;
    until(&mut beats, true).await;
    assert_eq!(standin.sessions(), 1, "it is one session all along");
}

#[tokio::test]
async fn a_dropped_session_comes_back_as_the_same() {
    let standin = Standin::start(Knobs::default()).await;
    let agent = Agent::start(&client(&standin), "").await;
    standin.until(|one| !one.endpoints().is_empty()).await;
    standin.drop_sessions();
    standin
        .until(|one| one.log().len() == 4 && one.endpoints() == [agent.url.as_str()])
        .await;

    let (auth, bind) = (of_kind(&standin, Kind::Auth), of_kind(&standin, Kind::Bind));
    let client_id = auth[1]["ClientId"].as_str().unwrap();
    assert!(!client_id.is_empty(), "the identity is given back");
    let cookie = auth[1]["Extra"]["Cookie"].as_str().unwrap();
    assert!(cookie.ends_with(client_id), "and so is the cookie");
    assert_eq!(bind[1]["Id"], agent.id);
    assert_eq!(bind[0]["Extra"]["Token"], "");
    assert_ne!(bind[1]["Extra"]["Token"], "");
    let host = agent.url.strip_prefix("https://").unwrap();
    assert_eq!(
        bind[1]["Opts"]["Domain"], host,
        "the options that were answered"
    );

    let answer = call(&standin, host, "/", "again").await;
    assert_eq!(&answer.body[..], b"again");
}

#[tokio::test]
async fn urls_follow_the_knob() {
    let standin = Standin::start(Knobs::default()).await;
    let client = client(&standin);
    let mut given = Vec::new();
    for urls in [Urls::Fixed, Urls::Random, Urls::Random, Urls::PublicAddr] {
        standin.knobs().urls = urls;
        given.push(Agent::start(&client, "").await.url);
    }
    assert!(given[0].starts_with("https://"));
    assert_ne!(given[1], given[2], "each session has a name of its own");
    assert_eq!(given[3], format!("http://{}", standin.public_addr()));
}

#[tokio::test]
async fn a_rebind_can_be_given_another_url() {
    let knobs = Knobs {
        urls: Urls::ChangedOnRebind,
        ..Knobs::default()
    };
    let standin = Standin::start(knobs).await;
    let agent = Agent::start(&client(&standin), "wanted.example.test").await;
    standin
        .until(|one| one.endpoints() == [agent.url.as_str()])
        .await;
    standin.drop_sessions();
    let changed = |one: &Standin| matches!(&one.endpoints()[..], [url] if *url != agent.url);
    standin.until(changed).await;
}

#[tokio::test]
async fn everything_ends_when_it_is_stopped() {
    let ports = [ReservedPort::take(), ReservedPort::take()];
    let addresses = Addresses {
        listen: ports[0].addr(),
        public: ports[1].addr(),
    };
    let standin = Standin::start_at(Knobs::default(), addresses)
        .await
        .unwrap();
    let agent = Agent::start(&client(&standin), "").await;
    standin.until(|one| !one.endpoints().is_empty()).await;
    let mut silent = TcpStream::connect(standin.listen_addr()).await.unwrap();
    standin.until(|one| one.sessions() == 2).await;
    let mut caller = TcpStream::connect(standin.public_addr()).await.unwrap();
    let ca_file = standin.ca_file().to_owned();

    soon(standin.stop()).await;

    for stream in [&mut silent, &mut caller] {
        let read = soon(stream.read(&mut [0; 1])).await;
        assert!(matches!(read, Ok(0) | Err(_)), "the connection is closed");
    }
    for port in &ports {
        let reached = TcpStream::connect(port.addr()).await;
        assert!(reached.is_err(), "nobody listens");
    }
    assert!(!ca_file.exists(), "the temporary file is gone");
    drop(agent);
}

#[tokio::test]
async fn a_drop_ends_the_same_in_the_background() {
    let standin = Standin::start(Knobs::default()).await;
    let mut silent = TcpStream::connect(standin.listen_addr()).await.unwrap();
    standin.until(|one| one.sessions() == 1).await;
    drop(standin);
    let read = soon(silent.read(&mut [0; 1])).await;
    assert!(matches!(read, Ok(0) | Err(_)), "the connection is closed");
}

#[tokio::test]
async fn an_address_beyond_the_loopback_is_refused() {
    let addresses = ngrok_standin::Addresses {
        public: ([0, 0, 0, 0], 0).into(),
        ..ngrok_standin::Addresses::default()
    };
    let started = Standin::start_at(Knobs::default(), addresses).await;
    let error = started.err().unwrap();
    assert!(error.to_string().contains("loopback"), "{error}");
}
