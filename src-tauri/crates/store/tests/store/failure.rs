//! A disk that takes nothing: callers are told, exchanges wait, and nothing is lost in silence.

use protocol::Answer;
use store::{Health, NotSavedKind, Stopwatch, Store, StoreOptions};

use crate::home::{Home, answered, exchange, held, id, noise, now, numbers};

/// Some 400 KB: enough for the schema and a few dozen exchanges of 8 KB.
const SMALL: u32 = 60;

fn open_small(home: &Home) -> Store {
    Store::open(&StoreOptions {
        max_pages: Some(SMALL),
        ..home.options()
    })
    .unwrap()
    .0
}

/// One that needs a page of its own.
fn bulky(seq: u64) -> protocol::Exchange {
    let mut bulky = exchange(seq);
    bulky.request.body = noise(seq, 8000).into();
    bulky
}

/// Inserts until the disk is full; the first number that was not saved.
async fn fill_up(store: &Store) -> u64 {
    for seq in 1..200 {
        if store.insert(bulky(seq), Stopwatch::start()).await.is_err() {
            return seq;
        }
    }
    panic!("the disk did not fill up");
}

async fn health(store: &Store, wanted: impl FnMut(&Health) -> bool) -> Health {
    store.health().wait_for(wanted).await.unwrap().clone()
}

#[tokio::test]
async fn a_full_disk_is_told_at_once_and_everything_is_written_when_there_is_room() {
    let home = Home::new();
    let store = open_small(&home);
    let full_at = fill_up(&store).await;
    let failing = health(&store, |health| !health.saving).await;
    assert!(
        failing.since.is_some() && failing.waiting == 1 && failing.lost == 0,
        "{failing:?}"
    );
    assert_eq!(failing.reason.unwrap().kind, NotSavedKind::DiskFull);

    let error = store
        .insert(held(full_at + 1), Stopwatch::start())
        .await
        .unwrap_err();
    assert_eq!(error.kind, NotSavedKind::DiskFull, "{error}");
    let answered = answered(Answer::json(202, "{}"));
    assert!(store.update(id(full_at + 1), answered).await.is_err());
    assert_eq!(health(&store, |health| health.waiting == 3).await.lost, 0);
    assert_eq!(
        store.counts().await.exchanges,
        full_at - 1,
        "only what is saved counts"
    );
    assert_eq!(
        store.get(id(1)).await.unwrap().unwrap().request,
        bulky(1).request
    );

    store.set_max_pages(10_000).await.unwrap();
    let well = health(&store, |health| health.saving).await;
    assert_eq!(
        well,
        Health {
            saving: true,
            since: None,
            reason: None,
            waiting: 0,
            lost: 0,
            cut: 0,
            set_aside: None,
            replaced: None,
            earlier: Vec::new(),
        }
    );
    let summary = store.summary(id(full_at + 1)).await.unwrap().unwrap();
    assert_eq!(
        summary.status,
        Some(202),
        "the update came after its insert"
    );
    assert_eq!(
        numbers(&store, "").await,
        (1..=full_at + 1).rev().collect::<Vec<_>>()
    );
    store
        .insert(exchange(500), Stopwatch::start())
        .await
        .unwrap();
}

#[tokio::test]
async fn what_waits_is_written_when_the_store_closes() {
    let home = Home::new();
    let store = open_small(&home);
    let full_at = fill_up(&store).await;
    store.set_max_pages(10_000).await.unwrap();
    store.close().await;
    assert_eq!(home.open().last_seq(), full_at);
}

#[tokio::test]
async fn more_than_the_backlog_holds_is_counted_as_lost() {
    let home = Home::new();
    let store = open_small(&home);
    let full_at = fill_up(&store).await;
    let body = noise(1, 3_000_000);
    for seq in 1..=30 {
        let mut large = exchange(full_at + seq);
        large.request.body = body.clone().into();
        assert!(store.insert(large, Stopwatch::start()).await.is_err());
    }
    let failing = health(&store, |health| health.waiting + health.lost == 31).await;
    assert!(
        failing.lost >= 8 && failing.waiting >= 20,
        "64 MiB of 90 MB: {failing:?}"
    );
    store.set_max_pages(100_000).await.unwrap();
    let well = health(&store, |health| health.saving).await;
    assert_eq!(well.lost, failing.lost, "what is lost stays counted");
    assert_eq!(
        store.counts().await.exchanges,
        full_at - 1 + failing.waiting
    );
}

#[tokio::test]
async fn settings_that_could_not_be_saved_are_told_so() {
    let home = Home::new();
    let store = open_small(&home);
    fill_up(&store).await;
    let large = format!("\"{}\"", "x".repeat(200_000));
    let error = store.set_setting("large", &large).await.unwrap_err();
    assert_eq!(error.kind, NotSavedKind::DiskFull, "{error}");
    assert_eq!(store.setting("large").await.unwrap(), None);
}

/// A disk of some megabytes, such as a `tmpfs` with `size=8m`, for the real thing.
const SMALL_DISK: &str = "HOOKLOUPE_TEST_SMALL_DISK";

#[tokio::test]
#[ignore = "needs a small disk of its own, named by HOOKLOUPE_TEST_SMALL_DISK"]
async fn a_disk_that_is_really_full_takes_everything_once_it_has_room() {
    let disk = std::path::PathBuf::from(std::env::var_os(SMALL_DISK).unwrap());
    let filler = disk.join("filler");
    std::fs::write(&filler, vec![1; 3_000_000]).unwrap();
    let options = StoreOptions::new(disk.join("data"), now);
    let (store, _) = Store::open(&options).unwrap();
    let mut last = 0;
    let mut refused = 0;
    while refused < 10 {
        last += 1;
        refused += u64::from(store.insert(bulky(last), Stopwatch::start()).await.is_err());
    }
    let failing = health(&store, |health| health.waiting == refused).await;
    println!("{failing:?} at {last}");
    std::fs::remove_file(filler).unwrap();
    let well = health(&store, |health| health.saving).await;
    assert_eq!((well.waiting, well.lost), (0, 0));
    assert_eq!(store.counts().await.exchanges, last);
    store.close().await;
}
