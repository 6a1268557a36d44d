//! A database that was damaged while nothing had it open: whatever lies in a page that is left
//! comes over, and what does not is named.

use std::fs;
use std::path::{Path, PathBuf};

use store::{Damaged, DocumentKind, Replaced, Store};

use crate::home::{
    self, BOT, Home, documents_are_there, exchange, fill, filled, held, id, noise, numbers,
};

const PAGE: usize = 8192;

fn alter(home: &Home, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(home.database()).unwrap();
    change(&mut bytes);
    fs::write(home.database(), &bytes).unwrap();
}

/// The root page of a table.
fn root(home: &Home, table: &str) -> usize {
    let conn = rusqlite::Connection::open(home.database()).unwrap();
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
    let root: u32 = conn.query_row(sql, [table], |row| row.get(0)).unwrap();
    root as usize
}

fn overwrite_page(bytes: &mut [u8], number: usize) {
    let page = &mut bytes[(number - 1) * PAGE..][..PAGE];
    page.copy_from_slice(&noise(number as u64, PAGE));
}

/// What was set aside, once all of it that can be read is taken over.
async fn set_aside(store: &Store) -> Replaced {
    store.idle().await;
    let found = store.health().borrow().set_aside.clone();
    let found = found.expect("damage is told");
    assert!(!found.goes_on);
    found
}

#[tokio::test]
async fn all_of_it_comes_over_where_only_the_first_page_is_lost() {
    type Damage = fn(&mut Vec<u8>);
    let damages: [(&str, Damage); 3] = [
        ("its first bytes", |bytes| bytes[..16].fill(0xff)),
        ("its header", |bytes| bytes[..100].fill(0xff)),
        ("its first page", |bytes| bytes[..PAGE].fill(0xff)),
    ];
    for (what, damage) in damages {
        let home = filled(300).await;
        alter(&home, damage);
        let before = fs::read(home.database()).unwrap();
        let (store, report) = home.open_reported();
        // What comes meanwhile gets numbers of its own.
        assert_eq!(store.last_seq(), 300, "{what}");
        fill(&store, 301..=301).await;
        let found = set_aside(&store).await;
        assert_eq!(report.set_aside.as_ref(), Some(&found.file), "{what}");
        assert_eq!(fs::read(&found.file).unwrap(), before, "{what}");
        assert_eq!((found.rescued, found.unread), (300, 0), "{what}");
        documents_are_there(&store, what).await;
        let all: Vec<u64> = (1..=301).rev().collect();
        assert_eq!(numbers(&store, "").await, all, "{what}");
        for seq in 1..=300 {
            let whole = store.get(id(seq)).await.unwrap().unwrap();
            assert_eq!(whole.request, exchange(seq).request, "{what}");
            assert_eq!(whole.answers, exchange(seq).answers, "{what}");
        }
        // The schema tells whether a table is whole; it lies in the first page.
        assert_eq!(found.lost.is_empty(), what != "its first page", "{what}");
    }
}

#[tokio::test]
async fn pages_that_are_overwritten_cost_what_lies_in_them_and_no_more() {
    let home = filled(2400).await;
    let roots = ["exchanges", "messages"].map(|table| root(&home, table));
    let pages = fs::metadata(home.database()).unwrap().len() as usize / PAGE;
    alter(&home, |bytes| {
        let spread = (1..=18).map(|number| number * (pages - 1) / 18 + 1);
        for number in spread.chain(roots) {
            overwrite_page(bytes, number);
        }
    });
    let (store, _) = home.open_reported();
    let found = set_aside(&store).await;
    // 20 of some 160 pages, each of which holds a part of some 30 exchanges.
    assert!(pages > 120, "{pages}");
    assert!(found.rescued >= 1200, "{found:?} of {pages}");
    assert!(found.unread > 0, "{found:?}");
    assert_eq!(store.counts().await.exchanges, found.rescued);
    let mut in_part = 0;
    for seq in numbers(&store, "").await {
        let whole = store.get(id(seq)).await.unwrap().unwrap();
        assert_eq!(whole.request, exchange(seq).request, "{seq}");
        in_part += u64::from(whole.answers != exchange(seq).answers);
    }
    assert!(found.unread >= in_part, "{in_part} of {found:?}");
}

