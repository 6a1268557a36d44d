//! The engine: everything the app does, behind one cheap handle.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::{Mutex, RwLock};
use protocol::{Answer, BotId, Exchange, ExchangeId, State, Summary};
use store::{
    DeleteWhat, Deletion, ListQuery, OpenReport, Page, Stopwatch, Store, StoreOptions, UndoToken,
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bots::Bots;
use crate::clock;
use crate::feed::EventKind;
use crate::hold::Holds;
use crate::replay::Clients;
use crate::secrets::Secrets;
use crate::settings::Settings;
use crate::tunnel::{self, Checks, Memory, Strangers, TunnelPart, Usages};
use crate::variable_names::VariableNames;
use crate::{Bot, Error, Feed, Invalid, StartError, Subject, pipeline, server, words};

/// Where the webhook server listens.
#[derive(Clone, Copy, Debug)]
pub enum Listen {
    /// Exactly here; taken means failure.
    Fixed(SocketAddr),
    /// On loopback at the port of the settings; taken means the next free one.
    Remembered,
}

/// How to start.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// The directory of history and settings; made where it does not exist.
    pub data_dir: PathBuf,
    /// Where the webhook server listens.
    pub listen: Listen,
    /// The app's version, as the status tells it.
    pub version: &'static str,
    /// The name of the bot that exists from the start.
    pub first_bot: String,
}

/// The engine. Cloning gives another handle to the same one.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
}

/// What every part of the engine shares.
pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) feed: Feed,
    pub(crate) bots: Bots,
    pub(crate) holds: Holds,
    pub(crate) clients: Clients,
    pub(crate) tunnel: TunnelPart,
    variable_names: VariableNames,
    /// Ended when the app stops: no new requests, and what is held gets its fallback.
    pub(crate) stop: CancellationToken,
    pub(crate) tasks: TaskTracker,
    settings: RwLock<Arc<Settings>>,
    next_seq: AtomicU64,
    listening: Mutex<Listening>,
    report: OpenReport,
    version: &'static str,
    data_dir: PathBuf,
}

/// The webhook server as it runs now.
#[derive(Clone, Debug)]
struct Listening {
    address: SocketAddr,
    /// The port asked for, 0 for any.
    wanted_port: u16,
    /// Ends this listener, and not the app.
    stop: CancellationToken,
}

/// The app's state at a glance.
#[derive(Clone, Debug)]
pub struct Status {
    /// The app's version.
    pub version: &'static str,
    /// The directory of history and settings.
    pub data_dir: PathBuf,
    /// Where the webhook server listens.
    pub webhook: SocketAddr,
    /// The port that was asked for, 0 for any.
    pub wanted_port: u16,
    /// Exchanges in the history.
    pub exchanges: u64,
    /// Exchanges that wait for a person.
    pub held: usize,
    /// Size of the database, in bytes.
    pub database_bytes: u64,
    /// Exchanges not yet found by a text search.
    pub search_lag: u64,
    /// Whether history is being saved.
    pub history: store::Health,
    /// What opening the database found.
    pub opened: OpenReport,
}

