//! The start: the address, the data directory, the settings, and the tasks that run beside
//! requests.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use parking_lot::Mutex;
use store::{Store, StoreOptions};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Engine;
use super::settings::retention;
use crate::attempts::Attempts;
use crate::background;
use crate::bodies::{Bodies, Bounds};
use crate::bot_rules::RuleMemory;
use crate::bots::Bots;
use crate::callbacks::Callbacks;
use crate::chains::Chains;
use crate::chats::Chats;
use crate::circles::Circles;
use crate::client::Clients;
use crate::clock;
use crate::connection_limit::ConnectionLimit;
use crate::error::StartError;
use crate::feed::Feed;
use crate::forwards::Forwards;
use crate::holds::Holds;
use crate::ingress;
use crate::late::{Deliveries, LateCalls};
use crate::patience::{PatienceMemory, Probes};
use crate::rule_folders::RuleFolders;
use crate::runs::Runs;
use crate::scenario_runs::ScenarioRuns;
use crate::secrets::Secrets;
use crate::settings::{Settings, SettingsDocument};
use crate::shared::{Listening, Shared};
use crate::simulated_calls::SimulatedCalls;
use crate::simulator::Simulator;
use crate::tunnel::{Checks, Memory, Strangers, TunnelPart, Usages};
use crate::variable_names::VariableNames;
use crate::watch::Watch;
use crate::what_if::WhatIfs;

/// How long the start waits for the tunnel of last time to begin.
const TUNNEL_PATIENCE: Duration = Duration::from_secs(1);

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
    /// Where the log's files are written, if they are.
    pub log_dir: Option<PathBuf>,
}

/// Lets a write beyond the limit of a file's size (`ulimit -f`) fail, as on a full disk. Without a
/// handler the system ends the process by SIGXFSZ.
fn outlive_file_size_limit() {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        use tokio::signal::unix::{SignalKind, signal};
        const SIGXFSZ: i32 = 25;
        // The handler stays when what it gives is dropped.
        if let Err(error) = signal(SignalKind::from_raw(SIGXFSZ)) {
            tracing::warn!(%error, "a limit of file sizes would end the app");
        }
    }
}

impl Engine {
    /// Opens the data directory and starts the webhook server.
    ///
    /// # Errors
    /// The data directory or the address cannot be used; nothing is changed on disk then.
    pub async fn start(config: EngineConfig) -> Result<Self, StartError> {
        Self::start_with(config, Bounds::default()).await
    }

    /// Starts with bounds of its own for bodies that are under way.
    pub(crate) async fn start_with(
        config: EngineConfig,
        bounds: Bounds,
    ) -> Result<Self, StartError> {
        outlive_file_size_limit();
        // The address first: a port that is taken must leave the disk untouched.
        let fixed = bind_fixed(config.listen).await?;
        let (store, report) = Store::open(&StoreOptions::new(&config.data_dir, clock::now))?;
        let document = SettingsDocument::load(&store).await?;
        let settings = document.current();
        let connection_limit = ingress::allow_connections(&settings);
        let (wanted_port, listener) = bound(fixed, settings.listen_port).await?;
        let stop = CancellationToken::new();
        let listening = Listening::new(address_of(&listener)?, wanted_port, &stop);
        set_up(&store, &document);
        let (part, incoming, supervisor) = tunnel_part(&store, &settings).await?;
        let rules = RuleMemory::load(&store).await?;
        let shared = Arc::new(Shared {
            tunnel: part,
            feed: Feed::new(store.starts()),
            bots: Bots::load(store.clone(), rules.clone(), &config.first_bot).await?,
            bodies: Bodies::new(&config.data_dir, bounds),
            holds: Holds::new(connection_limit),
            late_calls: LateCalls::default(),
            chains: Chains::default(),
            attempts: Attempts::default(),
            patience: PatienceMemory::load(&store).await?,
            probes: Probes::default(),
            simulator: Simulator::load(&store).await?,
            chats: Chats::load(&store).await?,
            calls: SimulatedCalls::default(),
            runs: Runs::default(),
            what_ifs: WhatIfs::default(),
            watch: Watch::load(&store).await?,
            scenario_runs: ScenarioRuns::default(),
            deliveries: Deliveries::load(&store).await?,
            rules,
            rule_folders: RuleFolders::load(&store).await?,
            callbacks: Callbacks::default(),
            circles: Circles::default(),
            forwards: Forwards::default(),
            clients: Clients::new()?,
            variable_names: VariableNames::default(),
            tasks: TaskTracker::new(),
            settings: document,
            next_seq: AtomicU64::new(store.last_seq() + 1),
            connections: ConnectionLimit::new(connection_limit),
            api: OnceLock::new(),
            listening: Mutex::new(listening.clone()),
            report,
            version: config.version,
            data_dir: config.data_dir,
            log_dir: config.log_dir,
            store,
            stop,
        });
        searches_read_bots(&shared);
        let engine = Self { shared };
        // Bots are answered by what they say.
        engine.watch_stored_folders().await;
        spawn(&engine.shared, listener, listening, incoming);
        // Not among the tasks: the tunnel ends after what came through it.
        tokio::spawn(supervisor);
        start_tunnel(&engine.shared, &settings).await;
        Ok(engine)
    }
}

