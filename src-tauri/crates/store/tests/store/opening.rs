//! Opening a data directory: what is refused changes nothing, what is broken is kept.

use messages::{Lang, Say};
use protocol::{FailureCode, State};
use store::{OpenError, Store, StoreOptions, read_holder};

use crate::home::{self, Home, exchange, fill, held, id, numbers};

#[tokio::test]
async fn a_history_is_there_again_after_a_restart() {
    let home = Home::new();
    let (store, report) = home.open_reported();
    assert_eq!(report, store::OpenReport::default());
    assert_eq!((store.starts(), store.last_seq()), (0, 0));
    fill(&store, 1..=5).await;
    store.close().await;
    let store = home.open();
    assert_eq!((store.starts(), store.last_seq()), (1, 5));
    assert_eq!(store.counts().await.exchanges, 5);
    assert_eq!(numbers(&store, "").await, [5, 4, 3, 2, 1]);
}

#[tokio::test]
async fn a_directory_that_does_not_exist_is_made() {
    let home = Home::new();
    let dir = home.path().join("a/b");
    let (store, _) = Store::open(&StoreOptions::new(&dir, home::now)).unwrap();
    home::insert(&store, exchange(1)).await;
    assert!(dir.join("history.sqlite3").exists());
}

#[cfg(unix)]
#[tokio::test]
async fn what_others_may_read_of_an_earlier_history_is_narrowed_and_what_is_not_ours_stays() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &std::path::Path| {
        let mode = std::fs::metadata(path).unwrap().permissions().mode();
        mode & 0o777
    };
    let widen = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let home = Home::new();
    let (dir, database) = (home.path(), home.path().join("history.sqlite3"));
    let store = home.open();
    home::insert(&store, exchange(1)).await;
    store.close().await;
    let aside = dir.join("history.broken-1.sqlite3");
    std::fs::write(&aside, "of an earlier fault").unwrap();
    for (path, wide) in [
        (dir, 0o755),
        (&database, 0o644),
        (&aside, 0o664),
        (&dir.join("hookloupe.lock"), 0o666),
    ] {
        widen(path, wide);
    }
    let store = home.open();
    home::insert(&store, exchange(2)).await;
    assert_eq!(mode(dir), 0o700);
    let files = std::fs::read_dir(dir).unwrap();
    for file in files.map(|file| file.unwrap().path()) {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    store.close().await;

    let others = dir.join("notes.txt");
    std::fs::write(&others, "").unwrap();
    widen(&others, 0o644);
    widen(dir, 0o755);
    widen(&database, 0o644);
    home.open().close().await;
    assert_eq!([mode(dir), mode(&others)], [0o755, 0o644], "a shared one");
    assert_eq!(mode(&database), 0o600);
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_made_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let others = |path: &std::path::Path| {
        let mode = std::fs::metadata(path).unwrap().permissions().mode();
        mode & 0o077
    };
    let home = Home::new();
    let dir = home.path().join("data");
    let (store, _) = Store::open(&StoreOptions::new(&dir, home::now)).unwrap();
    home::insert(&store, exchange(1)).await;
    assert_eq!(others(&dir), 0);
    let mut names = Vec::new();
    for file in std::fs::read_dir(&dir).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(others(&path), 0, "{path:?}");
        names.push(path.file_name().unwrap().to_owned());
    }
    for expected in [
        "history.sqlite3",
        "history.sqlite3-wal",
        "history.sqlite3-shm",
    ] {
        assert!(names.iter().any(|name| name == expected), "{names:?}");
    }
}

#[tokio::test]
async fn what_a_killed_process_left_open_is_failed() {
    let home = Home::new();
    let store = home.open();
    home::insert(&store, held(1)).await;
    home::insert(&store, exchange(2)).await;
    store.close().await;
    let (store, report) = home.open_reported();
    assert_eq!(report.interrupted, 1);
    let summary = store.summary(id(1)).await.unwrap().unwrap();
    assert_eq!((summary.state, summary.deadline), (State::Failed, None));
    assert_eq!(summary.failure.unwrap().code, FailureCode::ProcessEnded);
    assert_eq!(numbers(&store, "is:answered").await, [2]);
}

#[tokio::test]
async fn a_second_instance_is_told_who_has_the_directory() {
    let home = Home::new();
    let store = home.open();
    let error = Store::open(&home.options()).err().unwrap();
    let OpenError::InUse { holder, .. } = &error else {
        panic!("{error:?}")
    };
    let process = std::process::id().to_string();
    assert!(holder.as_ref().unwrap().contains(&process));
    assert!(error.message().text(Lang::En).contains(&process));
    assert!(error.message().text(Lang::Ru).contains("уже занята"));
    home::insert(&store, exchange(1)).await;
    store.close().await;
    home.open();
}

