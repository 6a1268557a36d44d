//! Every table of the database: what becomes of its rows where another database takes its place.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::Path;

use rusqlite::types::Value;
use store::{Bot, DocumentKind, RuleUses, Store, StoredRuleState};

use crate::home::{self, BOT, Home, fill, held, id, noise, numbers};
use crate::long_bodies;

/// Made from the others, in steps of their own: the search index, conversations and the store's own
/// numbers.
const DERIVED: [&str; 3] = ["search", "conversation", "counters"];

/// Where exchanges are. What only their pages hold is lost with those.
const HISTORY: [&str; 3] = ["exchanges", "messages", "body_pieces"];

type Tables = BTreeMap<String, Vec<Vec<Value>>>;

/// The rows of every table that is made from no other one.
fn tables(database: &Path) -> Tables {
    let conn = rusqlite::Connection::open(database).unwrap();
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table'";
    let mut found = conn.prepare(sql).unwrap();
    let names = found.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let names = names.map(Result::unwrap);
    let is_derived = |name: &String| DERIVED.iter().any(|derived| name.starts_with(derived));
    let names = names.filter(|name| !is_derived(name));
    let mut tables: Tables = names
        .map(|name| (name.clone(), rows(&conn, &name)))
        .collect();
    // What is told of the damage is kept there, too.
    let told = Value::Text("store.notices".to_owned());
    if let Some(settings) = tables.get_mut("settings") {
        settings.retain(|row| row[0] != told);
    }
    tables
}

fn rows(conn: &rusqlite::Connection, table: &str) -> Vec<Vec<Value>> {
    let mut found = conn.prepare(&format!("SELECT * FROM {table}")).unwrap();
    let columns = found.column_count();
    let values = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
    let rows = found.query_map([], values).unwrap();
    let mut rows: Vec<Vec<Value>> = rows.map(Result::unwrap).collect();
    // The first three hold every key.
    rows.sort_by_key(|row| format!("{:?}", &row[..row.len().min(3)]));
    rows
}

/// Puts something into every table.
async fn fill_all(store: &Store) {
    let bot = Bot {
        id: BOT,
        name: "Бот 1".into(),
        platform: "graph".into(),
        secret: "abc".into(),
        answering: "{}".into(),
        endpoint: "{}".into(),
        platform_settings: "{}".into(),
        seed: 7,
        position: 0,
    };
    store.create_bot(bot).await.unwrap();
    store.set_setting("settings", "{\"a\":1}").await.unwrap();
    let named = vec![("u1".into(), "Оля".into())];
    store.set_user_names(BOT, named).await.unwrap();
    let rule = |id: &str| (id.to_owned(), format!("{{\"id\":\"{id}\"}}"));
    let rules = ["z", "gone", "b"].map(rule).to_vec();
    store.set_rules(BOT, rules).await.unwrap();
    let state = |rule: &str, key: &str, calls| StoredRuleState {
        bot: BOT,
        rule: rule.to_owned(),
        key: key.to_owned(),
        calls,
        position: 3,
    };
    let states = [
        state("z", "u1", 2),
        state("z", "u2", 1),
        state("gone", "u1", 1),
        state("b", "u1", 1),
        state("b", "u2", 5),
    ];
    let uses = RuleUses {
        states: states.to_vec(),
        forgotten: vec![(BOT, "z".into(), "u2".into())],
        number: Some((BOT, 9)),
        hit: Some((BOT, "b".into(), 6, id(3))),
    };
    store.save_rule_uses(|| uses).await.unwrap();
    let of_no_rule = RuleUses {
        states: vec![state("nowhere", "u2", 4)],
        hit: Some((BOT, "nowhere".into(), 6, id(3))),
        ..RuleUses::default()
    };
    store.save_rule_uses(|| of_no_rule).await.unwrap();
    store.reset_rule(BOT, "b", Some("u1")).await.unwrap();
    store
        .set_rules(BOT, ["b", "z"].map(rule).to_vec())
        .await
        .unwrap();
    long_bodies::store_one(store, long_bodies::long_of(1, 40_000, 40_000)).await;
    fill(store, 2..=20).await;
}

fn overwrite(database: &Path, offset: u64, bytes: &[u8]) {
    let file = OpenOptions::new().write(true).open(database).unwrap();
    file.write_all_at(bytes, offset).unwrap();
}

