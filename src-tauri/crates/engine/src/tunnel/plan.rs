//! The secrets of a plan: kept for the next time, and filled in where a plan leaves them out.

use tunnel::{Plan, Secret};

use super::TunnelPart;
use crate::error::Error;

/// The name of ngrok's token among the secrets.
pub(crate) const AUTHTOKEN: &str = "ngrok-authtoken";
/// The name of the proxy's address, which may hold a login.
const PROXY: &str = "ngrok-proxy";
/// The name of the app's own SSH key.
pub(crate) const SSH_KEY: &str = "ssh-key";

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

    pub(crate) async fn own_ssh_key(&self, anew: bool) -> Result<(Secret, String), Error> {
        let secrets = &self.secrets;
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