#[tokio::test]
async fn what_the_holder_says_is_read_while_the_instance_runs() {
    let home = Home::new();
    assert_eq!(read_holder(home.path()), None);
    let store = home.open();
    assert_eq!(read_holder(home.path()), None, "nothing was written yet");
    store.write_holder("{\"token\":\"x\"}\nsecond line");
    assert_eq!(
        read_holder(home.path()).as_deref(),
        Some("{\"token\":\"x\"}\nsecond line")
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let file = std::fs::metadata(home.path().join("hookloupe.running")).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }
    store.close().await;
    assert_eq!(read_holder(home.path()), None);
    std::fs::write(home.path().join("hookloupe.running"), "1\nleftover").unwrap();
    assert_eq!(read_holder(home.path()), None, "nobody holds the lock");
}

#[tokio::test]
async fn a_store_that_is_dropped_without_closing_lets_the_directory_go() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=3).await;
    drop(store);
    // The writer ends by itself, a moment later.
    let store = loop {
        match Store::open(&home.options()) {
            Ok((store, _)) => break store,
            Err(OpenError::InUse { .. }) => tokio::task::yield_now().await,
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(store.counts().await.exchanges, 3);
}

#[tokio::test]
async fn a_newer_database_is_refused_and_no_byte_is_changed() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=3).await;
    store.close().await;
    let conn = rusqlite::Connection::open(home.database()).unwrap();
    conn.pragma_update(None, "user_version", 99).unwrap();
    drop(conn);
    std::fs::remove_file(home.path().join("hookloupe.lock")).unwrap();
    let before = home.files();
    let error = Store::open(&home.options()).err().unwrap();
    assert!(
        matches!(
            error,
            OpenError::Newer {
                found: 99,
                known: 13
            }
        ),
        "{error:?}"
    );
    assert!(error.message().text(Lang::En).contains("newer Hookloupe"));
    assert!(home.files() == before, "the directory is as it was");
}

#[tokio::test]
async fn a_newer_version_that_is_still_in_the_log_is_refused_too() {
    let home = Home::new();
    home.open().close().await;
    let kept = Home::new();
    // A log is left behind by a connection that never closes: its files are copied meanwhile.
    let conn = rusqlite::Connection::open(home.database()).unwrap();
    conn.pragma_update(None, "user_version", 98).unwrap();
    for name in ["history.sqlite3", "history.sqlite3-wal"] {
        std::fs::copy(home.path().join(name), kept.path().join(name)).unwrap();
    }
    let before = kept.files();
    let error = Store::open(&kept.options()).err().unwrap();
    assert!(
        matches!(error, OpenError::Newer { found: 98, .. }),
        "{error:?}"
    );
    assert!(kept.files() == before);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_set_aside_with_its_log() {
    let home = Home::new();
    std::fs::write(home.database(), "not a database at all".repeat(50)).unwrap();
    std::fs::write(home.path().join("history.sqlite3-wal"), "log").unwrap();
    let (store, report) = home.open_reported();
    let aside = report.set_aside.unwrap();
    let name = aside.file_name().unwrap().to_str().unwrap();
    assert!(
        name.starts_with("history.broken-20") && name.ends_with(".sqlite3"),
        "{name}"
    );
    assert_eq!(
        std::fs::read(&aside).unwrap(),
        "not a database at all".repeat(50).into_bytes()
    );
    let log = home.path().join(format!("{name}-wal"));
    assert_eq!(std::fs::read(log).unwrap(), b"log");
    home::insert(&store, exchange(1)).await;
    assert_eq!(numbers(&store, "").await, [1]);
}

#[tokio::test]
async fn a_database_with_damaged_pages_is_set_aside() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=500).await;
    store.close().await;
    let mut bytes = std::fs::read(home.database()).unwrap();
    let length = bytes.len();
    bytes[8192..length].fill(0xee);
    std::fs::write(home.database(), &bytes).unwrap();
    let (store, report) = home.open_reported();
    assert_eq!(std::fs::read(report.set_aside.unwrap()).unwrap(), bytes);
    assert_eq!((store.starts(), store.counts().await.exchanges), (0, 0));
}

#[tokio::test]
async fn a_database_cut_short_is_set_aside() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=500).await;
    store.close().await;
    let bytes = std::fs::read(home.database()).unwrap();
    std::fs::write(home.database(), &bytes[..3 * 8192]).unwrap();
    let (_store, report) = home.open_reported();
    assert!(report.set_aside.is_some());
}

#[tokio::test]
async fn another_programs_database_is_set_aside_untouched() {
    let home = Home::new();
    let conn = rusqlite::Connection::open(home.database()).unwrap();
    conn.execute_batch("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)")
        .unwrap();
    drop(conn);
    let theirs = std::fs::read(home.database()).unwrap();
    let (_store, report) = home.open_reported();
    assert_eq!(std::fs::read(report.set_aside.unwrap()).unwrap(), theirs);
}

