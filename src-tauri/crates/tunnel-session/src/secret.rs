//! Tokens, keys and passwords.

use std::fmt;

use serde::Deserialize;

/// What replaces a secret.
pub const HIDDEN: &str = "•••";

/// A text that is never shown: not in logs, not by `Debug`, not in answers of the API.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Takes a text in, without the white space that pasting brings along.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(HIDDEN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_trimmed_and_not_shown() {
        let secret = Secret::new(" 2abc\n");
        assert_eq!(secret.expose(), "2abc");
        assert_eq!(format!("{secret:?}"), "•••");
        assert!(Secret::new(" \t").is_empty());
    }
}
