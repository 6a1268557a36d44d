//! What is stored comes back as it was.

use protocol::{
    Answer, AnsweredBy, Answers, Code, Ending, Failure, FailureCode, FaultKind, FindingCounts,
    HttpVersion, Micros, OwnFinding, Platform, Source, State, UtcMillis,
};
use store::{Annotated, Annotation, Bot, Change, Inserted, ReadAnew, Stopwatch};

use crate::home::{self, BOT, Home, answered, exchange, held, id};

#[tokio::test]
async fn an_exchange_comes_back_with_every_byte_and_field() {
    let home = Home::new();
    let store = home.open();
    let mut stored = exchange(1);
    stored.summary.source = Source::Tunnel;
    stored.summary.path = "/a%20b".into();
    stored.summary.findings = FindingCounts {
        error: 1,
        warning: 2,
        info: 3,
    };
    stored.summary.replay_of = Some(id(77));
    stored.summary.note = "заметка".into();
    stored.summary.pinned = true;
    stored.summary.fault = Some(FaultKind::Truncate);
    stored.summary.failure = Some(Failure::new(FailureCode::WriteFailed, "reset"));
    stored.request.path.clone_from(&stored.summary.path);
    stored.request.query = Some("a=1&a=2".into());
    stored.request.http_version = HttpVersion::Http2;
    stored.request.headers = [
        ("X-Twice", b"one".to_vec()),
        ("x-twice", b"two".to_vec()),
        ("X-Latin", b"\xca\xff\x80".to_vec()),
        ("X-Empty", Vec::new()),
    ]
    .into_iter()
    .collect();
    stored.request.trailers = [("X-Sum", "1")].into_iter().collect();
    stored.request.body = (0..=255u8).cycle().take(5000).collect();
    stored.request.truncated = true;
    stored.own_findings = vec![OwnFinding::new(
        protocol::Code::BodyTooLarge,
        ["16777216".to_owned()],
    )];
    let inserted = store.insert(stored.clone(), Stopwatch::start()).await;
    let answered = inserted.unwrap().ended;
    assert!(answered.is_some(), "an answer has its moment");
    stored.timing.answered = answered;
    stored.summary.duration_ms = answered.map(Micros::as_ms);
    assert_eq!(store.get(id(1)).await.unwrap(), Some(stored.clone()));
    assert_eq!(store.summary(id(1)).await.unwrap(), Some(stored.summary));
    assert_eq!(store.get(id(2)).await.unwrap(), None);
}

#[tokio::test]
async fn an_exchange_that_went_on_since_it_was_read_is_not_written_as_it_was_read() {
    let home = Home::new();
    let store = home.open();
    home::insert(&store, held(1)).await;
    let from = store.summary(id(1)).await.unwrap().unwrap();
    let change = answered(Answer::json(200, "{}"));
    store.update(id(1), change).await.unwrap();
    let before = store.summary(id(1)).await.unwrap().unwrap();
    let read = |from| ReadAnew {
        from,
        platform: Platform::Leadconverter,
        event: Some("read".into()),
        ..ReadAnew::default()
    };
    let annotation = |read| Annotation {
        note: Some("seen".into()),
        pinned: Some(true),
        read: Some(read),
    };
    let stale = store.annotate(id(1), annotation(read(from))).await;
    assert_eq!(stale.unwrap(), Annotated::Changed);
    let after = store.summary(id(1)).await.unwrap().unwrap();
    assert_eq!(after, before, "its note is not written alone");

    // What people write beside it does not count.
    let pinned = Annotation {
        pinned: Some(true),
        ..Annotation::default()
    };
    store.annotate(id(1), pinned).await.unwrap();
    let done = store.annotate(id(1), annotation(read(before))).await;
    let summary = store.summary(id(1)).await.unwrap().unwrap();
    assert_eq!(summary.platform, Platform::Leadconverter);
    assert_eq!(
        (summary.note.as_str(), summary.event.as_deref()),
        ("seen", Some("read"))
    );
    assert_eq!(done.unwrap(), Annotated::Done(Box::new(summary)));
}

