//! An own address: the port of this machine that a proxy leads to.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use ngrok_standin::ReservedPort;
use tunnel::{Plan, State, UrlPlan};

use crate::support::{Rig, get};

fn plan(forward_port: Option<u16>) -> Plan {
    Plan::Url(UrlPlan {
        url: "https://bot.example".to_owned(),
        forward_port,
    })
}

#[tokio::test]
async fn the_port_of_last_time_is_taken_again_and_leads_here() {
    let (rig, port) = (Rig::new(), ReservedPort::take());
    let status = rig.online(plan(Some(port.number()))).await;
    assert_eq!(status.forward_to, Some(port.addr()));
    let answer = get(port.addr(), "bot.example", "/hello").await;
    assert!(answer.status().is_success());
    assert_eq!(rig.paths(), ["/hello"]);
    rig.tunnel.stop().await;
    assert_eq!(rig.tunnel.status().forward_to, None);
    let bound = TcpListener::bind(port.addr());
    assert!(bound.is_ok(), "it is closed with the tunnel");
}

#[tokio::test]
async fn where_that_port_is_taken_another_one_is_opened() {
    let rig = Rig::new();
    let other = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let taken = other.local_addr().unwrap();
    let status = rig.online(plan(Some(taken.port()))).await;
    let forward_to: SocketAddr = status.forward_to.unwrap();
    assert_eq!(status.state, State::Online);
    assert_ne!(forward_to, taken);
    assert!(forward_to.ip().is_loopback());
    let answer = get(forward_to, "bot.example", "/x").await;
    assert!(answer.status().is_success());
}

#[tokio::test]
async fn a_burst_that_comes_while_nothing_is_accepted_is_answered_to_the_last() {
    use std::io::Write as _;
    use std::time::Duration;

    use tokio::io::AsyncReadExt as _;

    let rig = Rig::new();
    let forward_to = rig.online(plan(None)).await.forward_to.unwrap();
    // The one thread of this test's runtime connects, so that nothing is accepted meanwhile. Each
    // is taken by the system at once, or not for seconds.
    let callers: Vec<std::net::TcpStream> = (0..200)
        .map(|number| {
            let connected =
                std::net::TcpStream::connect_timeout(&forward_to, Duration::from_secs(30));
            let mut caller = connected.unwrap_or_else(|error| panic!("caller {number}: {error}"));
            caller
                .write_all(b"GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                .unwrap();
            caller.set_nonblocking(true).unwrap();
            caller
        })
        .collect();
    for caller in callers {
        let mut caller = tokio::net::TcpStream::from_std(caller).unwrap();
        let mut answer = Vec::new();
        caller.read_to_end(&mut answer).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{answer:?}");
    }
    assert_eq!(rig.paths().len(), 200);
}
