//! The database's file is moved or deleted while it is open.
#![cfg(unix)]

use std::fs;

use store::{Damaged, NotSavedKind, Store};

use crate::home::{Home, fill, numbers};

/// Waits until the writer has looked for its file, and gives what the health says.
async fn moved(store: &Store) -> bool {
    store.idle().await;
    let health = store.health().borrow().clone();
    assert_eq!(health.saving, health.reason.is_none());
    health
        .reason
        .is_some_and(|reason| reason.kind == NotSavedKind::Moved)
}

#[tokio::test]
async fn a_deleted_history_is_told_and_written_anew_at_the_end() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=20).await;
    assert!(!moved(&store).await);
    fs::remove_dir_all(home.path()).unwrap();
    assert!(moved(&store).await);
    // What comes meanwhile is written and changes nothing of that.
    fill(&store, 21..=25).await;
    assert!(moved(&store).await);
    store.close().await;
    let store = home.open();
    assert_eq!(
        numbers(&store, "").await,
        (1..=25).rev().collect::<Vec<_>>()
    );
    assert!(!moved(&store).await);
}

#[tokio::test]
async fn a_history_that_was_put_back_is_well_again() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=3).await;
    let aside = home.path().join("aside");
    fs::rename(home.database(), &aside).unwrap();
    assert!(moved(&store).await);
    fs::rename(&aside, home.database()).unwrap();
    assert!(!moved(&store).await);
    store.close().await;
    assert_eq!(numbers(&home.open(), "").await, [3, 2, 1]);
}

/// What takes the history's place while it is open.
fn put_in_its_place(home: &Home, what: &str) -> Vec<u8> {
    let new = home.path().join("new");
    match what {
        "an earlier copy" => drop(fs::copy(home.path().join("copy"), &new).unwrap()),
        "another database" => rusqlite::Connection::open(&new)
            .unwrap()
            .execute_batch("CREATE TABLE a (b); INSERT INTO a VALUES (1)")
            .unwrap(),
        "an empty file" => fs::write(&new, "").unwrap(),
        _ => fs::write(&new, "another").unwrap(),
    }
    let bytes = fs::read(&new).unwrap();
    fs::rename(new, home.database()).unwrap();
    bytes
}

#[tokio::test]
async fn what_is_put_in_its_place_costs_nothing_of_it_and_is_kept_beside_it() {
    for what in [
        "an earlier copy",
        "another database",
        "an empty file",
        "no database",
    ] {
        let home = Home::new();
        let store = home.open();
        fill(&store, 1..=3).await;
        store.close().await;
        fs::copy(home.database(), home.path().join("copy")).unwrap();
        let store = home.open();
        fill(&store, 4..=20).await;
        let other = put_in_its_place(&home, what);
        fill(&store, 21..=22).await;
        assert!(moved(&store).await, "{what}");
        store.close().await;

        let store = home.open();
        let all: Vec<u64> = (1..=22).rev().collect();
        assert_eq!(numbers(&store, "").await, all, "{what}");
        let notices = store.health().borrow().earlier.clone();
        let [notice] = &notices[..] else {
            panic!("{what}: {notices:?}");
        };
        assert_eq!(notice.damaged, Damaged::Displaced, "{what}");
        assert_eq!(fs::read(&notice.file).unwrap(), other, "{what}");
        // It is told until a person has read it, and nothing of it is taken over.
        store.close().await;
        let store = home.open();
        assert_eq!(store.health().borrow().earlier.len(), 1, "{what}");
        assert_eq!(numbers(&store, "").await, all, "{what}");
    }
}
