//! What every part of the engine shares: state without behaviour.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use protocol::{OwnFinding, Request};
use store::{OpenReport, Store};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::api_endpoint::ApiEndpoint;
use crate::attempts::Attempts;
use crate::bodies::Bodies;
use crate::bot_rules::RuleMemory;
use crate::bots::Bots;
use crate::callbacks::Callbacks;
use crate::chains::Chains;
use crate::chats::Chats;
use crate::circles::Circles;
use crate::client::Clients;
use crate::connection_limit::ConnectionLimit;
use crate::feed::Feed;
use crate::forwards::Forwards;
use crate::holds::Holds;
use crate::late::{Deliveries, LateCalls};
use crate::patience::{PatienceMemory, Probes};
use crate::rule_folders::RuleFolders;
use crate::runs::Runs;
use crate::scenario_runs::ScenarioRuns;
use crate::settings::{Settings, SettingsDocument};
use crate::simulated_calls::SimulatedCalls;
use crate::simulator::Simulator;
use crate::tunnel::TunnelPart;
use crate::variable_names::VariableNames;
use crate::watch::Watch;
use crate::what_if::WhatIfs;

/// The state of one running engine.
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) feed: Feed,
    pub(crate) bots: Bots,
    pub(crate) bodies: Bodies,
    pub(crate) holds: Holds,
    pub(crate) late_calls: LateCalls,
    pub(crate) deliveries: Deliveries,
    pub(crate) rules: RuleMemory,
    pub(crate) rule_folders: RuleFolders,
    /// Permits for calls that rules make after their answers.
    pub(crate) callbacks: Callbacks,
    /// How many requests wait for servers of the developer's.
    pub(crate) forwards: Forwards,
    /// What was sent of late, as far as it may come back.
    pub(crate) circles: Circles,
    pub(crate) chains: Chains,
    pub(crate) attempts: Attempts,
    /// How long callers wait, and who is to find it out.
    pub(crate) patience: PatienceMemory,
    pub(crate) probes: Probes,
    /// The users that the app plays.
    pub(crate) simulator: Simulator,
    pub(crate) chats: Chats,
    /// The calls that it makes again after a failure.
    pub(crate) calls: SimulatedCalls,
    /// Requests that are sent again one after the other.
    pub(crate) runs: Runs,
    /// What is sent again after each save.
    pub(crate) watch: Watch,
    /// Changed answers that are carried on.
    pub(crate) what_ifs: WhatIfs,
    pub(crate) scenario_runs: ScenarioRuns,
    pub(crate) clients: Clients,
    pub(crate) tunnel: TunnelPart,
    pub(crate) variable_names: VariableNames,
    /// Cancelled when the app stops: no new requests, and what is held gets its fallback.
    pub(crate) stop: CancellationToken,
    pub(crate) tasks: TaskTracker,
    pub(crate) settings: SettingsDocument,
    /// The number of the next exchange.
    pub(crate) next_seq: AtomicU64,
    /// How many connections there may be at once.
    pub(crate) connections: Arc<ConnectionLimit>,
    pub(crate) listening: Mutex<Listening>,
    /// Where the API is served, if it is at a port.
    pub(crate) api: OnceLock<ApiEndpoint>,
    /// What opening the database found.
    pub(crate) report: OpenReport,
    pub(crate) version: &'static str,
    pub(crate) data_dir: PathBuf,
    pub(crate) log_dir: Option<PathBuf>,
}

/// The webhook server as it runs now.
#[derive(Clone, Debug)]
pub(crate) struct Listening {
    pub(crate) address: SocketAddr,
    /// The port asked for, 0 for any.
    pub(crate) wanted_port: u16,
    /// Ends this listener, and not the app.
    pub(crate) stop: CancellationToken,
    /// Cancelled when its port is free again.
    pub(crate) is_closed: CancellationToken,
}

impl Listening {
    /// A listener that is not served yet.
    pub(crate) fn new(address: SocketAddr, wanted_port: u16, app_stop: &CancellationToken) -> Self {
        Self {
            address,
            wanted_port,
            stop: app_stop.child_token(),
            is_closed: CancellationToken::new(),
        }
    }
}

impl Shared {
    pub(crate) fn settings(&self) -> Arc<Settings> {
        self.settings.current()
    }

    /// Hides the token of the API in a request that came to a bot's address.
    pub(crate) fn conceal_token(&self, request: &mut Request) -> Option<OwnFinding> {
        self.api.get()?.conceal(request)
    }

    pub(crate) fn next_seq(&self) -> u64 {
        self.next_seq.fetch_add(1, Ordering::Relaxed)
    }
}