impl Engine {
    /// Opens the data directory and starts the webhook server.
    ///
    /// # Errors
    /// The data directory or the address cannot be used; nothing is changed on disk then.
    pub async fn start(config: EngineConfig) -> Result<Self, StartError> {
        // The address first: a port that is taken must leave the disk untouched.
        let fixed = match config.listen {
            Listen::Fixed(address) => Some((address, bind(address).await?)),
            Listen::Remembered => None,
        };
        let options = StoreOptions::new(&config.data_dir, clock::now);
        let (store, report) = Store::open(&options)?;
        let settings = load_settings(&store).await?;
        server::allow_connections(&settings);
        let (wanted_port, listener) = match fixed {
            Some((address, listener)) => (address.port(), listener),
            None => {
                let address = SocketAddr::from((Ipv4Addr::LOCALHOST, settings.listen_port));
                let listener = server::listen_near(address)
                    .await
                    .map_err(|cause| StartError::Listen { address, cause })?;
                (settings.listen_port, listener)
            }
        };
        let address = listener.local_addr().map_err(|cause| StartError::Listen {
            address: ([0; 4], 0).into(),
            cause,
        })?;
        let stop = CancellationToken::new();
        let listening = Listening {
            address,
            wanted_port,
            stop: stop.child_token(),
        };
        store.set_retention(retention(&settings));
        store.set_durable(settings.durable);
        let (part, incoming, supervisor) = tunnel_part(&store, &settings).await?;
        let autostart = settings.tunnel_autostart;
        let inner = Arc::new(Inner {
            tunnel: part,
            feed: Feed::new(store.starts()),
            bots: Bots::load(store.clone(), &config.first_bot).await?,
            holds: Holds::default(),
            clients: Clients::new()?,
            variable_names: VariableNames::default(),
            tasks: TaskTracker::new(),
            settings: RwLock::new(Arc::new(settings)),
            next_seq: AtomicU64::new(store.last_seq() + 1),
            listening: Mutex::new(listening.clone()),
            report,
            version: config.version,
            data_dir: config.data_dir,
            store,
            stop,
        });
        inner
            .tasks
            .spawn(server::serve(Arc::clone(&inner), listener, listening.stop));
        inner
            .tasks
            .spawn(watch_health(Arc::clone(&inner), inner.store.health()));
        // Not among the tasks: the tunnel ends after what came through it.
        tokio::spawn(supervisor);
        inner
            .tasks
            .spawn(tunnel::serve(Arc::clone(&inner), incoming));
        inner.tasks.spawn(tunnel::follow(Arc::clone(&inner)));
        inner.tasks.spawn(tunnel::keep_count(Arc::clone(&inner)));
        let engine = Self { inner };
        if autostart && engine.retry_tunnel().await.is_err() {
            tracing::info!("there is no tunnel of last time to start");
        }
        Ok(engine)
    }

    /// Where the webhook server listens.
    #[must_use]
    pub fn webhook_addr(&self) -> SocketAddr {
        self.inner.listening.lock().address
    }

    /// A bot's address on this machine.
    #[must_use]
    pub fn webhook_url(&self, bot: &Bot) -> String {
        format!("http://{}/{}", self.webhook_addr(), bot.secret)
    }

    /// What happened, in order.
    #[must_use]
    pub fn feed(&self) -> &Feed {
        &self.inner.feed
    }

    /// How many exchanges wait for a person.
    #[must_use]
    pub fn held_count(&self) -> usize {
        self.inner.holds.len()
    }

    /// Answers what is held with its fallback, finishes what is being sent (at most 5 s), writes
    /// everything down and closes the data directory.
    pub async fn shutdown(&self) {
        self.inner.stop.cancel();
        self.inner.tasks.close();
        if tokio::time::timeout(server::GRACE, self.inner.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!("some connections were still busy at the end");
        }
        self.stop_tunnel().await;
        self.inner.save_usage().await;
        self.inner.store.close().await;
    }

    /// Resolves when the engine begins to shut down.
    pub async fn stopping(&self) {
        self.inner.stop.cancelled().await;
    }

    /// The app's state at a glance.
    pub async fn status(&self) -> Status {
        let listening = self.inner.listening.lock().clone();
        let counts = self.inner.store.counts().await;
        Status {
            version: self.inner.version,
            data_dir: self.inner.data_dir.clone(),
            webhook: listening.address,
            wanted_port: listening.wanted_port,
            exchanges: counts.exchanges,
            held: self.held_count(),
            database_bytes: counts.database_bytes,
            search_lag: counts.search_lag,
            history: self.inner.store.health().borrow().clone(),
            opened: self.inner.report.clone(),
        }
    }

    /// Leaves a note beside the lock, for the command line to find this instance.
    pub fn leave_note(&self, note: &str) {
        self.inner.store.write_lock_note(note);
    }

    // ---- exchanges ----