#[tokio::test]
async fn damage_of_a_single_page_is_found_at_the_start_and_told_until_it_was_read() {
    let home = filled(1200).await;
    alter(&home, |bytes| {
        let part = b"\"number\":600}";
        let at = bytes.windows(part.len()).position(|bytes| bytes == part);
        overwrite_page(bytes, at.unwrap() / PAGE + 1);
    });
    let store = home.open();
    // Nothing of it has been asked for.
    let found = store.health().borrow().set_aside.clone();
    let found = found.expect("it is told at once");
    assert_eq!(found.damaged, Damaged::File, "nobody knows since when");
    let found = set_aside(&store).await;
    let there = store.counts().await.exchanges;
    assert!(there >= 1150 && there == found.rescued, "{there} {found:?}");
    assert!(found.unread > 0, "{found:?}");
    store.close().await;
    for _ in 0..2 {
        let store = home.open();
        let health = store.health().borrow().clone();
        assert_eq!(
            (health.set_aside, &*health.earlier),
            (None, &[found.clone()][..])
        );
        store.close().await;
    }
    let store = home.open();
    assert!(store.dismiss(&found.id()).await.unwrap());
    assert!(!store.dismiss(&found.id()).await.unwrap(), "once");
    assert_eq!(store.health().borrow().earlier, []);
    store.close().await;
    assert_eq!(home.open().health().borrow().earlier, []);
}

#[tokio::test]
async fn an_exchange_whose_answer_is_lost_comes_over_and_is_told() {
    let home = filled(10).await;
    let store = home.open();
    let mut long = exchange(11);
    let body = noise(9, 60_000);
    let mut answer = long.answers.take(protocol::Side::Response).unwrap();
    answer.body = body.clone().into();
    long.answers.set(protocol::Side::Response, answer);
    home::insert(&store, long).await;
    store.close().await;
    alter(&home, |bytes| {
        let part = &body[30_000..30_100];
        let mut at = bytes.windows(100).enumerate();
        let (at, _) = at.find(|(_, bytes)| *bytes == part).unwrap();
        overwrite_page(bytes, at / PAGE + 1);
        bytes[..16].fill(0xff);
    });
    let store = home.open();
    let found = set_aside(&store).await;
    assert_eq!((found.rescued, found.unread), (11, 1));
    let left = store.get(id(11)).await.unwrap().unwrap();
    assert_eq!(left.request, exchange(11).request);
    assert_eq!(left.answers.iter().count(), 0);
}

#[tokio::test]
async fn what_is_left_of_a_database_that_was_cut_comes_over() {
    let home = filled(3000).await;
    alter(&home, |bytes| bytes.truncate(bytes.len() / 2 - 100));
    let (store, _) = home.open_reported();
    let found = set_aside(&store).await;
    assert!(found.rescued >= 1000, "{found:?}");
    documents_are_there(&store, "cut").await;
    fill(&store, 3001..=3001).await;
    assert!(store.get(id(3001)).await.unwrap().is_some());
}

#[tokio::test]
async fn what_was_deleted_stays_so() {
    for lost in [16, PAGE] {
        let home = filled(200).await;
        let store = home.open();
        store.set_retention(store::Retention {
            exchanges: 50,
            ..store::Retention::default()
        });
        store.idle().await;
        assert_eq!(store.counts().await.exchanges, 50);
        store.close().await;
        alter(&home, |bytes| bytes[..lost].fill(0xff));
        let (store, _) = home.open_reported();
        let found = set_aside(&store).await;
        assert_eq!(found.rescued, 50, "{lost}");
        let kept: Vec<u64> = (151..=200).rev().collect();
        assert_eq!(numbers(&store, "").await, kept, "{lost}");
    }
}

#[tokio::test]
async fn kinds_that_cannot_be_read_whole_are_named_with_what_came_of_them() {
    let home = filled(20).await;
    let store = home.open();
    let rules = (0..400).map(|number| (format!("r{number:03}"), "{}".repeat(200)));
    store.set_rules(BOT, rules.collect()).await.unwrap();
    store.close().await;
    let root = root(&home, "rules");
    alter(&home, |bytes| {
        overwrite_page(bytes, root);
        bytes[..16].fill(0xff);
    });
    let (store, _) = home.open_reported();
    let found = set_aside(&store).await;
    let rules = store.rules().await.unwrap().len() as u64;
    // The inner page had a rule of its own for each of the pages below.
    assert!(rules > 350 && rules < 400, "{rules}");
    let lost: Vec<_> = found
        .lost
        .iter()
        .map(|lost| (lost.kind, lost.taken))
        .collect();
    assert_eq!(lost, [(DocumentKind::Rules, rules)]);
}

