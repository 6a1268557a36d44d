//! Circles by a relay that drops what the app puts into the fields, and callers that send the same
//! again and again, which are none.

use std::sync::Arc;
use std::time::Duration;

use protocol::{Code, Exchange};
use serde_json::json;

use super::harness::{App, TURN};
use super::servers::{PAID, paid};
use crate::answering::Mode;
use crate::callbacks::WAITING_MAX;
use crate::circles::{CUT_FROM, HELD_BACK_FROM};
use crate::turn::Host as _;

/// Whether nothing was found in any exchange.
fn nothing_is_found(app: &App) -> bool {
    let all = app.history.all();
    all.iter().all(|one| one.own_findings.is_empty())
}

#[tokio::test(start_paused = true)]
async fn a_burst_of_equal_requests_is_sent_to_a_slow_server_at_once_and_nothing_is_found() {
    for many in [5, 6, 7, 8, 100] {
        let app = App::forwarding(Mode::Upstream, 50);
        let callers: Vec<_> = (0..many)
            .map(|_| {
                app.server_answers(8, paid());
                app.call(TURN)
            })
            .collect();
        app.idle().await;
        assert_eq!(app.calls.lock().len(), many, "none is held back");
        for caller in callers {
            assert_eq!(caller.answered().await, PAID, "{many}");
        }
        app.idle().await;
        assert!(nothing_is_found(&app), "{many}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_sends_the_same_more_often_than_its_server_answers_is_never_cut() {
    for (interval, takes) in [(4, 8), (4, 30), (3, 45)] {
        let app = App::forwarding(Mode::Upstream, 50);
        let mut callers = Vec::new();
        for number in 1..=40 {
            app.server_answers(takes, paid());
            callers.push(app.call(TURN));
            tokio::time::sleep(Duration::from_secs(interval)).await;
            assert_eq!(app.calls.lock().len(), number, "{interval} {takes}");
        }
        for caller in callers {
            assert_eq!(caller.answered().await, PAID, "{interval} {takes}");
        }
        app.idle().await;
        assert!(nothing_is_found(&app), "{interval} {takes}");
    }
}

/// A bot whose rule sends on what it got, to a server that does not look like the app.
fn sending_on() -> Arc<App> {
    let app = App::new();
    app.set_rules(&[json!({"then": {
        "reply": {"status": 200, "body": "{}"},
        "after": [{"method": "POST", "url": "http://relay.example/done", "body": TURN}],
    }})]);
    app
}

#[tokio::test(start_paused = true)]
async fn a_circle_of_calls_that_keeps_the_body_is_held_back_and_then_cut() {
    let app = sending_on();
    let (mut came, mut calls) = (0, 0);
    while came <= calls && came < 100 {
        app.call(TURN).answered().await;
        came += 1;
        // Longer than a call is held back, and than the way back of one that is made takes.
        let made = async {
            while app.sent.lock().len() == calls {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        let _ = tokio::time::timeout(Duration::from_secs(10), made).await;
        calls = app.sent.lock().len();
    }
    assert_eq!(calls, CUT_FROM as usize - 1);
    let many = |code| {
        let all = app.history.all();
        all.iter()
            .filter(|one| one.own_findings.iter().any(|found| found.is(code)))
            .count()
    };
    assert_eq!([Code::CircleHeldBack, Code::CircleCut].map(many), [6, 1]);
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_held_back_are_among_those_that_wait() {
    let app = sending_on();
    let waiting = app.callbacks().waiting.acquire_many(WAITING_MAX as u32);
    let waiting = waiting.await.unwrap();
    for _ in 0..HELD_BACK_FROM {
        app.call(TURN).answered().await;
        app.idle().await;
    }
    assert_eq!(app.sent.lock().len(), HELD_BACK_FROM as usize - 1);
    let found = |exchange: &Exchange| {
        exchange
            .own_findings
            .iter()
            .any(|one| one.is(Code::CallbackLimit))
    };
    assert_eq!(app.history.all().iter().filter(|one| found(one)).count(), 1);
    drop(waiting);
}

#[tokio::test(start_paused = true)]
async fn calls_with_the_bodies_of_a_load_test_are_all_made() {
    for interval in [1, 40, 1_900] {
        let app = sending_on();
        for _ in 0..300 {
            app.call(TURN).answered().await;
            tokio::time::sleep(Duration::from_millis(interval)).await;
        }
        app.idle().await;
        assert_eq!(app.sent.lock().len(), 300, "{interval}");
        assert!(nothing_is_found(&app), "{interval}");
    }
}
