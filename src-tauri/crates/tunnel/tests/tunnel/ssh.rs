//! The remote forward over SSH, against a server in the test and against the real OpenSSH.

mod address;
mod loss;
#[cfg(target_os = "linux")]
mod openssh;
mod refusal;
mod server;
mod traffic;

use ngrok_standin::ReservedPort;
use russh::keys::ssh_key::{Cipher, Kdf};
use tunnel::{Plan, State};

use self::server::{Knobs, Server};
use crate::support::{Rig, get};

#[tokio::test]
async fn a_forward_gives_the_address_of_the_template_and_hands_on_what_comes_in() {
    let server = Server::start(Knobs::default()).await;
    let rig = Rig::new();
    let status = rig.online(server.plan(|_| {})).await;

    let public = server.public().await;
    let url = format!("https://{}.bots.example.org", public.port());
    assert_eq!(status.url.as_deref(), Some(url.as_str()));
    assert_eq!(
        server.log(),
        ["dev without a key", "dev with a key", "forward 127.0.0.1:0"]
    );
    let answer = get(public, "bot.example.org", "/hook").await;
    assert_eq!(answer.headers()["echo-host"], "bot.example.org");
    let peer = answer.headers()["peer"].to_str().unwrap();
    assert!(peer.starts_with("127.0.0.1:"), "the caller is {peer}");
    rig.until(|status| status.latency_us.is_some()).await;
}

#[tokio::test]
async fn a_stop_takes_the_forward_back_and_ends_the_session() {
    let server = Server::start(Knobs::default()).await;
    let rig = Rig::new();
    rig.online(server.plan(|_| {})).await;
    rig.tunnel.stop().await;

    assert_eq!(rig.tunnel.status().state, State::Offline);
    assert_eq!(server.log().last().map(String::as_str), Some("cancel"));
    server.wire.until(|wire| wire.live() == 0).await;
}

#[tokio::test]
async fn a_stopped_tunnel_starts_again_at_the_same_port() {
    let server = Server::start(Knobs::default()).await;
    let rig = Rig::new();
    let reserved = ReservedPort::take();
    let port = reserved.number();
    let first = rig.online(server.plan(|plan| plan.bind_port = port)).await;
    for _ in 0..3 {
        rig.tunnel.stop().await;
        let again = rig.online(server.plan(|plan| plan.bind_port = port)).await;
        assert_eq!(again.url, first.url);
    }
    // Over a running one, too.
    let again = rig.online(server.plan(|plan| plan.bind_port = port)).await;
    assert_eq!(again.url, first.url);
}

#[tokio::test]
async fn a_stop_while_nobody_answers_is_quick_and_leaves_nothing() {
    let server = Server::start(Knobs::default()).await;
    server.wire.black_hole();
    let rig = Rig::new();
    rig.tunnel.start(server.plan(|_| {})).await;
    server.wire.until(|wire| wire.attempts() == 1).await;
    let began = std::time::Instant::now();
    rig.tunnel.stop().await;
    assert!(
        began.elapsed() < crate::support::timing().stop,
        "{:?}",
        began.elapsed()
    );
    assert_eq!(rig.tunnel.status().state, State::Offline);
    server.wire.pass();
    server.wire.until(|wire| wire.live() == 0).await;
    assert!(server.log().is_empty(), "{:?}", server.log());
}

#[tokio::test]
async fn a_service_may_let_in_without_a_key() {
    let server = Server::start(Knobs {
        open: true,
        ..Knobs::default()
    })
    .await;
    let rig = Rig::new();
    rig.online(server.plan(|plan| plan.own_key = None)).await;
    assert_eq!(server.log()[0], "dev without a key");
}

#[tokio::test]
async fn a_locked_key_file_works_with_its_passphrase() {
    let server = Server::start(Knobs::default()).await;
    let rig = Rig::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    let key = russh::keys::decode_secret_key(server.key.private.expose(), None).unwrap();
    // One round: a locked key is slow to open on purpose.
    let kdf = Kdf::Bcrypt {
        salt: vec![7; 16],
        rounds: 1,
    };
    let locked = key.encrypt_with(Cipher::Aes256Ctr, kdf, 7, "open sesame");
    let locked = locked.unwrap();
    let text = locked
        .to_openssh(russh::keys::ssh_key::LineEnding::LF)
        .unwrap();
    std::fs::write(&file, text.as_bytes()).unwrap();
    let plan = |passphrase: Option<&str>| -> Plan {
        server.plan(|plan| {
            plan.own_key = None;
            plan.key_file = Some(file.to_str().unwrap().into());
            plan.passphrase = passphrase.map(tunnel::Secret::new);
        })
    };
    for passphrase in [None, Some("wrong sesame")] {
        let error = rig.failed(plan(passphrase)).await.error.unwrap();
        assert_eq!(
            error.kind,
            tunnel::TunnelErrorKind::PassphraseNeeded,
            "{error:?}"
        );
    }
    assert_eq!(server.wire.attempts(), 0, "nothing was dialled");
    rig.online(plan(Some("open sesame"))).await;
    let seen = format!("{:?}", rig.history());
    assert!(!seen.contains("sesame"), "{seen}");
}