/// Where the number of an exchange stands in its row: two bytes before the row's head, which names
/// its own length.
fn place_of_number(bytes: &[u8], seq: u64) -> usize {
    let varint = [0x80 | (seq >> 7) as u8, (seq & 0x7f) as u8];
    let id = id(seq).0;
    let mut from = 0;
    loop {
        let at = from
            + bytes[from..]
                .windows(16)
                .position(|part| part == id.as_bytes())
                .unwrap();
        let place = (at.saturating_sub(90)..at - 2).find(|start| {
            bytes[*start..*start + 2] == varint && start + 2 + usize::from(bytes[start + 2]) == at
        });
        if let Some(place) = place {
            return place;
        }
        from = at + 16;
    }
}

#[tokio::test]
async fn a_number_that_lies_costs_its_own_exchange_at_most() {
    for (seq, lie) in [
        (500, [0xff, 0x7f]),
        (500, [0x80, 0x05]),
        (1000, [0xff, 0x7f]),
    ] {
        let home = filled(1000).await;
        let bots = root(&home, "bots");
        alter(&home, |bytes| {
            let place = place_of_number(bytes, seq);
            bytes[place..place + 2].copy_from_slice(&lie);
            overwrite_page(bytes, bots);
        });
        let (store, report) = home.open_reported();
        assert!(report.set_aside.is_some());
        assert!(
            (999..=1000).contains(&store.last_seq()),
            "{}",
            store.last_seq()
        );
        let found = set_aside(&store).await;
        assert!(found.rescued >= 999, "{found:?}");
        let mut expected: Vec<u64> = (1..=1000).rev().collect();
        // The last one has no neighbour that tells what it was.
        expected.retain(|one| *one != 1000 || seq != 1000);
        assert_eq!(numbers(&store, "").await, expected, "{seq}");
    }
}

/// The files of a history as a kill leaves them, with so many exchanges in the log alone.
async fn killed(many: u64) -> Home {
    let home = filled(50).await;
    let killed = Home::new();
    let store = home.open();
    // However long the log becomes, the file gets nothing of it while somebody reads.
    let reader = rusqlite::Connection::open(home.database()).unwrap();
    let begin = "BEGIN; SELECT count(*) FROM exchanges";
    reader.execute_batch(begin).unwrap();
    fill(&store, 51..=many).await;
    // Nothing is written while it is copied.
    store.idle().await;
    for name in ["history.sqlite3", "history.sqlite3-wal"] {
        fs::copy(home.path().join(name), killed.path().join(name)).unwrap();
    }
    drop(reader);
    store.close().await;
    killed
}

fn log(home: &Home) -> PathBuf {
    home.path().join("history.sqlite3-wal")
}

/// Overwrites a page in the middle of a log that has no newer version of it.
fn damage_log(home: &Home) {
    const HEAD: usize = 32;
    const FRAME: usize = 24 + PAGE;
    let mut bytes = fs::read(log(home)).unwrap();
    let frames = bytes[HEAD..].chunks_exact(FRAME);
    let pages: Vec<[u8; 4]> = frames.map(|frame| frame[..4].try_into().unwrap()).collect();
    let newest = |frame: &usize| !pages[frame + 1..].contains(&pages[*frame]);
    let frame = (pages.len() / 2..pages.len()).find(newest).unwrap();
    let content = HEAD + frame * FRAME + 24;
    bytes[content + 2000..content + 6000].copy_from_slice(&noise(7, 4000));
    fs::write(log(home), &bytes).unwrap();
}

#[tokio::test]
async fn commits_behind_damage_of_the_log_are_taken_over_and_told() {
    let home = killed(150).await;
    damage_log(&home);
    let bytes = fs::read(log(&home)).unwrap();
    let (store, report) = home.open_reported();
    let found = set_aside(&store).await;
    assert_eq!(found.damaged, Damaged::Log);
    assert_eq!(report.set_aside.as_ref(), Some(&found.file));
    let kept = fs::read(found.file.with_extension("sqlite3-wal"));
    assert_eq!(kept.unwrap(), bytes, "it is kept as it was");
    let there = numbers(&store, "").await;
    assert_eq!(there[0], 150);
    assert!(there.len() >= 140, "{} with {found:?}", there.len());
    assert_eq!(there.len() as u64 + found.unread, 150, "{found:?}");
    assert_eq!(store.last_seq(), 150);
    documents_are_there(&store, "log").await;
    store.close().await;
    let store = home.open();
    assert_eq!(store.health().borrow().set_aside, None);
    assert_eq!(
        store.health().borrow().earlier,
        std::slice::from_ref(&found)
    );
    assert!(store.dismiss(&found.id()).await.unwrap());
    assert!(store.health().borrow().earlier.is_empty());
    store.close().await;
    let store = home.open();
    assert!(store.health().borrow().earlier.is_empty(), "it was read");
}

