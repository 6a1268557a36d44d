//! Bodies that lie outside of memory: written and read by pieces, whole, and gone when purged.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use protocol::{Answer, Body, BodySource, Code, Exchange, FindingCounts, OwnFinding, Side, State};
use store::{Change, DeleteWhat, NotSavedKind, Retention, Stopwatch, Store, StoreOptions};

use crate::home::{self, Home, answered, exchange, filter, held, id, noise, numbers};

const LENGTH: u64 = 5_000_000;

/// A body of `length` bytes that repeats a megabyte of noise, whatever is asked of it.
#[derive(Debug)]
struct Repeated {
    noise: Bytes,
    length: u64,
    /// From here on reading fails.
    readable: u64,
}

impl BodySource for Repeated {
    fn read_at(&self, offset: u64, length: usize) -> io::Result<Bytes> {
        if offset >= self.readable {
            return Err(io::Error::other("the file is gone"));
        }
        let from = (offset % self.noise.len() as u64) as usize;
        let rest = usize::try_from(self.length.saturating_sub(offset)).unwrap();
        let until = self.noise.len().min(from + length.min(rest));
        Ok(self.noise.slice(from..until))
    }
}

fn long(seed: u64, readable: u64) -> Body {
    long_of(seed, LENGTH, readable)
}

pub(crate) fn long_of(seed: u64, length: u64, readable: u64) -> Body {
    let source = Repeated {
        noise: noise(seed, 999_983),
        length,
        readable,
    };
    let half = usize::try_from(length / 2).unwrap();
    let beginning = source.read_at(0, half.min(500_000)).unwrap();
    Body::outside(beginning, length, Arc::new(source))
}

/// All bytes, read in ranges that fall on no edge of a piece.
fn all(body: &Body) -> Vec<u8> {
    let mut all = Vec::new();
    while (all.len() as u64) < body.length() {
        let part = body.read_at(all.len() as u64, 777_777).unwrap();
        assert!(!part.is_empty(), "it ends at {}", all.len());
        all.extend_from_slice(&part);
    }
    all
}

fn pieces(home: &Home) -> i64 {
    let conn = rusqlite::Connection::open(home.database()).unwrap();
    conn.query_row("SELECT count(*) FROM body_pieces", [], |row| row.get(0))
        .unwrap()
}

fn is_answer_cut(exchange: &Exchange) -> bool {
    exchange.message(Side::Response).unwrap().is_truncated
}

pub(crate) async fn store_one(store: &Store, body: Body) {
    let mut one = exchange(1);
    one.request.body = body;
    one.summary.request_bytes = LENGTH;
    home::insert(store, one).await;
}

#[tokio::test]
async fn both_bodies_come_back_whole_and_their_beginnings_are_in_memory() {
    let home = Home::new();
    let store = home.open();
    store_one(&store, long(1, LENGTH)).await;
    let mut answer = Answer::json(200, "");
    answer.body = long(2, LENGTH);
    let summary = store.update(id(1), answered(answer)).await;
    let summary = summary.unwrap().unwrap();
    assert_eq!(summary.response_bytes, LENGTH);
    let found = store.get(id(1)).await.unwrap().unwrap();
    let answer = found.answer().unwrap();
    for body in [&found.request.body, &answer.body] {
        assert_eq!(body.beginning().len(), 500_000);
    }
    assert!(all(&found.request.body) == all(&long(1, LENGTH)));
    assert!(all(&answer.body) == all(&long(2, LENGTH)));
    let last = store.last_answer(home::BOT, Some("event1")).await.unwrap();
    assert_eq!(last.unwrap().body.length(), LENGTH);
}

