//! What people may do with the tunnel.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use ::tunnel::{Plan, PlanRequest, Secret, State, Status};
use serde_json::Value;

use super::Engine;
use crate::background::check_address;
use crate::bots::Bot;
use crate::clock;
use crate::error::{Error, Invalid, Subject};
use crate::feed::EventKind;
use crate::secrets::KeyStore;
use crate::tunnel::{AUTHTOKEN, Check, TunnelWarning, Usage};
use crate::words;

/// The tunnel at a glance.
#[derive(Clone, Debug)]
pub struct TunnelView {
    /// Its state.
    pub status: Status,
    /// The first bot's public address.
    pub webhook_url: Option<String>,
    /// The address before the present one, where it changed and nobody has said yet that it was
    /// pasted.
    pub previous_url: Option<String>,
    /// Where a program or a proxy of the user's must lead; known from the first such start on, and
    /// open while such a tunnel runs.
    pub forward_to: Option<SocketAddr>,
    /// What a person should know though it is online.
    pub warnings: Vec<TunnelWarning>,
    /// Requests without a secret, turned away in this run.
    pub strangers: u64,
    /// The same in the last minute.
    pub strangers_minute: u32,
    /// What went through this month.
    pub usage: Usage,
    /// What the last self-check found.
    pub check: Option<Check>,
    /// What was started last, without its secrets.
    pub plan: Option<Value>,
    /// Whether a token of ngrok is kept.
    pub has_authtoken: bool,
    /// The public half of the app's SSH key, where it has one.
    pub ssh_public_key: Option<String>,
    /// Where secrets are kept.
    pub key_store: KeyStore,
}

impl Engine {
    /// The tunnel at a glance.
    pub async fn tunnel(&self) -> TunnelView {
        let part = &self.shared.tunnel;
        let status = part.tunnel.status();
        let first = self.shared.bots.first();
        let known = part.memory.known();
        let check = part.checks.last(status.url.as_deref());
        let remembered = part.memory.forward_port();
        let remembered = remembered.map(|port| (Ipv4Addr::LOCALHOST, port).into());
        TunnelView {
            webhook_url: status.url.as_deref().map(|url| joined(url, &first)),
            previous_url: known.previous_url.clone(),
            forward_to: status.forward_to.or(remembered),
            warnings: TunnelWarning::all(&status, known.previous_forward_port, check.as_ref()),
            strangers: part.strangers.total(),
            strangers_minute: part.strangers.last_minute(),
            usage: part.usage.this_month(clock::now()),
            check,
            plan: part.memory.plan_document(),
            has_authtoken: part.secrets.get(AUTHTOKEN).await.is_some(),
            ssh_public_key: part.ssh_public_key().await,
            key_store: part.secrets.key_store(),
            status,
        }
    }

    /// A bot's address on the internet, while the tunnel has one.
    #[must_use]
    pub fn public_url(&self, bot: &Bot) -> Option<String> {
        let status = self.shared.tunnel.tunnel.status();
        status.url.as_deref().map(|url| joined(url, bot))
    }

    /// How far the tunnel has come.
    #[must_use]
    pub fn tunnel_state(&self) -> State {
        self.shared.tunnel.tunnel.status().state
    }

    /// Requests without a secret, turned away in this run.
    #[must_use]
    pub fn strangers(&self) -> u64 {
        self.shared.tunnel.strangers.total()
    }

    /// Starts the tunnel; the status tells how it goes on.
    ///
    /// # Errors
    /// The plan cannot be carried out.
    pub async fn start_tunnel(&self, request: PlanRequest) -> Result<(), Error> {
        let mut plan = request.plan()?;
        if let Plan::Url(own) = &plan
            && self.is_api(own.url.trim()).await
        {
            return Err(Invalid::new("/url/url", &words::TUNNEL_TO_ITSELF).into());
        }
        let shared = Arc::clone(&self.shared);
        self.to_its_end(async move {
            let part = &shared.tunnel;
            // First: what is refused leaves nothing behind.
            part.complete(&mut plan, false).await?;
            part.keep_secrets(&plan).await;
            part.memory.started(&plan).await;
            part.tunnel.start(plan).await;
            Ok(())
        })
        .await
    }

    /// Stops the tunnel; it is offline when this returns.
    pub async fn stop_tunnel(&self) {
        self.shared.tunnel.tunnel.stop().await;
    }

    /// Tries at once what waits for its next try, or starts again what was started last.
    ///
    /// # Errors
    /// Nothing was ever started.
    pub async fn retry_tunnel(&self) -> Result<(), Error> {
        let part = &self.shared.tunnel;
        let waits = matches!(
            part.tunnel.status().state,
            State::Connecting | State::Online | State::Reconnecting | State::Stopping
        );
        if waits && part.tunnel.retry().await {
            return Ok(());
        }
        // Made anew from what is remembered: a secret may have been saved since.
        let mut plan = part.memory.plan().ok_or(Error::NotFound(Subject::Tunnel))?;
        part.complete(&mut plan, true).await?;
        part.tunnel.start(plan).await;
        Ok(())
    }

    /// Calls the public address and waits for the call to arrive.
    ///
    /// # Errors
    /// There is no public address.
    pub async fn check_tunnel(&self) -> Result<Check, Error> {
        check_address(&self.shared).await.ok_or(Error::NoAddress)
    }

    /// The new address has been pasted: the old one need not be shown any more.
    pub async fn acknowledge_address(&self) {
        let shared = Arc::clone(&self.shared);
        self.to_its_end(async move {
            shared.tunnel.memory.acknowledge().await;
            shared.feed.emit(EventKind::TunnelChanged, None);
        })
        .await;
    }

    /// Keeps ngrok's token, or forgets it.
    pub async fn set_authtoken(&self, token: Option<Secret>) {
        let shared = Arc::clone(&self.shared);
        self.to_its_end(async move {
            let secrets = &shared.tunnel.secrets;
            match token.filter(|token| !token.is_empty()) {
                Some(token) => secrets.set(AUTHTOKEN, token).await,
                None => secrets.forget(AUTHTOKEN).await,
            }
            shared.feed.emit(EventKind::TunnelChanged, None);
        })
        .await;
    }

    /// The public half of the app's own SSH key; made where there is none, or anew.
    ///
    /// # Errors
    /// A key could not be made.
    pub async fn ssh_key(&self, anew: bool) -> Result<String, Error> {
        let shared = Arc::clone(&self.shared);
        self.to_its_end(async move {
            let public = shared.tunnel.own_ssh_key(anew).await?.1;
            shared.feed.emit(EventKind::TunnelChanged, None);
            Ok(public)
        })
        .await
    }
}

/// A bot's address below the tunnel's.
fn joined(url: &str, bot: &Bot) -> String {
    format!("{}/{}", url.trim_end_matches('/'), bot.secret)
}
