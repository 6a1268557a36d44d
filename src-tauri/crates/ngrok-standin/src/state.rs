//! What a running stand-in knows: its knobs, what it was sent, which agents and endpoints there
//! are.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use muxado::MuxadoOpen;
use muxado::typed::Typed;
use parking_lot::Mutex;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::knobs::{Knobs, Received, Urls};
use crate::watch::Changes;

/// Requests in the log; older ones are dropped. A guess: above what a test looks back.
const LOG_ENTRIES: usize = 1000;
/// The domain of the names that are given. It is reserved: it leads nowhere.
const DOMAIN: &str = "ngrok-standin.test";

/// What all tasks of a stand-in share.
pub(crate) struct Shared {
    pub(crate) knobs: Mutex<Knobs>,
    pub(crate) changes: Changes,
    pub(crate) tasks: TaskTracker,
    /// Ends everything.
    pub(crate) stop: CancellationToken,
    pub(crate) acceptor: TlsAcceptor,
    /// Where the edge listens.
    pub(crate) public: SocketAddr,
    /// Live TCP connections of agents.
    pub(crate) live: AtomicUsize,
    lists: Mutex<Lists>,
    /// Ends the sessions that there are; taken by each new one.
    sessions: Mutex<CancellationToken>,
    numbers: AtomicU64,
}

#[derive(Default)]
struct Lists {
    log: VecDeque<Received>,
    agents: Vec<Agent>,
    endpoints: Vec<Endpoint>,
}

/// A session that has been authenticated, to open streams in it.
#[derive(Clone)]
pub(crate) struct Agent {
    pub(crate) number: u64,
    pub(crate) open: Typed<MuxadoOpen>,
    /// Ends the session and whatever belongs to it.
    pub(crate) kill: CancellationToken,
}

/// A session, for the tasks of its streams.
pub(crate) struct Session {
    pub(crate) shared: Arc<Shared>,
    pub(crate) agent: Agent,
    /// Given when it is let in.
    pub(crate) client_id: OnceLock<String>,
}

impl Session {
    /// Resolves as soon as the knobs stand as wanted.
    pub(crate) async fn once(&self, wanted: impl Fn(&Knobs) -> bool) {
        loop {
            let change = self.shared.changes.next();
            if wanted(&self.shared.knobs.lock()) {
                return;
            }
            change.await;
        }
    }
}

/// A public address that is online.
#[derive(Clone)]
pub(crate) struct Endpoint {
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) agent: Agent,
}

impl Endpoint {
    /// Name and port without the scheme, as they stand in `Host`.
    pub(crate) fn authority(&self) -> &str {
        self.url
            .split_once("://")
            .map_or(self.url.as_str(), |(_, authority)| authority)
    }

    /// The scheme that callers use.
    pub(crate) fn scheme(&self) -> &str {
        self.url
            .split_once("://")
            .map_or("https", |(scheme, _)| scheme)
    }
}

impl Shared {
    pub(crate) fn new(knobs: Knobs, acceptor: TlsAcceptor, public: SocketAddr) -> Self {
        let stop = CancellationToken::new();
        Self {
            knobs: Mutex::new(knobs),
            changes: Changes::new(),
            tasks: TaskTracker::new(),
            sessions: Mutex::new(stop.child_token()),
            stop,
            acceptor,
            public,
            live: AtomicUsize::new(0),
            lists: Mutex::default(),
            numbers: AtomicU64::new(1),
        }
    }

    /// A number that no other thing of this stand-in has.
    pub(crate) fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// What ends a new session.
    pub(crate) fn new_session(&self) -> CancellationToken {
        self.sessions.lock().child_token()
    }

    /// Ends the sessions that there are now.
    pub(crate) fn drop_sessions(&self) {
        let ended = std::mem::replace(&mut *self.sessions.lock(), self.stop.child_token());
        ended.cancel();
    }

    pub(crate) fn record(&self, received: Received) {
        let mut lists = self.lists.lock();
        if lists.log.len() == LOG_ENTRIES {
            lists.log.pop_front();
        }
        lists.log.push_back(received);
        drop(lists);
        self.changes.notify();
    }

    pub(crate) fn log(&self) -> Vec<Received> {
        self.lists.lock().log.iter().cloned().collect()
    }

    /// Lets a session in, unless it has ended: a list that keeps one keeps its connection.
    pub(crate) fn enter(&self, agent: Agent) {
        let mut lists = self.lists.lock();
        if !agent.kill.is_cancelled() {
            lists.agents.push(agent);
        }
        drop(lists);
        self.changes.notify();
    }

    /// Forgets a session and its endpoints.
    pub(crate) fn leave(&self, number: u64) {
        let mut lists = self.lists.lock();
        lists.agents.retain(|agent| agent.number != number);
        lists
            .endpoints
            .retain(|endpoint| endpoint.agent.number != number);
        drop(lists);
        self.changes.notify();
    }

    /// Puts an endpoint online, unless its session has ended. One with the same identity or address
    /// makes way: its agent has come back before the old connection was found dead.
    pub(crate) fn online(&self, endpoint: Endpoint) {
        let mut lists = self.lists.lock();
        if endpoint.agent.kill.is_cancelled() {
            return;
        }
        lists
            .endpoints
            .retain(|old| old.id != endpoint.id && old.url != endpoint.url);
        lists.endpoints.push(endpoint);
        drop(lists);
        self.changes.notify();
    }

    /// Takes an endpoint offline, if it is that session's.
    pub(crate) fn offline(&self, id: &str, number: u64) {
        self.lists
            .lock()
            .endpoints
            .retain(|endpoint| endpoint.id != id || endpoint.agent.number != number);
        self.changes.notify();
    }

    pub(crate) fn endpoints(&self) -> Vec<String> {
        let lists = self.lists.lock();
        lists.endpoints.iter().map(|one| one.url.clone()).collect()
    }

    pub(crate) fn newest_endpoint(&self) -> Option<Endpoint> {
        self.lists.lock().endpoints.last().cloned()
    }

    pub(crate) fn newest_agent(&self) -> Option<Agent> {
        self.lists.lock().agents.last().cloned()
    }

    /// The endpoint that a caller means: the one of that name, or the only one.
    pub(crate) fn endpoint_for(&self, host: &str) -> Option<Endpoint> {
        let lists = self.lists.lock();
        let named = lists
            .endpoints
            .iter()
            .find(|endpoint| endpoint.authority().eq_ignore_ascii_case(host));
        match (named, lists.endpoints.as_slice()) {
            (Some(endpoint), _) => Some(endpoint.clone()),
            (None, [only]) => Some(only.clone()),
            (None, _) => None,
        }
    }

    /// The address for a Bind that asks for `domain`, or for nothing where that is empty.
    pub(crate) fn url(&self, scheme: &str, domain: &str, rebind: bool) -> String {
        let urls = self.knobs.lock().urls;
        match urls {
            Urls::Fixed if domain.is_empty() => format!("{scheme}://fixed.{DOMAIN}"),
            Urls::Fixed => format!("{scheme}://{domain}"),
            Urls::Random if rebind && !domain.is_empty() => format!("{scheme}://{domain}"),
            Urls::Random => format!("{scheme}://{}.{DOMAIN}", random_hex()),
            Urls::ChangedOnRebind => format!("{scheme}://changed-{}.{DOMAIN}", self.number()),
            Urls::PublicAddr => format!("http://{}", self.public),
        }
    }
}

/// Sixteen digits that will not come again. Nothing secret hangs on them.
pub(crate) fn random_hex() -> String {
    format!("{:016x}", RandomState::new().hash_one(0))
}
