//! Links that are lost, and what becomes of the address.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use messages::Lang;
use ngrok_standin::{Kind, Refusal, Urls};
use protocol::UtcMillis;
use tunnel::{ErrorClass, NgrokPlan, Plan, State, Status, Timing, TunnelErrorKind};

use super::{DOMAIN, count, ngrok, plan, plan_through, received, stage, stage_with_wire};
use crate::support::{Rig, alert, attentive, get, now, timing};

/// Nothing may come for this long where nothing may come at all.
const QUIET: Duration = Duration::from_millis(400);

fn is_online(status: &Status) -> bool {
    status.state == State::Online
}

fn is_reconnecting(status: &Status) -> bool {
    status.state == State::Reconnecting
}

#[tokio::test]
async fn a_session_that_the_service_drops_comes_back_with_what_it_had() {
    let (standin, rig) = stage().await;
    let before = rig.online(plan(&standin)).await;
    standin.drop_sessions();
    let lost = rig.until(is_reconnecting).await;
    assert_eq!(lost.url, before.url, "the last address stays in sight");
    assert_eq!(lost.error.unwrap().class(), ErrorClass::Network);
    assert_eq!(rig.until(is_online).await.url, before.url);
    let auths = received(&standin, Kind::Auth);
    let binds = received(&standin, Kind::Bind);
    assert_eq!((auths.len(), binds.len()), (2, 2));
    let said = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    assert!(said(&auths[1].json["ClientId"]).starts_with("standin-client-"));
    assert!(said(&auths[1].json["Extra"]["Cookie"]).starts_with("standin-cookie-"));
    assert!(said(&binds[1].json["Id"]).starts_with("standin-endpoint-"));
    assert!(said(&binds[1].json["Extra"]["Token"]).starts_with("standin-bind-"));
    assert_eq!(get(standin.public_addr(), DOMAIN, "/").await.status(), 200);
}

#[tokio::test]
async fn a_black_hole_is_noticed_and_left_when_it_heals() {
    let (standin, wire, _) = stage_with_wire().await;
    let rig = Rig::with(alert(), now);
    rig.online(plan_through(&wire, &standin)).await;
    wire.black_hole();
    let lost = rig.until(is_reconnecting).await;
    assert_eq!(lost.error.unwrap().kind, TunnelErrorKind::LinkSilent);
    wire.pass();
    rig.until(is_online).await;
    standin.until(|standin| standin.sessions() == 1).await;
    wire.until(|wire| wire.live() == 1).await;
    assert_eq!(get(standin.public_addr(), DOMAIN, "/").await.status(), 200);
}

#[tokio::test]
async fn a_link_with_heartbeats_alone_lasts() {
    let (standin, wire, _) = stage_with_wire().await;
    let timing = attentive();
    let rig = Rig::with(timing, now);
    rig.online(plan_through(&wire, &standin)).await;
    let silence = timing.silence() + timing.heartbeat;
    let moved = tokio::time::timeout(silence, rig.until(is_reconnecting)).await;
    assert!(moved.is_err(), "{moved:?}");
    assert_eq!(wire.attempts(), 1);
}

#[tokio::test]
async fn an_outage_is_tried_through_with_longer_and_longer_pauses() {
    let (standin, wire, _) = stage_with_wire().await;
    let rig = Rig::new();
    rig.online(plan_through(&wire, &standin)).await;
    wire.refuse();
    wire.cut();
    let lost = rig.until(|status| status.attempt >= 5).await;
    assert_eq!(lost.error.as_ref().unwrap().class(), ErrorClass::Network);
    assert!(lost.next_try_at.is_some(), "{lost:?}");
    assert!(
        wire.attempts() >= 5,
        "the first, and four that were refused"
    );
    wire.pass();
    rig.until(is_online).await;
    let pauses: Vec<i64> = rig
        .history()
        .windows(2)
        .filter(|pair| pair[0].attempt < pair[1].attempt)
        .filter_map(|pair| pair[1].next_try_at)
        .map(|at| at.0)
        .collect();
    assert!(pauses.is_sorted(), "{pauses:?}");
    assert_eq!(count(&standin, Kind::Auth), 2);
}

#[tokio::test]
async fn retry_now_ends_the_pause() {
    let (standin, wire, _) = stage_with_wire().await;
    let rig = Rig::with(
        Timing {
            pause: Duration::from_secs(20),
            ..timing()
        },
        now,
    );
    rig.online(plan_through(&wire, &standin)).await;
    wire.cut();
    rig.until(is_reconnecting).await;
    assert!(rig.tunnel.retry().await);
    rig.until(is_online).await;
}

#[tokio::test]
async fn a_token_revoked_during_an_outage_ends_it_for_good() {
    let (standin, wire, rig) = stage_with_wire().await;
    rig.online(plan_through(&wire, &standin)).await;
    standin.knobs().tokens.clear();
    standin.knobs().refuse_auth = Some(Refusal::invalid_token("standin-token"));
    wire.cut();
    let status = rig.until(|status| status.state == State::Failed).await;
    let error = status.error.unwrap();
    assert_eq!(error.class(), ErrorClass::Token);
    assert_eq!(error.code.as_deref(), Some("ERR_NGROK_107"));
    assert!(
        !error.detail.text(Lang::En).contains("standin-token"),
        "{}",
        error.detail.text(Lang::En)
    );
    let attempts = wire.attempts();
    assert_eq!(attempts, 2, "the first, and the one that was refused");
    wire.until(|wire| wire.live() == 0).await;
    let more = tokio::time::timeout(QUIET, wire.until(|wire| wire.attempts() > attempts)).await;
    assert!(more.is_err(), "no further attempts");
}

