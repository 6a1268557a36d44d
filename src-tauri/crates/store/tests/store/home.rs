//! The one helper: a data directory that goes away with the test, and exchanges to put into it.

use std::path::{Path, PathBuf};

use protocol::{
    Answer, AnsweredBy, BotId, Exchange, ExchangeId, Filter, FilterTime, FindingCounts, Headers,
    HttpVersion, Platform, Request, Source, State, Summary, Timing, UtcMillis, parse_filter,
};
use store::{ListQuery, OpenReport, Page, Stopwatch, Store, StoreOptions};
use uuid::Uuid;

/// When the first exchange arrived; each one comes a second after the one before.
pub(crate) const MORNING: i64 = 1_763_787_600_000;

pub(crate) struct Home {
    dir: tempfile::TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path().join("history.sqlite3")
    }

    pub(crate) fn options(&self) -> StoreOptions {
        StoreOptions {
            dir: self.path().to_owned(),
            ..StoreOptions::default()
        }
    }

    pub(crate) fn open(&self) -> Store {
        self.open_reported().0
    }

    pub(crate) fn open_reported(&self) -> (Store, OpenReport) {
        Store::open(self.options()).unwrap()
    }

    /// Every file in the directory with its bytes.
    pub(crate) fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files: Vec<_> = std::fs::read_dir(self.path())
            .unwrap()
            .map(|file| file.unwrap().path())
            .map(|path| (path.clone(), std::fs::read(path).unwrap()))
            .collect();
        files.sort();
        files
    }
}

pub(crate) const BOT: BotId = BotId(Uuid::from_u128(0xb07));

/// An id that tells its number.
pub(crate) fn id(seq: u64) -> ExchangeId {
    ExchangeId(Uuid::from_u128(
        0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(seq),
    ))
}

/// An ordinary answered exchange.
pub(crate) fn exchange(seq: u64) -> Exchange {
    let body = format!("{{\"action\":\"event1\",\"user_id\":\"user{seq}\",\"number\":{seq}}}");
    let answer = Answer::json(200, "{\"answer\":1}");
    Exchange {
        summary: Summary {
            id: id(seq),
            seq,
            at: UtcMillis(MORNING + 1000 * i64::try_from(seq).unwrap()),
            bot: BOT,
            source: Source::Webhook,
            platform: Platform::Graph,
            method: "POST".into(),
            path: "/".into(),
            event: Some("event1".into()),
            user: Some(format!("user{seq}")),
            state: State::Answered,
            answered_by: Some(AnsweredBy::Default),
            status: Some(answer.status),
            request_bytes: body.len() as u64,
            response_bytes: answer.body.len() as u64,
            duration_ms: None,
            deadline: None,
            findings: FindingCounts::default(),
            replay_of: None,
            note: String::new(),
            pinned: false,
            failure: None,
        },
        request: request(body),
        answer: Some(answer),
        timing: Timing {
            received_us: 100,
            decided_us: Some(200),
            answered_us: None,
        },
        own_findings: Vec::new(),
    }
}

pub(crate) fn request(body: impl Into<bytes::Bytes>) -> Request {
    Request {
        method: "POST".into(),
        path: "/".into(),
        query: None,
        http_version: HttpVersion::Http11,
        remote: "127.0.0.1:5555".into(),
        headers: [("Content-Type", "application/json")].into_iter().collect(),
        trailers: Headers::default(),
        body: body.into(),
        truncated: false,
    }
}

/// One that waits for a person.
pub(crate) fn held(seq: u64) -> Exchange {
    let mut held = exchange(seq);
    held.summary.state = State::Held;
    held.summary.answered_by = None;
    held.summary.status = None;
    held.summary.response_bytes = 0;
    held.summary.deadline = Some(UtcMillis(MORNING + 60_000));
    held.answer = None;
    held
}

pub(crate) async fn insert(store: &Store, exchange: Exchange) {
    store.insert(exchange, Stopwatch::start()).await.unwrap();
}

/// Stores exchanges with these numbers.
pub(crate) async fn fill(store: &Store, numbers: impl IntoIterator<Item = u64>) {
    for seq in numbers {
        insert(store, exchange(seq)).await;
    }
}

pub(crate) fn filter(text: &str) -> Filter {
    let time = FilterTime {
        now: UtcMillis(MORNING),
        offset_minutes: 0,
    };
    parse_filter(text, time).unwrap()
}

pub(crate) async fn page(store: &Store, query: ListQuery) -> Page {
    store.list(query).await.unwrap()
}

/// The numbers of everything that a filter lets through, newest first.
pub(crate) async fn numbers(store: &Store, text: &str) -> Vec<u64> {
    let query = ListQuery {
        limit: 1000,
        filter: filter(text),
        ..ListQuery::default()
    };
    page(store, query)
        .await
        .summaries
        .iter()
        .map(|summary| summary.seq)
        .collect()
}

/// Bytes that nothing can compress, the same for the same seed.
pub(crate) fn noise(seed: u64, length: usize) -> bytes::Bytes {
    let mut state = seed;
    let next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 56) as u8
    };
    std::iter::repeat_with(next).take(length).collect()
}
