//! What may become of a history between two runs, the first of which was killed: of its log, and of
//! its file. Whatever is lost is told, and what is not lost is not told.

use std::fs;
use std::path::PathBuf;

use store::{Damaged, OpenError, Replaced, Store};

use crate::home::{Home, documents_are_there, exchange, fill, filled, id, noise, numbers};

const PAGE: usize = 8192;
/// What the log, and each page in it, begins with.
const LOG_HEAD: usize = 32;
const FRAME: usize = 24 + PAGE;

/// What a kill leaves.
const FILES: [&str; 4] = [
    "history.sqlite3",
    "history.sqlite3-wal",
    "history.sqlite3-shm",
    "hookloupe.running",
];

/// How much of the log the file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moved {
    Nothing,
    /// The first ten exchanges of the last run.
    Part,
    /// The same, and the log was begun anew with the other ten.
    BegunAnew,
    All,
    /// All, and the next log is about to begin.
    Restarted,
}

const MOVED: [Moved; 5] = [
    Moved::Nothing,
    Moved::Part,
    Moved::BegunAnew,
    Moved::All,
    Moved::Restarted,
];

fn log(home: &Home) -> PathBuf {
    home.path().join("history.sqlite3-wal")
}

fn copied(from: &Home) -> Home {
    let to = Home::new();
    for name in FILES {
        fs::copy(from.path().join(name), to.path().join(name)).unwrap();
    }
    to
}

/// A history as a kill leaves it: 1 to 50 are in the file, 51 to 70 came in the last run.
async fn killed(moved: Moved) -> Home {
    killed_with(50, moved).await
}

/// The same with so many in the file.
async fn killed_with(before: u64, moved: Moved) -> Home {
    let home = filled(before).await;
    let store = home.open();
    fill(&store, before + 1..=before + 10).await;
    store.idle().await;
    let reader = rusqlite::Connection::open(home.database()).unwrap();
    match moved {
        Moved::Part => {
            // The file gets nothing that came after whoever reads in the log had begun.
            let begin = "BEGIN; SELECT count(*) FROM exchanges";
            reader.execute_batch(begin).unwrap();
            fill(&store, [before + 11]).await;
            let (pages, in_file) = checkpoint(&home, "PASSIVE");
            assert!(in_file > 0 && in_file < pages, "{in_file} of {pages}");
            reader.execute_batch("COMMIT").unwrap();
        }
        Moved::BegunAnew => assert_all(checkpoint(&home, "PASSIVE")),
        Moved::Nothing | Moved::All | Moved::Restarted => {}
    }
    let next = store.summary(id(before + 11)).await.unwrap().is_some();
    fill(&store, before + 11 + u64::from(next)..=before + 20).await;
    store.idle().await;
    match moved {
        Moved::Nothing | Moved::Part | Moved::BegunAnew => {}
        Moved::All => assert_all(checkpoint(&home, "PASSIVE")),
        Moved::Restarted => assert_all(checkpoint(&home, "RESTART")),
    }
    drop(reader);
    // The store has moved nothing by itself.
    assert!(fs::metadata(log(&home)).unwrap().len() < 2 << 20);
    let killed = copied(&home);
    store.close().await;
    killed
}

/// How many pages the log has, and how many of them are in the file then.
fn checkpoint(home: &Home, mode: &str) -> (i64, i64) {
    let conn = rusqlite::Connection::open(home.database()).unwrap();
    let sql = format!("PRAGMA wal_checkpoint({mode})");
    let done = conn.query_row(&sql, [], |row| Ok((row.get(1)?, row.get(2)?)));
    done.unwrap()
}

fn assert_all((pages, in_file): (i64, i64)) {
    assert_eq!(pages, in_file);
}

fn alter(path: PathBuf, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(&path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
}

/// The place and the length are told by the length of all.
fn overwrite(bytes: &mut [u8], part: impl FnOnce(usize) -> (usize, usize)) {
    let (at, length) = part(bytes.len());
    bytes[at..at + length].copy_from_slice(&noise(at as u64, length));
}

/// The log of a history that is none of this one's.
async fn log_of_another() -> Vec<u8> {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1001..=1030).await;
    let bytes = fs::read(log(&home)).unwrap();
    store.close().await;
    bytes
}

/// What becomes of a log.
type LogFault = fn(&Home, &[u8]);

