//! What a later version of the app wrote is shown as far as this one can read it, and left alone.

use protocol::{Code, FindingCounts, OwnFinding, Platform, Source, State};
use store::Store;

use crate::home::{self, BOT, Home, exchange, id, numbers};

/// Three exchanges, of which the second one has names that no version has yet.
async fn with_unknown_names(home: &Home) -> Store {
    let store = home.open();
    home::fill(&store, 1..=3).await;
    store.close().await;
    let conn = rusqlite::Connection::open(home.database()).unwrap();
    conn.execute(
        "UPDATE exchanges SET platform = 'pigeon', source = 'balloon', state = 'asleep', \
         answered_by = 'oracle', platform_choice = 'pigeon', fault = 'meteor' WHERE seq = 2",
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
    assert_eq!(found.platform_choice, None);
    let expected = [
        ("source", "balloon"),
        ("platform", "pigeon"),
        ("state", "asleep"),
        ("answered_by", "oracle"),
        ("fault", "meteor"),
    ];
    let expected = expected.map(|(column, name)| {
        OwnFinding::new(Code::UnknownName, [column.to_owned(), name.to_owned()])
    });
    assert_eq!(found.own_findings, expected);
    let counted = FindingCounts {
        warning: 5,
        ..FindingCounts::default()
    };
    assert_eq!(summary.findings, counted, "the list counts them too");
}

#[tokio::test]
async fn a_note_on_such_an_exchange_changes_nothing_else_of_it() {
    let home = Home::new();
    let store = with_unknown_names(&home).await;
    let noted = store.annotate(id(2), Some("note".into()), Some(true)).await;
    assert_eq!(noted.unwrap().unwrap().note, "note");
    store.close().await;
    let conn = rusqlite::Connection::open(home.database()).unwrap();
    let names: (String, String, String, String) = conn
        .query_row(
            "SELECT platform, source, state, answered_by FROM exchanges WHERE seq = 2",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )
        .unwrap();
    let before = ("pigeon", "balloon", "asleep", "oracle");
    let names = (&*names.0, &*names.1, &*names.2, &*names.3);
    assert_eq!(names, before);
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
        position: 0,
    };
    store.create_bot(bot.clone()).await.unwrap();
    assert_eq!(store.bots().await.unwrap(), [bot]);
    home::insert(&store, exchange(1)).await;
}
