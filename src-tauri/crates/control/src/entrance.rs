//! How a page gets the token: for a word in the address that is opened, which counts once, or, when
//! the program has been started anew at the same address, for a proof that it had the token before.
//!
//! A token is sent with every call, so whoever has the port after a run has ended is sent it by the
//! page that is still open. It is worth nothing then: each run has a token of its own. The key that
//! lasts over runs is never sent by a page, which only signs this run's challenge with it. The
//! command line has a challenge signed with the token before it sends it: the address that it was
//! given may be another program's.

use hmac::{Hmac, KeyInit as _, Mac as _};
use parking_lot::Mutex;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// The token of one listener and what is taken for it.
#[derive(Debug)]
pub struct Entrance {
    token: String,
    key: String,
    /// What a page signs: another one in each run, so that no signature counts twice.
    challenge: String,
    words: Mutex<Vec<String>>,
}

impl Entrance {
    /// An entrance without words. `key` is kept for the next run at the same address.
    #[must_use]
    pub fn new(token: String, key: String) -> Self {
        Self {
            token,
            key,
            challenge: engine::new_secret(),
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

    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    pub(crate) fn challenge(&self) -> &str {
        &self.challenge
    }

    /// The token for a word, which counts no more; `None` where it does not.
    pub(crate) fn enter(&self, given: &str) -> Option<&str> {
        let mut words = self.words.lock();
        let is_given = |word: &String| bool::from(word.as_bytes().ct_eq(given.as_bytes()));
        let known = words.iter().position(is_given)?;
        words.swap_remove(known);
        Some(&self.token)
    }

    /// The token for the challenge signed with the key: HMAC-SHA-256 in hexadecimal digits.
    pub(crate) fn resume(&self, proof: &str) -> Option<&str> {
        let right = self.proof();
        let is_right = bool::from(right.as_bytes().ct_eq(proof.as_bytes()));
        is_right.then_some(&*self.token)
    }

    pub(crate) fn proof(&self) -> String {
        signed(&self.key, &self.challenge)
    }
}

/// What shows that whoever has a token is asked: the challenge signed with it.
#[must_use]
pub fn token_proof(token: &str, challenge: &str) -> String {
    // Nothing else is signed with a token.
    signed(token, challenge)
}

/// HMAC-SHA-256 in hexadecimal digits.
fn signed(key: &str, text: &str) -> String {
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else {
        return String::new();
    };
    mac.update(text.as_bytes());
    let code = mac.finalize().into_bytes();
    code.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entrance() -> Entrance {
        Entrance::new("token".to_owned(), "key".to_owned())
    }

    #[test]
    fn a_word_counts_once_and_nothing_else_does() {
        let entrance = entrance();
        let (first, second) = (entrance.word(), entrance.word());
        for wrong in ["", "token", &first[1..]] {
            assert_eq!(entrance.enter(wrong), None, "{wrong}");
        }
        assert_eq!(entrance.enter(&first), Some("token"));
        assert_eq!(entrance.enter(&first), None);
        assert_eq!(entrance.enter(&second), Some("token"));
    }

    #[test]
    fn a_proof_is_of_this_runs_challenge() {
        let (first, second) = (entrance(), entrance());
        assert_eq!(first.resume(&first.proof()), Some("token"));
        assert_eq!(second.resume(&first.proof()), None);
        for wrong in ["", "key", "token", first.challenge()] {
            assert_eq!(first.resume(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_token_is_proved_for_one_challenge_and_by_no_other_text() {
        let proof = token_proof("token", "challenge");
        for (token, challenge) in [
            ("token", "other"),
            ("other", "challenge"),
            ("challenge", "token"),
        ] {
            assert_ne!(token_proof(token, challenge), proof);
        }
    }

    #[test]
    fn a_proof_is_what_a_browser_makes_of_it() {
        let mut entrance = entrance();
        entrance.challenge = "challenge".to_owned();
        // openssl dgst -sha256 -hmac key
        let right = "fe94963fbac6b086cf871d423af4bb5f7a3dc0e61d37e4c78d122a6cc751b3e8";
        assert_eq!(entrance.proof(), right);
    }
}
