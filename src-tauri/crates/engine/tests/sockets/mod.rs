//! The webhook server over real sockets, with bounds that are set here.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use protocol::{Code, Exchange, Filter, Finding};
use reqwest::StatusCode;
use store::ListQuery;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::bodies::Bounds;
use crate::engine::{Engine, EngineConfig, Listen};
use crate::ingress;
use crate::shared::Listening;

/// The longest any test waits for anything.
const TIMEOUT: Duration = Duration::from_secs(90);

pub(crate) struct Setup {
    pub(crate) engine: Engine,
    client: reqwest::Client,
    _dir: TempDir,
}

impl Setup {
    pub(crate) async fn new(bounds: Bounds) -> Self {
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
        let engine = Engine::start_with(config, bounds).await.unwrap();
        let client = reqwest::Client::builder().no_proxy().timeout(TIMEOUT);
        Self {
            engine,
            client: client.build().unwrap(),
            _dir: dir,
        }
    }

    fn post(&self, bytes: usize) -> impl Future<Output = StatusCode> + Send + use<> {
        self.post_to(self.engine.webhook_addr(), bytes)
    }

    fn post_to(
        &self,
        listener: SocketAddr,
        bytes: usize,
    ) -> impl Future<Output = StatusCode> + Send + use<> {
        let url = format!("http://{listener}/");
        let sending = self.client.post(url).body(vec![b'x'; bytes]).send();
        async move { sending.await.unwrap().status() }
    }

    pub(crate) async fn newest(&self) -> Exchange {
        let query = ListQuery {
            limit: 1,
            before: None,
            after: None,
            filter: Filter::default(),
            bot: None,
        };
        let summaries = self.engine.list(query).await.unwrap().summaries;
        self.engine.exchange(summaries[0].id).await.unwrap()
    }
}

#[tokio::test]
async fn a_body_beyond_the_bound_of_memory_gets_503_and_passes_when_others_have_gone() {
    const BYTES: usize = 768 << 10;
    let setup = Setup::new(Bounds {
        memory_bytes: 1 << 20,
        memory_wait: Duration::ZERO,
        ..Bounds::default()
    })
    .await;
    // One that is still arriving: a held one gives its body up.
    let mut first = setup.engine.shared.bodies.collect();
    first.push(vec![0; BYTES].into()).await.unwrap();

    assert_eq!(setup.post(BYTES).await, 503);
    let refused = setup.newest().await;
    assert_eq!(
        Finding::from(&refused.own_findings[0]).code,
        Code::BodiesInFlight
    );
    assert!(refused.request.truncated);
    assert!(
        refused.request.body.length() <= 256 << 10,
        "what there was room for"
    );
    assert_eq!(setup.post(2).await, 200, "a small one is not counted");

    drop(first);
    // The refused one's bytes are given back when its last reader is done with them.
    let passing = async { while setup.post(BYTES).await == 503 {} };
    timeout(TIMEOUT, passing)
        .await
        .expect("there is room again");
    assert_eq!(setup.newest().await.request.body.length(), BYTES as u64);
}

#[tokio::test]
async fn the_bytes_of_bodies_have_one_bound_at_all_listeners_together() {
    const BYTES: usize = 768 << 10;
    let setup = Setup::new(Bounds {
        memory_bytes: 1 << 20,
        memory_wait: Duration::ZERO,
        ..Bounds::default()
    })
    .await;
    let shared = Arc::clone(&setup.engine.shared);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let other = listener.local_addr().unwrap();
    let listening = Listening::new(other, 0, &CancellationToken::new());
    let stop = listening.stop.clone();
    let serving = tokio::spawn(ingress::serve(Arc::clone(&shared), listener, listening));
    let mut first = shared.bodies.collect();
    first.push(vec![0; BYTES].into()).await.unwrap();
    for listener in [setup.engine.webhook_addr(), other] {
        assert_eq!(setup.post_to(listener, BYTES).await, 503, "{listener}");
        assert_eq!(setup.post_to(listener, 2).await, 200, "{listener}");
    }
    drop(first);
    let passing = async { while setup.post_to(other, BYTES).await == 503 {} };
    timeout(TIMEOUT, passing)
        .await
        .expect("there is room again");
    stop.cancel();
    serving.await.unwrap();
}

#[tokio::test]
async fn a_listener_at_the_limit_of_connections_ends_when_it_is_told_to() {
    let setup = Setup::new(Bounds::default()).await;
    let shared = &setup.engine.shared;
    // The app's own listener gives its permit back, so that this test has the only one.
    shared.listening.lock().stop.cancel();
    shared.connections.resize(1);
    let _only = shared.connections.acquire().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let listening = Listening::new(address, 0, &CancellationToken::new());
    let Listening {
        stop, is_closed, ..
    } = listening.clone();
    let serving = ingress::serve(Arc::clone(shared), listener, listening);
    let mut serving = std::pin::pin!(serving);
    tokio::select! {
        biased;
        () = &mut serving => panic!("it waits for a permit"),
        () = std::future::ready(()) => {}
    }
    stop.cancel();
    timeout(TIMEOUT, serving).await.expect("it ends");
    assert!(is_closed.is_cancelled(), "its port is free");
}
