//! Faults over real sockets: each kind does on HTTP/1 what it says, and ends one stream alone on
//! HTTP/2.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use protocol::{Answer, AnsweredBy, FaultKind, Filter, State, Summary};
use store::ListQuery;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::answering::{AnswerText, Answering};
use crate::engine::{Engine, EngineConfig, Listen};
use crate::responder::ordered_fault;

const KINDS: [FaultKind; 6] = [
    FaultKind::Close,
    FaultKind::Reset,
    FaultKind::Never,
    FaultKind::Garbage,
    FaultKind::Truncate,
    FaultKind::Slow,
];

/// How long nothing must come before it counts as never.
const NEVER: Duration = Duration::from_millis(300);
/// How long anything may take that is to come.
const TIMEOUT: Duration = Duration::from_secs(90);

fn within(kind: FaultKind) -> Duration {
    if kind == FaultKind::Never {
        NEVER
    } else {
        TIMEOUT
    }
}

struct Setup {
    engine: Engine,
    _dir: TempDir,
}

impl Setup {
    async fn new() -> Self {
        // A second test in this process finds it installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let dir = tempfile::tempdir().unwrap();
        let config = EngineConfig {
            log_dir: None,
            data_dir: dir.path().to_owned(),
            listen: Listen::Fixed(SocketAddr::from(([127, 0, 0, 1], 0))),
            version: "0",
            first_bot: "bot".to_owned(),
        };
        let engine = Engine::start(config).await.unwrap();
        let answering = Answering {
            default_answer: AnswerText::from_answer(&Answer::json(200, "0123")),
            ..Answering::default()
        };
        engine.set_answering(None, answering).await.unwrap();
        Self { engine, _dir: dir }
    }

    /// A connection over which one request was sent for which a fault is ordered.
    async fn asked(&self, kind: FaultKind) -> std::io::Result<TcpStream> {
        let mut stream = TcpStream::connect(self.engine.webhook_addr()).await?;
        let header = ordered_fault::HEADER;
        let request = format!(
            "POST / HTTP/1.1\r\nHost: a\r\n{header}: {kind}\r\nContent-Length: 2\r\n\r\n{{}}"
        );
        stream.write_all(request.as_bytes()).await?;
        Ok(stream)
    }

