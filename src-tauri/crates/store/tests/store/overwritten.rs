//! The database is overwritten or cut in its place while it is open, as a program that synchronises
//! or restores files does.
#![cfg(unix)]

use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use protocol::{Answer, State};
use store::{Change, Damaged, Health, ListQuery, Replaced, Retention, Store, UserName};

use crate::home::{self, BOT, Home, bot, exchange, fill, held, id, noise, numbers};

/// What another program does to the directory's files.
type Damage = fn(&Path);

fn cut(database: &Path, length: u64) {
    let file = OpenOptions::new().write(true).open(database).unwrap();
    file.set_len(length).unwrap();
}

fn overwrite(database: &Path, offset: u64, bytes: &[u8]) {
    let mut file = OpenOptions::new().write(true).open(database).unwrap();
    file.seek(SeekFrom::Start(offset)).unwrap();
    file.write_all(bytes).unwrap();
}

fn log(database: &Path) -> PathBuf {
    database.with_extension("sqlite3-wal")
}

const DAMAGES: &[(&str, Damage)] = &[
    ("cut to nothing", |database| cut(database, 0)),
    ("cut within its header", |database| cut(database, 99)),
    ("cut to some pages", |database| cut(database, 40_960)),
    ("noise over its head", |database| {
        overwrite(database, 0, &noise(1, 120_000))
    }),
    ("zeros over its head", |database| {
        overwrite(database, 0, &[0; 8192])
    }),
    ("another text in its place", |database| {
        fs::write(database, "another").unwrap()
    }),
    ("another database in its place", |database| {
        let theirs = database.with_file_name("theirs");
        let conn = rusqlite::Connection::open(&theirs).unwrap();
        conn.execute_batch("CREATE TABLE theirs (a)").unwrap();
        fs::write(database, fs::read(&theirs).unwrap()).unwrap();
    }),
    ("its log cut", |database| cut(&log(database), 0)),
    ("its log deleted", |database| {
        fs::remove_file(log(database)).unwrap()
    }),
];

/// What was replaced, once the writer has looked and taken over what it can.
async fn replaced(store: &Store) -> Option<Replaced> {
    store.idle().await;
    let health: Health = store.health().borrow().clone();
    assert_eq!((health.saving, health.reason), (true, None));
    health.replaced
}

#[tokio::test]
async fn another_database_takes_the_place_of_an_overwritten_one_with_what_can_be_read() {
    for (what, damage) in DAMAGES {
        let home = Home::new();
        let store = home.open();
        store.create_bot(bot()).await.unwrap();
        store.set_setting("settings", "{\"a\":1}").await.unwrap();
        store
            .set_user_names(BOT, vec![("u1".into(), "Оля".into())])
            .await
            .unwrap();
        fill(&store, 1..=20).await;
        home::insert(&store, held(21)).await;
        assert_eq!(replaced(&store).await, None, "{what}");
        damage(&home.database());
        let found = replaced(&store).await.expect(what);
        assert!(!found.goes_on, "{what}");
        assert_eq!(found.damaged, Damaged::Overwritten, "{what}");
        assert_eq!(found.rescued, 21, "{what}");
        assert!(found.file.exists(), "{what}");
        // It goes on, for what was open too.
        let change = home::answered(Answer::json(200, "{}"));
        let answered = store.update(id(21), change).await.unwrap();
        assert_eq!(answered.expect(what).state, State::Answered);
        fill(&store, 22..=25).await;
        let all: Vec<u64> = (1..=25).rev().collect();
        assert_eq!(numbers(&store, "").await, all, "{what}");
        assert_eq!(store.counts().await.exchanges, 25);
        assert_eq!(replaced(&store).await, Some(found), "once: {what}");
        store.close().await;

        let (store, report) = home.open_reported();
        assert_eq!(report.set_aside, None, "{what}");
        assert_eq!(numbers(&store, "").await, all, "{what}");
        assert_eq!((store.starts(), store.last_seq()), (1, 25), "{what}");
        assert_eq!(store.bots().await.unwrap(), [bot()], "{what}");
        let setting = store.setting("settings").await.unwrap();
        assert_eq!(setting.as_deref(), Some("{\"a\":1}"), "{what}");
        let name = UserName {
            bot: BOT,
            user: "u1".into(),
            name: "Оля".into(),
        };
        assert_eq!(store.user_names().await.unwrap(), [name], "{what}");
    }
}