#[tokio::test]
async fn a_log_as_a_kill_leaves_it_is_no_damage() {
    let home = killed(150).await;
    let (store, report) = home.open_reported();
    assert_eq!(report.set_aside, None);
    assert_eq!(numbers(&store, "").await.len(), 150);
    drop(store);
    // One whose last transaction is half written was never acknowledged: a page's head goes first.
    let home = killed(150).await;
    let length = fs::metadata(log(&home)).unwrap().len();
    let file = fs::OpenOptions::new().write(true).open(log(&home)).unwrap();
    file.set_len(length - PAGE as u64).unwrap();
    let (store, report) = home.open_reported();
    assert_eq!(report.set_aside, None);
    assert_eq!(store.health().borrow().set_aside, None);
}

#[tokio::test]
async fn a_history_that_was_emptied_is_told_and_a_first_start_is_silent() {
    let home = filled(5).await;
    assert!(home.path().join("history.reserve").exists());
    fs::write(home.database(), "").unwrap();
    let (store, report) = home.open_reported();
    let found = set_aside(&store).await;
    assert_eq!(report.set_aside, None, "there is nothing to keep");
    assert_eq!((found.damaged, found.rescued), (Damaged::Gone, 0));
    store.close().await;
    let home = Home::new();
    assert_eq!(home.open().health().borrow().set_aside, None);
}

/// Renames a database as a repair does first.
fn set_aside_alone(home: &Home, with_database: bool) -> PathBuf {
    let name = "history.broken-20261127T000000000Z.sqlite3";
    fs::write(home.path().join("history.repair"), name).unwrap();
    let aside = home.path().join(name);
    let log = log(home);
    if log.exists() {
        fs::rename(log, aside.with_extension("sqlite3-wal")).unwrap();
    }
    if with_database {
        fs::rename(home.database(), &aside).unwrap();
    }
    aside
}

#[tokio::test]
async fn a_repair_that_a_kill_ended_is_done_again() {
    type Make = fn(&Path);
    let half_made: [(&str, Make); 3] = [
        ("nothing", |_| ()),
        ("an empty file", |path| fs::write(path, "").unwrap()),
        ("a database without rows", |path| {
            let conn = rusqlite::Connection::open(path).unwrap();
            let sql = "CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER) STRICT";
            conn.execute_batch(sql).unwrap();
        }),
    ];
    for (what, make) in half_made {
        let home = filled(100).await;
        let bots = root(&home, "bots");
        alter(&home, |bytes| overwrite_page(bytes, bots));
        let aside = set_aside_alone(&home, true);
        make(&home.database());
        let (store, report) = home.open_reported();
        assert_eq!(report.set_aside.as_ref(), Some(&aside), "{what}");
        let found = set_aside(&store).await;
        assert_eq!((found.rescued, found.file), (100, aside), "{what}");
        assert!(!home.path().join("history.repair").exists(), "{what}");
        store.close().await;
        let (store, report) = home.open_reported();
        assert_eq!(report.set_aside, None, "{what}");
        assert_eq!(numbers(&store, "").await.len(), 100, "{what}");
    }
}

#[tokio::test]
async fn a_database_of_which_only_the_log_was_renamed_gets_it_back() {
    let home = killed(150).await;
    set_aside_alone(&home, false);
    let (store, report) = home.open_reported();
    assert_eq!(report.set_aside, None);
    assert_eq!(numbers(&store, "").await.len(), 150);
}

#[tokio::test]
async fn a_mark_of_a_repair_that_was_done_costs_nothing() {
    let home = filled(10).await;
    let bots = root(&home, "bots");
    alter(&home, |bytes| overwrite_page(bytes, bots));
    let store = home.open();
    let found = set_aside(&store).await;
    fill(&store, 11..=12).await;
    store.close().await;
    let name = found.file.file_name().unwrap().as_encoded_bytes();
    fs::write(home.path().join("history.repair"), name).unwrap();
    let (store, report) = home.open_reported();
    assert_eq!(report.set_aside, None);
    assert_eq!(numbers(&store, "").await.len(), 12);
    assert!(!home.path().join("history.repair").exists());
}

