//! Filters: each term finds what it names and nothing else.

use std::sync::Arc;

use parking_lot::Mutex;
use protocol::{Answer, AnsweredBy, Exchange, FindingCounts, Source, State};
use store::{Annotation, Bot, Store};

use crate::home::{self, BOT, Home, answered, exchange, fill, held, id, numbers, request};

fn noted(note: &str) -> Annotation {
    Annotation {
        note: Some(note.into()),
        ..Annotation::default()
    }
}

/// Stores what `make` makes of the numbers 1 to 3.
async fn three(store: &Store, make: impl Fn(u64, &mut Exchange)) {
    for seq in 1..=3 {
        let mut one = exchange(seq);
        make(seq, &mut one);
        home::insert(store, one).await;
    }
}

#[tokio::test]
async fn a_part_of_a_name_is_found_and_a_whole_one_in_quotes_without_case_in_every_alphabet() {
    let home = Home::new();
    let store = home.open();
    three(&store, |seq, one| {
        let events = ["Оплата", "оплата2", "pay"];
        one.summary.event = Some(events[seq as usize - 1].into());
        one.summary.method = if seq == 3 {
            "GET".into()
        } else {
            "POST".into()
        };
    })
    .await;
    assert_eq!(numbers(&store, "event:оПЛАТА").await, [2, 1]);
    assert_eq!(numbers(&store, "event:\"оПЛАТА\"").await, [1]);
    assert_eq!(
        numbers(&store, "event:ла").await,
        [2, 1],
        "too short for the index"
    );
    assert_eq!(numbers(&store, "event:pay,\"оплата\"").await, [3, 1]);
    assert_eq!(numbers(&store, "-event:pay,\"оплата\"").await, [2]);
    assert_eq!(numbers(&store, "user:ser").await, [3, 2, 1]);
    assert_eq!(numbers(&store, "user:\"ser1\",user3").await, [3]);
    assert_eq!(numbers(&store, "method:get,put").await, [3]);
    assert_eq!(numbers(&store, "event:PAY").await, [3]);
    assert_eq!(numbers(&store, "-event:pay").await, [2, 1]);
    assert_eq!(numbers(&store, "user:USER2").await, [2]);
    assert_eq!(numbers(&store, "method:get").await, [3]);
    assert_eq!(
        numbers(&store, "event:pay user:user3").await,
        [3],
        "all terms must hold"
    );
    assert_eq!(numbers(&store, "event:pay user:user1").await, [0; 0]);
}

#[tokio::test]
async fn replays_and_calls_of_rules_are_found_by_the_exchange_they_are_of() {
    let home = Home::new();
    let store = home.open();
    three(&store, |seq, one| {
        one.summary.replay_of = (seq == 2).then(|| id(1));
        one.summary.caused_by = (seq == 3).then(|| id(2));
    })
    .await;
    let of = |seq| format!("of:{}", id(seq));
    assert_eq!(numbers(&store, &of(1)).await, [2]);
    assert_eq!(numbers(&store, &of(2)).await, [3]);
    assert_eq!(numbers(&store, &format!("-{}", of(2))).await, [2, 1]);
}

