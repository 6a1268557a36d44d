//! The secrets of a plan: kept for the next time, and filled in where a plan leaves them out.

use messages::Say as _;
use tunnel::{Plan, Secret, TunnelError, TunnelErrorKind};

use super::TunnelPart;
use crate::error::{Error, Invalid};
use crate::secrets::{Found, KeyStore};
use crate::words;

/// The name of ngrok's token among the secrets.
pub(crate) const AUTHTOKEN: &str = "ngrok-authtoken";
/// The name of the proxy's address, which may hold a login.
const PROXY: &str = "ngrok-proxy";
/// The name of the app's own SSH key.
const SSH_KEY: &str = "ssh-key";

impl TunnelPart {
    /// Keeps the secrets of a plan for the next time.
    pub(crate) async fn keep_secrets(&self, plan: &Plan) {
        let Plan::Ngrok(ngrok) = plan else { return };
        let secrets = &self.secrets;
        if let Some(token) = ngrok.authtoken.clone().filter(|token| !token.is_empty()) {
            secrets.set(AUTHTOKEN, token).await;
        }
        match ngrok.proxy.clone() {
            Some(proxy) => secrets.set(PROXY, proxy).await,
            None if secrets.get(PROXY).await.is_some() => secrets.forget(PROXY).await,
            None => {}
        }
    }

    /// Fills in what a plan leaves to what is kept; a remembered one has lost its proxy with its
    /// secrets.
    pub(crate) async fn complete(&self, plan: &mut Plan, remembered: bool) -> Result<(), Error> {
        match plan {
            Plan::Ngrok(ngrok) => {
                if ngrok.authtoken.as_ref().is_none_or(Secret::is_empty) {
                    ngrok.authtoken = self.secrets.get(AUTHTOKEN).await;
                }
                if remembered {
                    ngrok.proxy = self.secrets.get(PROXY).await;
                }
            }
            Plan::Ssh(ssh) => {
                if ssh.host_key.is_none() {
                    ssh.host_key = self.memory.host_key(&ssh.host, ssh.port);
                }
                if ssh.key_file.is_none() {
                    ssh.own_key = Some(self.own_ssh_key(false).await?.0);
                }
            }
            Plan::Command(command) => command.forward_port = self.memory.forward_port(),
            Plan::Url(address) => address.forward_port = self.memory.forward_port(),
        }
        Ok(())
    }

    /// Starts the tunnel of last time by itself. Where it cannot, the status says why.
    pub(crate) async fn start_again(&self) {
        let Some(mut plan) = self.memory.plan() else {
            tracing::warn!("no tunnel of last time is known that could be started");
            return;
        };
        let completed = self.complete(&mut plan, true).await;
        // A person may have been faster than the key store.
        if self.tunnel.status().generation > 0 {
            return;
        }
        match completed {
            Ok(()) => self.tunnel.start(plan).await,
            Err(error) => {
                tracing::warn!(%error, "the tunnel of last time was not started");
                let why = TunnelError::new(TunnelErrorKind::NotStarted, "");
                let why = why.about(error.message());
                self.tunnel.fail(plan.provider(), why).await;
            }
        }
    }

    /// The app's own SSH key and its public half; made where there is none, or anew. A key that the
    /// system's key store has is replaced by another one where `anew` says so, and never else.
    ///
    /// # Errors
    /// The key store does not give the key that servers know, or a key could not be made.
    pub(crate) async fn own_ssh_key(&self, anew: bool) -> Result<(Secret, String), Error> {
        let secrets = &self.secrets;
        if anew {
            let key = tunnel::Key::generate()?;
            secrets.set(SSH_KEY, key.private).await;
        } else {
            let found = secrets.find(SSH_KEY).await;
            if self.known_ssh_key().is_some() {
                match found {
                    Found::Secret { .. } => {}
                    Found::Nothing => return Err(no_key(&words::KEY_LOST)),
                    Found::Unknown => return Err(no_key(&words::KEY_NOT_GIVEN)),
                }
            } else if !matches!(found, Found::Secret { .. }) {
                let key = tunnel::Key::generate()?;
                secrets.offer(SSH_KEY, key.private).await;
            }
        }
        let Found::Secret { secret, is_saved } = secrets.find(SSH_KEY).await else {
            return Err(no_key(&words::KEY_NOT_GIVEN));
        };
        let Ok(public) = tunnel::Key::public_of(&secret) else {
            return Err(no_key(&words::KEY_LOST));
        };
        if is_saved {
            self.memory.has_ssh_key(&public).await;
        }
        Ok((secret, public))
    }

