//! The clients for everything the app sends: no redirects, because a bot follows none.

use std::net::{IpAddr, SocketAddr};

use tunnel::without_brackets;

use super::allowance::TIMEOUT;
use super::connect::{CONNECT_TIMEOUT, Connector};
use super::trust::SystemTrust;

/// One client for the internet and one for this machine, and the connections of requests that are
/// sent byte for byte.
pub(crate) struct Clients {
    /// Through the system's proxy, where there is one.
    remote: reqwest::Client,
    /// For this machine: a proxy would look for it somewhere else.
    local: reqwest::Client,
    connector: Connector,
    system_trust: SystemTrust,
}

impl Clients {
    pub(crate) fn new() -> Result<Self, reqwest::Error> {
        let builder = || {
            reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .connect_timeout(CONNECT_TIMEOUT)
        };
        Ok(Self {
            remote: builder().build()?,
            local: builder().no_proxy().build()?,
            connector: Connector::new(),
            system_trust: SystemTrust::default(),
        })
    }

    /// A GET that may take [`TIMEOUT`], or why the address cannot be called.
    pub(crate) fn get(&self, address: &str) -> Result<reqwest::RequestBuilder, String> {
        let url: reqwest::Url = address.parse().map_err(|error| format!("{error}"))?;
        let client = match url.host_str().is_some_and(is_local) {
            true => &self.local,
            false => &self.remote,
        };
        Ok(client.get(url).timeout(TIMEOUT))
    }

    /// The client for this machine. It sets no time limit.
    pub(crate) fn local(&self) -> &reqwest::Client {
        &self.local
    }

    /// That the app's own API is served at this address, where nothing is sent for a bot.
    pub(crate) fn keep_from(&self, api: SocketAddr) {
        self.connector.keep_from(api);
    }

    pub(super) fn connector(&self) -> &Connector {
        &self.connector
    }

    pub(super) fn system_trust(&self) -> &SystemTrust {
        &self.system_trust
    }
}

/// Whether a host is this machine.
pub(super) fn is_local(host: &str) -> bool {
    let host = without_brackets(host);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