#[tokio::test]
async fn small_columns_are_filtered_each_by_its_own_word() {
    let home = Home::new();
    let store = home.open();
    three(&store, |seq, one| {
        one.summary.status = [Some(200), Some(503), None][seq as usize - 1];
        one.summary.answered_by = (seq != 3).then_some(AnsweredBy::Hand);
        one.summary.state = if seq == 3 {
            State::Failed
        } else {
            State::Answered
        };
        one.summary.source = if seq == 1 {
            Source::Tunnel
        } else {
            Source::Webhook
        };
        one.summary.replay_of = (seq == 2).then(|| id(1));
        one.summary.pinned = seq == 1;
        one.summary.note = if seq == 2 {
            "Проверить ЗАВТРА".into()
        } else {
            String::new()
        };
        one.summary.findings = FindingCounts {
            error: u32::from(seq == 3),
            ..Default::default()
        };
        one.summary.request_bytes = seq * 1000;
    })
    .await;
    home::insert(&store, held(4)).await;
    for (text, found) in [
        ("status:200", &[1][..]),
        ("status:5xx", &[2]),
        ("status:200-503", &[2, 1]),
        ("status:200,5xx", &[2, 1]),
        ("-status:200,5xx", &[4, 3]),
        ("by:hand,default source:tunnel", &[1]),
        ("is:held,failed", &[4, 3]),
        ("-status:200", &[4, 3, 2]),
        ("by:hand", &[2, 1]),
        ("-by:hand", &[4, 3]),
        ("is:held", &[4]),
        ("is:failed", &[3]),
        ("is:pinned", &[1]),
        ("is:replay", &[2]),
        ("has:note", &[2]),
        ("note:завтра", &[2]),
        ("has:finding", &[3]),
        ("has:error", &[3]),
        ("has:warning", &[]),
        ("source:tunnel", &[1]),
        ("platform:graph", &[4, 3, 2, 1]),
        ("platform:plain", &[]),
        ("size>1000", &[3, 2]),
        ("size>=1000 size<2000", &[1]),
        ("duration>100000", &[]),
        ("duration<100000", &[3, 2, 1]),
    ] {
        assert_eq!(numbers(&store, text).await, found, "{text}");
    }
}

#[tokio::test]
async fn moments_and_ids_are_ranges() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=3).await;
    assert_eq!(numbers(&store, "at>2025-11-22T05:00:01").await, [3, 2]);
    assert_eq!(numbers(&store, "at<=2025-11-22T05:00:01").await, [1]);
    assert_eq!(numbers(&store, "at:05:00:02").await, [2]);
    assert_eq!(numbers(&store, "at:22.11").await, [3, 2, 1]);
    assert_eq!(numbers(&store, "at:yesterday").await, [0; 0]);
    assert_eq!(numbers(&store, &format!("id:{}", id(2))).await, [2]);
    assert_eq!(numbers(&store, "id:01900000").await, [3, 2, 1]);
    assert_eq!(numbers(&store, "id:01900001").await, [0; 0]);
}

#[tokio::test]
async fn a_bot_is_named_by_its_name_or_its_id() {
    let home = Home::new();
    let store = home.open();
    let bot = Bot {
        id: BOT,
        name: "Магазин".into(),
        platform: "auto".into(),
        secret: "s".into(),
        answering: "{}".into(),
        endpoint: "{}".into(),
        platform_settings: "{}".into(),
        seed: 0,
        position: 0,
    };
    store.create_bot(bot).await.unwrap();
    fill(&store, 1..=1).await;
    assert_eq!(numbers(&store, "bot:магазин").await, [1]);
    assert_eq!(numbers(&store, &format!("bot:{BOT}")).await, [1]);
    assert_eq!(numbers(&store, "bot:other").await, [0; 0]);
}

