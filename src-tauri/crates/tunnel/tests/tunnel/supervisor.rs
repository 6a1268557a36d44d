//! Commands in every state, and what is shown of it; driven with an own address, which needs
//! nothing.

use tunnel::{Plan, Provider, State, UrlPlan};

use crate::support::Rig;

fn own(url: &str) -> Plan {
    Plan::Url(UrlPlan {
        url: url.to_owned(),
        forward_port: None,
    })
}

#[tokio::test]
async fn an_own_address_is_shown_as_it_is_without_a_slash_at_its_end() {
    let rig = Rig::new();
    let status = rig.online(own(" https://bot.example.org/hooks/ ")).await;
    assert_eq!(status.url.as_deref(), Some("https://bot.example.org/hooks"));
    assert_eq!(status.provider, Some(Provider::Url));
    assert_eq!(
        (status.attempt, status.error, status.next_try_at),
        (0, None, None)
    );
}

#[tokio::test]
async fn a_stop_is_taken_in_every_state() {
    let rig = Rig::new();
    rig.tunnel.stop().await;
    assert_eq!(rig.tunnel.status().state, State::Offline);
    rig.online(own("https://a.example")).await;
    rig.tunnel.stop().await;
    let status = rig.tunnel.status();
    assert_eq!((status.state, status.url), (State::Offline, None));
    rig.tunnel.stop().await;
    assert_eq!(rig.tunnel.status().state, State::Offline);
}

#[tokio::test]
async fn a_start_over_a_running_tunnel_takes_its_place() {
    let rig = Rig::new();
    let first = rig.online(own("https://a.example")).await;
    rig.tunnel.start(own("https://b.example")).await;
    let second = rig
        .until(|status| status.url.as_deref() == Some("https://b.example"))
        .await;
    assert!(second.generation > first.generation);
    let generations: Vec<u64> = rig
        .history()
        .iter()
        .map(|status| status.generation)
        .collect();
    assert!(
        generations.is_sorted(),
        "an older start was shown again: {generations:?}"
    );
}

#[tokio::test]
async fn a_retry_starts_what_was_stopped_and_nothing_where_nothing_was_started() {
    let rig = Rig::new();
    assert!(!rig.tunnel.retry().await);
    rig.online(own("https://a.example")).await;
    assert!(rig.tunnel.retry().await);
    assert_eq!(rig.tunnel.status().state, State::Online);
    rig.tunnel.stop().await;
    assert!(rig.tunnel.retry().await);
    rig.until(|status| status.state == State::Online).await;
}

#[tokio::test]
async fn many_starts_and_stops_at_once_end_in_one_of_them() {
    let rig = Rig::new();
    let commands = (0..20).map(|number| {
        let tunnel = rig.tunnel.clone();
        tokio::spawn(async move {
            if number % 3 == 0 {
                tunnel.stop().await;
            } else {
                tunnel
                    .start(own(&format!("https://{number}.example")))
                    .await;
            }
        })
    });
    for command in commands.collect::<Vec<_>>() {
        command.await.unwrap();
    }
    rig.tunnel.stop().await;
    assert_eq!(rig.tunnel.status().state, State::Offline);
    rig.online(own("https://last.example")).await;
}
