//! Databases that earlier versions of the app wrote are opened and read, field by field.

use protocol::{
    Answer, AnsweredBy, BotId, Code, Failure, FailureCode, FaultKind, FindingCounts, HttpVersion,
    OwnFinding, Platform, PlatformChoice, Source, State, Summary, UtcMillis,
};
use store::{Bot, ListQuery, Store};

use crate::home::{self, BOT, Home, MORNING, exchange, id, numbers, page};

fn open(name: &str) -> (Home, Store) {
    let home = Home::with_fixture(name);
    let (store, report) = home.open_reported();
    assert_eq!(report.set_aside, None, "it is no broken database");
    (home, store)
}

#[tokio::test]
async fn an_exchange_of_version_2_is_read_with_every_byte_and_field() {
    let (_home, store) = open("history-2.sqlite3");
    let found = store.get(id(1)).await.unwrap().unwrap();
    let mut expected = exchange(1);
    expected.platform_choice = None;
    expected.summary = Summary {
        id: id(1),
        seq: 1,
        at: UtcMillis(MORNING + 1000),
        bot: BOT,
        source: Source::Tunnel,
        platform: Platform::Graph,
        method: "POST".into(),
        path: "/a%20b".into(),
        event: Some("Оплата".into()),
        user: Some("u-1".into()),
        state: State::Answered,
        answered_by: Some(AnsweredBy::Hand),
        status: Some(201),
        request_bytes: 5000,
        response_bytes: 3600,
        // What the clock showed then.
        duration_ms: found.summary.duration_ms,
        findings: FindingCounts {
            error: 1,
            warning: 2,
            info: 3,
        },
        replay_of: Some(id(77)),
        note: "заметка".into(),
        pinned: true,
        failure: Some(Failure::new(FailureCode::WriteFailed, "reset")),
        // What version 2 did not have, and what it had not of this one.
        ..Summary::default()
    };
    expected.request.path = "/a%20b".into();
    expected.request.query = Some("a=1&a=2".into());
    // Not known yet.
    expected.request.is_target_latin1 = false;
    expected.request.http_version = HttpVersion::Http2;
    expected.request.headers = [
        ("X-Twice", b"one".to_vec()),
        ("x-twice", b"two".to_vec()),
        ("X-Latin", b"\xca\xff\x80".to_vec()),
        ("X-Empty", Vec::new()),
    ]
    .into_iter()
    .collect();
    expected.request.trailers = [("X-Sum", "1")].into_iter().collect();
    expected.request.body = (0..=255u8).cycle().take(5000).collect();
    expected.request.truncated = true;
    expected.answers = Answer {
        status: 201,
        headers: [("X-A", "b")].into_iter().collect(),
        body: "{\"города\":1}".repeat(200).into(),
    }
    .into();
    expected.own_findings = vec![OwnFinding::new(Code::BodyTooLarge, ["16777216".to_owned()])];
    let answered = found.timing.answered.unwrap();
    assert_eq!(found.summary.duration_ms, Some(answered.as_ms()));
    expected.timing.answered = Some(answered);
    assert_eq!(found, expected);
}

