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
