//! Links that are lost, and come back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use messages::Lang;
use ngrok_standin::ReservedPort;
use parking_lot::Mutex;
use protocol::UtcMillis;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, DropGuard};
use tunnel::{ErrorClass, State, Status, Timing, TunnelErrorKind};

use super::server::{Knobs, Server};
use crate::support::{Rig, alert, attentive, get, now, timing};

/// Leads each new connection to whichever server it is turned to.
pub(super) struct Switch {
    to: Arc<Mutex<SocketAddr>>,
    port: u16,
    _end: DropGuard,
}

impl Switch {
    pub(super) async fn start(to: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let to = Arc::new(Mutex::new(to));
        let turned = Arc::clone(&to);
        let end = CancellationToken::new();
        tokio::spawn(end.clone().run_until_cancelled_owned(async move {
            loop {
                let (mut from, _) = listener.accept().await.unwrap();
                let to = *turned.lock();
                tokio::spawn(async move {
                    let mut to = TcpStream::connect(to).await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut from, &mut to).await;
                });
            }
        }));
        Self {
            to,
            port,
            _end: end.drop_guard(),
        }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn turn(&self, to: SocketAddr) {
        *self.to.lock() = to;
    }
}

fn because(kind: TunnelErrorKind) -> impl Fn(&Status) -> bool {
    move |status| {
        let error = status.error.as_ref();
        status.state == State::Reconnecting && error.is_some_and(|error| error.kind == kind)
    }
}

/// A tunnel that is online at a port of its own, to be asked for again; the port is free for it as
/// long as what is given is held.
async fn online(server: &Server, rig: &Rig) -> (String, ReservedPort) {
    let port = ReservedPort::take();
    let plan = server.plan(|plan| plan.bind_port = port.number());
    let status = rig.online(plan).await;
    (status.url.unwrap(), port)
}

#[tokio::test]
async fn a_cut_link_comes_back_with_its_address() {
    let server = Server::start(Knobs::default()).await;
    let rig = Rig::new();
    let (url, _port) = online(&server, &rig).await;
    server.wire.cut();
    let lost = rig.until(because(TunnelErrorKind::LinkLost)).await;
    assert_eq!(lost.url.as_ref(), Some(&url), "the last address is kept");
    assert!(lost.attempt == 1 && lost.next_try_at.is_some(), "{lost:?}");
    let back = rig.until(|status| status.state == State::Online).await;
    assert_eq!(back.url, Some(url));
    get(server.public().await, "bot", "/").await;
}

#[tokio::test]
async fn a_black_hole_is_noticed_and_left() {
    let server = Server::start(Knobs::default()).await;
    let rig = Rig::with(alert(), now);
    rig.online(server.plan(|_| {})).await;
    server.wire.black_hole();
    rig.until(because(TunnelErrorKind::LinkSilent)).await;
    server.wire.pass();
    rig.until(|status| status.state == State::Online).await;
    get(server.public().await, "bot", "/").await;
    server.wire.until(|wire| wire.live() == 1).await;
}

#[tokio::test]
async fn a_black_hole_is_noticed_while_an_answer_is_being_sent() {
    let server = Server::start(Knobs::default()).await;
    let rig = Rig::with(alert(), now);
    rig.online(server.plan(|_| {})).await;
    // More than the sockets on the way take: whoever writes it waits for the network.
    let body = bytes::Bytes::from(vec![b'x'; 16 << 20]);
    let public = server.public().await;
    let asking = tokio::spawn(crate::support::post(public, "bot", body));
    rig.until(|status| status.latency_us.is_some()).await;
    server.wire.black_hole();
    rig.until(because(TunnelErrorKind::LinkSilent)).await;
    server.wire.pass();
    rig.until(|status| status.state == State::Online).await;
    server.wire.until(|wire| wire.live() == 1).await;
    asking.abort();
}

#[tokio::test]
async fn an_idle_link_stays() {
    let server = Server::start(Knobs::default()).await;
    let timing = attentive();
    let rig = Rig::with(timing, now);
    rig.online(server.plan(|_| {})).await;
    tokio::time::sleep(timing.silence() + timing.heartbeat).await;
    assert_eq!(rig.tunnel.status().state, State::Online);
    assert_eq!(server.wire.attempts(), 1);
}