#[tokio::test]
async fn the_rest_of_a_history_of_version_2_is_read_too() {
    let (_home, store) = open("history-2.sqlite3");
    assert_eq!(numbers(&store, "").await, [3, 2, 1], "4 was deleted");
    assert_eq!((store.starts(), store.last_seq()), (1, 4));
    let held = store.get(id(2)).await.unwrap().unwrap();
    assert_eq!(
        (
            held.summary.state,
            held.summary.failure.clone().unwrap().code
        ),
        (State::Failed, FailureCode::ProcessEnded),
        "nobody waits for an exchange of an earlier run"
    );
    assert_eq!((held.answer(), held.timing.decided), (None, None));
    assert_eq!((held.summary.event, held.summary.user), (None, None));
    let answered = store.get(id(3)).await.unwrap().unwrap();
    assert_eq!(answered.summary.answered_by, Some(AnsweredBy::Fallback));
    assert_eq!(numbers(&store, "жираф").await, [3], "the index is there");
    assert_eq!(numbers(&store, "is:pinned note:ЗАМЕТКА").await, [1]);
    assert_eq!(
        store.bots().await.unwrap(),
        [
            Bot {
                id: BOT,
                name: "Бот 1".into(),
                platform: "graph".into(),
                secret: "abc".into(),
                answering: "{\"mode\":\"hold\"}".into(),
                endpoint: "{\"methods\":[\"POST\"]}".into(),
                platform_settings: "{}".into(),
                seed: 0,
                position: 0,
            },
            Bot {
                id: BotId(uuid::Uuid::from_u128(5)),
                name: "two".into(),
                platform: "auto".into(),
                secret: "def".into(),
                answering: "{}".into(),
                endpoint: "{}".into(),
                platform_settings: "{}".into(),
                seed: 0,
                position: 1,
            },
        ]
    );
    assert_eq!(
        store.setting("settings").await.unwrap().as_deref(),
        Some("{\"keep_days\":3}")
    );
    home::insert(&store, exchange(5)).await;
    assert_eq!(numbers(&store, "").await, [5, 3, 2, 1], "and it goes on");
}

#[tokio::test]
async fn a_history_of_version_3_is_read_with_a_long_body_that_lies_in_pieces() {
    let (_home, store) = open("history-3.sqlite3");
    assert_eq!(numbers(&store, "").await, [3, 2, 1]);
    let long = store.get(id(1)).await.unwrap().unwrap();
    assert_eq!(long.summary.request_bytes, 2_500_000);
    let body = long.request.body;
    assert_eq!(
        (body.length(), body.beginning().len()),
        (2_500_000, 500_000)
    );
    let end = body.read_at(2_499_999, 10).unwrap();
    assert_eq!(&end[..], [b'a' + (2_499_999 % 26) as u8]);
    let held = store.get(id(2)).await.unwrap().unwrap();
    assert_eq!(held.summary.state, State::Failed);
    let mut expected = exchange(3);
    let third = store.get(id(3)).await.unwrap().unwrap();
    expected.platform_choice = None;
    expected.request.is_target_latin1 = false;
    expected.summary.answered_by = Some(AnsweredBy::Hand);
    expected.summary.note = "заметка".into();
    // What the clock showed then.
    expected.summary.duration_ms = third.summary.duration_ms;
    expected.timing.answered = third.timing.answered;
    assert_eq!(third, expected);
    let bots = store.bots().await.unwrap();
    let platforms: Vec<_> = bots.iter().map(|bot| bot.platform.as_str()).collect();
    assert_eq!(platforms, ["graph", "auto"]);
    assert_eq!(bots[0].answering, "{\"version\":1,\"mode\":\"hold\"}");
    assert_eq!(
        store.setting("settings").await.unwrap().as_deref(),
        Some("{\"version\":1,\"keep_days\":3}")
    );
    home::insert(&store, exchange(4)).await;
    assert_eq!(numbers(&store, "").await, [4, 3, 2, 1], "and it goes on");
}

#[tokio::test]
async fn a_history_of_version_4_is_read_with_the_choice_of_platform() {
    let (_home, store) = open("history-4.sqlite3");
    assert_eq!(numbers(&store, "").await, [4]);
    let query = ListQuery {
        limit: 10,
        ..ListQuery::default()
    };
    let listed = page(&store, query).await.summaries;
    let found = store.get(listed[0].id).await.unwrap().unwrap();
    assert_eq!(found.platform_choice, Some(PlatformChoice::Auto));
    let summary = found.summary;
    assert_eq!(
        (summary.platform, summary.state, summary.source),
        (Platform::Graph, State::Abandoned, Source::Webhook)
    );
    assert_eq!((summary.user.as_deref(), summary.fault), (Some("u4"), None));
    for bot in store.bots().await.unwrap() {
        assert_eq!(bot.platform_settings, "{}");
    }
}

