//! Which addresses lead back to this app, as far as that can be told before anything is sent. What
//! is not told here (a name that leads here later, a relay) is cut when it is sent.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use tokio::net::lookup_host;
use tokio::time::timeout;
use url::{Host, Url};

use super::Engine;

/// How long a name is looked up while a person waits for something to be saved. A guess: a name
/// server that answers does so within milliseconds.
const LOOK_UP: Duration = Duration::from_secs(2);

impl Engine {
    /// Whether an address leads back here: to the webhook server, to the port for a proxy of the
    /// user's, to the API, or through the tunnel.
    pub(super) async fn is_own_address(&self, url: &str) -> bool {
        let Ok(url) = Url::parse(url) else {
            return false;
        };
        let tunnel = self.shared.tunnel.tunnel.status();
        let public = tunnel.url.as_deref().and_then(|url| Url::parse(url).ok());
        let is_public = |public: &Url| public.origin() == url.origin();
        if public.as_ref().is_some_and(is_public) {
            return true;
        }
        let mut own = self.services();
        own.push(self.webhook_addr());
        leads_to(&url, &own).await
    }

    /// Whether an address leads to the API, which takes no webhooks. The other ports of the app are
    /// taken as the address of a proxy, and warned of: a check tells where they lead.
    pub(super) async fn is_api(&self, url: &str) -> bool {
        let api = self.shared.api.get().map(|api| api.address);
        match (Url::parse(url), api) {
            (Ok(url), Some(api)) => leads_to(&url, &[api]).await,
            _ => false,
        }
    }

    /// Whether an address leads to what is for people and a proxy of theirs: the API, and the port
    /// that takes a bot's secrets alone.
    pub(super) async fn is_own_service(&self, url: &str) -> bool {
        match Url::parse(url) {
            Ok(url) => leads_to(&url, &self.services()).await,
            Err(_) => false,
        }
    }

    fn services(&self) -> Vec<SocketAddr> {
        let api = self.shared.api.get().map(|api| api.address);
        let port = self.shared.tunnel.memory.open_port();
        let at_loopback = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        api.into_iter().chain(port.map(at_loopback)).collect()
    }
}

/// Whether an address leads to one of these listeners, by its name too.
async fn leads_to(url: &Url, own: &[SocketAddr]) -> bool {
    let Some(port) = url.port_or_known_default() else {
        return false;
    };
    let own = own.iter().filter(|own| own.port() == port);
    let own: Vec<IpAddr> = own.map(|own| own.ip().to_canonical()).collect();
    // No name is looked up that is at another port.
    if own.is_empty() {
        return false;
    }
    match url.host() {
        Some(Host::Domain(name)) => name_leads_here(name, port, &own).await,
        Some(Host::Ipv4(ip)) => is_here(ip.into(), &own),
        Some(Host::Ipv6(ip)) => is_here(ip.into(), &own),
        None => false,
    }
}

async fn name_leads_here(name: &str, port: u16, own: &[IpAddr]) -> bool {
    let plain = name.trim_end_matches('.').to_ascii_lowercase();
    if plain == "localhost" || plain.ends_with(".localhost") {
        let loopback = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        return loopback.into_iter().any(|ip| is_here(ip, own));
    }
    match timeout(LOOK_UP, lookup_host((name, port))).await {
        Ok(Ok(mut found)) => found.any(|found| is_here(found.ip(), own)),
        Ok(Err(_)) | Err(_) => false,
    }
}

/// Whether a listener of ours has an address, whose port is ours: another socket may have the same
/// port at another address of this machine.
fn is_here(ip: IpAddr, own: &[IpAddr]) -> bool {
    let ip = connected(ip.to_canonical());
    own.iter().any(|own| match own.is_unspecified() {
        // It listens at all addresses of this machine.
        true => ip.is_loopback() || is_of_this_machine(ip),
        false => *own == ip,
    })
}