#[tokio::test]
async fn an_outage_is_waited_out() {
    let server = Server::start(Knobs::default()).await;
    let rig = Rig::new();
    let (url, _port) = online(&server, &rig).await;
    server.wire.refuse();
    server.wire.cut();
    let tries = rig.until(|status| status.attempt >= 3).await;
    let error = tries.error.unwrap();
    assert!(
        matches!(
            error.kind,
            TunnelErrorKind::Unreachable | TunnelErrorKind::PortRefused
        ),
        "{error:?}"
    );
    assert_eq!(error.class(), ErrorClass::Network);
    server.wire.pass();
    rig.tunnel.retry().await;
    let back = rig.until(|status| status.state == State::Online).await;
    assert_eq!((back.url, back.attempt), (Some(url), 0));
}

#[tokio::test]
async fn a_port_that_the_lost_session_still_holds_is_asked_for_again() {
    let server = Server::start(Knobs::default()).await;
    let rig = Rig::new();
    let (url, _port) = online(&server, &rig).await;
    server.knobs().refuse_forward = true;
    server.wire.cut();
    let held = rig.until(because(TunnelErrorKind::PortHeld)).await;
    assert_eq!(held.error.unwrap().class(), ErrorClass::AddressBusy);
    server.knobs().refuse_forward = false;
    let back = rig.until(|status| status.state == State::Online).await;
    assert_eq!(back.url, Some(url));
    assert_eq!(server.wire.attempts(), 2, "the new link is kept meanwhile");
}

#[tokio::test]
async fn a_port_that_stays_taken_ends_it() {
    let server = Server::start(Knobs::default()).await;
    let timing = Timing {
        busy: Duration::from_secs(2),
        ..timing()
    };
    let rig = Rig::with(timing, now);
    let _online = online(&server, &rig).await;
    server.knobs().refuse_forward = true;
    server.wire.cut();
    let status = rig.until(|status| status.state == State::Failed).await;
    assert_eq!(status.error.unwrap().kind, TunnelErrorKind::PortHeld);
    let asked = server
        .log()
        .iter()
        .filter(|line| line.starts_with("forward"))
        .count();
    assert!(
        asked >= 3,
        "first, and twice after the loss at least: {asked}"
    );
}

#[tokio::test]
async fn a_key_that_was_taken_away_during_an_outage_is_not_tried_for_ever() {
    let server = Server::start(Knobs::default()).await;
    let rig = Rig::new();
    rig.online(server.plan(|_| {})).await;
    server.knobs().refuse_key = true;
    server.wire.cut();
    let status = rig.until(|status| status.state == State::Failed).await;
    assert_eq!(status.error.unwrap().kind, TunnelErrorKind::KeyRefused);
    server.wire.until(|wire| wire.live() == 0).await;
    assert_eq!(server.wire.attempts(), 2);
}

#[tokio::test]
async fn the_server_says_why_it_hangs_up() {
    let server = Server::start(Knobs::default()).await;
    let rig = Rig::new();
    rig.online(server.plan(|_| {})).await;
    server.say_goodbye("free tunnels end after an hour").await;
    let lost = rig.until(because(TunnelErrorKind::LinkLost)).await;
    assert_eq!(
        lost.error.unwrap().detail.text(Lang::En),
        "free tunnels end after an hour"
    );
    rig.until(|status| status.state == State::Online).await;
}

#[tokio::test]
async fn a_link_is_made_anew_after_the_machine_has_slept() {
    static AHEAD: AtomicI64 = AtomicI64::new(0);
    let clock = || UtcMillis(now().0 + AHEAD.load(Ordering::Relaxed));
    let server = Server::start(Knobs::default()).await;
    let rig = Rig::with(timing(), clock);
    rig.online(server.plan(|_| {})).await;
    AHEAD.store(60_000, Ordering::Relaxed);
    rig.until(because(TunnelErrorKind::Slept)).await;
    rig.until(|status| status.state == State::Online).await;
    assert_eq!(server.wire.attempts(), 2);
    server.wire.until(|wire| wire.live() == 1).await;
}
