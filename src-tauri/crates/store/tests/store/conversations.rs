//! Conversations: which turns belong together, whatever happens to them and in whatever order.

use std::collections::BTreeMap;
use std::time::Duration;

use protocol::{Answer, Answers, Exchange, FindingCounts, UtcMillis};
use store::{Change, Conversation, ConversationQuery, DeleteWhat, Stopwatch, Store};

use crate::home::{Home, MORNING, exchange, id};

/// A turn of a user at a second of the morning.
fn turn(seq: u64, user: &str, second: i64, rest: &str) -> Exchange {
    let mut one = exchange(seq);
    one.summary.user = Some(user.to_owned());
    one.summary.at = UtcMillis(MORNING + second * 1000);
    one.summary.event = Some(format!("event{}", seq % 3));
    one.request.body = format!("{{\"action\":\"e\",\"userId\":\"{user}\"{rest}}}").into();
    one.summary.request_bytes = one.request.body.length();
    one.answers = Answer::json(200, "{}").into();
    one
}

async fn insert(store: &Store, one: Exchange) {
    store.insert(one, Stopwatch::start()).await.unwrap();
}

async fn listed(store: &Store) -> Vec<Conversation> {
    let query = ConversationQuery {
        limit: 1_000,
        ..ConversationQuery::default()
    };
    // On a busy machine what is behind takes longer than one answer waits.
    let page = loop {
        let page = store.conversations(query.clone()).await.unwrap();
        if page.is_whole {
            break page;
        }
    };
    assert_eq!(page.next_before, None);
    page.conversations
}

/// The numbers of the turns of each conversation, by the number of the turn that began it.
async fn grouped(store: &Store) -> BTreeMap<u64, Vec<u64>> {
    let mut all = BTreeMap::new();
    for one in listed(store).await {
        let (found, turns) = store.conversation(one.id, 1_000).await.unwrap().unwrap();
        assert_eq!(found, one);
        assert_eq!(one.turns, turns.len() as u64);
        let number = |wanted| (0..1_000).find(|seq| id(*seq) == wanted).unwrap();
        all.insert(one.number, turns.into_iter().map(number).collect());
    }
    all
}

