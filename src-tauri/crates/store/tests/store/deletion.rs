//! Deleting is soft for a minute, then for good.

use std::future::poll_fn;
use std::task::Poll;

use protocol::Answer;
use store::{Annotated, Annotation, DeleteWhat, Store, UndoToken};

use crate::home::{self, Home, answered, exchange, fill, filter, held, id, noise, numbers};

async fn restored_count(store: &Store, undo: UndoToken) -> u64 {
    store.restore(undo).await.unwrap().count
}

#[tokio::test]
async fn what_is_deleted_is_gone_at_once_and_comes_back_with_undo() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=5).await;
    let deletion = store
        .delete(DeleteWhat::Ids(vec![id(2), id(4), id(99)]))
        .await
        .unwrap();
    assert_eq!((deletion.count, deletion.ids), (2, vec![id(2), id(4)]));
    assert_eq!(numbers(&store, "").await, [5, 3, 1]);
    assert_eq!(store.counts().await.exchanges, 3);
    assert_eq!(store.get(id(2)).await.unwrap(), None);
    assert_eq!(store.summary(id(2)).await.unwrap(), None);
    let pinned = Annotation {
        pinned: Some(true),
        ..Annotation::default()
    };
    let annotated = store.annotate(id(2), pinned).await.unwrap();
    assert_eq!(annotated, Annotated::NotFound);
    let again = store.delete(DeleteWhat::Ids(vec![id(2)])).await.unwrap();
    assert_eq!(
        (again.count, again.ids),
        (0, vec![]),
        "it is deleted already"
    );

    let restored = store.restore(deletion.undo).await.unwrap();
    assert_eq!((restored.count, restored.only), (2, None));
    assert_eq!(numbers(&store, "").await, [5, 4, 3, 2, 1]);
    assert_eq!(store.counts().await.exchanges, 5);
    assert_eq!(restored_count(&store, deletion.undo).await, 0, "once");
    assert_eq!(restored_count(&store, "0".parse().unwrap()).await, 0);
    assert!("nonsense".parse::<UndoToken>().is_err());
}

#[tokio::test]
async fn a_filter_deletes_what_it_lets_through_and_only_its_own_undo_brings_it_back() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=1200).await;
    let what = |text| DeleteWhat::Filter(filter(text), None);
    let one = store.delete(what("user:\"user7\"")).await.unwrap();
    let all = store.delete(what("")).await.unwrap();
    assert_eq!((one.count, all.count), (1, 1199));
    assert!(all.ids.is_empty(), "a set is counted, not listed");
    assert_eq!(store.counts().await.exchanges, 0);
    assert_eq!(restored_count(&store, all.undo).await, 1199);
    assert_eq!(store.counts().await.exchanges, 1199);
    assert_eq!(numbers(&store, "user:\"user7\"").await, [0; 0]);
    let other = DeleteWhat::Filter(filter(""), Some(protocol::BotId(uuid::Uuid::nil())));
    assert_eq!(store.delete(other).await.unwrap().count, 0);
}

#[tokio::test]
async fn a_purged_exchange_leaves_nothing_but_its_number() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=300).await;
    store.idle().await;
    let deletion = store
        .delete(DeleteWhat::Filter(filter(""), None))
        .await
        .unwrap();
    store.expire_deletions();
    store.idle().await;
    assert_eq!(restored_count(&store, deletion.undo).await, 0);
    store.close().await;
    let conn = rusqlite::Connection::open(home.database()).unwrap();
    for table in ["exchanges", "messages", "search"] {
        let rows: i64 = conn
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(rows, 0, "{table}");
    }
    drop(conn);
    assert_eq!(home.open().last_seq(), 300, "numbers are not used again");
}

#[tokio::test]
async fn a_deletion_survives_a_restart_but_its_undo_does_not() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=3).await;
    let deletion = store.delete(DeleteWhat::Ids(vec![id(3)])).await.unwrap();
    store.close().await;
    let store = home.open();
    assert_eq!(numbers(&store, "").await, [2, 1]);
    assert_eq!(store.counts().await.exchanges, 2);
    store.idle().await;
    assert_eq!(restored_count(&store, deletion.undo).await, 0);
    assert_eq!(store.last_seq(), 3);
    home::insert(&store, exchange(4)).await;
    let other = store.delete(DeleteWhat::Ids(vec![id(4)])).await.unwrap();
    assert_ne!(other.undo, deletion.undo);
}

#[tokio::test]
async fn a_deleted_exchange_that_is_answered_meanwhile_comes_back_answered() {
    let home = Home::new();
    let store = home.open();
    home::insert(&store, held(1)).await;
    let deletion = store.delete(DeleteWhat::Ids(vec![id(1)])).await.unwrap();
    let answered = answered(Answer::json(200, "{}"));
    assert_eq!(
        store.update(id(1), answered).await.unwrap(),
        None,
        "nobody is shown it"
    );
    let restored = store.restore(deletion.undo).await.unwrap();
    assert_eq!(restored.count, 1);
    assert_eq!(restored.only.unwrap().status, Some(200));
}

