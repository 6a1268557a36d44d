//! The login of a bot's address, its password not readable from it.
//!
//! A password is stored as Argon2id. A digest of an earlier version, SHA-256 over a salt and the
//! password, still works and is replaced when its password comes. The login that was right last is
//! remembered as a keyed hash, and so are some wrong ones, so that of a bot's requests only the
//! first one costs Argon2, whether the bot is set up rightly or wrongly.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::HEXLOWER;
use parking_lot::Mutex;
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};
use tokio::sync::Semaphore;

/// Verifications at once: each takes 19 MiB and a core for tens of milliseconds, and whoever has
/// the address can ask for any number. How many wait is bounded by the connections and by the
/// bytes of bodies in flight; a login that is remembered does not wait.
const VERIFICATIONS: usize = 1;

/// Wrong logins remembered of each bot: a guess at how many are set up wrongly at once.
const WRONG: usize = 16;

/// What a digest begins with.
const ARGON2ID: &str = "argon2id";

static VERIFYING: Semaphore = Semaphore::const_new(VERIFICATIONS);

/// A login, its password not readable from it.
#[derive(Clone)]
pub struct Login {
    /// The user.
    pub user: String,
    digest: String,
    verified: Arc<Verified>,
}

/// What came of a verification.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Another user or password.
    Wrong,
    /// The user and the password.
    Right,
    /// Right by a digest of an earlier version; this one is to be stored in its place.
    Renewed(String),
}

/// Keyed hashes of users and passwords that were verified.
struct Verified {
    key: [u8; 32],
    /// The one that was right last.
    right: Mutex<Option<[u8; 32]>>,
    /// Those that were wrong last.
    wrong: Mutex<VecDeque<[u8; 32]>>,
}

impl fmt::Debug for Login {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Login")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

impl Login {
    /// A login by what is stored of it.
    pub(crate) fn stored(user: String, digest: String) -> Self {
        let verified = Verified {
            key: random(),
            right: Mutex::default(),
            wrong: Mutex::default(),
        };
        Self {
            user,
            digest,
            verified: Arc::new(verified),
        }
    }

    /// What is stored in place of the password.
    pub(crate) fn digest(&self) -> &str {
        &self.digest
    }

    /// Takes another digest of the same password, unless the login was changed since `before`.
    pub(crate) fn renew(&mut self, before: &str, digest: String) {
        if self.digest == before {
            self.digest = digest;
        }
    }

    /// Whether these are the user and the password.
    pub(crate) async fn verify(&self, user: &str, password: &str) -> Verdict {
        let hash = self.verified.hash(user, password);
        if let Some(verdict) = self.verified.verdict(&hash) {
            return verdict;
        }
        let Ok(permit) = VERIFYING.acquire().await else {
            return Verdict::Wrong;
        };
        // Another request with the same login may have been verified while this one waited.
        if let Some(verdict) = self.verified.verdict(&hash) {
            return verdict;
        }
        let known = user.as_bytes().ct_eq(self.user.as_bytes());
        let (digest, password) = (self.digest.clone(), password.to_owned());
        let verifying = tokio::task::spawn_blocking(move || {
            // A caller who leaves ends the wait and not the work.
            let _permit = permit;
            if !bool::from(known & matches(&digest, password.as_bytes())) {
                return Verdict::Wrong;
            }
            match is_argon2id(&digest) {
                true => Verdict::Right,
                false => Verdict::Renewed(digest_of(password.as_bytes())),
            }
        });
        let Ok(verdict) = verifying.await else {
            return Verdict::Wrong;
        };
        self.verified.remember(&verdict, hash);
        verdict
    }
}

impl Verified {
    /// A user has no colon, so that the pair is unambiguous.
    fn hash(&self, user: &str, password: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        for part in [&self.key[..], user.as_bytes(), b":", password.as_bytes()] {
            hash.update(part);
        }
        hash.finalize().into()
    }

    /// What came of this login before, where that is remembered.
    fn verdict(&self, hash: &[u8; 32]) -> Option<Verdict> {
        let same = |known: &[u8; 32]| bool::from(known.ct_eq(hash));
        if self.right.lock().as_ref().is_some_and(same) {
            return Some(Verdict::Right);
        }
        let wrong = self.wrong.lock().iter().any(same);
        wrong.then_some(Verdict::Wrong)
    }