    /// The public half of the app's SSH key; where the system's key store does not give the key, as
    /// it was last.
    pub(crate) async fn ssh_public_key(&self) -> Option<String> {
        let own = self.secrets.get(SSH_KEY).await;
        let own = own.and_then(|key| tunnel::Key::public_of(&key).ok());
        own.or_else(|| self.known_ssh_key())
    }

    /// The public half of the key that the system's key store has, where it is to be used. Who
    /// keeps secrets for one run alone has a key for one run.
    fn known_ssh_key(&self) -> Option<String> {
        let known = self.memory.known().ssh_public_key.clone();
        known.filter(|_| self.secrets.wanted() == KeyStore::System)
    }
}

fn no_key(why: &'static messages::Words) -> Error {
    Invalid::new("/ssh/key_file", why).into()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::Ordering;

    use messages::Lang;
    use store::{Store, StoreOptions};
    use tunnel::{Provider, State};

    use super::*;
    use crate::secrets::{OneSecret, Secrets};
    use crate::tunnel::{Checks, Memory, Strangers, Usages};

    async fn part(store: &Store, keyring: &Arc<OneSecret>) -> TunnelPart {
        let (tunnel, _, _) = tunnel::supervise(tunnel::Options {
            timing: tunnel::Timing::default(),
            now: crate::clock::now,
        });
        TunnelPart {
            tunnel,
            strangers: Strangers::new(),
            checks: Checks::default(),
            usage: Usages::load(store).await.unwrap(),
            memory: Memory::load(store).await.unwrap(),
            secrets: Secrets::with_keyring(KeyStore::System, Arc::<OneSecret>::clone(keyring)),
        }
    }

    #[tokio::test]
    async fn a_key_that_the_key_store_does_not_give_becomes_no_other_one() {
        let dir = tempfile::tempdir().unwrap();
        let options = StoreOptions::new(dir.path(), crate::clock::now);
        let (store, _) = Store::open(&options).unwrap();
        let keyring = Arc::new(OneSecret::default());
        let first = part(&store, &keyring).await;
        let (_, public) = first.own_ssh_key(false).await.unwrap();

        // The next run, over a key store that is locked.
        keyring.locked.store(true, Ordering::Relaxed);
        let second = part(&store, &keyring).await;
        assert!(matches!(
            second.own_ssh_key(false).await,
            Err(Error::Invalid(_))
        ));
        assert_eq!(second.ssh_public_key().await.as_ref(), Some(&public));
        keyring.locked.store(false, Ordering::Relaxed);
        second.secrets.keep_in(KeyStore::System).await;
        assert_eq!(second.own_ssh_key(false).await.unwrap().1, public);

        // One that lost it: another key is made when a person says so.
        *keyring.secret.lock() = None;
        let third = part(&store, &keyring).await;
        assert!(third.own_ssh_key(false).await.is_err());
        let anew = third.own_ssh_key(true).await.unwrap().1;
        assert_ne!(anew, public);
        let fourth = part(&store, &keyring).await;
        assert_eq!(fourth.own_ssh_key(false).await.unwrap().1, anew);
        store.close().await;
    }

    #[tokio::test]
    async fn without_a_key_store_there_is_a_key_for_one_run() {
        let dir = tempfile::tempdir().unwrap();
        let options = StoreOptions::new(dir.path(), crate::clock::now);
        let (store, _) = Store::open(&options).unwrap();
        let keyring = Arc::new(OneSecret::default());
        keyring.locked.store(true, Ordering::Relaxed);
        let first = part(&store, &keyring).await;
        let (_, public) = first.own_ssh_key(false).await.unwrap();
        assert_eq!(first.own_ssh_key(false).await.unwrap().1, public);
        assert_eq!(first.secrets.key_store(), KeyStore::Session);
        let second = part(&store, &keyring).await;
        assert_ne!(second.own_ssh_key(false).await.unwrap().1, public);
        store.close().await;
    }

    #[tokio::test]
    async fn a_key_store_that_is_chosen_keeps_the_key_it_has() {
        let dir = tempfile::tempdir().unwrap();
        let options = StoreOptions::new(dir.path(), crate::clock::now);
        let (store, _) = Store::open(&options).unwrap();
        let keyring = Arc::new(OneSecret::default());
        let first = part(&store, &keyring).await;
        let (key, public) = first.own_ssh_key(false).await.unwrap();

        // A run without the key store has a key of its own.
        let mut second = part(&store, &keyring).await;
        second.secrets =
            Secrets::with_keyring(KeyStore::Session, Arc::<OneSecret>::clone(&keyring));
        assert_ne!(second.own_ssh_key(false).await.unwrap().1, public);
        second.secrets.keep_in(KeyStore::System).await;
        assert_eq!(*keyring.secret.lock(), Some(key.clone()));
        assert_eq!(second.own_ssh_key(false).await.unwrap().1, public);

        // So has one that remembers no key, over a key store that is locked.
        let dir = tempfile::tempdir().unwrap();
        let options = StoreOptions::new(dir.path(), crate::clock::now);
        let (new, _) = Store::open(&options).unwrap();
        keyring.locked.store(true, Ordering::Relaxed);
        let third = part(&new, &keyring).await;
        assert_ne!(third.own_ssh_key(false).await.unwrap().1, public);
        keyring.locked.store(false, Ordering::Relaxed);
        third.secrets.keep_in(KeyStore::System).await;
        assert_eq!(*keyring.secret.lock(), Some(key));
        assert_eq!(third.own_ssh_key(false).await.unwrap().1, public);
        store.close().await;
        new.close().await;
    }

    #[tokio::test]
    async fn a_key_store_that_is_chosen_gets_the_key_it_lacks_and_the_one_made_anew() {
        let dir = tempfile::tempdir().unwrap();
        let options = StoreOptions::new(dir.path(), crate::clock::now);
        let (store, _) = Store::open(&options).unwrap();
        let keyring = Arc::new(OneSecret::default());
        let mut part = part(&store, &keyring).await;
        part.secrets = Secrets::with_keyring(KeyStore::Session, Arc::<OneSecret>::clone(&keyring));
        let (lacked, _) = part.own_ssh_key(false).await.unwrap();
        part.secrets.keep_in(KeyStore::System).await;
        assert_eq!(*keyring.secret.lock(), Some(lacked));

        part.secrets.keep_in(KeyStore::Session).await;
        let (anew, public) = part.own_ssh_key(true).await.unwrap();
        part.secrets.keep_in(KeyStore::System).await;
        assert_eq!(*keyring.secret.lock(), Some(anew));
        assert_eq!(part.own_ssh_key(false).await.unwrap().1, public);
        store.close().await;
    }

    #[tokio::test]
    async fn a_key_that_is_lost_is_not_said_to_be_locked() {
        let dir = tempfile::tempdir().unwrap();
        let options = StoreOptions::new(dir.path(), crate::clock::now);
        let (store, _) = Store::open(&options).unwrap();
        let keyring = Arc::new(OneSecret::default());
        let first = part(&store, &keyring).await;
        first.own_ssh_key(false).await.unwrap();
        keyring.locked.store(true, Ordering::Relaxed);
        let locked = part(&store, &keyring).await;
        let locked = locked.own_ssh_key(false).await.unwrap_err().to_string();
        *keyring.secret.lock() = None;
        let lost = part(&store, &keyring).await;
        let lost = lost.own_ssh_key(false).await.unwrap_err().to_string();
        assert!(locked.contains("Unlock"), "{locked}");
        assert!(!lost.contains("Unlock"), "{lost}");
        store.close().await;
    }

    #[tokio::test]
    async fn a_tunnel_that_cannot_start_by_itself_has_failed_and_says_why() {
        let dir = tempfile::tempdir().unwrap();
        let options = StoreOptions::new(dir.path(), crate::clock::now);
        let (store, _) = Store::open(&options).unwrap();
        let keyring = Arc::new(OneSecret::default());
        let first = part(&store, &keyring).await;
        first.start_again().await;
        let state = first.tunnel.status().state;
        assert_eq!(state, State::Offline, "none is known");
        first.own_ssh_key(false).await.unwrap();
        let plan = r#"{"host":"localhost","user":"u"}"#;
        let plan = Plan::Ssh(serde_json::from_str(plan).unwrap());
        first.memory.started(&plan).await;

        // The next run, over a key store that lost the key.
        *keyring.secret.lock() = None;
        let mut second = part(&store, &keyring).await;
        let (tunnel, _incoming, supervisor) = tunnel::supervise(tunnel::Options {
            timing: tunnel::Timing::default(),
            now: crate::clock::now,
        });
        second.tunnel = tunnel;
        tokio::spawn(supervisor);
        second.start_again().await;
        let status = second.tunnel.status();
        assert_eq!(
            (status.state, status.provider),
            (State::Failed, Some(Provider::Ssh))
        );
        let error = status.error.unwrap();
        assert_eq!(error.kind, TunnelErrorKind::NotStarted);
        let said = error.message().text(Lang::En);
        assert!(said.contains("SSH key"), "{said}");
        store.close().await;
    }
}
