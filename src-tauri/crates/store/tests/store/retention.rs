//! Retention: the oldest go, pinned and open ones stay.

use std::time::Duration;

use store::Retention;

use crate::home::{self, Home, exchange, fill, held, numbers};

#[tokio::test]
async fn the_oldest_beyond_the_count_go_and_pinned_and_held_ones_stay() {
    let home = Home::new();
    let store = home.open();
    let mut pinned = exchange(1);
    pinned.summary.pinned = true;
    home::insert(&store, pinned).await;
    home::insert(&store, held(2)).await;
    fill(&store, 3..=700).await;
    store.set_retention(Retention {
        exchanges: 10,
        ..Retention::default()
    });
    store.idle().await;
    let mut kept: Vec<u64> = (693..=700).rev().collect();
    kept.extend([2, 1]);
    assert_eq!(numbers(&store, "").await, kept);
    assert_eq!(store.counts().await.exchanges, 10);
    fill(&store, 701..=705).await;
    store.idle().await;
    assert_eq!(store.counts().await.exchanges, 10);
}

#[tokio::test]
async fn the_size_of_the_history_is_kept_within_its_limit() {
    let home = Home::new();
    let store = home.open();
    for seq in 1..=400 {
        let mut one = exchange(seq);
        one.request.body = home::noise(seq, 7000).into();
        home::insert(&store, one).await;
    }
    store.set_retention(Retention {
        bytes: 1_000_000,
        ..Retention::default()
    });
    store.idle().await;
    let shown = store.counts().await.exchanges;
    assert!((1..150).contains(&shown), "{shown} of 7 KB each");
    assert_eq!(
        numbers(&store, "").await.first(),
        Some(&400),
        "the newest are kept"
    );
}

#[tokio::test]
async fn an_exchange_longer_than_the_size_of_the_history_stays_until_the_next_one_comes() {
    let home = Home::new();
    let store = home.open();
    let mut long = exchange(1);
    long.request.body = home::noise(1, 3_000_000).into();
    home::insert(&store, long).await;
    store.set_retention(Retention {
        bytes: 1_000_000,
        ..Retention::default()
    });
    store.idle().await;
    assert_eq!(numbers(&store, "").await, [1]);
    home::insert(&store, exchange(2)).await;
    store.idle().await;
    assert_eq!(numbers(&store, "").await, [2]);
}

#[tokio::test]
async fn what_is_older_than_the_age_goes() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=5).await;
    let mut fresh = exchange(6);
    fresh.summary.at = home::NOW;
    home::insert(&store, fresh).await;
    store.idle().await;
    assert_eq!(
        store.counts().await.exchanges,
        6,
        "by default age does not matter"
    );
    let age = Some(Duration::from_secs(23 * 3600));
    store.set_retention(Retention {
        age,
        ..Retention::default()
    });
    store.idle().await;
    assert_eq!(numbers(&store, "").await, [6]);
}
