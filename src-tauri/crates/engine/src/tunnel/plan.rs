//! The secrets of a plan: kept for the next time, and filled in where a plan leaves them out.

use tunnel::{Plan, Secret};

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

    /// The app's own SSH key and its public half; made where there is none, or anew. A key that the
    /// system's key store has, and does not give, is not replaced by another one.
    ///
    /// # Errors
    /// The key store does not give the key that servers know, or a key could not be made.
    pub(crate) async fn own_ssh_key(&self, anew: bool) -> Result<(Secret, String), Error> {
        let secrets = &self.secrets;
        if !anew {
            if let Found::Secret { secret, is_saved } = secrets.find(SSH_KEY).await
                && let Ok(public) = tunnel::Key::public_of(&secret)
            {
                if is_saved {
                    self.memory.has_ssh_key(&public).await;
                }
                return Ok((secret, public));
            }
            if self.known_ssh_key().is_some() {
                return Err(Invalid::new("/ssh/key_file", &words::KEY_NOT_GIVEN).into());
            }
        }
        let key = tunnel::Key::generate()?;
        secrets.set(SSH_KEY, key.private.clone()).await;
        if let Found::Secret { is_saved: true, .. } = secrets.find(SSH_KEY).await {
            self.memory.has_ssh_key(&key.public).await;
        }
        Ok((key.private, key.public))
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::Ordering;

    use store::{Store, StoreOptions};

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
        let keyring = Arc::new(OneSecret::empty());
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
        let keyring = Arc::new(OneSecret::empty());
        keyring.locked.store(true, Ordering::Relaxed);
        let first = part(&store, &keyring).await;
        let (_, public) = first.own_ssh_key(false).await.unwrap();
        assert_eq!(first.own_ssh_key(false).await.unwrap().1, public);
        assert_eq!(first.secrets.key_store(), KeyStore::Session);
        let second = part(&store, &keyring).await;
        assert_ne!(second.own_ssh_key(false).await.unwrap().1, public);
        store.close().await;
    }
}
