//! What a later version of the app wrote is shown as far as this one can read it, and left alone.

use std::collections::BTreeMap;

use protocol::{Code, Failure, FailureCode, FindingCounts, OwnFinding, Platform, Source, State};
use rusqlite::types::Value;
use store::{Annotated, Annotation, Store};

use crate::home::{self, BOT, Home, exchange, id, numbers};

/// Three exchanges, of which the second one has names that no version has yet.
async fn with_unknown_names(home: &Home) -> Store {
    let store = home.open();
    home::fill(&store, 1..=3).await;
    store.close().await;
    let conn = rusqlite::Connection::open(home.database()).unwrap();
    conn.execute(
        "UPDATE exchanges SET platform = 'pigeon', source = 'balloon', state = 'asleep', \
         answered_by = 'oracle', failure_code = 'sunspots', failure_detail = 'X-class', \
         platform_choice = 'pigeon', fault = 'meteor' WHERE seq = 2",
        [],
    )
    .unwrap();
    drop(conn);
    home.open()
}

#[tokio::test]
async fn an_exchange_with_names_of_a_later_version_is_shown_and_says_so() {
    let home = Home::new();
    let store = with_unknown_names(&home).await;
    assert_eq!(numbers(&store, "").await, [3, 2, 1]);
    let found = store.get(id(2)).await.unwrap().unwrap();
    let summary = found.summary;
    assert_eq!(summary.platform, Platform::Plain);
    assert_eq!(summary.source, Source::Webhook);
    assert_eq!(summary.state, State::Failed);
    assert_eq!((summary.answered_by, summary.fault), (None, None));
    let shown = Failure::new(FailureCode::Other, "X-class");
    assert_eq!(summary.failure, Some(shown));
    assert_eq!(found.platform_choice, None);
    let expected = [
        ("source", "balloon"),
        ("platform", "pigeon"),
        ("state", "asleep"),
        ("answered_by", "oracle"),
        ("failure_code", "sunspots"),
        ("platform_choice", "pigeon"),
        ("fault", "meteor"),
    ];
    let expected = expected.map(|(column, name)| {
        OwnFinding::new(Code::UnknownName, [column.to_owned(), name.to_owned()])
    });
    assert_eq!(found.own_findings, expected);
    let counted = FindingCounts {
        warning: 7,
        ..FindingCounts::default()
    };
    assert_eq!(summary.findings, counted, "the list counts them too");
}

#[tokio::test]
async fn a_note_on_such_an_exchange_changes_nothing_else_of_it() {
    let home = Home::new();
    let store = with_unknown_names(&home).await;
    let mut expected = columns(&home);
    let noted = Annotation {
        note: Some("note".into()),
        pinned: Some(true),
        read: None,
    };
    let noted = store.annotate(id(2), noted).await.unwrap();
    assert!(matches!(noted, Annotated::Done(summary) if summary.note == "note"));
    store.close().await;
    expected.insert("note".into(), Value::Text("note".into()));
    expected.insert("pinned".into(), Value::Integer(1));
    assert_eq!(columns(&home), expected);
}

/// Every column of the second exchange.
fn columns(home: &Home) -> BTreeMap<String, Value> {
    let conn = rusqlite::Connection::open(home.database()).unwrap();
    let mut statement = conn
        .prepare("SELECT * FROM exchanges WHERE seq = 2")
        .unwrap();
    let names = statement.column_names();
    let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    let row = statement.query_row([], |row| {
        let values = (0..names.len()).map(|index| row.get(index));
        values.collect::<rusqlite::Result<Vec<Value>>>()
    });
    names.into_iter().zip(row.unwrap()).collect()
}

#[tokio::test]
async fn a_bot_with_a_platform_of_a_later_version_is_listed_with_it() {
    let home = Home::new();
    let store = home.open();
    let bot = store::Bot {
        id: BOT,
        name: "one".into(),
        platform: "pigeon".into(),
        secret: "abc".into(),
        answering: "{}".into(),
        endpoint: "{}".into(),
        platform_settings: "{}".into(),
        seed: 0,
        position: 0,
    };
    store.create_bot(bot.clone()).await.unwrap();
    assert_eq!(store.bots().await.unwrap(), [bot]);
    home::insert(&store, exchange(1)).await;
}
