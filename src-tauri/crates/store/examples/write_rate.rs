//! How fast exchanges are recorded and read back on this machine.
//!
//! `cargo run --release -p store --example write_rate [EXCHANGES] [SQL]`
//!
//! The SQL is run on the empty database first, to measure what a further index would cost.
//!
//! Requests of about 1.6 KB with a short answer, inserted by 8 callers at once and then by one,
//! each waiting for its commit; then the list, the search index, and updates. Figures are of the
//! whole way: packing, queue, commit, wake-up.

#![allow(
    clippy::print_stdout,
    reason = "an example that prints what it measured"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use protocol::{Answer, Exchange, ExchangeId, FilterTime, UtcMillis, parse_filter};
use store::{Change, ListQuery, Stopwatch, Store, StoreOptions};
use uuid::Uuid;

#[path = "../tests/store/sample.rs"]
mod sample;

const CALLERS: u64 = 8;
const ALONE: u64 = 5_000;

#[tokio::main]
async fn main() {
    let count: u64 = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(100_000);
    let dir = tempfile::tempdir().expect("a temporary directory");
    let store = empty(dir.path(), std::env::args().nth(2)).await;
    insert_at_once(&store, count).await;
    let latencies = insert(store.clone(), count + 1..=count + ALONE).await;
    println!("one caller: {}", spread(latencies));
    update(&store, count + 1..=count + ALONE).await;
    read(&store, count).await;
    index(&store).await;
    read(&store, count).await;
    previous_turns(&store, count).await;
    let latencies = insert(store.clone(), count + ALONE + 1..=count + 2 * ALONE).await;
    println!("one caller, last turns followed: {}", spread(latencies));
    println!("{:?}, resident: {}", store.counts().await, resident());
    let begun = Instant::now();
    store.close().await;
    println!("closed in {:.1?}", begun.elapsed());
    let begun = Instant::now();
    let store = open(dir.path());
    println!("opened in {:.1?}", begun.elapsed());
    store.close().await;
}

fn open(dir: &Path) -> Store {
    let options = StoreOptions::new(dir, || UtcMillis(0));
    let (store, _) = Store::open(&options).expect("a database of this program opens");
    store
}

/// An empty database, on which SQL was run.
async fn empty(dir: &Path, sql: Option<String>) -> Store {
    let store = open(dir);
    let Some(sql) = sql else { return store };
    store.close().await;
    rusqlite::Connection::open(dir.join("history.sqlite3"))
        .and_then(|conn| conn.execute_batch(&sql))
        .expect("the SQL given is right");
    open(dir)
}

/// Inserts by several callers at once, with what it costs.
async fn insert_at_once(store: &Store, count: u64) {
    let (begun, cpu) = (Instant::now(), cpu_seconds());
    let callers = (0..CALLERS).map(|caller| {
        let store = store.clone();
        let numbers = (1..=count).filter(move |seq| seq % CALLERS == caller);
        tokio::spawn(insert(store, numbers))
    });
    let mut latencies = Vec::new();
    for caller in callers.collect::<Vec<_>>() {
        latencies.extend(caller.await.expect("a caller ends"));
    }
    let rate = count as f64 / begun.elapsed().as_secs_f64();
    println!(
        "{CALLERS} callers: {rate:.0} inserts/s, {}",
        spread(latencies)
    );
    let each = (cpu_seconds() - cpu) / count as f64 * 1e6;
    println!("processor time: {each:.1} µs an insert");
    println!("resident after it: {}", resident());
    println!("{:?}", store.counts().await);
}

async fn update(store: &Store, numbers: impl Iterator<Item = u64>) {
    let mut latencies = Vec::new();
    for seq in numbers {
        let begun = Instant::now();
        let answer = Answer::json(200, "{\"a\":2}");
        let change = Change {
            ending: Some(sample::ending(&answer)),
            answers: answer.into(),
            clock: Some(Stopwatch::start()),
            ..Change::default()
        };
        store.update(id(seq), change).await.expect("there is room");
        latencies.push(begun.elapsed());
    }
    println!("one caller, updates with an answer: {}", spread(latencies));
}

/// Waits for the search index to catch up.
async fn index(store: &Store) {
    let lag = store.counts().await.search_lag;
    let begun = Instant::now();
    store.idle().await;
    let rate = lag as f64 / begun.elapsed().as_secs_f64();
    println!(
        "search index: {lag} exchanges in {:.1?}, {rate:.0}/s",
        begun.elapsed()
    );
}

