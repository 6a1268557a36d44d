//! The app's state at a glance.

use std::net::SocketAddr;
use std::path::PathBuf;

use messages::Message;
use store::OpenReport;

use super::Engine;
use crate::documents::DocumentReport;
use crate::error::{Error, Subject};
use crate::ingress::ListenerKind;
use crate::words;

/// The app's state at a glance.
#[derive(Clone, Debug)]
pub struct Status {
    /// The app's version.
    pub version: &'static str,
    /// The directory of history and settings.
    pub data_dir: PathBuf,
    /// Where the log's files are written; `None` where it goes to stderr alone.
    pub log_dir: Option<PathBuf>,
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
    /// Stored documents that could not be read, in whole or in part.
    pub documents: Vec<DocumentReport>,
}

impl Engine {
    /// Stored documents that could not be read, and were not set anew since.
    fn unreadable_documents(&self) -> Vec<DocumentReport> {
        let settings = self.shared.settings.report();
        let bots = self.shared.bots.list();
        let bots = bots.iter().flat_map(|bot| bot.reports());
        let tunnel = self.shared.tunnel.memory.report();
        let usage = self.shared.tunnel.usage.report();
        let deliveries = self.shared.deliveries.report();
        let app = settings.into_iter().chain(tunnel).chain(usage);
        let app = app.chain(deliveries);
        let app = app.chain(self.shared.patience.report());
        let app = app.chain(self.shared.rule_folders.report());
        let app = app.chain(self.shared.simulator.report());
        let app = app.chain(self.shared.chats.report());
        let app = app.chain(self.shared.watch.report());
        app.chain(bots).collect()
    }

    /// The app's state at a glance.
    pub async fn status(&self) -> Status {
        let listening = self.shared.listening.lock().clone();
        let counts = self.shared.store.counts().await;
        Status {
            version: self.shared.version,
            data_dir: self.shared.data_dir.clone(),
            log_dir: self.shared.log_dir.clone(),
            webhook: listening.address,
            wanted_port: listening.wanted_port,
            exchanges: counts.exchanges,
            held: self.held_count(),
            database_bytes: counts.database_bytes,
            search_lag: counts.search_lag,
            history: self.shared.store.health().borrow().clone(),
            opened: self.shared.report.clone(),
            documents: self.unreadable_documents(),
        }
    }

    /// Puts a notice about the history away: a person has read it.
    ///
    /// # Errors
    /// There is no such notice, or the change cannot be saved.
    pub async fn dismiss_notice(&self, id: String) -> Result<(), Error> {
        let store = self.shared.store.clone();
        let dismissed = self.to_its_end(async move { store.dismiss(&id).await });
        match dismissed.await? {
            true => Ok(()),
            false => Err(Error::NotFound(Subject::Notice)),
        }
    }

    /// What a person should know of a webhook server that other machines reach; `None` where only
    /// this one does.
    #[must_use]
    pub fn network_notice(&self) -> Option<Message> {
        let address = self.webhook_addr();
        let reachable = ListenerKind::at(address.ip()).is_guarded();
        reachable.then(|| words::NETWORK_LISTENER.arg(address.to_string()))
    }

    /// Leaves a text beside the lock, by which the command line finds this instance.
    pub fn leave_address(&self, text: &str) {
        self.shared.store.write_holder(text);
    }
}
