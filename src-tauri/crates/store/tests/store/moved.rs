//! The database's file is moved or deleted while it is open.
#![cfg(unix)]

use std::fs;

use store::{NotSavedKind, Store};

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

#[tokio::test]
async fn another_file_in_its_place_is_told_and_left_alone() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=3).await;
    fs::rename(home.database(), home.path().join("aside")).unwrap();
    fs::write(home.database(), "another").unwrap();
    assert!(moved(&store).await);
    store.close().await;
    assert_eq!(fs::read(home.database()).unwrap(), b"another");
}