/// Long bodies are compared by what can be read of them.
fn is_same_body(one: &protocol::Body, other: &protocol::Body) -> bool {
    let length = usize::try_from(one.length()).unwrap();
    let whole = |body: &protocol::Body| body.read_at(0, length).unwrap();
    one.length() == other.length() && whole(one) == whole(other)
}

#[tokio::test]
async fn a_mark_of_a_repair_that_is_no_text_is_no_name() {
    let home = filled(10).await;
    fs::write(home.path().join("history.repair"), [0xff, 0xfe, 0]).unwrap();
    let (store, report) = home.open_reported();
    assert_eq!(report.set_aside, None);
    assert_eq!(numbers(&store, "").await.len(), 10);
    assert!(!home.path().join("history.repair").exists());
}

#[tokio::test]
async fn a_damaged_log_of_a_damaged_file_is_kept_once() {
    let home = killed(150).await;
    damage_log(&home);
    let before = fs::read(log(&home)).unwrap();
    alter(&home, |bytes| bytes[..16].fill(0xff));
    let (store, _) = home.open_reported();
    let found = set_aside(&store).await;
    assert!(found.rescued > 100, "{found:?}");
    let mut logs = home.files();
    logs.retain(|(_, bytes)| *bytes == before);
    let logs: Vec<_> = logs.into_iter().map(|(path, _)| path).collect();
    assert_eq!(logs, [found.file.with_extension("sqlite3-wal")]);
    let kept: Vec<_> = kept(&home).into_iter().map(|(path, _)| path).collect();
    assert_eq!(kept, [found.file]);
}

/// One that opens, and whose tables show damage only when they are read.
#[tokio::test]
async fn a_damaged_log_is_kept_once_where_its_file_opens_and_cannot_be_read() {
    let home = killed(150).await;
    damage_log(&home);
    let before = fs::read(log(&home)).unwrap();
    let bots = root_of_copy(&home, "bots");
    alter(&home, |bytes| overwrite_page(bytes, bots));
    let (store, _) = home.open_reported();
    let found = set_aside(&store).await;
    let mut logs = home.files();
    logs.retain(|(_, bytes)| *bytes == before);
    let logs: Vec<_> = logs.into_iter().map(|(path, _)| path).collect();
    assert_eq!(logs, [found.file.with_extension("sqlite3-wal")]);
}

/// The root page of a table, by a copy: a log is emptied by whoever opens it.
fn root_of_copy(home: &Home, table: &str) -> usize {
    let copy = Home::new();
    fs::copy(home.database(), copy.database()).unwrap();
    root(&copy, table)
}

#[cfg(unix)]
#[tokio::test]
async fn a_damaged_log_that_cannot_be_kept_stays_as_it_is() {
    let home = killed(150).await;
    let mut before = fs::read(log(&home)).unwrap();
    let end = before.len() - PAGE;
    before[end..].copy_from_slice(&noise(7, PAGE));
    fs::write(log(&home), &before).unwrap();
    // No file can be made under the name that it would get.
    let name = home::NOW.to_string();
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let taken = format!("history.broken-{name}.sqlite3-wal");
    let taken = home.path().join(taken);
    std::os::unix::fs::symlink(home.path().join("missing/file"), &taken).unwrap();
    assert!(Store::open(&home.options()).is_err());
    assert_eq!(fs::read(log(&home)).unwrap(), before);
    fs::remove_file(&taken).unwrap();
    let store = home.open();
    let found = set_aside(&store).await;
    assert_eq!(
        (found.damaged, found.file),
        (Damaged::LogEnd, taken.clone())
    );
    assert_eq!(fs::read(&taken).unwrap(), before);
}

