//! The promise: what was acknowledged is there after a kill, and nothing is there twice.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use store::{ListQuery, Stopwatch, Store, StoreOptions};

use crate::home::{Home, exchange, now, page};

/// Where the child finds the directory; without it the child's test does nothing.
const DIR: &str = "HOOKLOUPE_TEST_KILL_DIR";

/// Acknowledgements after which the child is killed.
const ROUNDS: [usize; 3] = [1, 500, 3000];

/// The child: inserts from several callers and prints each number once it is acknowledged.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "the process that another test kills"]
async fn inserts_until_it_is_killed() {
    let Some(dir) = std::env::var_os(DIR) else {
        return;
    };
    let options = StoreOptions::new(PathBuf::from(dir), now);
    let (store, _) = Store::open(&options).unwrap();
    let first = store.last_seq() + 1;
    let callers: Vec<_> = (0..4)
        .map(|caller| {
            let store = store.clone();
            tokio::spawn(async move {
                for number in 0.. {
                    let seq = first + number * 4 + caller;
                    store
                        .insert(exchange(seq), Stopwatch::start())
                        .await
                        .unwrap();
                    // One write each, so that no line is torn.
                    std::io::stdout()
                        .write_all(format!("\nack {seq}\n").as_bytes())
                        .unwrap();
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
}

#[tokio::test]
async fn every_acknowledged_exchange_survives_a_kill_and_none_is_there_twice() {
    let home = Home::new();
    let mut acknowledged = HashSet::new();
    for acks in ROUNDS {
        let mut child = start(&home);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut seen = 0;
        for line in lines.map_while(Result::ok) {
            let Some(seq) = line
                .strip_prefix("ack ")
                .and_then(|seq| seq.parse::<u64>().ok())
            else {
                continue;
            };
            acknowledged.insert(seq);
            seen += 1;
            if seen == acks {
                // SIGKILL; what is in the pipe already is read on.
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        assert!(seen >= acks, "the child ended by itself");
    }
    let (store, report) = home.open_reported();
    assert_eq!(report.set_aside, None);
    // Each of the starts before would have left its notice.
    let health = store.health().borrow().clone();
    assert_eq!((health.set_aside, health.earlier), (None, Vec::new()));
    let mut found = HashSet::new();
    let mut before = None;
    loop {
        let part = page(
            &store,
            ListQuery {
                limit: 1000,
                before,
                ..ListQuery::default()
            },
        )
        .await;
        for summary in part.summaries {
            assert!(found.insert(summary.seq), "{} is there twice", summary.seq);
            let whole = store.get(summary.id).await.unwrap().unwrap();
            assert_eq!(whole.request, exchange(summary.seq).request);
        }
        before = part.next_before;
        if before.is_none() {
            break;
        }
    }
    let lost: Vec<_> = acknowledged.difference(&found).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test runs itself again, to be killed"
)]
fn start(home: &Home) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "kill::inserts_until_it_is_killed",
            "--ignored",
            "--nocapture",
        ])
        .env(DIR, home.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}