fn assert_same(found: &Tables, before: &Tables, without: &[&str]) {
    assert!(found.keys().eq(before.keys()));
    for (name, rows) in before {
        assert!(!rows.is_empty(), "{name} is empty: put something into it");
        let is_expected = !without.contains(&name.as_str());
        assert!(
            !is_expected || found[name] == *rows,
            "{name}: {:?}",
            found[name]
        );
    }
}

#[tokio::test]
async fn every_table_is_in_the_database_that_takes_the_place_of_one_damaged_while_it_was_open() {
    let home = Home::new();
    let store = home.open();
    fill_all(&store).await;
    store.idle().await;
    let before = tables(&home.database());
    // All of it is in the log yet: half of what it has to have before it is moved.
    OpenOptions::new()
        .write(true)
        .open(home.database())
        .unwrap()
        .set_len(0)
        .unwrap();
    store.idle().await;
    assert!(store.health().borrow().replaced.is_some());
    store.close().await;
    assert_same(&tables(&home.database()), &before, &[]);
}

#[tokio::test]
async fn what_stands_beside_the_history_is_in_it_even_where_nothing_of_the_file_can_be_read() {
    let home = Home::new();
    let store = home.open();
    fill_all(&store).await;
    store.close().await;
    let before = tables(&home.database());
    let store = home.open();
    let length = std::fs::metadata(home.database()).unwrap().len();
    let noise = noise(5, usize::try_from(length - 8192).unwrap());
    overwrite(&home.database(), 8192, &noise);
    for number in 1..=20 {
        drop(store.get(id(number)).await);
    }
    store.idle().await;
    assert!(store.health().borrow().replaced.is_some());
    store.close().await;
    assert_same(&tables(&home.database()), &before, &HISTORY);
}

const DOCUMENTS: [(&str, DocumentKind); 5] = [
    ("bots", DocumentKind::Bots),
    ("user_names", DocumentKind::UserNames),
    ("rules", DocumentKind::Rules),
    ("rule_states", DocumentKind::RuleStates),
    ("settings", DocumentKind::Settings),
];

/// Writes noise over the first page of a table.
fn damage_table(database: &Path, table: &str) {
    let conn = rusqlite::Connection::open(database).unwrap();
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
    let root: i64 = conn.query_row(sql, [table], |row| row.get(0)).unwrap();
    let root = u64::try_from(root).unwrap();
    drop(conn);
    overwrite(database, (root - 1) * 8192, &noise(root, 8192));
}

#[tokio::test]
async fn from_a_table_that_is_damaged_at_the_start_nothing_is_taken_over_and_from_others_all() {
    for (table, kind) in DOCUMENTS {
        let home = Home::new();
        let store = home.open();
        fill_all(&store).await;
        home::insert(&store, held(21)).await;
        store.close().await;
        let before = tables(&home.database());
        damage_table(&home.database(), table);
        let (store, report) = home.open_reported();
        assert_eq!((store.starts(), store.last_seq()), (1, 21), "{table}");
        let newest = store.summary(id(21)).await.unwrap().unwrap();
        assert_eq!(
            newest.state,
            protocol::State::Failed,
            "{table}: nobody waits for it"
        );
        store.idle().await;
        let found = store.health().borrow().set_aside.clone().expect(table);
        assert_eq!(report.set_aside.as_ref(), Some(&found.file), "{table}");
        assert_eq!((found.rescued, found.goes_on), (21, false), "{table}");
        let lost: Vec<_> = found
            .lost
            .iter()
            .map(|lost| (lost.kind, lost.taken))
            .collect();
        assert_eq!(lost, [(kind, 0)], "{table}");
        let beside = home.files().into_iter().map(|(path, _)| path);
        let beside = beside.filter(|path| path.to_str().unwrap().contains("broken"));
        assert_eq!(beside.collect::<Vec<_>>(), [found.file], "{table}");
        store.close().await;
        let after = tables(&home.database());
        assert_eq!(after[table].len(), 0, "{table}");
        // The held one has ended.
        assert_same(&after, &before, &[table, "exchanges"]);
        assert_eq!(
            after["exchanges"].len(),
            before["exchanges"].len(),
            "{table}"
        );
        let (_store, report) = home.open_reported();
        assert_eq!(report.set_aside, None, "{table}");
    }
}

