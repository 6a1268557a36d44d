//! Through a proxy: names are looked up there, and logins may hold any character.

use ngrok_standin::{PROXY_ONLY_NAME, Proxy, ProxyKind, ReservedPort, Standin};
use tunnel::{NgrokPlan, Plan, Secret, State, TunnelErrorKind};

use super::{DOMAIN, ngrok, stage};
use crate::support::get;

/// A login of which both parts must be percent-encoded in an address.
const LOGIN: Option<(&str, &str)> = Some(("me@work", "p@ss:word/1"));

/// How to reach a stand-in by a name that only the proxy knows.
fn plan_by(proxy: &str, standin: &Standin) -> Plan {
    let port = standin.listen_addr().port();
    Plan::Ngrok(NgrokPlan {
        proxy: Some(Secret::new(proxy)),
        server_addr: Some(format!("{PROXY_ONLY_NAME}:{port}")),
        ..ngrok(standin)
    })
}

async fn leads_through(kind: ProxyKind, login: Option<(&str, &str)>) {
    let (standin, rig) = stage().await;
    let proxy = Proxy::start(kind, login).await;
    rig.online(plan_by(&proxy.url(), &standin)).await;
    assert_eq!(proxy.used(), 1);
    assert_eq!(get(standin.public_addr(), DOMAIN, "/").await.status(), 200);
    standin.drop_sessions();
    rig.until(|status| status.state == State::Reconnecting)
        .await;
    rig.until(|status| status.state == State::Online).await;
    assert_eq!(proxy.used(), 2, "a new link goes through it too");
}

async fn refuses_a_wrong_login(kind: ProxyKind) {
    let (standin, rig) = stage().await;
    let proxy = Proxy::start(kind, LOGIN).await;
    let wrong = proxy.url().replace("word", "wr0ng");
    let none = without_login(&proxy.url());
    for address in [wrong, none] {
        let status = rig.failed(plan_by(&address, &standin)).await;
        let error = status.error.clone().unwrap();
        assert_eq!(error.kind, TunnelErrorKind::ProxyRefused);
        assert!(!format!("{status:?}").contains("wr0ng"), "{status:?}");
        rig.tunnel.stop().await;
    }
    assert_eq!(proxy.used(), 0);
}

fn without_login(address: &str) -> String {
    let (scheme, authority) = address.split_once("://").unwrap();
    let (_, host) = authority.split_once('@').unwrap();
    format!("{scheme}://{host}")
}

#[tokio::test]
async fn connect_without_a_login() {
    leads_through(ProxyKind::Connect, None).await;
}

#[tokio::test]
async fn connect_with_a_login() {
    leads_through(ProxyKind::Connect, LOGIN).await;
}

#[tokio::test]
async fn socks_without_a_login() {
    leads_through(ProxyKind::Socks5, None).await;
}

#[tokio::test]
async fn socks_with_a_login() {
    leads_through(ProxyKind::Socks5, LOGIN).await;
}

#[tokio::test]
async fn connect_refuses_a_wrong_login_and_none() {
    refuses_a_wrong_login(ProxyKind::Connect).await;
}

#[tokio::test]
async fn socks_refuses_a_wrong_login_and_none() {
    refuses_a_wrong_login(ProxyKind::Socks5).await;
}

#[tokio::test]
async fn a_proxy_that_is_away_is_tried_again() {
    let (standin, rig) = stage().await;
    let port = ReservedPort::take();
    let address = format!("http://{}", port.addr());
    rig.tunnel.start(plan_by(&address, &standin)).await;
    let status = rig.until(|status| status.attempt >= 2).await;
    assert_eq!(status.state, State::Reconnecting);
    assert_eq!(status.error.unwrap().kind, TunnelErrorKind::Unreachable);
}