const LOG_FAULTS: [(&str, LogFault); 12] = [
    ("nothing", |_, _| ()),
    ("removed", |home, _| fs::remove_file(log(home)).unwrap()),
    ("emptied", |home, _| fs::write(log(home), "").unwrap()),
    ("cut to its header", |home, _| {
        alter(log(home), |bytes| bytes.truncate(LOG_HEAD))
    }),
    ("cut in its middle", |home, _| {
        alter(log(home), |bytes| bytes.truncate(bytes.len() / 2))
    }),
    ("noise over its header", |home, _| {
        alter(log(home), |bytes| overwrite(bytes, |_| (0, LOG_HEAD)))
    }),
    ("noise in its middle", |home, _| {
        alter(log(home), |bytes| overwrite(bytes, |all| (all / 2, 4000)))
    }),
    ("noise over its last page", |home, _| {
        alter(log(home), |bytes| {
            overwrite(bytes, |all| (all - PAGE, PAGE))
        })
    }),
    ("noise all over", |home, _| {
        alter(log(home), |bytes| overwrite(bytes, |all| (0, all)))
    }),
    ("other salts in its header", |home, _| {
        alter(log(home), |bytes| overwrite(bytes, |_| (16, 8)))
    }),
    ("other salts in a frame", |home, _| {
        alter(log(home), |bytes| {
            let middle = |all: usize| (all - LOG_HEAD) / FRAME / 2;
            overwrite(bytes, |all| (LOG_HEAD + middle(all) * FRAME + 8, 8));
        })
    }),
    ("another database's", |home, another| {
        fs::write(log(home), another).unwrap()
    }),
];

/// What a start found.
struct Started {
    store: Store,
    told: Vec<Replaced>,
    there: Vec<u64>,
}

async fn start(home: &Home) -> Started {
    let store = home.open();
    store.idle().await;
    let health = store.health().borrow().clone();
    let told = health.set_aside.into_iter().chain(health.earlier);
    let mut told: Vec<Replaced> = told.collect();
    told.sort_by_key(Replaced::id);
    let there = numbers(&store, "").await;
    Started { store, told, there }
}

impl Started {
    fn damages(&self) -> Vec<Damaged> {
        self.told.iter().map(|found| found.damaged).collect()
    }

    /// What is there is whole, or told of; what is not is told of.
    async fn nothing_is_lost_in_silence(&self, many: u64, what: &str) {
        let mut whole = 0;
        for seq in &self.there {
            let found = self.store.get(id(*seq)).await.unwrap().unwrap();
            assert_eq!(found.request, exchange(*seq).request, "{what}: {seq}");
            whole += u64::from(found.answers == exchange(*seq).answers);
        }
        assert!(whole == many || !self.told.is_empty(), "{what}: {whole}");
        if self.told.is_empty() {
            documents_are_there(&self.store, what).await;
        }
    }

    /// It goes on, and the next start tells the same.
    async fn goes_on(self, home: &Home, what: &str) {
        let next = self.store.last_seq() + 1;
        fill(&self.store, [next]).await;
        self.store.close().await;
        let conn = rusqlite::Connection::open(home.database()).unwrap();
        let sql = "PRAGMA integrity_check";
        let sound: String = conn.query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(sound, "ok", "{what}");
        drop(conn);
        let again = start(home).await;
        assert_eq!(again.told, self.told, "{what}");
        assert_eq!(again.there[0], next, "{what}");
        assert_eq!(again.there[1..], self.there, "{what}");
        again.store.close().await;
    }
}

/// What was set aside, and copies of logs.
fn kept(home: &Home) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = home.files();
    files.retain(|(path, _)| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.starts_with("history.broken-") && !name.ends_with("-shm")
    });
    files
}

/// Faults after which nothing of the log can be read.
const WHOLE_LOG: [&str; 5] = [
    "removed",
    "emptied",
    "cut to its header",
    "noise all over",
    "another database's",
];

/// What is told, and how many exchanges are there; `None` where that depends on which pages lie
/// where the fault is.
fn expected(moved: Moved, fault: &str) -> Option<(&'static [Damaged], Option<usize>)> {
    match moved {
        Moved::All | Moved::Restarted => Some((&[], Some(70))),
        _ if fault == "nothing" => Some((&[], Some(70))),
        _ if !WHOLE_LOG.contains(&fault) => None,
        Moved::Nothing => Some((&[Damaged::LogEnd], Some(50))),
        Moved::BegunAnew => Some((&[Damaged::LogEnd], Some(60))),
        // The file alone is no sound one: of a page with a later version none was moved.
        Moved::Part => Some((&[Damaged::Log], None)),
    }
}