#[tokio::test]
async fn a_filter_leaves_alone_what_is_held() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=3).await;
    home::insert(&store, held(4)).await;
    let everything = DeleteWhat::Filter(filter(""), None);
    let deletion = store.delete(everything).await.unwrap();
    assert_eq!(deletion.count, 3);
    assert_eq!(numbers(&store, "").await, [4], "somebody waits for it");
}

#[tokio::test]
async fn a_filter_over_texts_deletes_over_many_batches_what_the_list_shows_for_it() {
    let home = Home::new();
    let store = home.open();
    fill(&store, (1..=3000).step_by(7)).await;
    let shown = numbers(&store, "body:user1").await;
    assert!(shown.len() > 50, "{}", shown.len());
    let deletion = store
        .delete(DeleteWhat::Filter(filter("body:user1"), None))
        .await
        .unwrap();
    assert_eq!(deletion.count, shown.len() as u64);
    assert_eq!(numbers(&store, "body:user1").await, [0; 0]);
    assert_eq!(
        numbers(&store, "-body:user1").await.len(),
        429 - shown.len()
    );
}

/// Polls a deletion once and lets the writer and the readers do what it asked for, then looks and
/// polls again: its result.
async fn step_by_step(
    store: &Store,
    what: DeleteWhat,
    mut look: impl AsyncFnMut(&Store),
) -> store::Deletion {
    let mut deleting = Box::pin(store.delete(what));
    loop {
        let polled = poll_fn(|context| Poll::Ready(deleting.as_mut().poll(context))).await;
        if let Poll::Ready(deletion) = polled {
            return deletion.unwrap();
        }
        // What it asked the writer for comes before this.
        store.set_setting("barrier", "1").await.unwrap();
        look(store).await;
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_deletion_takes_a_thousand_at_a_time_whatever_gaps_the_numbers_have() {
    for (text, expected) in [("body:user5000", 1500), ("", 1502)] {
        let home = Home::new();
        let store = home.open();
        fill(&store, [1, 2]).await;
        fill(&store, 50_000_000..50_001_500).await;
        let mut shown = store.counts().await.exchanges;
        let mut most = 0;
        let what = DeleteWhat::Filter(filter(text), None);
        let deletion = step_by_step(&store, what, async |store| {
            let now = store.counts().await.exchanges;
            most = most.max(shown - now);
            shown = now;
        })
        .await;
        assert_eq!(deletion.count, expected, "{text}");
        assert!(most <= 1000, "{most} in one transaction");
        assert_eq!(numbers(&store, text).await, [0; 0]);
    }
}

/// Whether a text stands somewhere in a file.
fn holds(path: &std::path::Path, text: &[u8]) -> bool {
    let bytes = std::fs::read(path).unwrap();
    bytes.windows(text.len()).any(|window| window == text)
}

#[tokio::test]
async fn what_is_purged_is_not_in_the_file_any_more() {
    let home = Home::new();
    let store = home.open();
    let mut secret = exchange(1);
    secret.summary.path = "/the-secret-path".to_owned();
    // Too long for its page, and nothing packs it.
    let body = noise(1, 20_000);
    secret.request.body = body.clone().into();
    home::insert(&store, secret).await;
    fill(&store, 2..=10).await;
    store.close().await;
    let parts: [&[u8]; 3] = [b"/the-secret-path", &body[..64], &body[15_000..15_064]];
    for part in parts {
        assert!(holds(&home.database(), part), "it is there at first");
    }
    let store = home.open();
    store.delete(DeleteWhat::Ids(vec![id(1)])).await.unwrap();
    store.expire_deletions();
    store.idle().await;
    store.close().await;
    for part in parts {
        assert!(!holds(&home.database(), part), "{part:?}");
    }
}

#[tokio::test]
async fn a_minute_that_ends_while_a_deletion_is_made_takes_nothing_of_it() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=2500).await;
    let everything = DeleteWhat::Filter(filter(""), None);
    let deletion = step_by_step(&store, everything, async |store| {
        store.expire_deletions();
        store.idle().await;
    })
    .await;
    assert_eq!(deletion.count, 2500);
    assert_eq!(restored_count(&store, deletion.undo).await, 2500);
    assert_eq!(store.counts().await.exchanges, 2500);
}

#[tokio::test]
async fn a_deletion_that_fails_half_way_takes_nothing() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=2500).await;
    let mut deleting = Box::pin(store.delete(DeleteWhat::Filter(filter(""), None)));
    while store.counts().await.exchanges == 2500 {
        let polled = poll_fn(|context| Poll::Ready(deleting.as_mut().poll(context))).await;
        assert!(polled.is_pending());
        store.set_setting("barrier", "1").await.unwrap();
    }
    let conn = rusqlite::Connection::open(home.database()).unwrap();
    conn.execute_batch(
        "CREATE TRIGGER refuse BEFORE UPDATE OF hidden ON exchanges WHEN NEW.hidden <> 0 \
         BEGIN SELECT RAISE(ABORT, 'no more'); END",
    )
    .unwrap();
    assert!(deleting.await.is_err());
    assert_eq!(store.counts().await.exchanges, 2500);
    store.expire_deletions();
    store.idle().await;
    assert_eq!(store.counts().await.exchanges, 2500, "nothing is purged");
}