    /// A page of the history, newest first.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn list(&self, query: ListQuery) -> Result<Page, Error> {
        Ok(self.inner.store.list(query).await?)
    }

    /// One exchange with everything that is kept of it.
    ///
    /// # Errors
    /// There is no such exchange, or the history cannot be read.
    pub async fn exchange(&self, id: ExchangeId) -> Result<Exchange, Error> {
        match self.inner.store.get(id).await {
            Ok(Some(exchange)) => Ok(exchange),
            // Where history is not being saved, what is held can still be looked at.
            found => match (self.inner.holds.exchange(id), found) {
                (Some(exchange), _) => Ok(Exchange::clone(&exchange)),
                (None, Err(error)) => Err(error.into()),
                (None, Ok(_)) => Err(Error::NotFound(Subject::Exchange)),
            },
        }
    }

    /// The last answer given to the same event of the same bot.
    ///
    /// # Errors
    /// There is none, or the history cannot be read.
    pub async fn last_answer(&self, id: ExchangeId) -> Result<Answer, Error> {
        let summary = self.exchange(id).await?.summary;
        let answer = self
            .inner
            .store
            .last_answer(summary.bot, summary.event.as_deref())
            .await?;
        answer.ok_or(Error::NotFound(Subject::Answer))
    }

    /// Changes an exchange's note or pin.
    ///
    /// # Errors
    /// There is no such exchange, or the change cannot be saved.
    pub async fn annotate(
        &self,
        id: ExchangeId,
        note: Option<String>,
        pinned: Option<bool>,
    ) -> Result<Summary, Error> {
        let summary = self.inner.store.annotate(id, note, pinned).await?;
        let summary = summary.ok_or(Error::NotFound(Subject::Exchange))?;
        self.inner
            .feed
            .exchange(EventKind::ExchangeChanged, Arc::new(summary.clone()));
        Ok(summary)
    }

    /// Deletes exchanges; the deletion can be undone for a while.
    ///
    /// # Errors
    /// The change cannot be saved.
    pub async fn delete(&self, what: DeleteWhat) -> Result<Deletion, Error> {
        let deletion = self.inner.store.delete(what).await?;
        for id in &deletion.ids {
            self.inner.feed.removed(*id);
        }
        // What a filter took is no list of ids: readers list again.
        if deletion.count > 0 && deletion.ids.is_empty() {
            self.inner.feed.note(EventKind::Resync, None);
        }
        self.inner.feed.note(EventKind::StatusChanged, None);
        Ok(deletion)
    }

    /// Undoes a deletion.
    ///
    /// # Errors
    /// The change cannot be saved.
    pub async fn restore(&self, undo: &str) -> Result<u64, Error> {
        let Ok(undo) = undo.parse::<UndoToken>() else {
            return Ok(0);
        };
        let restored = self.inner.store.restore(undo).await?;
        match restored.only {
            Some(summary) => self
                .inner
                .feed
                .exchange(EventKind::ExchangeChanged, Arc::new(summary)),
            None if restored.count > 0 => self.inner.feed.note(EventKind::Resync, None),
            None => {}
        }
        self.inner.feed.note(EventKind::StatusChanged, None);
        Ok(restored.count)
    }

    /// Variable names seen lately, for completion, in order of first appearance.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn variable_names(&self, bot: Option<BotId>) -> Result<Vec<String>, Error> {
        let names = &self.inner.variable_names;
        Ok(names.read(&self.inner.store, bot).await?)
    }

    // ---- settings ----

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> Arc<Settings> {
        self.inner.settings()
    }

    /// Changes settings; all of them hold at once, the port too.
    ///
    /// # Errors
    /// A value does not fit, the port is taken, or the change cannot be saved.
    pub async fn patch_settings(
        &self,
        patch: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<Arc<Settings>, Error> {
        let before = self.inner.settings();
        let settings = before.patched(patch)?;
        let moved = match settings.listen_port == before.listen_port {
            true => None,
            false => Some(self.listener_for(settings.listen_port).await?),
        };
        let text = serde_json::to_string(&settings).unwrap_or_default();
        self.inner.store.set_setting("settings", &text).await?;
        self.inner.store.set_retention(retention(&settings));
        self.inner.store.set_durable(settings.durable);
        self.inner.tunnel.secrets.keep_in(settings.key_store);
        let settings = Arc::new(settings);
        *self.inner.settings.write() = Arc::clone(&settings);
        if let Some(listener) = moved {
            self.move_to(listener, settings.listen_port);
        }
        self.inner.feed.note(EventKind::SettingsChanged, None);
        Ok(settings)
    }

    async fn listener_for(&self, port: u16) -> Result<tokio::net::TcpListener, Error> {
        let address = SocketAddr::new(self.webhook_addr().ip(), port);
        server::listen(address)
            .await
            .map_err(|cause| match cause.kind() {
                std::io::ErrorKind::AddrInUse => Error::PortInUse(port),
                _ => {
                    Invalid::new("/listen_port", words::PORT_REFUSED.arg(cause.to_string())).into()
                }
            })
    }

    /// Goes on at another address; what is connected at the old one ends what it is doing.
    fn move_to(&self, listener: tokio::net::TcpListener, wanted_port: u16) {
        let Ok(address) = listener.local_addr() else {
            return;
        };
        let stop = self.inner.stop.child_token();
        let next = Listening {
            address,
            wanted_port,
            stop: stop.clone(),
        };
        let before = std::mem::replace(&mut *self.inner.listening.lock(), next);
        before.stop.cancel();
        self.inner
            .tasks
            .spawn(server::serve(Arc::clone(&self.inner), listener, stop));
        self.inner.feed.note(EventKind::StatusChanged, None);
    }
}