    fn remember(&self, verdict: &Verdict, hash: [u8; 32]) {
        if *verdict != Verdict::Wrong {
            *self.right.lock() = Some(hash);
            return;
        }
        let mut wrong = self.wrong.lock();
        wrong.push_front(hash);
        wrong.truncate(WRONG);
    }
}

/// What is stored in place of a password: the algorithm, its memory in KiB, its passes and its
/// lanes, the salt and the hash, by colons. It takes tens of milliseconds.
pub(super) fn digest_of(password: &[u8]) -> String {
    let salt = HEXLOWER.encode(&random::<16>());
    let params = Params::DEFAULT;
    let costs = format!(
        "{ARGON2ID}:{}:{}:{}",
        params.m_cost(),
        params.t_cost(),
        params.p_cost()
    );
    let hash = argon2id(params, &salt, password);
    let hash = hash.expect("the costs and the salt are in Argon2's bounds, and so is any password");
    format!("{costs}:{salt}:{hash}")
}

/// The digest of an earlier version begins with hexadecimal digits.
fn is_argon2id(digest: &str) -> bool {
    digest.split(':').next() == Some(ARGON2ID)
}

fn matches(digest: &str, password: &[u8]) -> Choice {
    if is_argon2id(digest) {
        return argon2id_matches(digest, password).unwrap_or(Choice::from(0));
    }
    let salt = digest.split(':').next().unwrap_or_default();
    salted_sha256(salt, password)
        .as_bytes()
        .ct_eq(digest.as_bytes())
}

/// `None` where the digest is no digest.
fn argon2id_matches(digest: &str, password: &[u8]) -> Option<Choice> {
    let parts: Vec<_> = digest.split(':').collect();
    let [_, memory, passes, lanes, salt, hash] = parts[..] else {
        return None;
    };
    let (memory, passes, lanes) = (memory.parse(), passes.parse(), lanes.parse());
    let params = Params::new(memory.ok()?, passes.ok()?, lanes.ok()?, None).ok()?;
    let found = argon2id(params, salt, password)?;
    Some(found.as_bytes().ct_eq(hash.as_bytes()))
}

/// The hash in hexadecimal digits; `None` where Argon2 does not take this.
fn argon2id(params: Params, salt: &str, password: &[u8]) -> Option<String> {
    let mut hash = [0; Params::DEFAULT_OUTPUT_LEN];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password, salt.as_bytes(), &mut hash)
        .ok()?;
    Some(HEXLOWER.encode(&hash))
}

/// The digest of earlier versions.
fn salted_sha256(salt: &str, password: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(salt.as_bytes());
    hash.update(password);
    format!("{salt}:{}", HEXLOWER.encode(&hash.finalize()))
}

fn random<const BYTES: usize>() -> [u8; BYTES] {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes).expect("the system has a source of random bytes");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(digest: String) -> Login {
        Login::stored("bot".to_owned(), digest)
    }

    #[tokio::test]
    async fn a_login_is_right_by_user_and_password_only() {
        let login = login(digest_of("пароль: 1".as_bytes()));
        assert!(login.digest().starts_with("argon2id:"));
        // Twice, so that what is remembered of the right one lets no other in.
        for _ in 0..2 {
            assert_eq!(login.verify("bot", "пароль: 2").await, Verdict::Wrong);
            assert_eq!(login.verify("both", "пароль: 1").await, Verdict::Wrong);
            assert_eq!(login.verify("bot", "").await, Verdict::Wrong);
            assert_eq!(login.verify("bot", "пароль: 1").await, Verdict::Right);
        }
    }

    #[tokio::test]
    async fn a_login_that_was_right_is_not_verified_by_argon2_again() {
        let mut login = login(digest_of(b"word"));
        assert_eq!(login.verify("bot", "word").await, Verdict::Right);
        // By the digest alone, nothing would be right any more.
        "argon2id:none".clone_into(&mut login.digest);
        assert_eq!(login.verify("bot", "word").await, Verdict::Right);
        assert_eq!(login.verify("bot", "other").await, Verdict::Wrong);
    }

    #[tokio::test]
    async fn a_login_that_was_wrong_is_not_verified_by_argon2_again_until_many_others_were() {
        let mut login = login(digest_of(b"word"));
        assert_eq!(login.verify("bot", "other").await, Verdict::Wrong);
        // By the digest alone, it would be right now.
        login.digest = digest_of(b"other");
        assert_eq!(login.verify("bot", "other").await, Verdict::Wrong);
        for number in 0..WRONG {
            let verdict = login.verify("bot", &number.to_string()).await;
            assert_eq!(verdict, Verdict::Wrong);
        }
        assert_eq!(login.verify("bot", "other").await, Verdict::Right);
    }

    #[tokio::test]
    async fn a_digest_of_an_earlier_version_is_renewed_by_its_password_alone() {
        let mut login = login(salted_sha256("00ff", b"word"));
        assert_eq!(login.verify("bot", "other").await, Verdict::Wrong);
        assert_eq!(login.verify("other", "word").await, Verdict::Wrong);
        let Verdict::Renewed(digest) = login.verify("bot", "word").await else {
            panic!("the password is right, and its digest an old one")
        };
        let before = login.digest().to_owned();
        login.renew("another digest", digest.clone());
        assert_eq!(login.digest(), before);
        login.renew(&before, digest.clone());
        let again = Login::stored(login.user, digest);
        assert_eq!(again.verify("bot", "word").await, Verdict::Right);
    }

    #[tokio::test]
    async fn a_digest_that_is_none_lets_nobody_in() {
        for digest in ["", ":", "argon2id:8:1", "argon2id:0:0:0::", "00ff:"] {
            let login = login(digest.to_owned());
            assert_eq!(login.verify("bot", "").await, Verdict::Wrong, "{digest}");
        }
    }
}
