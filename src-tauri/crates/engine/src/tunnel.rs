//! The tunnel as the app uses it: what is remembered of it, what comes through it, and what people may do
//! with it. The tunnel itself is the crate `tunnel`.

mod check;
mod memory;
mod serve;
mod strangers;
mod usage;

use std::sync::Arc;
use std::time::Duration;

use protocol::UtcMillis;
use serde_json::Value;
use tunnel::{Plan, PlanRequest, Secret, State, Status};

pub(crate) use check::Checks;
pub(crate) use check::{CHECK_HEADER, run as run_check};
pub use check::{Check, CheckOutcome};
pub(crate) use memory::{MEMORY, Memory};
pub(crate) use serve::serve;
pub(crate) use strangers::Strangers;
pub use usage::Usage;
pub(crate) use usage::Usages;

use crate::engine::Inner;
use crate::feed::EventKind;
use crate::secrets::{KeyStore, Secrets};
use crate::{Bot, Engine, Error, Subject, clock};

/// The key of what went through this month, among the settings.
pub(crate) const USAGE: &str = "tunnel_usage";
/// How often that is written down while something goes through.
const SAVED_EVERY: Duration = Duration::from_secs(60);
/// The name of ngrok's token among the secrets.
const AUTHTOKEN: &str = "ngrok-authtoken";
/// The name of the proxy's address, which may hold a login.
const PROXY: &str = "ngrok-proxy";
/// The name of the app's own SSH key.
const SSH_KEY: &str = "ssh-key";

/// Everything the engine keeps about the tunnel.
pub(crate) struct TunnelPart {
    pub(crate) tunnel: tunnel::Tunnel,
    pub(crate) strangers: Strangers,
    pub(crate) checks: Checks,
    pub(crate) usage: Usages,
    pub(crate) memory: Memory,
    pub(crate) secrets: Secrets,
}

/// The tunnel at a glance.
#[derive(Clone, Debug)]
pub struct TunnelView {
    /// Its state.
    pub status: Status,
    /// The first bot's public address.
    pub webhook_url: Option<String>,
    /// The address before the present one, where it changed and nobody has said yet that it was pasted.
    pub previous_url: Option<String>,
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
        let part = &self.inner.tunnel;
        let status = part.tunnel.status();
        let first = self.inner.bots.first();
        let key = part.secrets.get(SSH_KEY).await;
        let known = part.memory.known();
        TunnelView {
            webhook_url: status.url.as_deref().map(|url| joined(url, &first)),
            previous_url: known.previous_url,
            strangers: part.strangers.total(),
            strangers_minute: part.strangers.last_minute(),
            usage: part.usage.this_month(clock::now()),
            check: part.checks.last(),
            plan: known.plan,
            has_authtoken: part.secrets.get(AUTHTOKEN).await.is_some(),
            ssh_public_key: key.and_then(|key| tunnel::Key::public_of(&key).ok()),
            key_store: part.secrets.place(),
            status,
        }
    }

    /// A bot's address on the internet, while the tunnel has one.
    #[must_use]
    pub fn public_url(&self, bot: &Bot) -> Option<String> {
        let status = self.inner.tunnel.tunnel.status();
        status.url.as_deref().map(|url| joined(url, bot))
    }

    /// How far the tunnel has come.
    #[must_use]
    pub fn tunnel_state(&self) -> State {
        self.inner.tunnel.tunnel.status().state
    }

    /// Requests without a secret, turned away in this run.
    #[must_use]
    pub fn strangers(&self) -> u64 {
        self.inner.tunnel.strangers.total()
    }

    /// Starts the tunnel; the status tells how it goes on.
    ///
    /// # Errors
    /// The plan cannot be carried out.
    pub async fn start_tunnel(&self, request: PlanRequest) -> Result<(), Error> {
        let mut plan = request.plan()?;
        self.inner.keep_secrets(&plan).await;
        self.inner.complete(&mut plan, false).await?;
        self.inner.tunnel.memory.started(&plan).await;
        self.inner.tunnel.tunnel.start(plan).await;
        Ok(())
    }

    /// Stops the tunnel; it is offline when this returns.
    pub async fn stop_tunnel(&self) {
        self.inner.tunnel.tunnel.stop().await;
    }

    /// Tries at once what waits for its next try, or starts again what was started last.
    ///
    /// # Errors
    /// Nothing was ever started.
    pub async fn retry_tunnel(&self) -> Result<(), Error> {
        let part = &self.inner.tunnel;
        let waits = matches!(
            part.tunnel.status().state,
            State::Connecting | State::Online | State::Reconnecting | State::Stopping
        );
        if waits && part.tunnel.retry().await {
            return Ok(());
        }
        // Made anew from what is remembered: a secret may have been saved since.
        let mut plan = part.memory.plan().ok_or(Error::NotFound(Subject::Tunnel))?;
        self.inner.complete(&mut plan, true).await?;
        part.tunnel.start(plan).await;
        Ok(())
    }

    /// Calls the public address and waits for the call to arrive.
    ///
    /// # Errors
    /// There is no public address.
    pub async fn check_tunnel(&self) -> Result<Check, Error> {
        run_check(&self.inner).await.ok_or(Error::NoAddress)
    }

    /// The new address has been pasted: the old one need not be shown any more.
    pub async fn acknowledge_address(&self) {
        self.inner.tunnel.memory.acknowledge().await;
        self.inner.feed.note(EventKind::TunnelChanged, None);
    }

    /// Keeps ngrok's token, or forgets it.
    pub async fn set_authtoken(&self, token: Option<Secret>) {
        let secrets = &self.inner.tunnel.secrets;
        match token.filter(|token| !token.is_empty()) {
            Some(token) => secrets.set(AUTHTOKEN, token).await,
            None => secrets.forget(AUTHTOKEN).await,
        }
        self.inner.feed.note(EventKind::TunnelChanged, None);
    }

    /// The public half of the app's own SSH key; made where there is none, or anew.
    ///
    /// # Errors
    /// A key could not be made.
    pub async fn ssh_key(&self, anew: bool) -> Result<String, Error> {
        let public = self.inner.own_ssh_key(anew).await?.1;
        self.inner.feed.note(EventKind::TunnelChanged, None);
        Ok(public)
    }
}

