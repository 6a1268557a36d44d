//! Deleting is soft for a minute, then for good.

use protocol::Answer;
use store::{Change, DeleteWhat};

use crate::home::{self, Home, exchange, fill, filter, held, id, numbers};

#[tokio::test]
async fn what_is_deleted_is_gone_at_once_and_comes_back_with_undo() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=5).await;
    let deletion = store
        .delete(DeleteWhat::Ids(vec![id(2), id(4), id(99)]))
        .await
        .unwrap();
    assert_eq!(deletion.ids, [id(2), id(4)]);
    assert_eq!(numbers(&store, "").await, [5, 3, 1]);
    assert_eq!(store.counts().await.exchanges, 3);
    assert_eq!(store.get(id(2)).await.unwrap(), None);
    assert_eq!(store.summary(id(2)).await.unwrap(), None);
    assert_eq!(store.annotate(id(2), None, Some(true)).await.unwrap(), None);
    let again = store.delete(DeleteWhat::Ids(vec![id(2)])).await.unwrap();
    assert!(again.ids.is_empty(), "it is deleted already");

    let restored = store.restore(&deletion.undo).await.unwrap();
    assert_eq!(
        restored.iter().map(|one| one.seq).collect::<Vec<_>>(),
        [4, 2]
    );
    assert_eq!(numbers(&store, "").await, [5, 4, 3, 2, 1]);
    assert_eq!(store.counts().await.exchanges, 5);
    assert!(
        store.restore(&deletion.undo).await.unwrap().is_empty(),
        "once"
    );
    assert!(store.restore("nonsense").await.unwrap().is_empty());
    assert!(store.restore("0").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_filter_deletes_what_it_lets_through_and_only_its_own_undo_brings_it_back() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=1200).await;
    let what = |text| DeleteWhat::Filter(filter(text), None);
    let one = store.delete(what("user:user7")).await.unwrap();
    let all = store.delete(what("")).await.unwrap();
    assert_eq!((one.ids.len(), all.ids.len()), (1, 1199));
    assert_eq!(store.counts().await.exchanges, 0);
    assert_eq!(store.restore(&all.undo).await.unwrap().len(), 1199);
    assert_eq!(numbers(&store, "user:user7").await, [0; 0]);
    let other = DeleteWhat::Filter(filter(""), Some(protocol::BotId(uuid::Uuid::nil())));
    assert!(store.delete(other).await.unwrap().ids.is_empty());
}

#[tokio::test]
async fn a_purged_exchange_leaves_nothing_but_its_number() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=300).await;
    store.rested().await;
    let deletion = store
        .delete(DeleteWhat::Filter(filter(""), None))
        .await
        .unwrap();
    store.expire_deletions();
    store.rested().await;
    assert!(store.restore(&deletion.undo).await.unwrap().is_empty());
    store.close().await;
    let conn = rusqlite::Connection::open(home.database()).unwrap();
    for table in ["exchanges", "bodies", "search"] {
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
    store.rested().await;
    assert!(store.restore(&deletion.undo).await.unwrap().is_empty());
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
    let answered = Change {
        answer: Some(Answer::json(200, "{}")),
        ..Change::default()
    };
    assert_eq!(
        store.update(id(1), answered).await.unwrap(),
        None,
        "nobody is shown it"
    );
    let restored = store.restore(&deletion.undo).await.unwrap();
    assert_eq!(restored[0].status, Some(200));
}

#[tokio::test]
async fn a_filter_leaves_alone_what_is_held() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=3).await;
    home::insert(&store, held(4)).await;
    let everything = DeleteWhat::Filter(filter(""), None);
    let deletion = store.delete(everything).await.unwrap();
    assert_eq!(deletion.ids.len(), 3);
    assert_eq!(numbers(&store, "").await, [4], "somebody waits for it");
}