/// The history as the settings want it.
fn set_up(store: &Store, settings: &SettingsDocument) {
    store.set_retention(retention(settings));
    let settings = settings.current();
    store.set_durable(settings.durable);
    store.set_conversation_gap(settings.conversation_gap());
}

/// Starts the tunnel that was started last, where that is wanted.
async fn start_tunnel(shared: &Arc<Shared>, settings: &Settings) {
    if !settings.tunnel_autostart {
        return;
    }
    let starting = Arc::clone(shared);
    let starting = async move { starting.tunnel.start_again().await };
    let starting = shared.tasks.spawn(starting);
    // A key store that waits for a person keeps no bot waiting.
    let _ = tokio::time::timeout(TUNNEL_PATIENCE, starting).await;
}

/// A search for a variable reads what is set for the bot of each exchange.
fn searches_read_bots(shared: &Arc<Shared>) {
    let known = Arc::downgrade(shared);
    shared.store.read_settings_with(Box::new(move |bot| {
        let bot = known.upgrade()?.bots.get(Some(bot)).ok()?;
        Some(Arc::clone(&bot.platform_settings))
    }));
}

/// The tunnel with what is remembered of it: its part of the engine, what comes in, and its
/// supervisor.
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
    let part = TunnelPart {
        tunnel: handle,
        strangers: Strangers::new(),
        checks: Checks::default(),
        usage: Usages::load(store).await?,
        memory: Memory::load(store).await?,
        secrets: Secrets::new(settings.key_store),
    };
    Ok((part, incoming, supervisor))
}

/// The tasks that run until the engine stops.
fn spawn(
    shared: &Arc<Shared>,
    listener: TcpListener,
    listening: Listening,
    incoming: ::tunnel::Incoming,
) {
    let tasks = &shared.tasks;
    tasks.spawn(ingress::serve(Arc::clone(shared), listener, listening));
    tasks.spawn(ingress::serve_tunnel(Arc::clone(shared), incoming));
    let health = shared.store.health();
    tasks.spawn(background::watch_health(Arc::clone(shared), health));
    tasks.spawn(background::tell_proofs(Arc::clone(shared)));
    let key_store = shared.tunnel.secrets.changes();
    tasks.spawn(background::watch_key_store(Arc::clone(shared), key_store));
    tasks.spawn(background::follow(Arc::clone(shared)));
    tasks.spawn(background::keep_count(Arc::clone(shared)));
    let engine = Engine {
        shared: Arc::clone(shared),
    };
    engine.watch_stored();
}

/// What listens already, or a listener on loopback at a port.
async fn bound(
    fixed: Option<(u16, TcpListener)>,
    port: u16,
) -> Result<(u16, TcpListener), StartError> {
    match fixed {
        Some(fixed) => Ok(fixed),
        None => bind_near(port).await,
    }
}

/// Listens at an address where one is given.
async fn bind_fixed(listen: Listen) -> Result<Option<(u16, TcpListener)>, StartError> {
    match listen {
        Listen::Fixed(address) => bind(address).await.map(Some),
        Listen::Remembered => Ok(None),
    }
}

/// Listens at an address: the port that was wanted, and the listener.
async fn bind(address: SocketAddr) -> Result<(u16, TcpListener), StartError> {
    let listener = ingress::listen(address).await;
    let listener = listener.map_err(|cause| StartError::Listen { address, cause })?;
    Ok((address.port(), listener))
}

fn address_of(listener: &TcpListener) -> Result<SocketAddr, StartError> {
    listener.local_addr().map_err(|cause| StartError::Listen {
        address: ([0; 4], 0).into(),
        cause,
    })
}

/// Listens on loopback at a port, or at the next free one.
async fn bind_near(port: u16) -> Result<(u16, TcpListener), StartError> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = ingress::listen_near(address).await;
    let listener = listener.map_err(|cause| StartError::Listen { address, cause })?;
    Ok((port, listener))
}
