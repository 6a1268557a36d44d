//! Names of hosts as URLs and people write them.

/// The host without the brackets that stand around an IPv6 address in a URL (RFC 3986, section
/// 3.2.2), as resolvers take it.
#[must_use]
pub fn without_brackets(host: &str) -> &str {
    host.strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'))
        .unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_go_in_pairs_alone() {
        for (host, bare) in [
            ("[::1]", "::1"),
            ("::1", "::1"),
            ("example.org", "example.org"),
            ("[::1", "[::1"),
            ("::1]", "::1]"),
        ] {
            assert_eq!(without_brackets(host), bare);
        }
    }
}
