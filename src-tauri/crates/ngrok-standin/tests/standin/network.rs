//! The wire, the proxies and reserved ports.

use std::collections::HashSet;

use ngrok::session::ConnectError;
use ngrok_standin::{Knobs, PROXY_ONLY_NAME, Proxy, ProxyKind, ReservedPort, Standin, Wire};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_socks::tcp::Socks5Stream;

use crate::support::{Agent, call, client, client_at, echo, soon};

async fn sent_back(stream: &mut TcpStream, text: &[u8]) -> std::io::Result<bool> {
    stream.write_all(text).await?;
    let mut back = vec![0; text.len()];
    soon(stream.read_exact(&mut back)).await?;
    Ok(back == text)
}

#[tokio::test]
async fn a_wire_passes_and_counts() {
    let (target, _echo) = echo().await;
    let wire = Wire::start(target).await;
    let mut stream = TcpStream::connect(wire.addr()).await.unwrap();
    assert!(sent_back(&mut stream, b"hello").await.unwrap());
    assert_eq!((wire.attempts(), wire.live()), (1, 1));
    stream.shutdown().await.unwrap();
    let read = soon(stream.read(&mut [0; 1])).await.unwrap();
    assert_eq!(read, 0, "the end is passed on too, both ways");
    wire.until(|wire| wire.live() == 0).await;
}

#[tokio::test]
async fn a_black_hole_gives_back_what_it_held_when_it_heals() {
    let (target, _echo) = echo().await;
    let wire = Wire::start(target).await;
    let mut old = TcpStream::connect(wire.addr()).await.unwrap();
    assert!(sent_back(&mut old, b"before").await.unwrap());
    wire.black_hole();
    old.write_all(b"lost?").await.unwrap();
    let mut new = TcpStream::connect(wire.addr()).await.unwrap();
    new.write_all(b"new").await.unwrap();
    wire.until(|wire| wire.live() == 2).await;
    let mut back = [0; 5];
    let waiting = old.read_exact(&mut back);
    let waited = tokio::time::timeout(std::time::Duration::from_millis(150), waiting).await;
    assert!(waited.is_err(), "nothing comes through");

    wire.pass();
    soon(old.read_exact(&mut back)).await.unwrap();
    assert_eq!(&back, b"lost?");
    soon(new.read_exact(&mut back[..3])).await.unwrap();
    assert_eq!(&back[..3], b"new");
}

#[tokio::test]
async fn a_cut_ends_what_is_there_and_nothing_that_comes_after() {
    let (target, _echo) = echo().await;
    let wire = Wire::start(target).await;
    let mut old = TcpStream::connect(wire.addr()).await.unwrap();
    assert!(sent_back(&mut old, b"before").await.unwrap());
    wire.cut();
    let error = soon(old.read(&mut [0; 1])).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    wire.until(|wire| wire.live() == 0).await;
    let mut new = TcpStream::connect(wire.addr()).await.unwrap();
    assert!(sent_back(&mut new, b"after").await.unwrap());
}

#[tokio::test]
async fn a_refusing_wire_counts_attempts_and_leaves_the_old_alone() {
    let (target, _echo) = echo().await;
    let wire = Wire::start(target).await;
    let mut old = TcpStream::connect(wire.addr()).await.unwrap();
    assert!(sent_back(&mut old, b"before").await.unwrap());
    wire.refuse();
    for _ in 0..2 {
        let mut refused = TcpStream::connect(wire.addr()).await.unwrap();
        assert!(soon(sent_back(&mut refused, b"hello")).await.is_err());
    }
    assert_eq!((wire.attempts(), wire.live()), (3, 1));
    assert!(sent_back(&mut old, b"still").await.unwrap());
    wire.pass();
    let mut new = TcpStream::connect(wire.addr()).await.unwrap();
    assert!(sent_back(&mut new, b"after").await.unwrap());
}

#[tokio::test]
async fn a_cut_session_comes_back_through_the_wire() {
    let standin = Standin::start(Knobs::default()).await;
    let wire = Wire::start(standin.listen_addr()).await;
    let client = client_at(&standin, &format!("localhost:{}", wire.addr().port()));
    let agent = Agent::start(&client, "").await;
    standin.until(|one| !one.endpoints().is_empty()).await;
    wire.cut();
    standin
        .until(|one| one.log().len() == 4 && one.endpoints() == [agent.url.as_str()])
        .await;
    let answer = call(&standin, "any", "/", "again").await;
    assert_eq!(&answer.body[..], b"again");
    wire.until(|wire| wire.live() == 1 && wire.attempts() == 2)
        .await;
}

