//! The one helper: a data directory that goes away with the test, and exchanges to put into it.

use std::path::{Path, PathBuf};

use protocol::{Answer, Answers, Exchange, Filter, FilterTime, State, UtcMillis, parse_filter};
use store::{Change, ListQuery, OpenReport, Page, Stopwatch, Store, StoreOptions};

pub(crate) use crate::sample::{BOT, MORNING, ending, exchange, id, request};

/// The present moment of these tests: a day after the first exchange.
pub(crate) const NOW: UtcMillis = UtcMillis(MORNING + 24 * 3600 * 1000);

pub(crate) fn now() -> UtcMillis {
    NOW
}

pub(crate) struct Home {
    dir: tempfile::TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    /// With a copy of `tests/fixtures/<name>` as its history.
    pub(crate) fn with_fixture(name: &str) -> Self {
        let home = Self::new();
        let fixture = format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
        std::fs::copy(fixture, home.database()).unwrap();
        home
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path().join("history.sqlite3")
    }

    pub(crate) fn options(&self) -> StoreOptions {
        StoreOptions::new(self.path(), now)
    }

    pub(crate) fn open(&self) -> Store {
        self.open_reported().0
    }

    pub(crate) fn open_reported(&self) -> (Store, OpenReport) {
        Store::open(&self.options()).unwrap()
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

/// The one bot of a history that was in use.
pub(crate) fn bot() -> store::Bot {
    store::Bot {
        id: BOT,
        name: "Бот 1".into(),
        platform: "graph".into(),
        secret: "abc".into(),
        answering: "{}".into(),
        endpoint: "{}".into(),
        platform_settings: "{}".into(),
        seed: 0,
        position: 0,
    }
}

/// A closed history with so many exchanges, a bot, its rule and a setting.
pub(crate) async fn filled(many: u64) -> Home {
    let home = Home::new();
    let store = home.open();
    store.create_bot(bot()).await.unwrap();
    store.set_setting("settings", "{\"a\":1}").await.unwrap();
    let rule = ("r".to_owned(), "{\"id\":\"r\"}".to_owned());
    store.set_rules(BOT, vec![rule]).await.unwrap();
    fill(&store, 1..=many).await;
    // The reserve is there, as in any history that was in use.
    store.idle().await;
    store.close().await;
    home
}

/// What [`filled`] has beside its exchanges is there.
pub(crate) async fn documents_are_there(store: &Store, what: &str) {
    assert_eq!(store.bots().await.unwrap(), [bot()], "{what}");
    let setting = store.setting("settings").await.unwrap();
    assert_eq!(setting.as_deref(), Some("{\"a\":1}"), "{what}");
    let rules = store.rules().await.unwrap();
    assert_eq!(rules[0].definition, "{\"id\":\"r\"}", "{what}");
}

/// One that waits for a person.
pub(crate) fn held(seq: u64) -> Exchange {
    let mut held = exchange(seq);
    held.summary.state = State::Held;
    held.summary.answered_by = None;
    held.summary.status = None;
    held.summary.response_bytes = 0;
    held.summary.deadline = Some(UtcMillis(MORNING + 60_000));
    held.answers = Answers::default();
    held
}

/// A person's answer to it.
pub(crate) fn answered(answer: Answer) -> Change {
    Change {
        ending: Some(ending(&answer)),
        answers: answer.into(),
        ..Change::default()
    }
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
        ..FilterTime::default()
    };
    parse_filter(text, &time).unwrap()
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
