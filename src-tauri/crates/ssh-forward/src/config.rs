//! What a run needs to know before it begins.

use std::path::PathBuf;

use tunnel_session::Secret;

/// One server, one login and one forward. The texts have no white space around them.
#[derive(Clone, Debug)]
pub struct Config {
    /// The server's name or address; one of IPv6 with or without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The user to authenticate as.
    pub user: String,
    /// The key to authenticate with; servers that want none take a login without.
    pub key: Option<KeySource>,
    /// The fingerprint that the server must show, `SHA256:…`. Without one the run fails with the
    /// fingerprint that was shown, before it authenticates.
    pub host_key: Option<String>,
    /// The address that the server listens at.
    pub bind_address: String,
    /// And the port; 0 for any.
    pub bind_port: u16,
    /// Where the public address comes from.
    pub address: AddressSource,
}

/// A private key.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// That of a file.
    File {
        /// The file's path.
        path: PathBuf,
        /// What unlocks it.
        passphrase: Option<Secret>,
    },
    /// The app's own, in OpenSSH's format.
    Own(Secret),
}

/// Where the public address comes from.
#[derive(Clone, Debug)]
pub enum AddressSource {
    /// It is known but for the port, which replaces `{port}`.
    Template(String),
    /// The server prints it in a session channel.
    Printed {
        /// The domain that it must belong to.
        domain: String,
        /// The command to run in the channel; a shell where absent.
        command: Option<String>,
    },
}