#[tokio::test]
async fn an_address_that_our_lost_session_holds_is_asked_for_again_in_a_new_session() {
    let (standin, rig) = stage().await;
    let before = rig.online(plan(&standin)).await;
    standin.knobs().refuse_bind = Some(Refusal::busy("https://bot.example.test"));
    standin.drop_sessions();
    let lost = rig
        .until(|status| {
            status
                .error
                .as_ref()
                .is_some_and(|error| error.code.is_some())
        })
        .await;
    assert_eq!(lost.state, State::Reconnecting);
    assert_eq!(lost.error.unwrap().class(), ErrorClass::AddressBusy);
    // One, two with the old identity, then new ones.
    standin
        .until(|standin| count(standin, Kind::Auth) >= 4)
        .await;
    let identities: Vec<bool> = received(&standin, Kind::Auth)
        .iter()
        .take(4)
        .map(|auth| auth.json["ClientId"] != "")
        .collect();
    assert_eq!(identities, [false, true, true, false]);
    standin.knobs().refuse_bind = None;
    assert_eq!(rig.until(is_online).await.url, before.url);
    standin.until(|standin| standin.sessions() == 1).await;
}

#[tokio::test]
async fn an_address_that_stays_busy_is_given_up_after_its_time() {
    let (standin, _) = stage().await;
    let timing = Timing {
        busy: Duration::from_secs(2),
        ..timing()
    };
    let rig = Rig::with(timing, now);
    rig.online(plan(&standin)).await;
    standin.knobs().refuse_bind = Some(Refusal::busy("https://bot.example.test"));
    standin.drop_sessions();
    let status = rig.until(|status| status.state == State::Failed).await;
    assert_eq!(status.error.unwrap().code.as_deref(), Some("ERR_NGROK_334"));
    let tries = count(&standin, Kind::Bind);
    // The first, two with the old identity, and new ones for 2 s, every 0.06 s at most.
    assert!((4..=38).contains(&tries), "{tries}");
}

#[tokio::test]
async fn a_place_that_our_stopped_session_holds_is_asked_for_again() {
    let (standin, rig) = stage().await;
    rig.online(plan(&standin)).await;
    rig.tunnel.stop().await;
    standin.knobs().refuse_auth = Some(Refusal::session_limit());
    rig.tunnel.start(plan(&standin)).await;
    let waiting = rig.until(|status| status.attempt >= 2).await;
    assert_eq!(waiting.error.unwrap().class(), ErrorClass::SessionLimit);
    standin.knobs().refuse_auth = None;
    rig.until(is_online).await;
}

#[tokio::test]
async fn a_new_session_may_have_another_address_and_it_is_shown() {
    let (standin, rig) = stage().await;
    standin.knobs().urls = Urls::Random;
    let before = rig
        .online(Plan::Ngrok(NgrokPlan {
            domain: None,
            ..ngrok(&standin)
        }))
        .await;
    standin.knobs().refuse_auth = Some(Refusal::session_limit());
    standin.drop_sessions();
    standin
        .until(|standin| count(standin, Kind::Auth) >= 4)
        .await;
    standin.knobs().refuse_auth = None;
    let after = rig.until(is_online).await;
    assert_ne!(after.url, before.url);
    assert_eq!(standin.endpoints(), [after.url.unwrap()]);
    assert_eq!(after.generation, before.generation);
}

#[tokio::test]
async fn a_refusal_without_a_code_ends_it_after_a_new_session_got_the_same() {
    let (standin, rig) = stage().await;
    rig.online(plan(&standin)).await;
    standin.knobs().refuse_auth = Some(Refusal::new("", "not today"));
    standin.drop_sessions();
    let status = rig.until(|status| status.state == State::Failed).await;
    let error = status.error.unwrap();
    assert_eq!(
        (error.kind, &*error.detail.text(Lang::En)),
        (TunnelErrorKind::Refused, "not today")
    );
    assert_eq!(
        count(&standin, Kind::Auth),
        4,
        "first, two resumed, one new"
    );
}

#[tokio::test]
async fn a_sleep_of_the_laptop_makes_a_new_link_without_waiting_for_silence() {
    /// How far the clock has gone on while nothing ran.
    static SLEPT: AtomicI64 = AtomicI64::new(0);
    fn clock() -> UtcMillis {
        UtcMillis(now().0 + SLEPT.load(Ordering::SeqCst))
    }
    let (standin, wire, _) = stage_with_wire().await;
    let rig = Rig::with(timing(), clock);
    rig.online(plan_through(&wire, &standin)).await;
    SLEPT.store(60_000, Ordering::SeqCst);
    let lost = rig.until(is_reconnecting).await;
    assert_eq!(lost.error.unwrap().kind, TunnelErrorKind::Slept);
    rig.until(is_online).await;
    assert_eq!(wire.attempts(), 2);
    standin.until(|standin| standin.sessions() == 1).await;
}
