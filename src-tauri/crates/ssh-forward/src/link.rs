//! The connection to the server: dialled, its host key checked, watched for silence, and closed
//! in every case.
//!
//! `russh` runs each session in a task of its own, which goes on when its handle is dropped. So the
//! socket has a switch: when the link is dropped, the socket fails and the task ends.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use messages::Arg;
use parking_lot::Mutex;
use russh::client::{AuthResult, Handle};
use russh::keys::key::PrivateKeyWithHashAlg;
use russh::keys::{Algorithm, EcdsaCurve, HashAlg, PrivateKey};
use russh::{Disconnect, MethodKind, MethodSet, Preferred, SshId, client};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};
use tunnel_session::{End, Session, TunnelError, TunnelErrorKind, redact, without_brackets};

use crate::client::{Client, Forward};
use crate::config::Config;
use crate::host_key;
use crate::socket::{LastByte, Socket};

/// Messages of one connection that wait to be read, each 32 KiB at most: one MiB.
const MESSAGES: usize = 32;
/// Kinds of host keys, the preferred first. RSA signs with SHA-2 only.
const HOST_KEYS: &[Algorithm] = &[
    Algorithm::Ed25519,
    Algorithm::Ecdsa {
        curve: EcdsaCurve::NistP256,
    },
    Algorithm::Ecdsa {
        curve: EcdsaCurve::NistP384,
    },
    Algorithm::Ecdsa {
        curve: EcdsaCurve::NistP521,
    },
    Algorithm::Rsa {
        hash: Some(HashAlg::Sha512),
    },
    Algorithm::Rsa {
        hash: Some(HashAlg::Sha256),
    },
];

/// Why something could not be done on a link.
pub(crate) enum LinkError {
    /// The link has ended; [`Watch::lost`] says why.
    Ended,
    /// The run ends with this.
    End(End),
}

impl LinkError {
    /// The run ends for good.
    pub(crate) fn failed(kind: TunnelErrorKind, detail: impl Into<Arg>) -> Self {
        Self::End(End::Failed(TunnelError::new(kind, detail)))
    }
}

/// Any failure of a request to the session's task: the task has ended.
impl From<russh::Error> for LinkError {
    fn from(_: russh::Error) -> Self {
        Self::Ended
    }
}

/// What is known of a link from outside.
#[derive(Clone)]
pub(crate) struct Watch {
    last_byte: LastByte,
    /// What the server or the system said at the end.
    said: Arc<Mutex<String>>,
    ended: CancellationToken,
    silence: Duration,
}

impl Watch {
    /// Resolves when the link has ended, or nothing has come for too long.
    pub(crate) async fn lost(&self) -> TunnelError {
        tokio::select! {
            biased;
            () = self.ended.cancelled() => {
                TunnelError::new(TunnelErrorKind::LinkLost, self.said.lock().clone())
            }
            () = self.last_byte.silent_for(self.silence) => {
                TunnelError::new(TunnelErrorKind::LinkSilent, "")
            }
        }
    }
}

/// A connection to a server that has shown the right host key.
pub(crate) struct Link {
    handle: Handle<Client>,
    forward: Forward,
    watch: Watch,
    address: String,
    /// Ends the socket with the link.
    _switch: DropGuard,
}

/// Dials and does the handshake; the host key is checked before we authenticate.
pub(crate) async fn connect(config: &Config, session: &Session) -> Result<Link, End> {
    let timing = session.timing();
    let connected = async {
        let tcp = dial(config, timing.dial).await.map_err(End::Lost)?;
        handshake(config, session, tcp).await
    };
    tokio::time::timeout(timing.dial, connected)
        .await
        .unwrap_or_else(|_| {
            Err(End::Lost(TunnelError::new(
                TunnelErrorKind::NoAnswer,
                endpoint(config),
            )))
        })
}

fn endpoint(config: &Config) -> String {
    format!("{}:{}", config.host, config.port)
}

