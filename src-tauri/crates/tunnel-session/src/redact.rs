//! Takes secrets out of texts that come from elsewhere: a service's refusal repeats the token it
//! refuses.

use std::sync::LazyLock;

use regex::Regex;

use crate::secret::HIDDEN;

/// Tokens of ngrok and its like: two long parts joined by an underscore, and whatever follows
/// `authtoken`.
static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)[0-9a-z]{20,}_[0-9a-z]{15,}|(?:tak|ak|cr|ghp|sk)_[0-9a-z]{16,}")
        .expect("a pattern of ours is well formed")
});
/// Names and passwords inside of addresses.
static LOGIN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)([a-z][a-z0-9+.-]*://)[^/\s@]+@").expect("a pattern of ours is well formed")
});

/// The text without anything that looks like a token or a login.
#[must_use]
pub fn redact(text: &str) -> String {
    let without_tokens = TOKEN.replace_all(text, HIDDEN);
    LOGIN
        .replace_all(&without_tokens, format!("${{1}}{HIDDEN}@"))
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_hidden() {
        let token = "2abcdefghijklmnopqrstuvw_3xyzabcdefghijklmnop";
        let text = format!("authentication failed: {token} is not valid");
        assert_eq!(redact(&text), "authentication failed: ••• is not valid");
    }

    #[test]
    fn logins_in_addresses_are_hidden() {
        assert_eq!(
            redact("via http://user:p%40ss@proxy:3128/ failed"),
            "via http://•••@proxy:3128/ failed"
        );
    }

    #[test]
    fn plain_texts_stay() {
        let text = "connection refused (os error 111) at 127.0.0.1:443";
        assert_eq!(redact(text), text);
    }
}