#[tokio::test]
async fn pinned_exchanges_are_taken_over_beyond_what_the_history_may_hold() {
    let home = Home::new();
    let store = home.open();
    // More than one step takes over.
    for seq in 1..=250 {
        let mut pinned = exchange(seq);
        pinned.summary.pinned = seq <= 150;
        home::insert(&store, pinned).await;
    }
    store.set_retention(Retention {
        exchanges: 20,
        ..Retention::default()
    });
    store.idle().await;
    let kept: Vec<u64> = (1..=150).rev().collect();
    assert_eq!(numbers(&store, "").await, kept);
    cut(&home.database(), 0);
    fill(&store, 251..=251).await;
    let found = replaced(&store).await.expect("it is noticed");
    assert!(!found.goes_on);
    assert_eq!(numbers(&store, "is:pinned").await, kept);
}

#[tokio::test]
async fn what_lies_only_in_the_file_is_lost_with_it_and_everything_else_is_not() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=20).await;
    store.close().await;
    // Nothing of it is in memory now, and the log is empty.
    let store = home.open();
    cut(&home.database(), 8192);
    fill(&store, 21..=22).await;
    let found = replaced(&store).await.expect("it is noticed");
    assert!(found.rescued <= 22);
    fill(&store, 23..=24).await;
    store.close().await;
    let store = home.open();
    let kept = numbers(&store, "").await;
    assert_eq!(kept[..2], [24, 23]);
    assert_eq!(store.last_seq(), 24, "no number is used twice");
}

#[tokio::test]
async fn damage_that_only_reading_meets_is_noticed_by_it() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=200).await;
    store.close().await;
    let store = home.open();
    let length = fs::metadata(home.database()).unwrap().len();
    let middle = 10 * 8192;
    let noise = noise(3, usize::try_from(length - middle).unwrap());
    overwrite(&home.database(), middle, &noise);
    for number in 1..=200 {
        // What comes of it is not the same for each; nothing of it is in memory.
        drop(store.get(id(number)).await);
    }
    let found = replaced(&store).await.expect("it is noticed");
    assert_eq!(found.damaged, Damaged::Overwritten, "it was sound");
    fill(&store, 201..=202).await;
    store.close().await;
    let (store, report) = home.open_reported();
    assert_eq!(report.set_aside, None);
    assert_eq!(numbers(&store, "").await[..2], [202, 201]);
}

#[tokio::test]
async fn a_second_fault_keeps_the_first_file_too() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=3).await;
    cut(&home.database(), 0);
    let first = replaced(&store).await.unwrap().file;
    cut(&home.database(), 0);
    fill(&store, 4..=4).await;
    let second = replaced(&store).await.unwrap().file;
    assert_ne!(first, second);
    assert!(first.exists() && second.exists());
    assert_eq!(numbers(&store, "").await, [4, 3, 2, 1]);
    let pinned = Change::default();
    assert!(store.update(id(1), pinned).await.unwrap().is_some());
}

#[tokio::test]
async fn damage_that_much_writing_follows_at_once_is_noticed_before_it_is_covered() {
    let damages: [(&str, Damage); 3] = [
        ("cut to nothing", |database| cut(database, 0)),
        ("cut to some pages", |database| cut(database, 40_960)),
        ("its log cut", |database| cut(&log(database), 0)),
    ];
    for (what, damage) in damages {
        let home = Home::new();
        let store = home.open();
        store.create_bot(bot()).await.unwrap();
        fill(&store, 1..=50).await;
        damage(&home.database());
        for seq in 51..=1500 {
            let mut bulky = exchange(seq);
            bulky.request.body = noise(seq, 8000).into();
            home::insert(&store, bulky).await;
        }
        assert!(replaced(&store).await.is_some(), "{what}");
        store.close().await;
        let (store, report) = home.open_reported();
        assert_eq!(report.set_aside, None, "{what}");
        let all: Vec<u64> = numbers_of_all(&store).await;
        assert_eq!(all, (1..=1500).rev().collect::<Vec<_>>(), "{what}");
        for seq in all {
            assert!(store.get(id(seq)).await.unwrap().is_some(), "{what}: {seq}");
        }
        assert_eq!(store.bots().await.unwrap(), [bot()], "{what}");
    }
}

/// The numbers of all pages of the list.
async fn numbers_of_all(store: &Store) -> Vec<u64> {
    let mut query = ListQuery {
        limit: 1000,
        ..ListQuery::default()
    };
    let mut all = Vec::new();
    loop {
        let page = home::page(store, query.clone()).await;
        all.extend(page.summaries.iter().map(|summary| summary.seq));
        query.before = page.next_before;
        if query.before.is_none() {
            return all;
        }
    }
}