/// Tries each address of the name, each for its share of the time.
async fn dial(config: &Config, limit: Duration) -> Result<TcpStream, TunnelError> {
    let host = without_brackets(&config.host);
    let unknown = |detail: String| TunnelError::new(TunnelErrorKind::NameUnknown, detail);
    let found = tokio::net::lookup_host((host, config.port))
        .await
        .map_err(|error| unknown(error.to_string()))?;
    let found: Vec<SocketAddr> = found.collect();
    let share = limit / u32::try_from(found.len().max(1)).unwrap_or(u32::MAX);
    let mut failure = unknown(host.to_owned());
    for address in found {
        match tokio::time::timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(tcp)) => {
                // Without it each small packet waits for a delayed acknowledgement: 40 ms
                // (measured).
                let _ = tcp.set_nodelay(true);
                return Ok(tcp);
            }
            Ok(Err(error)) => {
                let kind = match error.kind() {
                    io::ErrorKind::ConnectionRefused => TunnelErrorKind::PortRefused,
                    _ => TunnelErrorKind::Unreachable,
                };
                failure = TunnelError::new(kind, error.to_string())
                    .about(config.host.as_str())
                    .about(u64::from(config.port));
            }
            Err(_) => failure = TunnelError::new(TunnelErrorKind::NoAnswer, address.to_string()),
        }
    }
    Err(failure)
}

async fn handshake(config: &Config, session: &Session, tcp: TcpStream) -> Result<Link, End> {
    let switch = CancellationToken::new();
    let watch = Watch {
        last_byte: LastByte::now(),
        said: Arc::default(),
        ended: CancellationToken::new(),
        silence: session.timing().silence(),
    };
    let forward = Forward::default();
    let shown = Arc::default();
    let client = Client {
        session: session.clone(),
        host_key: config.host_key.as_deref().map(host_key::fingerprint),
        shown: Arc::clone(&shown),
        forward: forward.clone(),
        said: Arc::clone(&watch.said),
        _ended: watch.ended.clone().drop_guard(),
    };
    let socket = Socket::new(tcp, watch.last_byte.clone(), switch.clone());
    let link_switch = switch.drop_guard();
    match client::connect_stream(Arc::new(client_config()), socket, client).await {
        Ok(handle) => Ok(Link {
            handle,
            forward,
            watch,
            address: config.bind_address.clone(),
            _switch: link_switch,
        }),
        Err(error) => Err(match shown.lock().take() {
            Some(shown) => End::Failed(host_key_refused(config, shown)),
            None => not_connected(&error),
        }),
    }
}

fn client_config() -> client::Config {
    client::Config {
        client_id: SshId::Standard("SSH-2.0-Hookloupe".into()),
        channel_buffer_size: MESSAGES,
        preferred: Preferred {
            key: HOST_KEYS.into(),
            ..Preferred::default()
        },
        // The provider sends the pings itself and measures them.
        keepalive_interval: None,
        ..client::Config::default()
    }
}

fn host_key_refused(config: &Config, shown: String) -> TunnelError {
    let kind = match config.host_key {
        None => TunnelErrorKind::HostKeyUnknown,
        Some(_) => TunnelErrorKind::HostKeyChanged,
    };
    TunnelError::new(kind, shown.clone()).with_host_key(shown)
}

/// Why there is no session, before any host key was refused.
fn not_connected(error: &russh::Error) -> End {
    let detail = redact(&error.to_string());
    match error {
        russh::Error::IO(_)
        | russh::Error::HUP
        | russh::Error::Disconnect
        | russh::Error::SendError => {
            End::Lost(TunnelError::new(TunnelErrorKind::Unreachable, detail))
        }
        russh::Error::NoCommonAlgo { .. } => {
            End::Failed(TunnelError::new(TunnelErrorKind::TlsFailed, detail))
        }
        _ => End::Lost(TunnelError::new(TunnelErrorKind::TlsFailed, detail)),
    }
}

fn refused(methods: &MethodSet) -> LinkError {
    let names: Vec<&str> = methods.iter().map(<&str>::from).collect();
    LinkError::failed(TunnelErrorKind::KeyRefused, names.join(", "))
}

