//! Keys: the one the app makes for itself, and a file that a person has chosen. Nothing else is
//! looked at: neither `~/.ssh` nor an agent.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use messages::{Arg, Message, Say};
use russh::keys::ssh_key::LineEnding;
use russh::keys::{Algorithm, Error, PrivateKey, decode_secret_key, key::safe_rng};
use tokio::io::AsyncReadExt as _;
use tunnel_session::{Secret, TunnelError, TunnelErrorKind};

use crate::config::KeySource;
use crate::words::sentences;

/// The longest key file, in bytes: the longest keys in use (RSA of 16384 bits) take 13 KB.
const FILE_MAX: u64 = 64 * 1024;
/// The comment of the public key on the server.
const COMMENT: &str = "hookloupe";

/// A key pair of the app's own.
#[derive(Clone, Debug)]
pub struct Key {
    /// The private half, in OpenSSH's format.
    pub private: Secret,
    /// The public half, one line as `authorized_keys` takes it.
    pub public: String,
}

/// Why a key could not be made or read, in the library's words.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", self.message())]
pub enum KeyError {
    /// A new key could not be made.
    NotMade(String),
    /// It is no private key, or a locked one.
    Unreadable(String),
}

impl KeyError {
    fn not_made(error: impl fmt::Display) -> Self {
        Self::NotMade(error.to_string())
    }

    fn unreadable(error: impl fmt::Display) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl Say for KeyError {
    fn message(&self) -> Message {
        match self {
            Self::NotMade(cause) => sentences::KEY_NOT_MADE.arg(messages::foreign(cause)),
            Self::Unreadable(cause) => sentences::KEY_UNREADABLE.arg(messages::foreign(cause)),
        }
    }
}

impl Key {
    /// Makes a new one (ed25519).
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn generate() -> Result<Self, KeyError> {
        let mut key =
            PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).map_err(KeyError::not_made)?;
        key.set_comment(COMMENT);
        let private = key.to_openssh(LineEnding::LF).map_err(KeyError::not_made)?;
        Ok(Self {
            private: Secret::new(&private),
            public: key.public_key().to_openssh().map_err(KeyError::not_made)?,
        })
    }

    /// The public half of a private key, one line as `authorized_keys` takes it.
    ///
    /// # Errors
    /// It is no private key, or a locked one.
    pub fn public_of(private: &Secret) -> Result<String, KeyError> {
        let key = decode_secret_key(private.expose(), None).map_err(KeyError::unreadable)?;
        key.public_key().to_openssh().map_err(KeyError::unreadable)
    }
}

/// The key to authenticate with.
pub(crate) async fn load(source: &KeySource) -> Result<Arc<PrivateKey>, TunnelError> {
    let (text, passphrase) = match source {
        KeySource::File { path, passphrase } => {
            let text = read(path)
                .await
                .map_err(|error| TunnelError::new(TunnelErrorKind::KeyFile, error))?;
            (text, passphrase.clone())
        }
        KeySource::Own(text) => (text.clone(), None),
    };
    // The key derivation of a locked key is slow by design.
    let opened = tokio::task::spawn_blocking(move || open(&text, passphrase.as_ref())).await;
    opened
        .unwrap_or_else(|error| {
            Err(TunnelError::new(
                TunnelErrorKind::KeyFile,
                error.to_string(),
            ))
        })
        .map(Arc::new)
}

/// The text of a key file.
async fn read(path: &Path) -> Result<Secret, Arg> {
    let said = |error: std::io::Error| messages::foreign(error);
    // A pipe or a device would be waited for, or never end.
    if !tokio::fs::metadata(path).await.map_err(said)?.is_file() {
        return Err(Arg::from(&sentences::NOT_A_FILE));
    }
    let file = tokio::fs::File::open(path).await.map_err(said)?;
    let mut text = String::new();
    let length = file.take(FILE_MAX + 1).read_to_string(&mut text).await;
    if length.map_err(said)? as u64 > FILE_MAX {
        return Err(sentences::TOO_LONG.arg(FILE_MAX).into());
    }
    Ok(Secret::new(&text))
}