/// Connects through a proxy by a name that only the proxy knows.
async fn connects_through(proxy: &Proxy) -> Result<ngrok::Session, ConnectError> {
    let standin = Standin::start(Knobs::default()).await;
    let port = standin.listen_addr().port();
    let mut client = client_at(&standin, &format!("{PROXY_ONLY_NAME}:{port}"));
    client
        .proxy_url(url::Url::parse(&proxy.url()).unwrap())
        .unwrap();
    soon(client.connect()).await
}

#[tokio::test]
async fn the_client_goes_through_either_proxy_which_resolves_the_name() {
    for (kind, login) in [
        (ProxyKind::Connect, None),
        (ProxyKind::Connect, Some(("user", "secret"))),
        (ProxyKind::Socks5, None),
    ] {
        let proxy = Proxy::start(kind, login).await;
        connects_through(&proxy).await.unwrap();
        assert_eq!(proxy.used(), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn connect_without_its_login_is_turned_away() {
    let standin = Standin::start(Knobs::default()).await;
    let proxy = Proxy::start(ProxyKind::Connect, Some(("user", "secret"))).await;
    let mut client = client(&standin);
    let url = proxy.url().replace("secret", "wrong");
    client.proxy_url(url::Url::parse(&url).unwrap()).unwrap();
    let error = soon(client.connect()).await.err().unwrap();
    let ConnectError::ProxyConnect(error) = error else {
        panic!("{error:?}");
    };
    assert!(error.to_string().contains("407"), "{error}");
    assert_eq!(proxy.used(), 0);
}

#[tokio::test]
async fn socks5_lets_through_whoever_has_the_login() {
    let (target, _echo) = echo().await;
    let proxy = Proxy::start(ProxyKind::Socks5, Some(("user", "p@ss"))).await;
    assert!(proxy.url().starts_with("socks5://user:p%40ss@127.0.0.1:"));
    let at = proxy.url().rsplit_once('@').unwrap().1.to_owned();
    let goal = (PROXY_ONLY_NAME, target.port());

    let through = Socks5Stream::connect_with_password(at.as_str(), goal, "user", "p@ss").await;
    let mut stream = through.unwrap().into_inner();
    assert!(sent_back(&mut stream, b"hello").await.unwrap());
    let wrong = Socks5Stream::connect_with_password(at.as_str(), goal, "user", "no").await;
    assert!(matches!(
        wrong,
        Err(tokio_socks::Error::PasswordAuthFailure(_))
    ));
    let none = Socks5Stream::connect(at.as_str(), goal).await;
    assert!(none.is_err(), "without a login nobody gets through");
    assert_eq!(proxy.used(), 1);
}

#[tokio::test]
async fn a_proxy_leads_nowhere_but_to_the_loopback() {
    let proxy = Proxy::start(ProxyKind::Socks5, None).await;
    let at = proxy.url().trim_start_matches("socks5://").to_owned();
    for goal in [("192.0.2.1", 443), ("example.com", 443)] {
        let refused = soon(Socks5Stream::connect(at.as_str(), goal)).await;
        let refused = refused.map(drop);
        assert!(matches!(
            refused,
            Err(tokio_socks::Error::ConnectionNotAllowedByRuleset)
        ));
    }
    assert_eq!(proxy.used(), 0);
}

#[tokio::test]
async fn a_reserved_port_is_free_and_given_to_nobody_else() {
    let ports: Vec<_> = (0..40).map(|_| ReservedPort::take()).collect();
    let numbers: HashSet<_> = ports.iter().map(ReservedPort::number).collect();
    assert_eq!(numbers.len(), ports.len());
    for port in &ports {
        assert!(TcpStream::connect(port.addr()).await.is_err());
        // A server may come and go and come again.
        for _ in 0..2 {
            let server = TcpListener::bind(port.addr()).await.unwrap();
            TcpStream::connect(port.addr()).await.unwrap();
            server.accept().await.unwrap();
        }
    }
}
