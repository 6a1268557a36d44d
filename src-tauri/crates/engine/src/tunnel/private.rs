//! Addresses that no bot on the internet can reach.

use std::net::IpAddr;

use url::Host;

/// Whether an address is of this machine or of its own network, so that nobody on the internet
/// reaches it.
pub(crate) fn is_private(url: &str) -> bool {
    let Ok(url) = url::Url::parse(url) else {
        return false;
    };
    match url.host() {
        Some(Host::Domain(name)) => is_private_name(name),
        Some(Host::Ipv4(address)) => is_private_address(address.into()),
        Some(Host::Ipv6(address)) => is_private_address(address.into()),
        None => false,
    }
}

/// RFC 6761 §6.3, RFC 6762 §3 and RFC 8375; and a name without a dot, which only a network of one's
/// own knows.
fn is_private_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    let (_, top) = name.rsplit_once('.').unwrap_or(("", name));
    !name.contains('.')
        || ["localhost", "local", "internal", "lan"]
            .iter()
            .any(|private| top.eq_ignore_ascii_case(private))
        || name.to_ascii_lowercase().ends_with(".home.arpa")
}

fn is_private_address(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            // 100.64.0.0/10 is shared by the customers of a provider (RFC 6598).
            let shared = first == 100 && (64..128).contains(&second);
            address.is_loopback()
                || address.is_private()
                || address.is_link_local()
                || first == 0
                || shared
        }
        IpAddr::V6(address) => {
            address.is_loopback()
                || address.is_unspecified()
                || address.is_unique_local()
                || address.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_the_internet_does_not_reach_are_known() {
        for private in [
            "http://127.0.0.1:8787",
            "http://127.9.9.9",
            "http://localhost:3000/hook",
            "http://bot.localhost",
            "http://LOCALHOST.",
            "https://10.0.0.5",
            "https://172.31.0.1",
            "http://192.168.1.10/x",
            "http://169.254.1.1",
            "http://100.64.0.1",
            "http://0.0.0.0:80",
            "http://[::1]:8080",
            "http://[::]",
            "http://[fd00::1]",
            "http://[fe80::1]",
            "http://[::ffff:127.0.0.1]",
            "http://[::ffff:192.168.0.1]",
            "http://laptop",
            "http://printer.local",
            "http://nas.home.arpa",
            "http://2130706433",
        ] {
            assert!(is_private(private), "{private}");
        }
        for public in [
            "https://bot.example.org",
            "https://localhost.example.org",
            "https://203.0.113.7",
            "http://172.32.0.1",
            "http://100.128.0.1",
            "http://[2001:db8::1]",
            "http://[::ffff:203.0.113.7]",
            "https://a.ngrok-free.app",
        ] {
            assert!(!is_private(public), "{public}");
        }
    }
}