#[tokio::test]
async fn exchanges_of_an_earlier_version_that_is_damaged_come_over_with_their_bodies() {
    let sound = Home::with_fixture("history-6.sqlite3");
    let whole = sound.open();
    let seqs = numbers(&whole, "").await;
    assert_eq!(seqs, [6, 5, 3, 2, 1]);
    for lost in ["bots", "counters"] {
        let home = Home::with_fixture("history-6.sqlite3");
        let root = root(&home, lost);
        alter(&home, |bytes| overwrite_page(bytes, root));
        let (store, report) = home.open_reported();
        assert!(report.set_aside.is_some(), "{lost}");
        let found = set_aside(&store).await;
        assert_eq!(
            (found.rescued, found.unread),
            (6, 0),
            "{lost}: one is hidden"
        );
        assert_eq!(numbers(&store, "").await, seqs, "{lost}");
        let page = home::page(
            &whole,
            store::ListQuery {
                limit: 100,
                ..Default::default()
            },
        )
        .await;
        for summary in page.summaries {
            let expected = whole.get(summary.id).await.unwrap().unwrap();
            let found = store.get(summary.id).await.unwrap().unwrap();
            let (one, other) = (&found.request, &expected.request);
            assert_eq!(one.headers, other.headers, "{lost}");
            assert!(is_same_body(&one.body, &other.body), "{lost}");
            let answers = [&found.answers, &expected.answers];
            let [one, other] = answers.map(|answers| answers.iter().collect::<Vec<_>>());
            assert_eq!(one.len(), other.len(), "{lost}");
            for ((side, one), (other_side, other)) in one.into_iter().zip(other) {
                assert_eq!((side, one.status), (other_side, other.status), "{lost}");
                assert_eq!(one.headers, other.headers, "{lost}");
                assert!(is_same_body(&one.body, &other.body), "{lost}");
            }
            assert_eq!(found.own_findings, expected.own_findings, "{lost}");
        }
    }
}

#[tokio::test]
async fn what_was_open_in_a_damaged_history_has_failed() {
    let home = filled(10).await;
    let store = home.open();
    home::insert(&store, held(11)).await;
    store.close().await;
    alter(&home, |bytes| bytes[..16].fill(0xff));
    let store = home.open();
    set_aside(&store).await;
    let newest = store.summary(id(11)).await.unwrap().unwrap();
    assert_eq!(newest.state, protocol::State::Failed);
}

#[tokio::test]
async fn a_kill_after_a_damaged_log_brings_nothing_of_that_log_back() {
    let home = killed(150).await;
    damage_log(&home);
    let store = home.open();
    let before = numbers(&store, "").await;
    store.delete_bot(BOT).await.unwrap();
    let killed = Home::new();
    for name in ["history.sqlite3", "history.sqlite3-wal"] {
        fs::copy(home.path().join(name), killed.path().join(name)).unwrap();
    }
    let (again, report) = killed.open_reported();
    assert_eq!(report.set_aside, None);
    assert_eq!(again.health().borrow().set_aside, None);
    assert_eq!(again.bots().await.unwrap(), []);
    assert_eq!(numbers(&again, "").await, before);
}

/// What lies in the data directory under a name of a history that was set aside.
fn kept(home: &Home) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = home.files();
    files.retain(|(path, _)| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.starts_with("history.broken-") && name.ends_with(".sqlite3")
    });
    files
}

#[tokio::test]
async fn a_mark_of_a_repair_costs_nothing_where_what_came_since_is_damaged_too() {
    let home = filled(10).await;
    let bots = root(&home, "bots");
    alter(&home, |bytes| overwrite_page(bytes, bots));
    let store = home.open();
    let first = set_aside(&store).await;
    fill(&store, 11..=12).await;
    store.close().await;
    let counters = root(&home, "counters");
    alter(&home, |bytes| overwrite_page(bytes, counters));
    let damaged = fs::read(home.database()).unwrap();
    let name = first.file.file_name().unwrap().as_encoded_bytes();
    fs::write(home.path().join("history.repair"), name).unwrap();
    let (store, _) = home.open_reported();
    let found = set_aside(&store).await;
    assert_ne!(found.file, first.file);
    assert_eq!(numbers(&store, "").await.len(), 12);
    assert_eq!(fs::read(&found.file).unwrap(), damaged);
    assert!(!home.path().join("history.repair").exists());
}

#[tokio::test]
async fn what_has_the_place_of_a_history_that_was_set_aside_is_kept_where_it_cannot_be_read() {
    let home = filled(10).await;
    let bots = root(&home, "bots");
    alter(&home, |bytes| overwrite_page(bytes, bots));
    let aside = set_aside_alone(&home, true);
    let unknown = noise(5, 5 * PAGE).to_vec();
    fs::write(home.database(), &unknown).unwrap();
    let (store, report) = home.open_reported();
    assert_eq!(report.set_aside, Some(aside));
    let found = set_aside(&store).await;
    assert_eq!(found.rescued, 10);
    let kept: Vec<_> = kept(&home).into_iter().map(|(_, bytes)| bytes).collect();
    assert!(kept.contains(&unknown), "{}", kept.len());
}