#[tokio::test]
async fn a_shorter_answer_after_a_long_one_leaves_no_piece_of_it() {
    let home = Home::new();
    let store = home.open();
    home::insert(&store, held(1)).await;
    let mut answer = Answer::json(200, "");
    answer.body = long(2, LENGTH);
    for answer in [answer, Answer::json(200, "{}")] {
        store.update(id(1), answered(answer)).await.unwrap();
    }
    let found = store.get(id(1)).await.unwrap().unwrap();
    assert_eq!(found.answer(), Some(&Answer::json(200, "{}")));
    store.close().await;
    assert_eq!(pieces(&home), 0);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_to_its_end_is_recorded_by_its_beginning() {
    let home = Home::new();
    let store = home.open();
    let mut one = exchange(1);
    one.request.body = long(1, 3_000_000);
    home::insert(&store, one).await;
    let found = store.get(id(1)).await.unwrap().unwrap();
    assert!(found.request.truncated, "it says so");
    assert_eq!(found.request.body.length(), 500_000);
    assert_eq!(found.own_findings, [not_saved(Code::BodyNotSaved)]);
    assert_eq!(found.summary.findings.error, 1);
    assert_eq!(store.health().borrow().cut, 1);
    home::insert(&store, exchange(2)).await;
    assert_eq!(numbers(&store, "").await, [2, 1], "nothing else is lost");
    store.close().await;
    assert_eq!(
        pieces(&home),
        0,
        "what was written before the failure is gone"
    );
}

fn not_saved(code: Code) -> OwnFinding {
    OwnFinding::new(code, [500_000, LENGTH].map(|length| length.to_string()))
}

/// Room for two of the five pieces, and for the beginning in their place.
const SMALL: u32 = 300;

#[tokio::test]
async fn bodies_that_a_full_disk_cuts_are_marked_on_both_sides_and_counted() {
    let home = Home::new();
    let (store, _) = Store::open(&StoreOptions {
        max_pages: Some(SMALL),
        ..home.options()
    })
    .unwrap();
    let mut one = exchange(1);
    one.request.body = long(1, LENGTH);
    let inserted = store.insert(one, Stopwatch::start()).await.unwrap();
    assert_eq!(inserted.added.error, 1);
    home::insert(&store, held(2)).await;
    let mut answer = Answer::json(200, "");
    answer.body = long(2, LENGTH);
    let change = Change {
        findings: Some(FindingCounts::default()),
        ..answered(answer)
    };
    let summary = store.update(id(2), change).await.unwrap().unwrap();
    assert_eq!(
        (summary.state, summary.findings.error),
        (State::Answered, 1)
    );
    let request = store.get(id(1)).await.unwrap().unwrap();
    assert!(request.request.truncated && !is_answer_cut(&request));
    assert_eq!(request.own_findings, [not_saved(Code::BodyNotSaved)]);
    let answer = store.get(id(2)).await.unwrap().unwrap();
    assert!(!answer.request.truncated && is_answer_cut(&answer));
    assert_eq!(answer.own_findings, [not_saved(Code::AnswerNotSaved)]);
    let health = store.health().borrow().clone();
    assert_eq!((health.cut, health.waiting, health.lost), (2, 0, 0));
    let last = store.last_answer(home::BOT, Some("event1")).await.unwrap();
    assert_eq!(
        last.unwrap(),
        Answer::json(200, "{\"answer\":1}"),
        "a whole one"
    );
    store.close().await;
    assert_eq!(pieces(&home), 0);
}

#[tokio::test]
async fn a_cut_is_reported_to_the_caller_although_the_exchange_itself_has_to_wait() {
    let home = Home::new();
    // Less than the beginning alone takes.
    let (store, _) = Store::open(&StoreOptions {
        max_pages: Some(60),
        ..home.options()
    })
    .unwrap();
    let mut one = exchange(1);
    one.request.body = long(1, LENGTH);
    let inserted = store
        .insert_or_report(Box::new(one), Stopwatch::start())
        .await;
    assert_eq!(store.health().borrow().waiting, 1);
    assert_eq!((inserted.added.error, inserted.ended), (1, None));
}

#[tokio::test]
async fn a_purged_exchange_takes_its_pieces_with_it() {
    let home = Home::new();
    let store = home.open();
    store_one(&store, long(1, LENGTH)).await;
    home::fill(&store, 2..=3).await;
    let found = store.get(id(1)).await.unwrap().unwrap();
    store
        .delete(DeleteWhat::Filter(filter("size>1000000"), None))
        .await
        .unwrap();
    store.expire_deletions();
    store.idle().await;
    assert_eq!(numbers(&store, "").await, [3, 2]);
    let late = found.request.body.read_at(2_000_000, 10).unwrap_err();
    assert_eq!(late.kind(), io::ErrorKind::UnexpectedEof, "no silent end");
    store.close().await;
    assert_eq!(pieces(&home), 0);
}

#[tokio::test]
async fn retention_shows_no_exchange_of_whose_body_it_has_removed_a_part() {
    const LONG: u64 = 40_000_000;
    let home = Home::new();
    let store = home.open();
    let mut one = exchange(1);
    one.request.body = long_of(1, LONG, LONG);
    home::insert(&store, one).await;
    home::fill(&store, 2..=20).await;
    // One step of the removal frees more than is too much.
    store.set_retention(Retention {
        bytes: LONG - 5_000_000,
        ..Retention::default()
    });
    store.idle().await;
    let shown = numbers(&store, "").await;
    assert_eq!(shown, (2..=20).rev().collect::<Vec<_>>());
    for seq in shown {
        let found = store.get(id(seq)).await.unwrap().unwrap();
        all(&found.request.body);
    }
    assert_eq!(store.counts().await.exchanges, 19);
    store.close().await;
    assert_eq!(pieces(&home), 0, "the rest of it is gone, too");
}

#[tokio::test]
async fn stale_pieces_are_removed_after_the_next_start_and_their_number_is_not_used_again() {
    let home = Home::new();
    let store = home.open();
    store_one(&store, long(1, LENGTH)).await;
    home::fill(&store, 2..=2).await;
    store.close().await;
    let conn = rusqlite::Connection::open(home.database()).unwrap();
    // Of a request that never got its row, and of an answer that its row does not count on.
    let mut add = conn
        .prepare("INSERT INTO body_pieces VALUES (?1, ?2, ?3, 0, x'00')")
        .unwrap();
    for number in 0..40 {
        add.execute([7, 0, number]).unwrap();
        add.execute([2, 1, number]).unwrap();
    }
    drop(add);
    drop(conn);
    let store = home.open();
    assert_eq!(store.last_seq(), 7);
    store.idle().await;
    let found = store.get(id(1)).await.unwrap().unwrap();
    assert!(all(&found.request.body) == all(&long(1, LENGTH)));
    store.close().await;
    assert_eq!(pieces(&home), 5, "those that a row counts on");
}

#[tokio::test]
async fn a_refused_exchange_leaves_no_pieces_and_takes_none_of_another() {
    let home = Home::new();
    let store = home.open();
    store_one(&store, long(1, LENGTH)).await;
    let kept = pieces(&home);
    assert!(kept > 0);
    let mut again = exchange(2);
    again.summary.id = id(1);
    again.request.body = long(2, LENGTH);
    let error = store.insert(again, Stopwatch::start()).await.unwrap_err();
    assert_eq!(error.kind, NotSavedKind::Conflict);
    store.idle().await;
    assert_eq!(pieces(&home), kept);
    let found = store.get(id(1)).await.unwrap().unwrap();
    assert!(all(&found.request.body) == all(&long(1, LENGTH)));
}