/// Texts in every place that is searched, asked before and after the index has caught up.
#[tokio::test]
async fn texts_are_found_wherever_they_are_before_and_after_they_are_indexed() {
    let home = Home::new();
    let store = home.open();
    let bodies = [
        "{\"city\":\"КАЗАНЬ\",\"n\":\"100% \\\"да\\\"\"}",
        "{\"city\":\"\\u041a\\u0430\\u0437\\u0430\\u043d\\u044c\"}",
        "{\"city\":\"Москва\"}",
    ];
    three(&store, |seq, one| {
        one.request = request(bodies[seq as usize - 1]);
        one.request.query = (seq == 3).then(|| "token=Zebra".into());
        one.summary.path = if seq == 2 {
            "/Giraffe/x".into()
        } else {
            "/".into()
        };
        one.answers = Answer::json(
            200,
            if seq == 3 {
                "{\"reply\":\"Тверь\"}"
            } else {
                "{}"
            },
        )
        .into();
    })
    .await;
    store.annotate(id(1), noted("Слон")).await.unwrap();
    for round in ["not indexed", "indexed"] {
        for (text, found) in [
            ("казань", &[2, 1][..]),
            ("body:казань", &[2, 1]),
            ("body:Тверь", &[3]),
            ("тверь", &[3]),
            ("-body:казань", &[3]),
            ("giraffe", &[2]),
            ("path:GIRAFFE", &[2]),
            ("path:zebra", &[3]),
            ("zebra", &[3]),
            ("-path:zebra", &[2, 1]),
            ("слон", &[1]),
            ("user3", &[3]),
            ("body:user3", &[]),
            ("\"100% \"", &[1]),
            ("казань слон", &[1]),
            ("яя", &[]),
            ("тв", &[3]),
            ("-тв", &[2, 1]),
            ("/g", &[2]),
            ("body:ка", &[2, 1]),
            ("nowhere", &[]),
        ] {
            assert_eq!(numbers(&store, text).await, found, "{text}, {round}");
        }
        store.idle().await;
        assert_eq!(store.counts().await.search_lag, 0);
    }
}

#[tokio::test]
async fn one_that_is_stored_after_those_behind_it_were_indexed_is_found() {
    let home = Home::new();
    let store = home.open();
    fill(&store, [1, 3, 4]).await;
    store.idle().await;
    assert_eq!(store.counts().await.search_lag, 0);
    let mut late = exchange(2);
    late.request = request("{\"a\":\"жираф\"}");
    home::insert(&store, late).await;
    for round in ["not indexed", "indexed"] {
        assert_eq!(numbers(&store, "жираф").await, [2], "{round}");
        assert_eq!(numbers(&store, "body:жираф").await, [2], "{round}");
        store.idle().await;
    }
}

#[tokio::test]
async fn an_answer_given_after_indexing_is_found() {
    let home = Home::new();
    let store = home.open();
    home::insert(&store, held(1)).await;
    store.idle().await;
    let answer = Answer::json(200, "{\"w\":\"жираф\"}");
    store.update(id(1), answered(answer)).await.unwrap();
    assert_eq!(numbers(&store, "жираф").await, [1]);
    store.idle().await;
    assert_eq!(numbers(&store, "жираф").await, [1]);
    assert_eq!(
        numbers(&store, "user1").await,
        [1],
        "the request is still indexed"
    );
}

#[tokio::test]
async fn the_end_of_a_text_too_long_for_the_index_is_found() {
    let home = Home::new();
    let store = home.open();
    let mut long = exchange(1);
    long.request.body = format!("{{\"a\":\"{}жираф\"}}", "x".repeat(300_000)).into();
    home::insert(&store, long).await;
    store.idle().await;
    assert_eq!(numbers(&store, "жираф").await, [1]);
    assert_eq!(numbers(&store, "body:слон").await, [0; 0]);
}

#[tokio::test]
async fn headers_and_variables_are_looked_up_in_the_stored_messages() {
    let home = Home::new();
    let store = home.open();
    three(&store, |seq, one| {
        let cities = [
            "\"Казань\"",
            "\"\\u041a\\u0430\\u0437\\u0430\\u043d\\u044c\"",
            "5",
        ];
        let city = cities[seq as usize - 1];
        one.request = request(format!("{{\"action\":\"event1\",\"city\":{city}}}"));
        one.request
            .headers
            .0
            .push(("X-Id".into(), format!("abc{seq}").into_bytes()));
        one.answers = Answer::json(
            200,
            if seq == 1 {
                "{\"city\":\"Тверь\"}"
            } else {
                "{}"
            },
        )
        .into();
    })
    .await;
    assert_eq!(numbers(&store, "header.x-id:BC2").await, [2]);
    assert_eq!(numbers(&store, "-header.x-id:abc").await, [0; 0]);
    assert_eq!(numbers(&store, "var.city=казань").await, [2, 1]);
    assert_eq!(
        numbers(&store, "var.city=тверь").await,
        [1],
        "the answer's counts too"
    );
    assert_eq!(numbers(&store, "var.city=5").await, [3]);
    assert_eq!(numbers(&store, "var.town=5").await, [0; 0]);
    assert_eq!(numbers(&store, "header.x-id:\"abc2\"").await, [2]);
    assert_eq!(numbers(&store, "header.x-id:\"bc2\",abc3").await, [3]);
}