#[tokio::test]
async fn at_the_start_all_pages_of_the_history_but_the_damaged_ones_are_taken_over() {
    let home = Home::new();
    let store = home.open();
    fill_all(&store).await;
    fill(&store, 21..=2000).await;
    store.close().await;
    let before = tables(&home.database());
    damage_table(&home.database(), "bots");
    let length = std::fs::metadata(home.database()).unwrap().len();
    let middle = length / 8192 / 2 * 8192;
    overwrite(&home.database(), middle, &noise(9, 5 * 8192));
    let (store, report) = home.open_reported();
    assert!(report.set_aside.is_some());
    fill(&store, 2001..=2001).await;
    store.idle().await;
    let found = store.health().borrow().set_aside.clone().unwrap();
    assert!(found.rescued > 1000, "{found:?}");
    assert_eq!(numbers(&store, "").await[0], 2001);
    store.close().await;
    assert_same(
        &tables(&home.database()),
        &before,
        &["bots", HISTORY[0], HISTORY[1], HISTORY[2]],
    );
}

#[tokio::test]
async fn damage_of_what_stands_beside_the_history_is_noticed_while_memory_has_it() {
    for (table, _) in DOCUMENTS {
        // Before the first look, and after it: the last one is at the end.
        for looks_first in [false, true] {
            let home = Home::new();
            let store = home.open();
            fill_all(&store).await;
            store.close().await;
            let before = tables(&home.database());
            let store = home.open();
            if looks_first {
                store.idle().await;
            }
            damage_table(&home.database(), table);
            store.close().await;
            let (store, report) = home.open_reported();
            assert_eq!(report.set_aside, None, "{table}");
            store.close().await;
            assert_same(&tables(&home.database()), &before, &[]);
        }
    }
}

#[tokio::test]
async fn a_log_whose_file_was_emptied_is_set_aside_with_it() {
    let home = Home::new();
    std::fs::write(home.database(), "").unwrap();
    let log = home.database().with_extension("sqlite3-wal");
    std::fs::write(log, "frames").unwrap();
    let (_store, report) = home.open_reported();
    let aside = report.set_aside.expect("it is set aside");
    let log = aside.with_extension("sqlite3-wal");
    assert_eq!(std::fs::read(log).unwrap(), b"frames");
}

#[tokio::test]
async fn damage_that_only_the_read_of_a_long_body_meets_is_noticed_by_it() {
    let home = Home::new();
    let store = home.open();
    fill_all(&store).await;
    store.close().await;
    let store = home.open();
    store.idle().await;
    let found = store.get(id(1)).await.unwrap().unwrap();
    damage_table(&home.database(), "body_pieces");
    let read = tokio::task::spawn_blocking(move || found.request.body.read_at(30_000, 10).is_err());
    assert!(read.await.unwrap());
    store.idle().await;
    assert!(store.health().borrow().replaced.is_some());
}

#[tokio::test]
async fn the_next_start_goes_on_with_what_was_not_taken_over_to_the_end() {
    let damaged = Home::new();
    let store = damaged.open();
    fill(&store, 1..=50).await;
    store.close().await;
    let home = Home::new();
    let store = home.open();
    fill(&store, 45..=60).await;
    store.close().await;
    let aside = home.path().join("history.broken-1.sqlite3");
    std::fs::copy(damaged.database(), &aside).unwrap();
    let sql = "INSERT INTO settings VALUES ('store.rescue', ?1)";
    let progress = r#"{"file":"history.broken-1.sqlite3","below":45,"taken":6}"#;
    let conn = rusqlite::Connection::open(home.database()).unwrap();
    conn.execute(sql, [progress]).unwrap();
    drop(conn);
    let (store, report) = home.open_reported();
    assert_eq!(report.set_aside, None, "its own database is whole");
    store.idle().await;
    let found = store.health().borrow().set_aside.clone().unwrap();
    assert_eq!(
        (&found.file, found.rescued, found.goes_on),
        (&aside, 50, false)
    );
    assert_eq!(
        numbers(&store, "").await,
        (1..=60).rev().collect::<Vec<_>>()
    );
    assert_eq!(store.setting("store.rescue").await.unwrap(), None);
    store.close().await;
    let store = home.open();
    assert_eq!(store.health().borrow().set_aside, None, "it is told once");
}
