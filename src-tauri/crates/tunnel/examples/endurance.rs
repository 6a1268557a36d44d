//! Five hundred losses in a row: sessions dropped, black holes, stops and starts. After each a
//! caller must be answered; at the end no socket, task, thread or megabyte may remain.
//!
//! `cargo run -p tunnel --example endurance [ROUNDS]`; takes a few minutes. What remains is
//! read from `/proc`, so it is counted on Linux alone.

#![allow(
    clippy::print_stdout,
    reason = "a program whose one purpose is its report"
)]

use std::env;
use std::fs;
use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ngrok_standin::{Knobs, Standin, Urls, Wire};
use protocol::UtcMillis;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tunnel::{
    BoxedStream, Incoming, NgrokPlan, Options, Plan, Secret, State, Timing, Tunnel, supervise,
};

/// Losses where the command line names no number.
const ROUNDS: u32 = 500;
/// Rounds before the first count: caches fill, and the stand-in's log grows to its limit.
const WARM_UP: u32 = 60;
/// How long one step may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// What may remain: sockets and tasks that are just ending, and the allocator's slack.
const SPARE: u64 = 4;
const SPARE_KIB: u64 = 16 * 1024;

/// Small times, so that a loss takes a fifth of a second.
const TIMING: Timing = Timing {
    dial: Duration::from_secs(2),
    handshake: Duration::from_secs(2),
    heartbeat: Duration::from_millis(50),
    tolerance: Duration::from_millis(250),
    pause: Duration::from_millis(10),
    settle: Duration::from_millis(60),
    busy: Duration::from_secs(2),
    busy_pause: Duration::from_millis(50),
    address: Duration::from_secs(2),
    stop: Duration::from_secs(2),
    sleep_gap: Duration::from_secs(60),
    sleep_check: Duration::from_secs(1),
};

#[tokio::main]
async fn main() {
    let rounds = env::args().nth(1).map_or(ROUNDS, |rounds| {
        rounds.parse().expect("the argument is a number of rounds")
    });
    let installed = rustls::crypto::ring::default_provider().install_default();
    installed.expect("nobody has chosen before");
    let standin = Standin::start(Knobs {
        urls: Urls::PublicAddr,
        ..Knobs::default()
    })
    .await;
    let wire = Wire::start(standin.listen_addr()).await;
    let options = Options {
        timing: TIMING,
        now,
    };
    let (tunnel, incoming, supervisor) = supervise(options);
    tokio::spawn(supervisor);
    tokio::spawn(serve(incoming));
    let trial = Trial {
        plan: plan(&standin, &wire),
        standin,
        wire,
        tunnel,
    };
    trial.run(rounds).await;
}

#[expect(clippy::disallowed_methods, reason = "the tunnel is given its clock")]
fn now() -> UtcMillis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = since.expect("it is after 1970").as_millis();
    UtcMillis(i64::try_from(millis).expect("it is before the year 200,000,000"))
}

fn plan(standin: &Standin, wire: &Wire) -> Plan {
    Plan::Ngrok(NgrokPlan {
        authtoken: Some(Secret::new("standin-token")),
        server_addr: Some(format!("localhost:{}", wire.addr().port())),
        ca_file: Some(standin.ca_file().display().to_string()),
        ..NgrokPlan::default()
    })
}

struct Trial {
    standin: Standin,
    wire: Wire,
    tunnel: Tunnel,
    plan: Plan,
}

impl Trial {
    async fn run(&self, rounds: u32) {
        let begun = Instant::now();
        self.tunnel.start(self.plan.clone()).await;
        self.until(State::Online).await;
        let mut before = None;
        for round in 0..WARM_UP + rounds {
            if round == WARM_UP {
                before = Some(self.count().await);
            }
            self.lose(round).await;
            self.visit().await;
            if round % 50 == 49 {
                println!("{} rounds in {:?}", round + 1, begun.elapsed());
            }
        }
        let before = before.expect("there is at least the round of the count");
        let after = self.count().await;
        println!("before: {before:?}\nafter:  {after:?}");
        after.check(before);
    }

    /// One loss, and the recovery from it.
    async fn lose(&self, round: u32) {
        match round % 4 {
            0 => {
                self.standin.drop_sessions();
                self.until(State::Reconnecting).await;
            }
            1 => {
                self.wire.black_hole();
                self.until(State::Reconnecting).await;
                self.wire.pass();
            }
            2 => {
                self.wire.refuse();
                self.wire.cut();
                self.until(State::Reconnecting).await;
                self.wire.pass();
            }
            _ => {
                self.tunnel.stop().await;
                self.until(State::Offline).await;
                self.tunnel.start(self.plan.clone()).await;
            }
        }
        self.until(State::Online).await;
    }

    /// A caller is answered.
    async fn visit(&self) {
        let visit = ask(self.standin.public_addr());
        let answer = tokio::time::timeout(TIMEOUT, visit).await;
        let answer = answer
            .expect("a caller is answered in time")
            .unwrap_or_default();
        assert!(
            answer.starts_with("HTTP/1.1 204"),
            "a caller got {answer:?}"
        );
    }

    async fn until(&self, state: State) {
        let mut watch = self.tunnel.watch();
        let waiting = watch.wait_for(|status| status.state == state);
        if tokio::time::timeout(TIMEOUT, waiting).await.is_err() {
            panic!("not {state:?} in time but {:?}", self.tunnel.status());
        }
    }

    /// What there is while exactly one session lives.
    async fn count(&self) -> Count {
        let deadline = Instant::now() + TIMEOUT;
        while self.standin.sessions() != 1 || self.wire.live() != 1 {
            assert!(Instant::now() < deadline, "old sessions are still there");
            let _ = tokio::time::timeout(TIMEOUT, self.standin.changed()).await;
        }
        Count::now()
    }
}

async fn ask(to: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(to).await?;
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: caller\r\nConnection: close\r\n\r\n")
        .await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

async fn serve(mut incoming: Incoming) {
    while let Some(connection) = incoming.next().await {
        let (stream, permit) = connection.into_parts();
        tokio::spawn(async move {
            // A caller whose link is lost is asked about elsewhere.
            let _ = answer(stream).await;
            drop(permit);
        });
    }
}

async fn answer(mut stream: BoxedStream) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    stream
        .write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        .await?;
    stream.shutdown().await
}

/// What a leak would add to.
#[derive(Clone, Copy, Debug)]
struct Count {
    sockets_and_files: u64,
    tasks: u64,
    threads: u64,
    resident_kib: u64,
}

impl Count {
    fn now() -> Self {
        Self {
            sockets_and_files: entries("/proc/self/fd"),
            tasks: Handle::current().metrics().num_alive_tasks() as u64,
            threads: entries("/proc/self/task"),
            resident_kib: resident_kib(),
        }
    }

    fn check(self, before: Self) {
        assert!(
            self.sockets_and_files <= before.sockets_and_files + SPARE,
            "sockets remain"
        );
        assert!(self.tasks <= before.tasks + SPARE, "tasks remain");
        assert!(self.threads <= before.threads + SPARE, "threads remain");
        assert!(
            self.resident_kib <= before.resident_kib + SPARE_KIB,
            "memory remains"
        );
    }
}

/// Entries of a directory; 0 where there is none.
fn entries(path: &str) -> u64 {
    fs::read_dir(path).map_or(0, |entries| entries.count() as u64)
}

fn resident_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next())
        .and_then(|kib| kib.parse().ok())
        .unwrap_or(0)
}