#[tokio::test]
async fn large_bodies_come_back_whole_whether_they_shrink_or_not() {
    let home = Home::new();
    let store = home.open();
    let mut stored = exchange(1);
    stored.request.body = home::noise(1, 3_000_000).into();
    let text = "{\"слово\":1}".repeat(100_000);
    stored.answers = Answer::json(201, text).into();
    home::insert(&store, stored.clone()).await;
    let found = store.get(id(1)).await.unwrap().unwrap();
    assert!(found.request.body == stored.request.body);
    assert!(found.answers == stored.answers);
    // Closed: while the store is open its checkpointer may have copied the log into the database
    // already or not yet, and the log is as long as the bodies.
    store.close().await;
    let stored_bytes = std::fs::metadata(home.database()).unwrap().len();
    assert!(
        stored_bytes < 4_000_000,
        "text is compressed: {stored_bytes}"
    );
}

#[tokio::test]
async fn an_empty_body_and_a_missing_answer_are_different_things() {
    let home = Home::new();
    let store = home.open();
    let mut stored = exchange(1);
    stored.request.body = protocol::Body::default();
    stored.answers = Answer {
        status: 204,
        headers: Default::default(),
        body: "".into(),
    }
    .into();
    home::insert(&store, stored).await;
    home::insert(&store, held(2)).await;
    assert_eq!(
        store
            .get(id(1))
            .await
            .unwrap()
            .unwrap()
            .answer()
            .unwrap()
            .status,
        204
    );
    assert_eq!(store.get(id(2)).await.unwrap().unwrap().answer(), None);
}

#[tokio::test]
async fn an_update_changes_what_it_names_and_nothing_else() {
    let home = Home::new();
    let store = home.open();
    let inserted = store.insert(held(1), Stopwatch::start()).await;
    assert_eq!(inserted.unwrap(), Inserted::default());
    let extended = Change {
        deadline: Some(UtcMillis(5)),
        ..Change::default()
    };
    let summary = store.update(id(1), extended).await.unwrap().unwrap();
    assert_eq!(summary.deadline, Some(UtcMillis(5)));
    assert_eq!(summary.state, State::Held);

    let answer = Answer::json(201, "{\"a\":1}");
    let answered = Change {
        findings: Some(FindingCounts {
            error: 0,
            warning: 1,
            info: 0,
        }),
        clock: Some(Stopwatch::start()),
        ..home::answered(answer.clone())
    };
    let summary = store.update(id(1), answered).await.unwrap().unwrap();
    let found = store.get(id(1)).await.unwrap().unwrap();
    assert_eq!(found.summary, summary);
    assert_eq!(
        (summary.state, summary.answered_by),
        (State::Answered, Some(AnsweredBy::Hand))
    );
    assert_eq!(
        (summary.status, summary.response_bytes, summary.deadline),
        (Some(201), 7, None)
    );
    assert_eq!(summary.findings.warning, 1);
    assert_eq!(found.answer(), Some(&answer));
    assert_eq!(
        (found.timing.received, found.timing.decided),
        (Micros(100), Some(Micros(200)))
    );
    let answered = found.timing.answered.unwrap();
    assert_eq!(summary.duration_ms, Some(answered.as_ms()));
    assert_eq!(found.request, held(1).request, "the request is as it was");
}

#[tokio::test]
async fn a_caller_who_left_has_a_duration_and_no_answer() {
    let home = Home::new();
    let store = home.open();
    home::insert(&store, held(1)).await;
    let ending = Ending {
        state: State::Abandoned,
        fault: Some(FaultKind::Never),
        failure: Some(Failure::new(FailureCode::CallerLeft, "1.0 s")),
        ..Ending::default()
    };
    let left = Change {
        ending: Some(ending),
        clock: Some(Stopwatch::start()),
        ..Change::default()
    };
    let summary = store.update(id(1), left).await.unwrap().unwrap();
    assert!(summary.duration_ms.is_some());
    assert_eq!(summary.fault, Some(FaultKind::Never));
    assert_eq!(
        summary.failure,
        Some(Failure::new(FailureCode::CallerLeft, "1.0 s"))
    );
    assert_eq!(
        store.get(id(1)).await.unwrap().unwrap().timing.answered,
        None
    );
    assert_eq!(store.update(id(9), Change::default()).await.unwrap(), None);
}