impl Link {
    /// What is known of it from outside.
    pub(crate) fn watch(&self) -> Watch {
        self.watch.clone()
    }

    /// Authenticates: without a key first, which some services accept and to which the others
    /// answer with their methods; then with the key.
    pub(crate) async fn authenticate(
        &mut self,
        user: &str,
        key: Option<Arc<PrivateKey>>,
    ) -> Result<(), LinkError> {
        let answer = self.handle.authenticate_none(user).await?;
        let Some(remaining) = self.remaining_methods(answer)? else {
            return Ok(());
        };
        let takes_keys = remaining.is_empty() || remaining.contains(&MethodKind::PublicKey);
        let Some(key) = key.filter(|_| takes_keys) else {
            return Err(refused(&remaining));
        };
        let hash = self.rsa_hash(&key).await?;
        let key = PrivateKeyWithHashAlg::new(key, hash);
        let answer = self.handle.authenticate_publickey(user, key).await?;
        match self.remaining_methods(answer)? {
            None => Ok(()),
            Some(remaining) => Err(refused(&remaining)),
        }
    }

    /// The methods that remain after an attempt to authenticate; `None` when it succeeded. The
    /// library answers for a session that has ended as if the server had refused.
    fn remaining_methods(&self, answer: AuthResult) -> Result<Option<MethodSet>, LinkError> {
        match answer {
            AuthResult::Success => Ok(None),
            AuthResult::Failure { .. } if self.handle.is_closed() => Err(LinkError::Ended),
            AuthResult::Failure {
                remaining_methods, ..
            } => Ok(Some(remaining_methods)),
        }
    }

    /// How an RSA key signs here: as the server likes best, and with SHA-2 where it does not say.
    async fn rsa_hash(&self, key: &PrivateKey) -> Result<Option<HashAlg>, LinkError> {
        if !matches!(key.algorithm(), Algorithm::Rsa { .. }) {
            return Ok(None);
        }
        let best = self.handle.best_supported_rsa_hash().await?;
        Ok(best.unwrap_or(Some(HashAlg::Sha512)))
    }

    /// Asks the server to listen; the port it listens at, or `None` where it does not.
    pub(crate) async fn forward(&self, port: u16) -> Result<Option<u32>, LinkError> {
        self.forward.set_port(u32::from(port));
        match self
            .handle
            .tcpip_forward(self.address.as_str(), u32::from(port))
            .await
        {
            // The port is only reported where any was asked for.
            Ok(reported) => {
                let bound = if port == 0 { reported } else { u32::from(port) };
                self.forward.set_port(bound);
                Ok(Some(bound))
            }
            Err(russh::Error::RequestDenied) => {
                self.forward.clear();
                Ok(None)
            }
            Err(_) => Err(LinkError::Ended),
        }
    }

    /// Opens a channel in which the server says something.
    pub(crate) async fn open(&self) -> Result<russh::Channel<client::Msg>, LinkError> {
        match self.handle.channel_open_session().await {
            Ok(channel) => Ok(channel),
            Err(error @ russh::Error::ChannelOpenFailure(_)) => Err(LinkError::failed(
                TunnelErrorKind::NoAddress,
                error.to_string(),
            )),
            Err(_) => Err(LinkError::Ended),
        }
    }

    /// One ping: how long its answer took.
    pub(crate) async fn ping(&self) -> Result<Duration, LinkError> {
        let sent = Instant::now();
        self.handle.send_ping().await?;
        Ok(sent.elapsed())
    }

    /// Cancels the forward, disconnects, and waits for the end; a server that does not answer is
    /// cut.
    pub(crate) async fn close(self, limit: Duration) {
        let Self { handle, watch, .. } = &self;
        let closing = async {
            if let Some(port) = self.forward.port() {
                let _ = handle
                    .cancel_tcpip_forward(self.address.as_str(), port)
                    .await;
            }
            let disconnected = handle.disconnect(Disconnect::ByApplication, "", "").await;
            if disconnected.is_ok() {
                watch.ended.cancelled().await;
            }
        };
        let _ = tokio::time::timeout(limit, closing).await;
    }
}
