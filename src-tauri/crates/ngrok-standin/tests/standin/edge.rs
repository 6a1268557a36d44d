//! The public side, as a caller sees it and as the app does.

use std::time::Instant;

use ngrok_standin::{Knobs, Standin};
use tokio::task::JoinSet;

use crate::support::{Agent, Caller, call, client};

/// Callers of the test of many.
const MANY: usize = 50;
/// Requests whose time is taken.
const TIMED: usize = 20;

#[tokio::test]
async fn the_app_learns_who_called() {
    let standin = Standin::start(Knobs::default()).await;
    let _agent = Agent::start(&client(&standin), "bot.example.test").await;
    standin.until(|one| !one.endpoints().is_empty()).await;
    let mut caller = Caller::connect(&standin).await;
    for _ in 0..2 {
        let answer = caller.send("bot.example.test", "/", "").await;
        assert_eq!(answer.header("x-peer"), caller.addr.to_string());
        assert_eq!(answer.header("x-forwarded-for"), "127.0.0.1");
        assert_eq!(answer.header("x-forwarded-proto"), "https");
        assert_eq!(answer.header("x-forwarded-host"), "bot.example.test");
        assert_eq!(answer.header("x-method"), "POST");
    }
}

#[tokio::test]
async fn an_address_that_nobody_has_is_offline() {
    let standin = Standin::start(Knobs::default()).await;
    let answer = call(&standin, "nobody.example.test", "/", "").await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("ngrok-error-code"), "ERR_NGROK_3200");
    let body = String::from_utf8_lossy(&answer.body).into_owned();
    assert!(body.contains("nobody.example.test is offline"), "{body}");
}

#[tokio::test]
async fn an_agent_without_an_answer_is_told_of() {
    let standin = Standin::start(Knobs::default()).await;
    let _agent = Agent::start(&client(&standin), "").await;
    standin.until(|one| !one.endpoints().is_empty()).await;
    let mut caller = Caller::connect(&standin).await;
    let answer = caller.send("any", "/close", "").await;
    assert_eq!(answer.status, 502);
    assert_eq!(answer.header("ngrok-error-code"), "ERR_NGROK_3004");
    let answer = caller.send("any", "/", "next").await;
    assert_eq!(&answer.body[..], b"next", "the next request is not harmed");
}

#[tokio::test]
async fn of_two_endpoints_the_one_that_is_named_gets_the_request() {
    let standin = Standin::start(Knobs::default()).await;
    let client = client(&standin);
    let _first = Agent::start(&client, "first.example.test").await;
    standin.until(|one| one.endpoints().len() == 1).await;
    let answer = call(&standin, "any", "/", "").await;
    assert_eq!(answer.status, 200, "the only one needs no name");
    let second = Agent::start(&client, "second.example.test").await;
    standin.until(|one| one.endpoints().len() == 2).await;
    assert_eq!(call(&standin, "any", "/", "").await.status, 404);
    for name in ["first.example.test", "SECOND.example.test"] {
        let answer = call(&standin, name, "/", "").await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("x-forwarded-host")),
            (200, name)
        );
    }
    second.session.close_tunnel(&second.id).await.unwrap();
    standin.until(|one| one.endpoints().len() == 1).await;
}

#[tokio::test]
async fn big_bodies_and_many_callers_get_through() {
    let standin = Standin::start(Knobs::default()).await;
    let _agent = Agent::start(&client(&standin), "").await;
    standin.until(|one| !one.endpoints().is_empty()).await;
    // Several times the window of a stream.
    let body = vec![b'x'; 1024 * 1024];
    let answer = call(&standin, "any", "/", body.clone()).await;
    assert!(answer.body == body, "the body comes back as it went");

    let mut calls = JoinSet::new();
    for index in 0..MANY {
        let mut caller = Caller::connect(&standin).await;
        calls.spawn(async move {
            let body = index.to_string();
            caller.send("any", "/", body.clone()).await.body == body
        });
    }
    assert!(calls.join_all().await.into_iter().all(|same| same));
}

#[tokio::test]
async fn a_request_does_not_wait_for_a_timer_of_tcp() {
    let standin = Standin::start(Knobs::default()).await;
    let _agent = Agent::start(&client(&standin), "").await;
    standin.until(|one| !one.endpoints().is_empty()).await;
    let mut caller = Caller::connect(&standin).await;
    let mut times = Vec::new();
    for _ in 0..TIMED {
        let start = Instant::now();
        caller.send("any", "/", "x").await;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    println!(
        "{:?} to {:?}, median {:?}",
        times[0],
        times[TIMED - 1],
        times[TIMED / 2]
    );
    // The client itself does not set the option in its own dialling, so one side's delay may remain; both
    // sides' would make twice as much.
    assert!(times[0].as_millis() < 80, "{times:?}");
}
