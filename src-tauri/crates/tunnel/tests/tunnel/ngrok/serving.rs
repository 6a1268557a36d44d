//! Callers, many and large, and what the service learns of us.

use bytes::Bytes;
use hyper::StatusCode;
use ngrok_standin::{Kind, Standin};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tunnel::CONNECTIONS_MAX;

use super::{DOMAIN, count, plan, received, stage};
use crate::support::{HELD, TIMEOUT, get, post};

#[tokio::test]
async fn a_caller_comes_with_its_address_and_the_headers_of_the_edge() {
    let (standin, rig) = stage().await;
    let status = rig.online(plan(&standin)).await;
    assert_eq!(
        status.url.as_deref(),
        Some(format!("https://{DOMAIN}").as_str())
    );
    let answer = get(standin.public_addr(), DOMAIN, "/").await;
    assert_eq!(answer.status(), StatusCode::OK);
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert!(
        header("peer").starts_with("127.0.0.1:"),
        "{}",
        header("peer")
    );
    assert_ne!(header("peer"), "127.0.0.1:0");
    assert_eq!(header("echo-x-forwarded-for"), "127.0.0.1");
    assert_eq!(header("echo-x-forwarded-proto"), "https");
    assert_eq!(header("echo-x-forwarded-host"), DOMAIN);
}

#[tokio::test]
async fn three_megabytes_pass_both_ways_unharmed() {
    let (standin, rig) = stage().await;
    rig.online(plan(&standin)).await;
    let body: Bytes = (0..3 * 1024 * 1024_u32)
        .map(|index| index.wrapping_mul(2_654_435_761).to_be_bytes()[0])
        .collect();
    let answer = post(standin.public_addr(), DOMAIN, body.clone()).await;
    assert!(
        answer.body() == &body,
        "{} bytes came back",
        answer.body().len()
    );
}

#[tokio::test]
async fn fifty_callers_at_once_get_each_their_own_answer() {
    let (standin, rig) = stage().await;
    rig.online(plan(&standin)).await;
    let to = standin.public_addr();
    let mut visits = JoinSet::new();
    for number in 0..50 {
        visits.spawn(async move {
            let body = Bytes::from(format!("caller {number}"));
            (post(to, DOMAIN, body.clone()).await.into_body(), body)
        });
    }
    for (answer, sent) in visits.join_all().await {
        assert_eq!(answer, sent);
    }
}

#[tokio::test]
async fn connections_over_the_limit_are_refused_and_the_session_lives_on() {
    let (standin, rig) = stage().await;
    rig.online(plan(&standin)).await;
    let to = standin.public_addr();
    // In parts: a burst beyond what the queue takes would be turned away in part.
    let mut waiting = JoinSet::new();
    while waiting.len() < CONNECTIONS_MAX {
        hold(&standin, CONNECTIONS_MAX / 8, &mut waiting);
        rig.until_held(waiting.len()).await;
    }
    let mut beyond = JoinSet::new();
    hold(&standin, 600 - CONNECTIONS_MAX, &mut beyond);
    let mut refused = 0;
    // Not all: some wait for ever. They were reset, which the stand-in's library does not report
    // to the reader.
    while refused == 0 {
        let status = timeout(TIMEOUT, beyond.join_next()).await;
        let status = status.expect("one is refused").expect("one remains");
        // The ones without a permit to be refused see the edge's own words.
        let expected = [StatusCode::SERVICE_UNAVAILABLE, StatusCode::BAD_GATEWAY];
        let status = status.unwrap();
        assert!(expected.contains(&status), "{status}");
        refused += usize::from(status == StatusCode::SERVICE_UNAVAILABLE);
    }
    drop(beyond);
    rig.release();
    while let Some(status) = waiting.join_next().await {
        assert_eq!(status.unwrap(), StatusCode::OK);
    }
    // The remainder of the burst still ends.
    let answered = async { while get(to, DOMAIN, "/").await.status() != StatusCode::OK {} };
    timeout(TIMEOUT, answered).await.expect("there is a permit");
    assert_eq!(
        count(&standin, Kind::Auth),
        1,
        "the session is the first one"
    );
}

/// More callers of a page that keeps them waiting.
fn hold(standin: &Standin, callers: usize, waiting: &mut JoinSet<StatusCode>) {
    let to = standin.public_addr();
    for _ in 0..callers {
        waiting.spawn(async move { get(to, DOMAIN, HELD).await.status() });
    }
}

#[tokio::test]
async fn a_burst_that_the_client_alone_would_choke_on_is_answered() {
    let (standin, rig) = stage().await;
    rig.online(plan(&standin)).await;
    let to = standin.public_addr();
    let mut visits = JoinSet::new();
    for _ in 0..150 {
        visits.spawn(async move { get(to, DOMAIN, "/").await.status() });
    }
    let mut answered = 0;
    while answered < 64 {
        let status = timeout(TIMEOUT, visits.join_next()).await;
        let status = status.unwrap_or_else(|_| panic!("{answered} of 150"));
        answered += usize::from(status.expect("more remain").unwrap() == StatusCode::OK);
    }
    assert_eq!(get(to, DOMAIN, "/").await.status(), StatusCode::OK);
    assert_eq!(
        count(&standin, Kind::Auth),
        1,
        "the session is the first one"
    );
}

#[tokio::test]
async fn heartbeats_report_their_latency() {
    let (standin, rig) = stage().await;
    rig.online(plan(&standin)).await;
    let status = rig.until(|status| status.latency_us.is_some()).await;
    assert!(status.latency_us > Some(0), "{status:?}");
}

#[tokio::test]
async fn the_service_learns_nothing_of_the_laptop() {
    let (standin, rig) = stage().await;
    rig.online(plan(&standin)).await;
    let auth = &received(&standin, Kind::Auth)[0].json;
    assert_eq!(auth["ClientId"], "");
    let extra = &auth["Extra"];
    assert_eq!(extra["ClientType"], "hookloupe");
    assert_eq!(extra["Version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(extra["Metadata"], "hookloupe");
    assert_eq!(extra["Hostname"], "");
    assert_eq!(extra["StopUnsupportedError"], "");
    assert_ne!(extra["UpdateUnsupportedError"], "");
    assert_eq!(extra["HeartbeatInterval"], 200_000_000);
    let bind = &received(&standin, Kind::Bind)[0].json;
    assert_eq!(bind["ForwardsTo"], "hookloupe");
    assert_eq!(bind["Opts"]["Domain"], DOMAIN);
    assert_eq!(bind["Proto"], "https");
}