#[tokio::test]
async fn whatever_becomes_of_the_log_of_a_history_that_was_not_closed_nothing_is_lost_in_silence() {
    let another = log_of_another().await;
    for moved in MOVED {
        let killed = killed(moved).await;
        for (fault, make) in LOG_FAULTS {
            let home = copied(&killed);
            make(&home, &another);
            let what = format!("{moved:?}, {fault}");
            let damaged = fs::read(log(&home)).unwrap_or_default();
            let started = start(&home).await;
            started.nothing_is_lost_in_silence(70, &what).await;
            if let Some((damages, there)) = expected(moved, fault) {
                assert_eq!(started.damages(), damages, "{what}");
                let found = started.there.len();
                assert_eq!(found, there.unwrap_or(found), "{what}");
            }
            let kept: Vec<_> = kept(&home).into_iter().map(|(_, bytes)| bytes).collect();
            if started.told.is_empty() {
                assert_eq!(kept.len(), 0, "{what}: what is kept is told");
            } else {
                assert!(damaged.is_empty() || kept.contains(&damaged), "{what}");
            }
            started.goes_on(&home, &what).await;
        }
    }
}

/// Nothing tells then how much of the log was committed, nor how much of it the file has.
#[tokio::test]
async fn nothing_is_lost_in_silence_where_the_index_of_the_log_is_lost_too() {
    let another = log_of_another().await;
    for moved in [Moved::Nothing, Moved::Restarted] {
        let killed = killed(moved).await;
        for (fault, make) in LOG_FAULTS {
            let home = copied(&killed);
            make(&home, &another);
            fs::remove_file(home.path().join("history.sqlite3-shm")).unwrap();
            let what = format!("{moved:?}, {fault}");
            let started = start(&home).await;
            started.nothing_is_lost_in_silence(70, &what).await;
            assert!(fault != "nothing" || started.told.is_empty(), "{what}");
            started.goes_on(&home, &what).await;
        }
    }
}

/// What becomes of a file, beside its log; with an older copy of it.
type FileFault = fn(&Home, &[u8]);

const FILE_FAULTS: [(&str, FileFault, Damaged); 7] = [
    (
        "removed",
        |home, _| fs::remove_file(home.database()).unwrap(),
        Damaged::Gone,
    ),
    (
        "emptied",
        |home, _| fs::write(home.database(), "").unwrap(),
        Damaged::Gone,
    ),
    (
        "cut in its middle",
        |home, _| alter(home.database(), |bytes| bytes.truncate(bytes.len() / 2)),
        Damaged::File,
    ),
    (
        "noise over its first page",
        |home, _| alter(home.database(), |bytes| overwrite(bytes, |_| (0, PAGE))),
        Damaged::File,
    ),
    (
        "replaced by an older one",
        |home, older| fs::write(home.database(), older).unwrap(),
        Damaged::File,
    ),
    (
        "replaced by a text",
        |home, _| fs::write(home.database(), "another").unwrap(),
        Damaged::File,
    ),
    (
        "replaced by another program's",
        |home, _| {
            let theirs = home.path().join("theirs");
            let conn = rusqlite::Connection::open(&theirs).unwrap();
            conn.execute_batch("CREATE TABLE theirs (a)").unwrap();
            drop(conn);
            fs::rename(theirs, home.database()).unwrap();
        },
        Damaged::File,
    ),
];

#[tokio::test]
async fn whatever_becomes_of_the_file_beside_its_log_is_told_and_both_are_kept() {
    for moved in [Moved::Nothing, Moved::Part] {
        let killed = killed_with(300, moved).await;
        let older = fs::read(filled(20).await.database()).unwrap();
        for (fault, make, damaged) in FILE_FAULTS {
            let home = copied(&killed);
            make(&home, &older);
            let what = format!("{moved:?}, {fault}");
            let before: Vec<_> = home.files();
            let started = start(&home).await;
            assert!(started.damages().contains(&damaged), "{what}");
            let kept: Vec<_> = kept(&home).into_iter().map(|(_, bytes)| bytes).collect();
            for (path, bytes) in before {
                let is_history = path.to_string_lossy().contains("history.sqlite3");
                let is_index = path.to_string_lossy().ends_with("-shm");
                if is_history && !is_index {
                    assert!(kept.contains(&bytes), "{what}: {}", path.display());
                }
            }
            started.nothing_is_lost_in_silence(320, &what).await;
            started.goes_on(&home, &what).await;
        }
    }
}