#[tokio::test]
async fn the_messages_of_a_history_of_version_6_are_read_from_their_own_rows() {
    let (home, store) = open("history-6.sqlite3");
    assert_eq!(numbers(&store, "").await, [6, 5, 3, 2, 1], "4 was deleted");
    let one = store.get(id(1)).await.unwrap().unwrap();
    let all_bytes: Vec<u8> = (0..=255).cycle().take(5000).collect();
    assert_eq!(one.request.body.beginning()[..], all_bytes);
    assert_eq!(one.request.query.as_deref(), Some("a=1&a=2"));
    assert_eq!(one.request.headers.0[2].1, b"\xca\xff\x80");
    assert!(one.request.truncated);
    assert_eq!(one.summary.fault, Some(FaultKind::Slow));
    let answer = Answer {
        status: 201,
        headers: [("X-A", "b")].into_iter().collect(),
        body: "{\"города\":1}".repeat(200).into(),
    };
    assert_eq!(one.answers, answer.into());
    let own = |code, arg: &str| OwnFinding::new(code, [arg.to_owned()]);
    let first = own(Code::BodyTooLarge, "16777216");
    assert_eq!(one.own_findings, [first, own(Code::HoldLimit, "1024")]);
    let two = store.get(id(2)).await.unwrap().unwrap();
    assert_eq!((two.answer(), two.summary.state), (None, State::Failed));
    assert_eq!(two.own_findings, [own(Code::BodyTooLarge, "5")]);
    let three = store.get(id(3)).await.unwrap().unwrap();
    for (body, length) in [
        (&three.request.body, 2_500_000),
        (&three.answer().unwrap().body, 1_500_000),
    ] {
        assert_eq!((body.length(), body.beginning().len()), (length, 500_000));
        let end = body.read_at(length - 1, 10).unwrap();
        assert_eq!(&end[..], [b'a' + ((length - 1) % 26) as u8]);
    }
    assert_eq!(numbers(&store, "жираф").await, [5]);
    assert_eq!(numbers(&store, "бобёр").await, [6], "its answer came later");
    assert_eq!(numbers(&store, "var.number=5").await, [] as [u64; 0]);
    assert_eq!(numbers(&store, "var.action=event1").await, [6, 5, 2]);
    let last = store.last_answer(BOT, Some("event1")).await.unwrap();
    assert_eq!(last.unwrap().status, 202);
    home::insert(&store, exchange(7)).await;
    store.idle().await;
    store.close().await;
    let conn = rusqlite::Connection::open(home.database()).unwrap();
    let count = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let bodies = count("SELECT count(*) FROM sqlite_schema WHERE name = 'bodies'");
    assert_eq!(bodies, 0, "nothing stands twice");
    let deleted = count("SELECT count(*) FROM messages WHERE seq = 4");
    assert_eq!(deleted, 0, "what was hidden is purged with its messages");
    assert_eq!(count("SELECT count(*) FROM messages WHERE side = 1"), 5);
}

#[tokio::test]
async fn a_move_of_messages_that_was_ended_half_way_goes_on_at_the_next_opening() {
    let home = Home::with_fixture("history-6.sqlite3");
    home.open().close().await;
    // As a process leaves it that was killed between two transactions.
    let conn = rusqlite::Connection::open(home.database()).unwrap();
    let fixture = Home::with_fixture("history-6.sqlite3");
    conn.execute(
        "ATTACH ?1 AS before",
        [fixture.database().to_str().unwrap()],
    )
    .unwrap();
    conn.execute_batch(
        "CREATE TABLE bodies AS SELECT * FROM before.bodies WHERE seq > 2; \
         DELETE FROM messages WHERE seq > 2; \
         UPDATE exchanges SET own_findings = NULL WHERE seq > 2;",
    )
    .unwrap();
    drop(conn);
    let store = home.open();
    let five = store.get(id(5)).await.unwrap().unwrap();
    assert_eq!(five.answers, exchange(5).answers);
    let one = store.get(id(1)).await.unwrap().unwrap();
    assert_eq!(one.answer().unwrap().status, 201);
    assert_eq!(numbers(&store, "жираф").await, [5]);
}