/// What the turns of the first test say.
const SAID: [(i64, &str); 12] = [
    (0, r#","a":1"#),
    (10, r#","a":1,"lastSeen":10"#),
    (2_000, r#","a":1,"lastSeen":1990"#),
    (2_010, r#","a":1"#),
    (2_020, r#","b":1"#),
    (
        2_030,
        r#","b":1,"rawRequest":{"payload":{"new_session":true}}"#,
    ),
    (2_040, r#","b":1,"rawRequest":{"sessionId":"1"}"#),
    (2_050, r#","b":1,"rawRequest":{"sessionId":"1"}"#),
    (
        2_060,
        r#","b":1,"rawRequest":{"payload":{},"sessionId":"2"}"#,
    ),
    (2_060, r#","b":1"#),
    (2_070, r#""#),
    (2_080, r#","c":1"#),
];

fn said(user: &str, first: u64) -> impl Iterator<Item = Exchange> {
    let turns = (first..).zip(SAID);
    let user = user.to_owned();
    turns.map(move |(seq, (second, rest))| turn(seq, &user, second, rest))
}

#[tokio::test]
async fn a_conversation_begins_where_the_contract_says_in_whatever_order_turns_become_known() {
    let home = Home::new();
    let store = home.open();
    let of_both = said("a", 1).chain(said("b", 101));
    let all: Vec<Exchange> = of_both.collect();
    for one in all.clone() {
        insert(&store, one).await;
    }
    let wanted = grouped(&store).await;
    let of_one: Vec<Vec<u64>> = wanted
        .range(..100)
        .map(|(_, turns)| turns.clone())
        .collect();
    let parts: [&[u64]; 7] = [&[1, 2], &[3], &[4], &[5], &[6, 7, 8], &[9, 10], &[11, 12]];
    assert_eq!(of_one, parts);
    store.close().await;
    let mut seed = 7_u64;
    for _ in 0..6 {
        let (home, mut rest) = (Home::new(), all.clone());
        let store = home.open();
        while !rest.is_empty() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let index = usize::try_from(seed >> 33).unwrap() % rest.len();
            insert(&store, rest.swap_remove(index)).await;
            // Sometimes several are found together.
            if seed >> 62 == 0 {
                listed(&store).await;
            }
        }
        assert_eq!(grouped(&store).await, wanted, "{seed}");
        store.close().await;
    }
}

#[tokio::test]
async fn an_id_survives_the_first_turn_and_a_restart_and_hidden_turns_come_back() {
    let home = Home::new();
    let mut store = home.open();
    for seq in 1..=3 {
        insert(&store, turn(seq, "a", seq as i64, r#","a":1"#)).await;
    }
    let before = listed(&store).await;
    assert_eq!(before.len(), 1);
    assert_eq!(before[0].events, ["event1", "event2", "event0"]);
    let first = DeleteWhat::Ids(vec![id(1)]);
    let deletion = store.delete(first.clone()).await.unwrap();
    let hidden = listed(&store).await;
    assert_eq!(
        (hidden[0].turns, &hidden[0].events[..]),
        (2, &before[0].events[1..])
    );
    assert!(hidden[0].started > before[0].started);
    store.restore(deletion.undo).await.unwrap();
    assert_eq!(listed(&store).await, before);
    store.delete(first).await.unwrap();
    store.expire_deletions();
    store.idle().await;
    store.close().await;
    store = home.open();
    assert_eq!(listed(&store).await, hidden);
    insert(&store, turn(4, "a", 4, r#","a":1"#)).await;
    let more = listed(&store).await;
    assert_eq!(
        (more.len(), more[0].id, more[0].turns),
        (1, before[0].id, 3)
    );
    let rest = [2, 3, 4].map(id).to_vec();
    store.delete(DeleteWhat::Ids(rest)).await.unwrap();
    assert_eq!(listed(&store).await, []);
    assert_eq!(store.conversation(before[0].id, 10).await.unwrap(), None);
    store.expire_deletions();
    store.idle().await;
    store.close().await;
}

#[tokio::test]
async fn what_changes_later_counts_and_another_gap_makes_all_anew() {
    let home = Home::new();
    let store = home.open();
    insert(&store, turn(1, "a", 1, "")).await;
    insert(&store, turn(2, "a", 2, r#","b":1"#)).await;
    assert_eq!(grouped(&store).await, BTreeMap::from([(1, vec![1, 2])]));
    // The answer had a variable, which is gone with the next turn.
    let answers: Answers = Answer::json(200, r#"{"n":1}"#).into();
    let findings = FindingCounts {
        warning: 2,
        ..FindingCounts::default()
    };
    let change = Change {
        answers,
        findings: Some(findings),
        ..Change::default()
    };
    store.update(id(1), change).await.unwrap();
    let split = BTreeMap::from([(1, vec![1]), (2, vec![2])]);
    assert_eq!(grouped(&store).await, split);
    assert_eq!(listed(&store).await[1].findings, findings);
    let change = Change {
        answers: Answer::json(500, r#"{"n":1}"#).into(),
        ..Change::default()
    };
    store.update(id(1), change).await.unwrap();
    assert_eq!(grouped(&store).await, BTreeMap::from([(1, vec![1, 2])]));
    store.set_conversation_gap(Duration::from_millis(600));
    assert_eq!(grouped(&store).await, split);
    store.set_conversation_gap(Duration::from_secs(60));
    assert_eq!(grouped(&store).await, BTreeMap::from([(1, vec![1, 2])]));
    store.close().await;
}

#[tokio::test]
async fn a_list_goes_on_where_the_page_before_ended() {
    let home = Home::new();
    let store = home.open();
    for seq in 1..=5 {
        insert(&store, turn(seq, &format!("u{seq}"), seq as i64, "")).await;
    }
    let mut query = ConversationQuery {
        limit: 2,
        ..ConversationQuery::default()
    };
    let mut seen = Vec::new();
    loop {
        let page = store.conversations(query.clone()).await.unwrap();
        seen.extend(page.conversations.into_iter().map(|one| one.number));
        query.before = page.next_before;
        if query.before.is_none() {
            break;
        }
    }
    assert_eq!(seen, [5, 4, 3, 2, 1]);
    let of_one = ConversationQuery {
        limit: 10,
        user: Some("u3".to_owned()),
        ..ConversationQuery::default()
    };
    let page = store.conversations(of_one).await.unwrap();
    let numbers: Vec<u64> = page.conversations.iter().map(|one| one.number).collect();
    assert_eq!(numbers, [3]);
    store.close().await;
}
