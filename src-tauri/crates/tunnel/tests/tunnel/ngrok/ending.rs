//! Ends: by a person, by the dashboard, by the app.

use std::time::{Duration, Instant};

use messages::Lang;
use ngrok_standin::{Command, Kind};
use tunnel::{ErrorClass, State, Timing, TunnelErrorKind};

use super::{DOMAIN, count, plan, plan_through, received, stage, stage_with_wire};
use crate::support::{Rig, get, now, timing};

#[tokio::test]
async fn a_stop_gives_the_address_back_and_leaves_no_socket() {
    let (standin, wire, rig) = stage_with_wire().await;
    rig.online(plan_through(&wire, &standin)).await;
    let begun = Instant::now();
    rig.tunnel.stop().await;
    wire.until(|wire| wire.live() == 0).await;
    standin.until(|standin| standin.sessions() == 0).await;
    let took = begun.elapsed();
    assert!(took < timing().stop, "{took:?}");
    let status = rig.tunnel.status();
    assert_eq!((status.state, status.url), (State::Offline, None));
    let bind = &received(&standin, Kind::Bind)[0];
    let unbind = &received(&standin, Kind::Unbind)[0];
    assert!(!unbind.json["Id"].as_str().unwrap().is_empty());
    assert_eq!(bind.json["Id"], "", "the address was new");
    assert_eq!(standin.endpoints(), Vec::<String>::new());
}

#[tokio::test]
async fn it_starts_again_at_once() {
    let (standin, rig) = stage().await;
    for _ in 0..3 {
        rig.online(plan(&standin)).await;
        assert_eq!(get(standin.public_addr(), DOMAIN, "/").await.status(), 200);
        rig.tunnel.stop().await;
    }
    let status = rig.online(plan(&standin)).await;
    assert_eq!(status.generation, 4);
    standin.until(|standin| standin.sessions() == 1).await;
}

#[tokio::test]
async fn a_start_over_a_running_tunnel_replaces_it() {
    let (standin, rig) = stage().await;
    rig.online(plan(&standin)).await;
    rig.tunnel.start(plan(&standin)).await;
    rig.until(|status| status.state == State::Online && status.generation == 2)
        .await;
    standin.until(|standin| standin.sessions() == 1).await;
    assert_eq!(count(&standin, Kind::Unbind), 1);
    assert_eq!(standin.endpoints().len(), 1);
}

#[tokio::test]
async fn a_stop_while_connecting_is_heard_at_once() {
    let (standin, rig) = stage().await;
    standin.knobs().hang_auth = true;
    rig.tunnel.start(plan(&standin)).await;
    standin
        .until(|standin| count(standin, Kind::Auth) == 1)
        .await;
    let begun = Instant::now();
    rig.tunnel.stop().await;
    standin.until(|standin| standin.sessions() == 0).await;
    let took = begun.elapsed();
    assert!(took < timing().stop, "{took:?}");
    assert_eq!(rig.tunnel.status().state, State::Offline);
}

#[tokio::test]
async fn a_stop_while_waiting_for_the_next_try_is_heard_at_once() {
    let (standin, wire, _) = stage_with_wire().await;
    let rig = Rig::with(
        Timing {
            pause: Duration::from_secs(20),
            ..timing()
        },
        now,
    );
    rig.online(plan_through(&wire, &standin)).await;
    wire.refuse();
    wire.cut();
    rig.until(|status| status.state == State::Reconnecting)
        .await;
    let begun = Instant::now();
    rig.tunnel.stop().await;
    let took = begun.elapsed();
    assert!(took < timing().stop, "{took:?}");
    assert_eq!(rig.tunnel.status().state, State::Offline);
    wire.until(|wire| wire.live() == 0).await;
}

#[tokio::test]
async fn a_stop_in_a_black_hole_ends_within_its_limit() {
    let (standin, wire, _) = stage_with_wire().await;
    let stop = Duration::from_secs(1);
    let rig = Rig::with(Timing { stop, ..timing() }, now);
    rig.online(plan_through(&wire, &standin)).await;
    wire.black_hole();
    let begun = Instant::now();
    rig.tunnel.stop().await;
    let took = begun.elapsed();
    // The limit and not the silence that would end the link as well.
    assert!(took < timing().tolerance, "{took:?}");
    assert_eq!(rig.tunnel.status().state, State::Offline);
}

#[tokio::test]
async fn a_tunnel_that_is_dropped_leaves_no_socket() {
    let (standin, wire, rig) = stage_with_wire().await;
    rig.online(plan_through(&wire, &standin)).await;
    drop(rig);
    wire.until(|wire| wire.live() == 0).await;
}

#[tokio::test]
async fn an_endpoint_stopped_in_the_dashboard_fails_with_its_words() {
    let (standin, rig) = stage().await;
    rig.online(plan(&standin)).await;
    standin
        .command(Command::StopTunnel {
            message: "stopped by an admin, standin-token".to_owned(),
            code: Some("ERR_NGROK_3208".to_owned()),
        })
        .await;
    let status = rig.until(|status| status.state == State::Failed).await;
    let error = status.error.unwrap();
    assert_eq!(
        (error.kind, error.class()),
        (TunnelErrorKind::StoppedOutside, ErrorClass::Stopped)
    );
    assert_eq!(error.code.as_deref(), Some("ERR_NGROK_3208"));
    assert_eq!(error.detail.text(Lang::En), "stopped by an admin, •••");
    standin.until(|standin| standin.sessions() == 0).await;
}

#[tokio::test]
async fn an_agent_stopped_in_the_dashboard_answers_and_fails() {
    let (standin, rig) = stage().await;
    rig.online(plan(&standin)).await;
    let answer = standin.command(Command::Stop).await;
    let answer: serde_json::Value = serde_json::from_str(&answer.unwrap()).unwrap();
    assert!(answer["Error"].is_null(), "{answer}");
    let status = rig.until(|status| status.state == State::Failed).await;
    assert_eq!(status.error.unwrap().class(), ErrorClass::Stopped);
    standin.until(|standin| standin.sessions() == 0).await;
    assert_eq!(standin.endpoints(), Vec::<String>::new());
}

#[tokio::test]
async fn restart_and_update_are_declined() {
    let (standin, rig) = stage().await;
    rig.online(plan(&standin)).await;
    for command in [Command::Restart, Command::Update] {
        let answer = standin.command(command).await.unwrap();
        assert!(answer.contains("Error"), "{answer}");
    }
    assert_eq!(rig.tunnel.status().state, State::Online);
}