/// Where a connection to an address goes: the unspecified one stands for this machine.
const fn connected(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        other => other,
    }
}

/// Whether an interface of this machine has an address: what goes there comes from there, too.
/// Nothing is sent to find that out.
fn is_of_this_machine(ip: IpAddr) -> bool {
    const ANY_PORT: u16 = 9;
    let own: IpAddr = match ip {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let leaves_from = || {
        let socket = UdpSocket::bind((own, 0))?;
        socket.connect((ip, ANY_PORT))?;
        socket.local_addr()
    };
    leaves_from().is_ok_and(|from| from.ip() == ip)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An address of this machine that is not on loopback, where it has one: that a packet to
    /// another network would leave from. None is sent.
    fn outer_address() -> Option<IpAddr> {
        let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
        socket.connect("192.0.2.1:9").ok()?;
        let address = socket.local_addr().ok()?.ip();
        (!address.is_loopback() && !address.is_unspecified()).then_some(address)
    }

    /// Asserts which addresses lead to a listener.
    async fn assert_leads_to(own: &str, cases: &[(&str, bool)]) {
        for (url, expected) in cases {
            let url = Url::parse(url).unwrap();
            let leads = leads_to(&url, &[own.parse().unwrap()]).await;
            assert_eq!(leads, *expected, "{url} to {own}");
        }
    }

    const ELSEWHERE: [(&str, bool); 4] = [
        ("http://127.0.0.1:4001", false),
        ("http://localhost", false),
        ("http://192.0.2.1:4000", false),
        ("http://no-such-name.invalid:4000", false),
    ];

    #[tokio::test]
    async fn an_address_leads_here_where_the_listener_has_it_and_no_other_socket_of_the_machine() {
        let outer = outer_address().map(|ip| format!("http://{ip}:4000"));
        let outer = |leads| outer.as_deref().map(|url| (url, leads));
        let same = [
            ("http://127.0.0.1:4000", true),
            ("http://[::ffff:127.0.0.1]:4000", true),
            ("http://0.0.0.0:4000", true),
            ("http://localhost.:4000", true),
        ];
        let others = ["http://127.9.9.9:4000/x", "http://[::1]:4000"];
        let of_loopback: Vec<_> = others.map(|url| (url, false)).into_iter().collect();
        let of_all: Vec<_> = others.map(|url| (url, true)).into_iter().collect();
        for (own, others) in [
            (
                "127.0.0.1:4000",
                [of_loopback, outer(false).into_iter().collect()],
            ),
            (
                "0.0.0.0:4000",
                [of_all.clone(), outer(true).into_iter().collect()],
            ),
            ("[::]:4000", [of_all, outer(true).into_iter().collect()]),
        ] {
            assert_leads_to(own, &same).await;
            assert_leads_to(own, &others.concat()).await;
            assert_leads_to(own, &ELSEWHERE).await;
        }
        let six = [
            ("http://[::1]:4000", true),
            ("http://127.0.0.1:4000", false),
        ];
        assert_leads_to("[::1]:4000", &six).await;
    }

    #[tokio::test]
    async fn a_listener_at_one_interface_has_no_address_of_loopback() {
        let Some(ip) = outer_address() else { return };
        let own = format!("{ip}:4000");
        let here = format!("http://{own}");
        assert_leads_to(&own, &[(&here, true), ("http://127.0.0.1:4000", false)]).await;
        assert_leads_to(&own, &[("http://localhost:4000", false)]).await;
        assert_leads_to(&own, &ELSEWHERE).await;
    }

    #[tokio::test]
    async fn a_name_leads_where_the_system_finds_it() {
        for (name, expected) in [
            ("localhost", true),
            ("bot.LOCALHOST.", true),
            // Looked up as any other name is.
            ("127.0.0.1", true),
            ("192.0.2.1", false),
        ] {
            let own = ["127.0.0.1".parse().unwrap()];
            assert_eq!(name_leads_here(name, 4000, &own).await, expected, "{name}");
        }
    }
}