#[tokio::test]
async fn variables_are_found_by_path_by_number_and_by_part_before_and_after_they_are_indexed() {
    let home = Home::new();
    let store = home.open();
    three(&store, |seq, one| {
        let total = ["1098.0", "\"1098\"", "99"][seq as usize - 1];
        let city = ["Казань", "Тверь", "Казань"][seq as usize - 1];
        one.request = request(format!(
            "{{\"action\":\"event1\",\"total\":{total},\"address\":{{\"city\":\"{city}\"}},\
             \"cart\":[{{\"sku\":{seq}}},{{\"sku\":\"x-{seq}\"}}],\"a.b\":{{\"my c\":{seq}}}}}"
        ));
        one.answers = Answer::json(200, "{\"address\":{\"zip\":420000}}").into();
    })
    .await;
    for round in ["not indexed", "indexed"] {
        for (text, found) in [
            ("var.address.city=казань", &[3, 1][..]),
            ("var.address.zip=420000", &[3, 2, 1]),
            ("var.address.city~вер", &[2]),
            ("var.address={\"city\":\"Тверь\"}", &[2]),
            ("var.cart[0].sku=2.0", &[2]),
            ("var.cart[*].sku=x-3", &[3]),
            ("var.cart[1].sku=2", &[]),
            ("var.a.b.\"my c\">=2", &[3, 2]),
            ("var.total=1098", &[2, 1]),
            ("var.total=1098.0", &[1]),
            ("var.total=\"1098\"", &[2]),
            ("var.address={\"city\": \"Тверь\"}", &[2]),
            ("var.total>100", &[2, 1]),
            ("var.total<=1e2", &[3]),
            ("var.address.total=1098", &[]),
        ] {
            assert_eq!(numbers(&store, text).await, found, "{text}, {round}");
        }
        store.idle().await;
    }
}

#[tokio::test]
async fn quotes_and_signs_of_the_search_language_are_plain_text() {
    let home = Home::new();
    let store = home.open();
    three(&store, |seq, one| {
        one.request = request(["say \"hi\" AND", "a* OR (b)", "NEAR(x y)"][seq as usize - 1]);
    })
    .await;
    store.idle().await;
    for (text, found) in [
        ("\"hi\\\" and\"", &[1][..]),
        ("\"a* or\"", &[2]),
        ("\"near(x\"", &[3]),
        ("\"' or 1\"", &[]),
    ] {
        assert_eq!(numbers(&store, text).await, found, "{text}");
    }
}

#[tokio::test]
async fn what_the_index_does_not_hold_yet_is_found_however_much_it_is() {
    let home = Home::new();
    let store = home.open();
    let mut oldest = exchange(1);
    oldest.request.body = "{\"a\":\"жираф\"}".into();
    home::insert(&store, oldest).await;
    // Not in the index yet, and by its number a hundred thousand exchanges later.
    home::insert(&store, exchange(100_000)).await;
    assert_eq!(numbers(&store, "жираф").await, [1]);
    store.idle().await;
    assert_eq!(numbers(&store, "жираф").await, [1]);
}

#[tokio::test]
async fn a_variable_is_read_with_what_is_set_for_the_bot_of_its_exchange() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=2).await;
    let asked = Arc::new(Mutex::new(Vec::new()));
    let bots = Arc::clone(&asked);
    store.read_settings_with(Box::new(move |bot| {
        bots.lock().push(bot);
        None
    }));
    assert_eq!(numbers(&store, "var.number=2").await, [2]);
    let asked = asked.lock();
    assert!(!asked.is_empty() && asked.iter().all(|bot| *bot == BOT));
}
