//! The clients for everything the app sends: no redirects, because a bot follows none.

use std::net::IpAddr;
use std::time::Duration;

use tunnel::without_brackets;

use super::allowance::TIMEOUT;

/// How long a connection to a target may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// One client for the internet and one for this machine.
pub(crate) struct Clients {
    /// Through the system's proxy, where there is one.
    remote: reqwest::Client,
    /// For this machine: a proxy would look for it somewhere else.
    local: reqwest::Client,
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
        })
    }

    /// A GET that may take [`TIMEOUT`], or why the address cannot be called.
    pub(crate) fn get(&self, address: &str) -> Result<reqwest::RequestBuilder, String> {
        let url: reqwest::Url = address.parse().map_err(|error| format!("{error}"))?;
        Ok(self.for_url(&url).get(url).timeout(TIMEOUT))
    }

    /// The client for this machine. It sets no time limit.
    pub(crate) fn local(&self) -> &reqwest::Client {
        &self.local
    }

    pub(super) fn for_url(&self, url: &reqwest::Url) -> &reqwest::Client {
        let host = without_brackets(url.host_str().unwrap_or_default());
        let local = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        if local { &self.local } else { &self.remote }
    }
}
