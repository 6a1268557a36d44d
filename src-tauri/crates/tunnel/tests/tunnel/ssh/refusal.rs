//! What ends a start for good: a host key nobody has confirmed, a key that is not taken, a server
//! that does not forward.

use std::time::Duration;

use messages::{Lang, Say as _};
use ngrok_standin::ReservedPort;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tunnel::{ErrorClass, Key, State, Timing, TunnelError, TunnelErrorKind};

use super::server::{Knobs, Server, fingerprint};
use crate::support::{Rig, now, timing};

async fn failed(rig: &Rig, plan: tunnel::Plan) -> TunnelError {
    rig.failed(plan)
        .await
        .error
        .expect("a failure has a reason")
}

/// The reason of the first pause.
async fn lost(rig: &Rig, plan: tunnel::Plan) -> TunnelError {
    rig.tunnel.start(plan).await;
    let status = rig
        .until(|status| status.state == State::Reconnecting)
        .await;
    let error = status.error.expect("a loss has a reason");
    rig.tunnel.stop().await;
    error
}

#[tokio::test]
async fn an_unknown_host_key_is_shown_before_anything_is_said() {
    let server = Server::start(Knobs::default()).await;
    let rig = Rig::new();
    let error = failed(&rig, server.plan(|plan| plan.host_key = None)).await;
    assert_eq!(
        (error.kind, error.class()),
        (TunnelErrorKind::HostKeyUnknown, ErrorClass::Tls)
    );
    assert_eq!(error.host_key.as_deref(), Some(server.host_key.as_str()));
    assert!(server.log().is_empty(), "{:?}", server.log());
    server.wire.until(|wire| wire.live() == 0).await;

    // Confirmed, it works.
    rig.online(server.plan(|plan| plan.host_key = error.host_key))
        .await;
}

#[tokio::test]
async fn a_changed_host_key_is_a_hard_stop() {
    let server = Server::start(Knobs::default()).await;
    let rig = Rig::new();
    let other = fingerprint(&Key::generate().unwrap());
    let error = failed(&rig, server.plan(|plan| plan.host_key = Some(other))).await;
    assert_eq!(
        (error.kind, error.class()),
        (TunnelErrorKind::HostKeyChanged, ErrorClass::Tls)
    );
    assert_eq!(error.host_key.as_deref(), Some(server.host_key.as_str()));
    assert!(!error.can_retry());
    assert!(server.log().is_empty(), "{:?}", server.log());
    assert_eq!(server.wire.attempts(), 1, "it is not tried again");
}

#[tokio::test]
async fn a_host_key_that_changes_after_a_loss_is_a_hard_stop() {
    let server = Server::start(Knobs::default()).await;
    let other = Server::start(Knobs::default()).await;
    let between = super::loss::Switch::start(server.wire.addr()).await;
    let rig = Rig::new();
    rig.online(server.plan(|plan| plan.port = between.port()))
        .await;
    between.turn(other.wire.addr());
    server.wire.cut();
    let status = rig.until(|status| status.state == State::Failed).await;
    let error = status.error.unwrap();
    assert_eq!(error.kind, TunnelErrorKind::HostKeyChanged);
    assert_eq!(error.host_key.as_deref(), Some(other.host_key.as_str()));
    assert!(other.log().is_empty(), "{:?}", other.log());
}

#[tokio::test]
async fn a_key_that_is_not_taken_is_said_so_once() {
    let server = Server::start(Knobs {
        refuse_key: true,
        ..Knobs::default()
    })
    .await;
    let rig = Rig::new();
    let error = failed(&rig, server.plan(|_| {})).await;
    assert_eq!(
        (error.kind, error.class()),
        (TunnelErrorKind::KeyRefused, ErrorClass::Token)
    );
    assert_eq!(server.log(), ["dev without a key", "dev with a key"]);

    let error = failed(&rig, server.plan(|plan| plan.own_key = None)).await;
    assert_eq!(
        error.kind,
        TunnelErrorKind::KeyRefused,
        "there is no key at all"
    );
    server.wire.until(|wire| wire.live() == 0).await;
    assert_eq!(server.wire.attempts(), 2);
}

#[tokio::test]
async fn a_server_that_does_not_forward_is_said_so() {
    let server = Server::start(Knobs {
        refuse_forward: true,
        ..Knobs::default()
    })
    .await;
    let rig = Rig::new();
    let error = failed(&rig, server.plan(|_| {})).await;
    assert_eq!(
        (error.kind, error.class()),
        (TunnelErrorKind::ForwardRefused, ErrorClass::Config)
    );
    assert_eq!(error.detail.text(Lang::En), "127.0.0.1:0");
}

#[tokio::test]
async fn a_key_file_that_cannot_be_read_is_said_so() {
    let server = Server::start(Knobs::default()).await;
    let rig = Rig::new();
    let folder = tempfile::tempdir().unwrap();
    let note = folder.path().join("note");
    std::fs::write(&note, "not a key").unwrap();
    for file in [note, folder.path().join("missing"), folder.path().into()] {
        let file = file.to_str().unwrap().to_owned();
        let error = failed(&rig, server.plan(|plan| plan.key_file = Some(file))).await;
        assert_eq!(error.kind, TunnelErrorKind::KeyFile, "{error:?}");
        assert!(!error.detail.text(Lang::En).is_empty());
    }
    assert_eq!(server.wire.attempts(), 0, "nothing was dialled");
}

#[tokio::test]
async fn what_keeps_us_from_a_server_has_names() {
    let server = Server::start(Knobs::default()).await;
    let rig = Rig::new();
    // A name of this length is refused without asking anybody.
    let name = "a".repeat(300);
    let error = lost(&rig, server.plan(|plan| plan.host = name)).await;
    assert_eq!(error.kind, TunnelErrorKind::NameUnknown, "{error:?}");

    let nobody = ReservedPort::take();
    let error = lost(&rig, server.plan(|plan| plan.port = nobody.number())).await;
    assert_eq!(error.kind, TunnelErrorKind::PortRefused, "{error:?}");
    let sentence = error.message().text(Lang::En);
    let port = format!("on port {}.", nobody.number());
    assert!(
        sentence.contains(&port) && !sentence.contains("os error"),
        "{sentence}"
    );

    server.wire.black_hole();
    let timing = Timing {
        dial: Duration::from_millis(500),
        ..timing()
    };
    let rig = Rig::with(timing, now);
    let error = lost(&rig, server.plan(|_| {})).await;
    assert_eq!(error.kind, TunnelErrorKind::NoAnswer, "{error:?}");
}

#[tokio::test]
async fn another_service_at_the_port_is_no_ssh_server() {
    let server = Server::start(Knobs::default()).await;
    let web = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = web.local_addr().unwrap().port();
    let serving = tokio::spawn(async move {
        while let Ok((mut stream, _)) = web.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let rig = Rig::new();
    let error = lost(&rig, server.plan(|plan| plan.port = port)).await;
    assert!(
        matches!(
            error.kind,
            TunnelErrorKind::Unreachable | TunnelErrorKind::TlsFailed
        ),
        "{error:?}"
    );
    serving.abort();
}
