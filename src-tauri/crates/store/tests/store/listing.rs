//! The list: order and paging.

use protocol::BotId;
use store::{ListQuery, Stopwatch};

use crate::home::{self, BOT, Home, exchange, page};

fn seqs(page: &store::Page) -> Vec<u64> {
    page.summaries.iter().map(|summary| summary.seq).collect()
}

#[tokio::test]
async fn pages_follow_each_other_newest_first_without_gap_or_repeat() {
    let home = Home::new();
    let store = home.open();
    home::fill(&store, 1..=25).await;
    let mut before = None;
    let mut seen = Vec::new();
    loop {
        let part = page(
            &store,
            ListQuery {
                limit: 10,
                before,
                ..ListQuery::default()
            },
        )
        .await;
        seen.extend(seqs(&part));
        before = part.next_before;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(seen, (1..=25).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_full_last_page_has_no_next_one() {
    let home = Home::new();
    let store = home.open();
    home::fill(&store, 1..=10).await;
    let part = page(
        &store,
        ListQuery {
            limit: 10,
            ..ListQuery::default()
        },
    )
    .await;
    assert_eq!((part.summaries.len(), part.next_before), (10, None));
    let none = page(
        &store,
        ListQuery {
            limit: 10,
            before: Some(1),
            ..ListQuery::default()
        },
    )
    .await;
    assert_eq!(none, store::Page::default());
}

#[tokio::test]
async fn after_gives_those_that_are_newer_still_newest_first() {
    let home = Home::new();
    let store = home.open();
    home::fill(&store, 1..=10).await;
    let query = ListQuery {
        limit: 3,
        after: Some(5),
        ..ListQuery::default()
    };
    assert_eq!(seqs(&page(&store, query).await), [10, 9, 8]);
    let query = ListQuery {
        limit: 9,
        after: Some(5),
        before: Some(8),
        ..ListQuery::default()
    };
    assert_eq!(seqs(&page(&store, query).await), [7, 6]);
}

#[tokio::test]
async fn exchanges_that_arrive_out_of_order_are_listed_by_their_number() {
    let home = Home::new();
    let store = home.open();
    home::fill(&store, [3, 1, 2]).await;
    assert_eq!(home::numbers(&store, "").await, [3, 2, 1]);
}

#[tokio::test]
async fn a_list_of_one_bot_holds_nothing_of_another() {
    let home = Home::new();
    let store = home.open();
    let other = BotId(uuid::Uuid::from_u128(5));
    home::fill(&store, 1..=3).await;
    let mut one = exchange(4);
    one.summary.bot = other;
    home::insert(&store, one).await;
    let query = |bot| ListQuery {
        limit: 10,
        bot: Some(bot),
        ..ListQuery::default()
    };
    assert_eq!(seqs(&page(&store, query(other)).await), [4]);
    assert_eq!(seqs(&page(&store, query(BOT)).await), [3, 2, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_100_000_exchanges_holds_what_the_filter_names() {
    let home = Home::new();
    let store = home.open();
    let callers = (0..16_u64).map(|caller| {
        let store = store.clone();
        tokio::spawn(async move {
            for seq in (1..=100_000).filter(|seq| seq % 16 == caller) {
                let mut one = exchange(seq);
                one.summary.event = Some(if seq == 70_007 {
                    "rare".into()
                } else {
                    "event1".into()
                });
                store.insert(one, Stopwatch::start()).await.unwrap();
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap();
    }
    assert_eq!(store.counts().await.exchanges, 100_000);
    for (text, before, found) in [
        ("", None, 100),
        ("", Some(50_000), 100),
        // Names and bodies are found whether they are indexed yet or not.
        ("event:rare", None, 1),
        ("event:rare", Some(70_007), 0),
        ("user:user70000", None, 1),
        ("user70000", None, 1),
        ("status:500", None, 0),
        ("status:200", Some(50_000), 100),
        ("body:\"user700\"", None, 100),
    ] {
        let mut query = ListQuery {
            limit: 100,
            before,
            filter: home::filter(text),
            ..ListQuery::default()
        };
        let mut part = page(&store, query.clone()).await;
        // A search of what is not indexed yet comes in steps.
        let mut many = part.summaries.len();
        while let Some(end) = part.searched_back_to {
            query.before = Some(end);
            part = page(&store, query.clone()).await;
            many += part.summaries.len();
        }
        assert_eq!(many.min(100), found, "{text} before {before:?}");
    }
}