async fn insert(store: Store, numbers: impl Iterator<Item = u64>) -> Vec<Duration> {
    let mut latencies = Vec::new();
    for seq in numbers {
        let exchange = exchange(seq);
        let begun = Instant::now();
        store
            .insert(exchange, Stopwatch::start())
            .await
            .expect("there is room");
        latencies.push(begun.elapsed());
    }
    latencies
}

async fn read(store: &Store, count: u64) {
    for text in [
        "",
        "status:500",
        "event:event7",
        "user:nobody",
        "event7",
        "var5 user77",
        "nowhere",
        "body:nowhere",
        "var.variable5=5",
    ] {
        let mut times = Vec::new();
        let mut found = 0;
        for before in [None, Some(count / 2)] {
            let time = FilterTime {
                now: UtcMillis(0),
                ..FilterTime::default()
            };
            let filter = parse_filter(text, &time).expect("the filters above are right");
            let begun = Instant::now();
            let query = ListQuery {
                limit: 100,
                before,
                filter,
                ..ListQuery::default()
            };
            found += store
                .list(query)
                .await
                .expect("it can be read")
                .summaries
                .len();
            times.push(format!("{:.1?}", begun.elapsed()));
        }
        println!(
            "  list {text:?}: newest and middle in {}, {found} found",
            times.join(" and ")
        );
    }
    let mut times = Vec::new();
    for seq in (1..count).step_by(997) {
        let begun = Instant::now();
        assert!(store.get(id(seq)).await.expect("it can be read").is_some());
        times.push(begun.elapsed());
    }
    println!("  one with its bodies: {}", spread(times));
}

/// Asks for the turns before: the first one reads the last turns of all users.
async fn previous_turns(store: &Store, count: u64) {
    let mut one = sample::exchange(1);
    for user in ["4999", "4999", "z", "zz", "nobody", "77", "7"] {
        one.summary.user = Some(user.to_owned());
        let begun = Instant::now();
        let found = store.previous_turn(one.summary.bot, user, 10 * count).await;
        let found = found.expect("it can be read").map(|turn| turn.summary.seq);
        println!(
            "  the turn before of {user:?}: {found:?} in {:.1?}",
            begun.elapsed()
        );
    }
}

fn id(seq: u64) -> ExchangeId {
    // As version 7 makes them: the time first, noise behind it.
    let noise = seq.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ExchangeId(Uuid::from_u128(
        (u128::from(0x0190_0000_0000 + seq / 20) << 80) | u128::from(noise),
    ))
}

/// The tests' exchange with the body and the fields of an ordinary turn.
fn exchange(seq: u64) -> Exchange {
    let (event, user) = (format!("event{}", seq % 20), (seq % 5000).to_string());
    let mut body = format!("{{\"action\":\"{event}\",\"user_id\":\"{user}\"");
    for variable in 0..30 {
        let value = seq.wrapping_mul(variable + 1) % 100_000;
        body.push_str(&format!(
            ",\"variable{variable}\":\"значение {value} of it\""
        ));
    }
    body.push('}');
    let headers = [
        ("Host", "127.0.0.1:8787"),
        ("User-Agent", "Graph/1.0"),
        ("Content-Type", "application/json"),
        ("Accept", "*/*"),
        ("Content-Length", "1634"),
        ("X-Request-Id", "8e2f0f6f0f8f4a0f"),
    ];
    let mut one = sample::exchange(seq);
    one.summary.id = id(seq);
    one.summary.event = Some(event);
    one.summary.user = Some(user);
    one.summary.request_bytes = body.len() as u64;
    one.request = sample::request(body);
    one.request.headers = headers.into_iter().collect();
    one
}

fn spread(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    format!(
        "p50 {:.1?}, p99 {:.1?}, p99.9 {:.1?}, max {:.1?}",
        at(0.5),
        at(0.99),
        at(0.999),
        at(1.0)
    )
}

/// Resident memory, where the system tells it.
fn resident() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.map_or_else(|| "unknown".to_owned(), |line| line.trim().to_owned())
}

/// Processor time of all threads so far, where the system tells it.
fn cpu_seconds() -> f64 {
    /// What Linux counts it in.
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(|ticks| ticks.parse::<f64>());
    ticks.map(Result::unwrap_or_default).sum::<f64>() / TICKS_PER_SECOND
}