#[tokio::test]
async fn an_end_without_an_answer_has_a_duration_and_no_moment_of_an_answer() {
    let home = Home::new();
    let store = home.open();
    let mut faulty = exchange(1);
    faulty.answers = Answers::default();
    let inserted = store.insert(faulty, Stopwatch::start()).await.unwrap();
    let found = store.get(id(1)).await.unwrap().unwrap();
    assert_eq!(found.summary.duration_ms, inserted.ended.map(Micros::as_ms));
    assert!(found.summary.duration_ms.is_some());
    assert_eq!(found.timing.answered, None);
}

#[tokio::test]
async fn a_change_can_say_when_it_was_decided_who_answers() {
    let home = Home::new();
    let store = home.open();
    let mut open = held(1);
    open.timing.decided = None;
    home::insert(&store, open).await;
    let later = Some(Micros(700));
    for (decided, expected) in [(None, None), (later, later), (None, later)] {
        let change = Change {
            decided,
            ..Change::default()
        };
        store.update(id(1), change).await.unwrap().unwrap();
        let found = store.get(id(1)).await.unwrap().unwrap();
        assert_eq!(found.timing.decided, expected);
    }
}

#[tokio::test]
async fn the_same_exchange_twice_is_refused_and_the_first_stays() {
    let home = Home::new();
    let store = home.open();
    home::insert(&store, exchange(1)).await;
    let mut same_id = exchange(2);
    same_id.summary.id = id(1);
    assert!(store.insert(same_id, Stopwatch::start()).await.is_err());
    let mut same_seq = exchange(1);
    same_seq.summary.id = id(3);
    assert!(store.insert(same_seq, Stopwatch::start()).await.is_err());
    home::insert(&store, exchange(2)).await;
    assert_eq!(home::numbers(&store, "").await, [2, 1]);
    assert!(store.health().borrow().saving, "the disk is not at fault");
}