impl Inner {
    pub(crate) fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.read())
    }

    pub(crate) fn next_seq(&self) -> u64 {
        self.next_seq.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn webhook_addr(&self) -> SocketAddr {
        self.listening.lock().address
    }

    /// Records, beside everything else, that an answer did not get to its caller.
    pub(crate) fn spawn_ended(self: &Arc<Self>, id: ExchangeId, clock: Stopwatch, state: State) {
        let inner = Arc::clone(self);
        self.tasks
            .spawn(async move { pipeline::ended(&inner, id, clock, state).await });
    }
}

/// The tunnel with what is remembered of it: its part of the engine, what comes in, and its supervisor.
async fn tunnel_part(
    store: &Store,
    settings: &Settings,
) -> Result<
    (
        TunnelPart,
        ::tunnel::Incoming,
        impl Future<Output = ()> + Send + use<>,
    ),
    StartError,
> {
    let options = ::tunnel::Options {
        timing: ::tunnel::Timing::default(),
        now: crate::clock::now,
    };
    let (handle, incoming, supervisor) = ::tunnel::supervise(options);
    let known = store.setting(tunnel::MEMORY).await?;
    let usage = store.setting(tunnel::USAGE).await?;
    let part = TunnelPart {
        tunnel: handle,
        strangers: Strangers::new(),
        checks: Checks::default(),
        usage: Usages::new(usage.as_deref()),
        memory: Memory::new(store.clone(), known.as_deref()),
        secrets: Secrets::new(settings.key_store),
    };
    Ok((part, incoming, supervisor))
}

async fn bind(address: SocketAddr) -> Result<tokio::net::TcpListener, StartError> {
    server::listen(address)
        .await
        .map_err(|cause| StartError::Listen { address, cause })
}

/// The settings as stored. What cannot be read (from another version) is the default again.
async fn load_settings(store: &Store) -> Result<Settings, StartError> {
    let stored = store.setting("settings").await?;
    Ok(stored
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default())
}

fn retention(settings: &Settings) -> store::Retention {
    store::Retention {
        exchanges: settings.keep_exchanges,
        bytes: settings.keep_bytes,
        age: settings
            .keep_days
            .map(|days| Duration::from_secs(u64::from(days) * 86_400)),
    }
}

/// Tells the feed when saving history stops and when it goes on.
async fn watch_health(inner: Arc<Inner>, mut health: watch::Receiver<store::Health>) {
    /// Numbers may change with every request; people read them less often.
    const PAUSE: Duration = Duration::from_millis(250);
    loop {
        tokio::select! {
            () = inner.stop.cancelled() => return,
            changed = health.changed() => if changed.is_err() { return },
        }
        inner.feed.note(EventKind::StatusChanged, None);
        tokio::time::sleep(PAUSE).await;
    }
}