#[tokio::test]
async fn a_closed_history_is_one_file_without_a_log() {
    let home = Home::new();
    for turn in 1..=30 {
        let store = home.open();
        home::insert(&store, exchange(turn)).await;
        store.close().await;
        for beside in ["history.sqlite3-wal", "history.sqlite3-shm"] {
            assert!(!home.path().join(beside).exists(), "{beside}, {turn}");
        }
    }
}

#[tokio::test]
async fn an_empty_file_is_a_new_history() {
    let home = Home::new();
    std::fs::write(home.database(), "").unwrap();
    let (store, report) = home.open_reported();
    assert_eq!(report.set_aside, None);
    home::insert(&store, exchange(1)).await;
}

#[test]
fn a_directory_that_cannot_be_made_or_written_is_refused() {
    let home = Home::new();
    std::fs::write(home.path().join("file"), "x").unwrap();
    let below_a_file = home.path().join("file/data");
    let mut dirs = vec![below_a_file];
    if cfg!(target_os = "linux") {
        // Not even root can make files there.
        dirs.extend(["/proc/self/data".into(), "/proc/self".into()]);
    }
    for dir in dirs {
        let error = Store::open(&StoreOptions::new(&dir, home::now)).err();
        let Some(OpenError::Unwritable { .. }) = &error else {
            panic!("{dir:?}: {error:?}")
        };
        assert!(
            error
                .unwrap()
                .message()
                .text(Lang::Ru)
                .contains("нельзя писать")
        );
    }
    assert_eq!(home.files().len(), 1);
}

#[tokio::test]
async fn a_database_of_the_first_version_is_brought_to_the_present_one() {
    let home = Home::with_fixture("history-6.sqlite3");
    // What versions 2 to 6 added, taken away again.
    alter(
        &home,
        "DROP TABLE body_pieces; ALTER TABLE exchanges DROP COLUMN platform_choice; \
         ALTER TABLE exchanges DROP COLUMN fault; ALTER TABLE bots DROP COLUMN endpoint; \
         ALTER TABLE bots DROP COLUMN platform_settings; DELETE FROM bots; \
         PRAGMA user_version = 1;",
    );
    let store = home.open();
    assert_eq!(numbers(&store, "").await, [6, 5, 3, 2, 1]);
    store.create_bot(bot()).await.unwrap();
    assert_eq!(store.bots().await.unwrap()[0].endpoint, "{}");
}

/// Runs statements on the file of a history that is closed.
fn alter(home: &Home, statements: &str) {
    let conn = rusqlite::Connection::open(home.database()).unwrap();
    conn.execute_batch(statements).unwrap();
}

#[tokio::test]
async fn a_database_of_either_version_5_is_brought_to_the_present_one() {
    // For a time, step 5 added the column of faults; before that, and again since, it does not.
    for without_fault in ["ALTER TABLE exchanges DROP COLUMN fault;", ""] {
        let home = Home::with_fixture("history-6.sqlite3");
        alter(&home, &format!("{without_fault} PRAGMA user_version = 5;"));
        let (store, report) = home.open_reported();
        assert_eq!(report.set_aside, None, "{without_fault}");
        home::insert(&store, exchange(7)).await;
        assert_eq!(numbers(&store, "").await, [7, 6, 5, 3, 2, 1]);
        let found = store.get(id(5)).await.unwrap().unwrap();
        assert_eq!(found.summary.fault, None);
    }
}

#[tokio::test]
async fn a_database_without_a_column_is_set_aside_at_opening_and_the_others_are_taken_over() {
    for (table, column, taken) in [
        ("exchanges", "fault", true),
        ("exchanges", "platform_choice", true),
        ("bots", "endpoint", true),
        ("exchanges", "own_findings", true),
        ("messages", "coding", false),
    ] {
        let home = Home::new();
        let store = home.open();
        store.create_bot(bot()).await.unwrap();
        fill(&store, 1..=3).await;
        store.close().await;
        alter(&home, &format!("ALTER TABLE {table} DROP COLUMN {column};"));
        let (store, report) = home.open_reported();
        assert!(report.set_aside.is_some(), "{table}.{column}");
        home::insert(&store, exchange(4)).await;
        store.idle().await;
        let before: &[u64] = if taken { &[4, 3, 2, 1] } else { &[4] };
        assert_eq!(numbers(&store, "").await, before, "{table}.{column}");
        assert_eq!(store.bots().await.unwrap(), [bot()], "{table}.{column}");
    }
}

fn bot() -> store::Bot {
    store::Bot {
        id: protocol::BotId(uuid::Uuid::from_u128(1)),
        name: "one".into(),
        platform: "auto".into(),
        secret: "secret".into(),
        answering: "{}".into(),
        endpoint: "{}".into(),
        platform_settings: "{}".into(),
        seed: 0,
        position: 0,
    }
}
