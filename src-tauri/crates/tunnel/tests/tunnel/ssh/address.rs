//! The address that a service prints in the session's channel.

use std::time::Duration;

use messages::Lang;
use tunnel::{State, Timing, TunnelErrorKind};

use super::server::{Knobs, Server};
use crate::support::{Rig, get, now, timing};

async fn printing(text: &str) -> Server {
    Server::start(Knobs {
        open: true,
        prints: text.as_bytes().to_vec(),
        ..Knobs::default()
    })
    .await
}

#[tokio::test]
async fn a_printed_address_is_taken() {
    let server = printing(
        "\u{1b}[1mWelcome!\u{1b}[0m See https://localhost.run/docs/\r\n\
         abc.lhr.life tunneled with tls termination, https://abc.lhr.life\r\n",
    )
    .await;
    let rig = Rig::new();
    let status = rig.online(server.printed(|_| {})).await;
    assert_eq!(status.url.as_deref(), Some("https://abc.lhr.life"));
    assert_eq!(server.log().last().map(String::as_str), Some("shell"));
    get(server.public().await, "abc.lhr.life", "/").await;
}

#[tokio::test]
async fn a_command_is_run_where_the_plan_has_one() {
    let server = printing(r#"{"event":"tcpip-forward","message":"https://abc.lhr.life"}"#).await;
    let rig = Rig::new();
    let command = |plan: &mut tunnel::SshPlan| plan.url_command = Some("--output json".into());
    let status = rig.online(server.printed(command)).await;
    assert_eq!(status.url.as_deref(), Some("https://abc.lhr.life"));
    let log = server.log();
    assert_eq!(log.last().map(String::as_str), Some("exec --output json"));
}

#[tokio::test]
async fn an_address_printed_later_takes_the_place_of_the_first() {
    let server = printing("https://one.lhr.life\n").await;
    let rig = Rig::new();
    rig.online(server.printed(|_| {})).await;
    server.print("more callers\nhttps://two.lhr.").await;
    server.print("life\n").await;
    let second = Some("https://two.lhr.life");
    let status = rig.until(|status| status.url.as_deref() == second).await;
    assert_eq!(status.state, State::Online);
    // Links to the service's pages change nothing, and what comes next is still read.
    server
        .print("https://lhr.life/docs/\nhttp://no.lhr.life\n")
        .await;
    server.print("https://three.lhr.life").await;
    let third = Some("https://three.lhr.life");
    rig.until(|status| status.url.as_deref() == third).await;
    let seen: Vec<_> = rig.history().into_iter().filter_map(|s| s.url).collect();
    assert!(
        seen.iter().all(|url| url.ends_with(".lhr.life")),
        "{seen:?}"
    );
}

#[tokio::test]
async fn an_own_server_may_print_the_address_and_close_the_channel() {
    let server = printing("https://127.0.0.1").await;
    server.knobs().closes = true;
    let rig = Rig::new();
    let plan = server.printed(|plan| plan.url_domain = None);
    let status = rig.online(plan).await;
    assert_eq!(status.url.as_deref(), Some("https://127.0.0.1"));
    get(server.public().await, "127.0.0.1", "/").await;
    assert_eq!(rig.tunnel.status().state, State::Online);
}

#[tokio::test]
async fn an_address_of_another_domain_is_not_taken() {
    let server = printing("https://abc.lhr.life.evil.example\nhttps://evil.example\n").await;
    let timing = Timing {
        address: Duration::from_secs(2),
        ..timing()
    };
    let rig = Rig::with(timing, now);
    let error = rig.failed(server.printed(|_| {})).await.error.unwrap();
    assert_eq!(error.kind, TunnelErrorKind::NoAddress);
    assert_eq!(
        error.detail.text(Lang::En),
        "https://evil.example",
        "the last line is shown"
    );
    server.wire.until(|wire| wire.live() == 0).await;
}

#[tokio::test]
async fn nothing_printed_ends_after_its_time() {
    let server = printing("").await;
    let timing = Timing {
        address: Duration::from_millis(300),
        ..timing()
    };
    let rig = Rig::with(timing, now);
    let error = rig.failed(server.printed(|_| {})).await.error.unwrap();
    assert_eq!(
        (error.kind, &*error.detail.text(Lang::En)),
        (TunnelErrorKind::NoAddress, "")
    );
}

#[tokio::test]
async fn a_flood_without_an_address_ends_at_once() {
    let server = printing(&"no address here\n".repeat(5000)).await;
    let rig = Rig::new();
    let began = std::time::Instant::now();
    let error = rig.failed(server.printed(|_| {})).await.error.unwrap();
    assert_eq!(error.kind, TunnelErrorKind::NoAddress);
    assert_eq!(error.detail.text(Lang::En), "no address here");
    let limit = timing().address;
    assert!(began.elapsed() < limit, "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_server_that_gives_no_shell_is_said_so() {
    let server = printing("").await;
    server.knobs().refuse_shell = true;
    let rig = Rig::new();
    let error = rig.failed(server.printed(|_| {})).await.error.unwrap();
    assert_eq!(error.kind, TunnelErrorKind::NoAddress);
    assert!(error.detail.text(Lang::En).contains("refuses"), "{error:?}");
}

#[tokio::test]
async fn a_service_that_forgets_the_address_after_a_loss_is_asked_again() {
    let server = printing("https://one.lhr.life\n").await;
    let timing = Timing {
        address: Duration::from_secs(2),
        ..timing()
    };
    let rig = Rig::with(timing, now);
    rig.online(server.printed(|_| {})).await;
    server.knobs().prints = b"maintenance\n".to_vec();
    server.wire.cut();
    let no_address = |status: &tunnel::Status| {
        let error = status.error.as_ref();
        error.is_some_and(|error| error.kind == TunnelErrorKind::NoAddress)
    };
    let status = rig.until(no_address).await;
    assert_eq!(status.state, State::Reconnecting);
    server.knobs().prints = b"https://two.lhr.life\n".to_vec();
    let status = rig.until(|status| status.state == State::Online).await;
    assert_eq!(status.url.as_deref(), Some("https://two.lhr.life"));
}