fn open(text: &Secret, passphrase: Option<&Secret>) -> Result<PrivateKey, TunnelError> {
    let error = match decode_secret_key(text.expose(), None) {
        Ok(key) => return Ok(key),
        Err(error) => error,
    };
    if !matches!(error, Error::KeyIsEncrypted) && !says_locked(text.expose()) {
        return Err(TunnelError::new(
            TunnelErrorKind::KeyFile,
            error.to_string(),
        ));
    }
    let Some(passphrase) = passphrase.filter(|passphrase| !passphrase.is_empty()) else {
        return Err(TunnelError::new(TunnelErrorKind::PassphraseNeeded, ""));
    };
    decode_secret_key(text.expose(), Some(passphrase.expose()))
        .map_err(|error| TunnelError::new(TunnelErrorKind::PassphraseNeeded, error.to_string()))
}

/// Whether a file of one of the older formats, or of PuTTY's, says that it is locked.
fn says_locked(text: &str) -> bool {
    text.lines()
        .take_while(|line| line.len() < 100)
        .any(|line| {
            line == "-----BEGIN ENCRYPTED PRIVATE KEY-----"
                || line == "Proc-Type: 4,ENCRYPTED"
                || line
                    .strip_prefix("Encryption: ")
                    .is_some_and(|cipher| cipher != "none")
        })
}

#[cfg(test)]
mod tests {
    use messages::Lang;

    use super::*;

    fn locked(passphrase: &str) -> Secret {
        let key = PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).unwrap();
        let locked = key.encrypt(&mut safe_rng(), passphrase).unwrap();
        Secret::new(&locked.to_openssh(LineEnding::LF).unwrap())
    }

    fn kind(opened: Result<PrivateKey, TunnelError>) -> TunnelErrorKind {
        opened.unwrap_err().kind
    }

    #[test]
    fn a_made_key_is_read_again() {
        let key = Key::generate().unwrap();
        assert!(key.public.starts_with("ssh-ed25519 AAAA"), "{}", key.public);
        assert!(key.public.ends_with(" hookloupe"), "{}", key.public);
        assert_eq!(Key::public_of(&key.private).unwrap(), key.public);
        assert_ne!(Key::generate().unwrap().public, key.public);
    }

    #[test]
    fn a_key_is_not_shown() {
        let key = Key::generate().unwrap();
        let line = key.private.expose().lines().nth(1).unwrap().to_owned();
        assert!(!format!("{key:?}").contains(&line));
    }

    #[test]
    fn a_locked_key_needs_its_passphrase() {
        let text = locked("open sesame");
        assert_eq!(kind(open(&text, None)), TunnelErrorKind::PassphraseNeeded);
        assert_eq!(
            kind(open(&text, Some(&Secret::new("")))),
            TunnelErrorKind::PassphraseNeeded
        );
        assert_eq!(
            kind(open(&text, Some(&Secret::new("wrong")))),
            TunnelErrorKind::PassphraseNeeded
        );
        open(&text, Some(&Secret::new("open sesame"))).unwrap();
    }

    #[test]
    fn a_passphrase_for_an_open_key_does_no_harm() {
        let key = Key::generate().unwrap();
        open(&key.private, Some(&Secret::new("not needed"))).unwrap();
    }

    #[test]
    fn locked_files_of_the_older_formats_are_known() {
        for text in [
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n",
            "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: aes256-cbc\n",
        ] {
            assert_eq!(
                kind(open(&Secret::new(text), None)),
                TunnelErrorKind::PassphraseNeeded,
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_key_is_said_so() {
        for text in ["", "hello", "ssh-ed25519 AAAA public"] {
            assert_eq!(
                kind(open(&Secret::new(text), None)),
                TunnelErrorKind::KeyFile,
                "{text}"
            );
        }
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_a_key_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read(&folder.path().join("none")).await.is_err());
        let refused = read(folder.path()).await.unwrap_err();
        assert_eq!(refused, Arg::from(&sentences::NOT_A_FILE));
        let long = folder.path().join("long");
        std::fs::write(&long, vec![b'x'; 70_000]).unwrap();
        let refused = read(&long).await.unwrap_err();
        assert!(refused.text(Lang::Ru).contains("65536"), "{refused:?}");
    }
}
