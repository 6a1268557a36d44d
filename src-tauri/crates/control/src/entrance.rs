//! How a page gets the token: a word in the address that is opened, which counts once. Browsers
//! keep the addresses that were opened; what they keep opens nothing any more.

use parking_lot::Mutex;
use subtle::ConstantTimeEq as _;

/// The words of one listener, and the token that each of them stands for.
#[derive(Debug)]
pub struct Entrance {
    token: String,
    words: Mutex<Vec<String>>,
}

impl Entrance {
    /// No word yet.
    #[must_use]
    pub fn new(token: String) -> Self {
        Self {
            token,
            words: Mutex::default(),
        }
    }

    /// A word that counts once.
    #[must_use]
    pub fn word(&self) -> String {
        let word = engine::new_secret();
        self.words.lock().push(word.clone());
        word
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// The token for a word, which counts no more; `None` where it does not.
    pub(crate) fn enter(&self, given: &str) -> Option<&str> {
        let mut words = self.words.lock();
        let is_given = |word: &String| bool::from(word.as_bytes().ct_eq(given.as_bytes()));
        let known = words.iter().position(is_given)?;
        words.swap_remove(known);
        Some(&self.token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_counts_once_and_nothing_else_does() {
        let entrance = Entrance::new("token".to_owned());
        let (first, second) = (entrance.word(), entrance.word());
        for wrong in ["", "token", &first[1..]] {
            assert_eq!(entrance.enter(wrong), None, "{wrong}");
        }
        assert_eq!(entrance.enter(&first), Some("token"));
        assert_eq!(entrance.enter(&first), None);
        assert_eq!(entrance.enter(&second), Some("token"));
    }
}