impl Inner {
    /// Writes down what went through this month.
    pub(crate) async fn save_usage(&self) {
        let usage = self.tunnel.usage.this_month(clock::now());
        let text = serde_json::to_string(&usage).unwrap_or_default();
        if let Err(error) = self.store.set_setting(USAGE, &text).await {
            tracing::warn!(%error, "what went through the tunnel could not be written down");
        }
    }

    /// Keeps the secrets of a plan for the next time.
    async fn keep_secrets(&self, plan: &Plan) {
        let Plan::Ngrok(ngrok) = plan else { return };
        let secrets = &self.tunnel.secrets;
        if let Some(token) = ngrok.authtoken.clone().filter(|token| !token.is_empty()) {
            secrets.set(AUTHTOKEN, token).await;
        }
        match ngrok.proxy.clone() {
            Some(proxy) => secrets.set(PROXY, proxy).await,
            None if secrets.get(PROXY).await.is_some() => secrets.forget(PROXY).await,
            None => {}
        }
    }

    /// Fills in what a plan leaves to what is kept; a remembered one has lost its proxy with its secrets.
    async fn complete(&self, plan: &mut Plan, remembered: bool) -> Result<(), Error> {
        let part = &self.tunnel;
        match plan {
            Plan::Ngrok(ngrok) => {
                if ngrok.authtoken.as_ref().is_none_or(Secret::is_empty) {
                    ngrok.authtoken = part.secrets.get(AUTHTOKEN).await;
                }
                if remembered {
                    ngrok.proxy = part.secrets.get(PROXY).await;
                }
            }
            Plan::Ssh(ssh) => {
                if ssh.host_key.is_none() {
                    ssh.host_key = part.memory.host_key(&ssh.host, ssh.port);
                }
                if ssh.key_file.is_none() {
                    ssh.own_key = Some(self.own_ssh_key(false).await?.0);
                }
            }
            Plan::Command(_) | Plan::Url(_) => {}
        }
        Ok(())
    }

    async fn own_ssh_key(&self, anew: bool) -> Result<(Secret, String), Error> {
        let secrets = &self.tunnel.secrets;
        if !anew
            && let Some(private) = secrets.get(SSH_KEY).await
            && let Ok(public) = tunnel::Key::public_of(&private)
        {
            return Ok((private, public));
        }
        let key = tunnel::Key::generate()?;
        secrets.set(SSH_KEY, key.private.clone()).await;
        Ok((key.private, key.public))
    }
}

/// A bot's address below the tunnel's.
fn joined(url: &str, bot: &Bot) -> String {
    format!("{}/{}", url.trim_end_matches('/'), bot.secret)
}

/// Tells the feed of each change, remembers a changed address, and checks a fresh one.
pub(crate) async fn follow(inner: Arc<Inner>) {
    let mut status = inner.tunnel.tunnel.watch();
    let mut before = status.borrow_and_update().clone();
    loop {
        tokio::select! {
            () = inner.stop.cancelled() => return,
            changed = status.changed() => if changed.is_err() { return },
        }
        let now = status.borrow_and_update().clone();
        let fresh =
            now.state == State::Online && (before.state != State::Online || before.url != now.url);
        if fresh && let Some(url) = &now.url {
            inner.tunnel.memory.online(url).await;
            let inner = Arc::clone(&inner);
            inner
                .clone()
                .tasks
                .spawn(async move { run_check(&inner).await });
        }
        inner.feed.note(EventKind::TunnelChanged, None);
        before = now;
    }
}

/// Tells the feed of strangers and usage, at most once a second, and writes usage down now and then.
pub(crate) async fn keep_count(inner: Arc<Inner>) {
    let mut saved = tokio::time::interval(SAVED_EVERY);
    let mut before = inner.tunnel.usage.this_month(clock::now());
    loop {
        tokio::select! {
            () = inner.stop.cancelled() => return,
            () = inner.tunnel.strangers.changed() => {
                inner.feed.note(EventKind::TunnelChanged, None);
                tokio::time::sleep(strangers::TOLD_EVERY).await;
            }
            _ = saved.tick() => {
                let now = inner.tunnel.usage.this_month(clock::now());
                if now != before {
                    inner.save_usage().await;
                    before = now;
                }
            }
        }
    }
}

/// The month of a moment, in UTC.
pub(crate) fn month(now: UtcMillis) -> String {
    /// `2026-11` of `2026-11-22T…`.
    const LENGTH: usize = 7;
    now.to_string().chars().take(LENGTH).collect()
}