#[tokio::test]
async fn many_callers_at_once_are_all_recorded_once() {
    let home = Home::new();
    let store = home.open();
    let callers = (0..8_u64).map(|caller| {
        let store = store.clone();
        tokio::spawn(async move {
            home::fill(&store, (1..=200).map(|number| caller * 200 + number)).await;
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap();
    }
    assert_eq!(store.counts().await.exchanges, 1600);
    assert_eq!(
        home::numbers(&store, "event:event1").await.len(),
        1000,
        "a page is full"
    );
}

#[tokio::test]
async fn findings_of_a_change_are_added_to_those_of_the_exchange() {
    let home = Home::new();
    let store = home.open();
    let [first, second, third] =
        ["1", "2", "3"].map(|number| OwnFinding::new(Code::HoldLimit, [number.to_owned()]));
    let mut waiting = held(1);
    waiting.own_findings = vec![first.clone()];
    home::insert(&store, waiting).await;
    home::insert(&store, held(2)).await;
    for seq in [1, 2] {
        let change = Change {
            own_findings: vec![second.clone(), third.clone()],
            ..answered(Answer::json(200, "{}"))
        };
        store.update(id(seq), change).await.unwrap();
    }
    let found = async |seq| store.get(id(seq)).await.unwrap().unwrap().own_findings;
    assert_eq!(found(1).await, [first, second.clone(), third.clone()]);
    assert_eq!(found(2).await, [second, third]);
}

#[tokio::test]
async fn the_last_answer_is_one_that_was_given_to_a_bot_and_came_whole() {
    let home = Home::new();
    let store = home.open();
    home::insert(&store, exchange(1)).await;
    let mut own = exchange(2);
    own.summary.answered_by = Some(AnsweredBy::Platform);
    own.answers = Answer::json(405, "the platform's own").into();
    home::insert(&store, own).await;
    let mut cut = exchange(3);
    cut.summary.fault = Some(FaultKind::Truncate);
    cut.answers = Answer::json(200, "{\"ans").into();
    home::insert(&store, cut).await;
    let last = store.last_answer(BOT, Some("event1")).await.unwrap();
    assert_eq!(last.as_ref(), exchange(1).answer());
    let mut slow = exchange(4);
    slow.summary.fault = Some(FaultKind::Slow);
    slow.answers = Answer::json(200, "slow").into();
    home::insert(&store, slow.clone()).await;
    let last = store.last_answer(BOT, Some("event1")).await.unwrap();
    assert_eq!(last.as_ref(), slow.answer());
}

#[tokio::test]
async fn the_last_answer_is_the_newest_of_the_same_bot_and_event() {
    let home = Home::new();
    let store = home.open();
    for (seq, event, body) in [
        (1, Some("a"), "1"),
        (2, Some("a"), "2"),
        (3, Some("b"), "3"),
        (4, None, "4"),
    ] {
        let mut one = exchange(seq);
        one.summary.event = event.map(str::to_owned);
        one.answers = Answer::json(200, body).into();
        home::insert(&store, one).await;
    }
    let mut waiting = held(5);
    waiting.summary.event = Some("a".into());
    home::insert(&store, waiting).await;
    let body = async |event| {
        let answer = store.last_answer(BOT, event).await.unwrap();
        answer.map(|answer| String::from_utf8(answer.body.beginning().to_vec()).unwrap())
    };
    assert_eq!(body(Some("a")).await.as_deref(), Some("2"));
    assert_eq!(body(None).await.as_deref(), Some("4"));
    assert_eq!(body(Some("c")).await, None);
    let other = protocol::BotId(uuid::Uuid::nil());
    assert_eq!(store.last_answer(other, Some("a")).await.unwrap(), None);
}

#[tokio::test]
async fn bots_and_settings_are_kept_over_a_restart() {
    let home = Home::new();
    let store = home.open();
    let bot = Bot {
        id: BOT,
        name: "Бот 1".into(),
        platform: "auto".into(),
        secret: "abc".into(),
        answering: "{}".into(),
        endpoint: "{}".into(),
        platform_settings: "{}".into(),
        seed: 0,
        position: 1,
    };
    let first = Bot {
        id: protocol::BotId(uuid::Uuid::nil()),
        secret: "d".into(),
        position: 0,
        ..bot.clone()
    };
    store.create_bot(bot.clone()).await.unwrap();
    store.create_bot(first.clone()).await.unwrap();
    assert!(
        store.create_bot(bot.clone()).await.is_err(),
        "it exists already"
    );
    let renamed = Bot {
        name: "other".into(),
        platform: "graph".into(),
        ..bot
    };
    assert!(store.update_bot(renamed.clone()).await.unwrap());
    store.set_setting("theme", "\"dark\"").await.unwrap();
    store.set_setting("theme", "\"light\"").await.unwrap();
    store.close().await;
    let store = home.open();
    assert_eq!(
        store.bots().await.unwrap(),
        [first.clone(), renamed.clone()]
    );
    assert_eq!(
        store.setting("theme").await.unwrap().as_deref(),
        Some("\"light\"")
    );
    assert_eq!(store.setting("other").await.unwrap(), None);
    assert!(store.delete_bot(first.id).await.unwrap());
    assert!(!store.delete_bot(first.id).await.unwrap());
    assert_eq!(store.bots().await.unwrap(), [renamed]);
}

#[tokio::test]
async fn a_closed_store_refuses_and_does_not_hang() {
    let home = Home::new();
    let store = home.open();
    home::insert(&store, exchange(1)).await;
    store.close().await;
    store.close().await;
    assert!(store.insert(exchange(2), Stopwatch::start()).await.is_err());
    assert!(store.get(id(1)).await.is_err());
    // Of two connections that close at the same moment neither may be the last to SQLite, which
    // then leaves the empty log.
    let log = std::fs::metadata(home.path().join("history.sqlite3-wal"));
    let length = log.map_or(0, |log| log.len());
    assert_eq!(length, 0, "the log was moved into the file");
}