#[tokio::test]
async fn a_history_that_is_removed_with_its_log_is_told_after_a_kill_and_after_an_orderly_end() {
    for ended_in_order in [false, true] {
        let home = if ended_in_order {
            // Its reserve tells that it was there.
            filled(70).await
        } else {
            let home = killed(Moved::Nothing).await;
            fs::remove_file(log(&home)).unwrap();
            home
        };
        fs::remove_file(home.database()).unwrap();
        let (store, report) = home.open_reported();
        assert_eq!(report.set_aside, None, "there is nothing to keep");
        store.close().await;
        let started = start(&home).await;
        assert_eq!(started.damages(), [Damaged::Gone], "{ended_in_order}");
        assert_eq!((started.there.len(), kept(&home).len()), (0, 0));
    }
    let first = Home::new();
    assert_eq!(start(&first).await.told, [], "a first start");
}

#[tokio::test]
async fn an_older_history_in_the_place_of_one_that_was_closed_is_used_as_it_is() {
    let home = filled(70).await;
    fs::copy(filled(20).await.database(), home.database()).unwrap();
    let started = start(&home).await;
    assert_eq!((started.told.len(), started.there.len()), (0, 20));
    assert_eq!(kept(&home), []);
    documents_are_there(&started.store, "older").await;
}

#[tokio::test]
async fn what_a_backup_program_copies_of_a_history_that_is_open_is_used_as_it_is() {
    for moved in MOVED {
        let killed = killed(moved).await;
        for left_out in [&FILES[2..], &FILES[3..], &[]] {
            let home = copied(&killed);
            for name in left_out {
                fs::remove_file(home.path().join(name)).unwrap();
            }
            let started = start(&home).await;
            let what = format!("{moved:?} without {left_out:?}");
            assert_eq!((started.told.len(), started.there.len()), (0, 70), "{what}");
            assert_eq!(kept(&home), [], "{what}");
        }
        // The file alone, with what says that it was open.
        let home = copied(&killed);
        for name in &FILES[1..3] {
            fs::remove_file(home.path().join(name)).unwrap();
        }
        let started = start(&home).await;
        assert!(started.damages().contains(&Damaged::LogEnd), "{moved:?}");
        let expected = match moved {
            Moved::Nothing => 50,
            Moved::BegunAnew => 60,
            Moved::All | Moved::Restarted => 70,
            // The file alone is no sound one.
            Moved::Part => continue,
        };
        assert_eq!(
            (started.there.len(), started.told.len()),
            (expected, 1),
            "{moved:?}"
        );
    }
}

#[tokio::test]
async fn a_history_that_cannot_be_written_is_refused_and_stays_as_it_is() {
    type Obstacle = fn(&Home, bool);
    let obstacles: [(&str, Obstacle); 2] = [
        ("a directory has the name of its log", |home, is_there| {
            let aside = home.path().join("log");
            if is_there {
                fs::rename(log(home), aside).unwrap();
                fs::create_dir(log(home)).unwrap();
            } else {
                fs::remove_dir(log(home)).unwrap();
                fs::rename(aside, log(home)).unwrap();
            }
        }),
        ("its file is read-only", |home, is_there| {
            let mut permissions = fs::metadata(home.database()).unwrap().permissions();
            permissions.set_readonly(is_there);
            fs::set_permissions(home.database(), permissions).unwrap();
        }),
    ];
    for (what, obstacle) in obstacles {
        let home = killed(Moved::Part).await;
        let before = [fs::read(home.database()), fs::read(log(&home))].map(Result::unwrap);
        obstacle(&home, true);
        let for_root = fs::OpenOptions::new().write(true).open(home.database());
        if what.ends_with("read-only") && for_root.is_ok() {
            // Nothing is read-only for an administrator.
            continue;
        }
        let error = Store::open(&home.options()).err();
        assert!(
            matches!(error, Some(OpenError::Unwritable { .. })),
            "{what}: {error:?}"
        );
        obstacle(&home, false);
        let after = [fs::read(home.database()), fs::read(log(&home))].map(Result::unwrap);
        assert!(before == after, "{what}");
        let started = start(&home).await;
        assert_eq!((started.told.len(), started.there.len()), (0, 70), "{what}");
    }
}