    /// All that comes back of such a request, to the connection's end.
    async fn http1(&self, kind: FaultKind) -> std::io::Result<String> {
        let mut stream = self.asked(kind).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    async fn exchanges(&self) -> Vec<Summary> {
        let query = ListQuery {
            limit: 10,
            before: None,
            after: None,
            filter: Filter::default(),
            bot: None,
        };
        self.engine.list(query).await.unwrap().summaries
    }

    /// The exchange, once it is answered; an answer that never comes says nothing of when.
    async fn answered(&self) -> Summary {
        let following = async {
            let mut after = 0;
            loop {
                let exchanges = self.exchanges().await;
                let answered = |summary: &Summary| summary.state == State::Answered;
                if let Some(summary) = exchanges.into_iter().find(answered) {
                    return summary;
                }
                after = self.engine.feed().read(after, TIMEOUT).await.next;
            }
        };
        timeout(TIMEOUT, following).await.unwrap()
    }
}

#[tokio::test]
async fn a_closed_connection_gives_no_byte() {
    let setup = Setup::new().await;
    assert_eq!(setup.http1(FaultKind::Close).await.unwrap(), "");
}

#[tokio::test]
async fn a_reset_connection_is_an_error_for_the_caller() {
    let setup = Setup::new().await;
    let error = setup.http1(FaultKind::Reset).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn an_answer_that_never_comes_keeps_the_connection_open() {
    let setup = Setup::new().await;
    let mut stream = setup.asked(FaultKind::Never).await.unwrap();
    setup.answered().await;
    let read = timeout(NEVER, stream.read_u8()).await;
    assert!(read.is_err(), "{read:?}");
}

#[tokio::test]
async fn garbage_is_no_http() {
    let setup = Setup::new().await;
    let answer = setup.http1(FaultKind::Garbage).await.unwrap();
    assert!(answer.contains("garbage") && !answer.starts_with("HTTP"));
}

#[tokio::test]
async fn a_truncated_answer_has_its_whole_head_and_half_of_its_body() {
    let setup = Setup::new().await;
    let answer = setup.http1(FaultKind::Truncate).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK"));
    assert!(head.to_lowercase().contains("content-length: 4"));
    assert_eq!(body, "01");
    let id = setup.answered().await.id;
    let exchange = setup.engine.exchange(id).await.unwrap();
    let recorded = exchange.answer().unwrap();
    assert_eq!(recorded.body, "01", "what went out");
}

#[tokio::test]
async fn a_slow_answer_is_right_and_takes_100_ms_a_byte() {
    let setup = Setup::new().await;
    let begun = Instant::now();
    let mut stream = TcpStream::connect(setup.engine.webhook_addr())
        .await
        .unwrap();
    let (header, kind) = (ordered_fault::HEADER, FaultKind::Slow);
    let request =
        format!("POST / HTTP/1.1\r\nHost: a\r\n{header}: {kind}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("\r\n\r\n0123"), "{answer}");
    let id = setup.answered().await.id;
    let exchange = setup.engine.exchange(id).await.unwrap();
    let recorded = exchange.answer().unwrap();
    assert_eq!(recorded.body, "0123");
    assert!(begun.elapsed() >= Duration::from_millis(400));
}

#[tokio::test]
async fn an_answer_to_head_is_recorded_without_a_body_whatever_fault_it_has() {
    for kind in [FaultKind::Slow, FaultKind::Truncate] {
        let setup = Setup::new().await;
        let mut stream = TcpStream::connect(setup.engine.webhook_addr())
            .await
            .unwrap();
        let header = ordered_fault::HEADER;
        let request =
            format!("HEAD / HTTP/1.1\r\nHost: a\r\n{header}: {kind}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert_eq!(body, "", "{kind:?}");
        let summary = setup.answered().await;
        assert_eq!(summary.response_bytes, 0, "{kind:?}");
        let exchange = setup.engine.exchange(summary.id).await.unwrap();
        let recorded = exchange.answer().unwrap();
        assert!(recorded.body.is_empty(), "{kind:?}");
        let fields: Vec<String> = recorded
            .headers
            .texts()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        let sent: Vec<&str> = head.split("\r\n").skip(1).collect();
        assert_eq!(fields, sent, "{kind:?}");
    }
}

#[tokio::test]
async fn an_exchange_that_ends_by_a_fault_names_it_and_has_no_status() {
    for kind in KINDS {
        let setup = Setup::new().await;
        // Open until the record is seen: one that leaves sooner is recorded as such.
        let stream = setup.asked(kind).await.unwrap();
        let summary = setup.answered().await;
        drop(stream);
        assert_eq!(summary.answered_by, Some(AnsweredBy::Rule), "{kind:?}");
        assert_eq!(summary.status, None, "{kind:?}");
        assert_eq!(summary.fault, Some(kind));
    }
}

#[tokio::test]
async fn on_http2_a_fault_ends_its_stream_and_the_connection_goes_on() {
    for kind in KINDS {
        let setup = Setup::new().await;
        let client = reqwest::Client::builder()
            .http2_prior_knowledge()
            .no_proxy()
            .build()
            .unwrap();
        let base = format!("http://{}", setup.engine.webhook_addr());
        let get = |path: &str| client.get(format!("{base}/{path}"));
        assert_eq!(get("first").send().await.unwrap().status(), 200);
        let faulty = async {
            let order = get("faulty").header(ordered_fault::HEADER, kind.as_str());
            order.send().await?.text().await
        };
        let faulty = timeout(within(kind), faulty);
        let (faulty, sound) = tokio::join!(faulty, get("beside").send());
        match kind {
            FaultKind::Slow => assert_eq!(faulty.unwrap().unwrap(), "0123"),
            FaultKind::Never => assert!(faulty.is_err()),
            _ => assert!(faulty.unwrap().is_err(), "{kind:?}"),
        }
        assert_eq!(sound.unwrap().status(), 200, "{kind:?}");
        assert_eq!(get("after").send().await.unwrap().status(), 200);
        let mut ports = Vec::new();
        for summary in setup.exchanges().await {
            let exchange = setup.engine.exchange(summary.id).await.unwrap();
            ports.push(exchange.request.remote);
        }
        ports.dedup();
        assert_eq!(ports.len(), 1, "{kind:?} took the whole connection along");
    }
}
