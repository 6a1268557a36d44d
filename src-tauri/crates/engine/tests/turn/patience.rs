//! How long callers wait: noted where one leaves, and found out by a probe.

use std::sync::atomic::Ordering;
use std::time::Duration;

use protocol::{AnsweredBy, Code, FailureCode, Platform, State};
use serde_json::json;

use super::harness::{App, TURN};
use super::servers::paid;
use crate::answering::{Fallback, Mode};
use crate::patience::ProbeState;

/// The waits of callers that left: platform, milliseconds, and whether a probe held them.
fn left(app: &App) -> Vec<(Platform, u64, bool)> {
    let left = app.left.lock();
    left.iter()
        .map(|(platform, wait)| (*platform, wait.ms, wait.probe))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_leaves_while_it_waits_for_anybody_has_waited_so_long() {
    let held = App::holding(60);
    let asked = App::forwarding(Mode::Upstream, 60);
    asked.server_answers(60, paid());
    let delayed = App::new();
    delayed.set_rules(&[json!({"then": {"reply": {"delay_ms": 60_000}}})]);
    for app in [held, asked, delayed] {
        let call = app.call(TURN);
        tokio::time::sleep(Duration::from_millis(14_900)).await;
        let id = call.leaves();
        app.reaches(id, State::Abandoned).await;
        let waits = left(&app);
        assert_eq!(waits.len(), 1);
        assert_eq!(waits[0], (Platform::Graph, 14_900, false));
        assert_eq!(app.left.lock()[0].1.exchange, id);
        assert!(app.waited.lock().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_is_answered_has_waited_and_left_nothing() {
    let app = App::holding(60);
    let call = app.held(TURN).await;
    let (answered, _) = tokio::join!(app.answer(call.id, "{}"), call.answered());
    answered.unwrap();
    assert_eq!(left(&app), []);
    assert_eq!(app.waited.lock().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_probe_holds_the_next_request_alone_until_its_caller_leaves() {
    let app = App::new();
    app.probes.arm(app.bot_id(), 600, protocol::UtcMillis(1));
    let probed = app.call(TURN);
    probed.reaches(State::Held).await;
    assert_eq!(
        app.call(TURN).answered().await,
        "{}",
        "the one after is answered"
    );
    assert_eq!(app.probe_state(), ProbeState::Holding(probed.id));
    tokio::time::sleep(Duration::from_secs(599)).await;
    let id = probed.leaves();
    let abandoned = app.reaches(id, State::Abandoned).await;
    assert_eq!(
        abandoned.summary.failure.unwrap().code,
        FailureCode::CallerLeft
    );
    assert!(abandoned.own_findings[0].is(Code::PatienceProbe));
    let [(_, ms, true)] = left(&app)[..] else {
        panic!("{:?}", left(&app));
    };
    assert!((599_000..=600_000).contains(&ms), "{ms}");
    assert_eq!(app.probe_state(), ProbeState::Left(id, ms));
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_is_ended_before_its_request_is_held_holds_nobody() {
    let app = App::new();
    app.probes.arm(app.bot_id(), 600, protocol::UtcMillis(1));
    app.is_probe_ended.store(true, Ordering::Relaxed);
    let begun = tokio::time::Instant::now();
    let call = app.call(TURN);
    let id = call.id;
    assert_eq!(call.answered().await, "{}");
    assert!(begun.elapsed() < Duration::from_secs(1));
    assert!(app.probes.of(app.bot_id()).is_none());
    assert_eq!(
        app.reaches(id, State::Answered).await.summary.status,
        Some(200)
    );
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_leaves_while_the_fallback_is_fetched_has_waited_so_long() {
    let app = App::forwarding(Mode::Hold, 50);
    app.set_fallback(Fallback::Upstream);
    app.server_answers(8, paid());
    let call = app.held(TURN).await;
    tokio::time::sleep(Duration::from_secs(52)).await;
    let id = call.leaves();
    app.reaches(id, State::Abandoned).await;
    let waits = left(&app);
    assert_eq!(waits.len(), 1);
    assert!((52_000..53_000).contains(&waits[0].1), "{waits:?}");
}

#[tokio::test(start_paused = true)]
async fn a_probe_ends_with_its_time_or_with_an_answer_and_learns_nothing() {
    let app = App::forwarding(Mode::Upstream, 5);
    app.probes.arm(app.bot_id(), 30, protocol::UtcMillis(1));
    let patient = app.call(TURN);
    patient.reaches(State::Held).await;
    let id = patient.id;
    assert_eq!(patient.answered().await, "{}");
    assert_eq!(app.probe_state(), ProbeState::Outlasted(id));
    let summary = app.history.get(id).unwrap().summary;
    assert_eq!(summary.answered_by, Some(AnsweredBy::Fallback));
    app.probes.arm(app.bot_id(), 30, protocol::UtcMillis(2));
    let call = app.call(TURN);
    call.reaches(State::Held).await;
    let id = call.id;
    let (answered, _) = tokio::join!(app.answer(id, "{}"), call.answered());
    answered.unwrap();
    assert_eq!(app.probe_state(), ProbeState::Answered(id));
    assert_eq!(left(&app), []);
    assert_eq!(app.calls.lock().len(), 0, "no server was asked");
}
