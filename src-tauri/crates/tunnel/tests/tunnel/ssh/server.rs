//! An SSH server inside of the test, behind a wire: it listens where it is asked to, hands on what
//! comes in, and prints what it is told to, as services do.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ngrok_standin::Wire;
use parking_lot::{Mutex, MutexGuard};
use russh::keys::{Algorithm, HashAlg, PrivateKey, PublicKey};
use russh::server::{Auth, ChannelOpenHandle, Config, Handle, Handler, Msg, Session};
use russh::{Channel, ChannelId, Disconnect};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};
use tunnel::{Key, Plan, SshPlan};

use crate::support::TIMEOUT;

/// How the server behaves, changed at any time.
#[derive(Clone, Default)]
pub(crate) struct Knobs {
    /// Lets in whoever comes, without a key.
    pub(crate) open: bool,
    /// Takes no key.
    pub(crate) refuse_key: bool,
    /// Does not listen.
    pub(crate) refuse_forward: bool,
    /// Gives no shell and runs no command.
    pub(crate) refuse_shell: bool,
    /// Printed in each session's channel.
    pub(crate) prints: Vec<u8>,
    /// Closes that channel after it has printed.
    pub(crate) closes: bool,
}

/// A running server; it ends when it is dropped.
pub(crate) struct Server {
    /// The network before it.
    pub(crate) wire: Wire,
    /// The app's own key, which it takes.
    pub(crate) key: Key,
    /// The fingerprint of its host key.
    pub(crate) host_key: String,
    shared: Arc<Shared>,
    _end: DropGuard,
}

struct Shared {
    knobs: Mutex<Knobs>,
    log: watch::Sender<Vec<String>>,
    /// Where it listens for callers.
    public: watch::Sender<Option<SocketAddr>>,
    /// The channels it prints in, and the sessions there are.
    printing: Mutex<Vec<(Handle, ChannelId)>>,
    sessions: Mutex<Vec<Handle>>,
    key: String,
    end: CancellationToken,
}

impl Server {
    pub(crate) async fn start(knobs: Knobs) -> Self {
        let host_key = PrivateKey::random(&mut rng(), Algorithm::Ed25519).unwrap();
        let host_fingerprint = host_key.fingerprint(HashAlg::Sha256).to_string();
        let config = Arc::new(Config {
            auth_rejection_time: Duration::ZERO,
            auth_rejection_time_initial: Some(Duration::ZERO),
            keys: vec![host_key],
            nodelay: true,
            ..Config::default()
        });
        let key = Key::generate().unwrap();
        let end = CancellationToken::new();
        let shared = Arc::new(Shared {
            knobs: Mutex::new(knobs),
            log: watch::Sender::default(),
            public: watch::Sender::default(),
            printing: Mutex::default(),
            sessions: Mutex::default(),
            key: fingerprint(&key),
            end: end.clone(),
        });
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let wire = Wire::start(listener.local_addr().unwrap()).await;
        let accepting = accept(listener, config, Arc::clone(&shared));
        tokio::spawn(end.clone().run_until_cancelled_owned(accepting));
        Self {
            wire,
            key,
            host_key: host_fingerprint,
            shared,
            _end: end.drop_guard(),
        }
    }

    /// A plan that works: the host key is confirmed, the address comes from a template.
    pub(crate) fn ssh(&self) -> SshPlan {
        SshPlan {
            host: "127.0.0.1".into(),
            port: self.wire.addr().port(),
            user: "dev".into(),
            key_file: None,
            passphrase: None,
            host_key: Some(self.host_key.clone()),
            bind_address: "127.0.0.1".into(),
            bind_port: 0,
            public_url: Some("https://{port}.bots.example.org".into()),
            url_domain: None,
            url_command: None,
            own_key: Some(self.key.private.clone()),
        }
    }

    /// The same, changed.
    pub(crate) fn plan(&self, change: impl FnOnce(&mut SshPlan)) -> Plan {
        let mut plan = self.ssh();
        change(&mut plan);
        Plan::Ssh(plan)
    }

    /// A plan whose address is read from what the server prints.
    pub(crate) fn printed(&self, change: impl FnOnce(&mut SshPlan)) -> Plan {
        self.plan(|plan| {
            plan.public_url = None;
            plan.url_domain = Some("lhr.life".into());
            change(plan);
        })
    }

    pub(crate) fn knobs(&self) -> MutexGuard<'_, Knobs> {
        self.shared.knobs.lock()
    }

    /// What clients have asked for, in order.
    pub(crate) fn log(&self) -> Vec<String> {
        self.shared.log.borrow().clone()
    }

    /// Where callers come in, as soon as it listens.
    pub(crate) async fn public(&self) -> SocketAddr {
        let mut public = self.shared.public.subscribe();
        let waiting = public.wait_for(Option::is_some);
        let public = tokio::time::timeout(TIMEOUT, waiting).await;
        public.expect("it listens").unwrap().unwrap()
    }

    /// Waits until a client has asked for this.
    pub(crate) async fn until_asked(&self, what: &str) {
        let mut log = self.shared.log.subscribe();
        let waiting = log.wait_for(|log| log.iter().any(|line| line == what));
        let seen = tokio::time::timeout(TIMEOUT, waiting).await.is_ok();
        assert!(seen, "no {what:?} in {:?}", self.log());
    }

    /// Prints in the channels that are open for it.
    pub(crate) async fn print(&self, text: &str) {
        let printing = self.shared.printing.lock().clone();
        for (handle, channel) in printing {
            let _ = handle.data(channel, text.as_bytes().to_vec()).await;
        }
    }

    /// Takes leave of all clients, with a word.
    pub(crate) async fn say_goodbye(&self, word: &str) {
        let sessions = std::mem::take(&mut *self.shared.sessions.lock());
        for session in sessions {
            let _ = session
                .disconnect(Disconnect::ByApplication, word.into(), String::new())
                .await;
        }
    }

    /// Opens a channel for a port that nobody asked for; whether it was taken.
    pub(crate) async fn open_for_another_port(&self) -> bool {
        let session = self.shared.sessions.lock().last().unwrap().clone();
        let opened = session.channel_open_forwarded_tcpip("127.0.0.1", 1, "127.0.0.1", 2);
        opened.await.is_ok()
    }

    /// Opens a session's channel the wrong way round; whether it was taken.
    pub(crate) async fn open_session_at_the_client(&self) -> bool {
        let session = self.shared.sessions.lock().last().unwrap().clone();
        session.channel_open_session().await.is_ok()
    }
}

/// The system's random numbers, as keys want them.
pub(crate) fn rng() -> impl russh::keys::ssh_key::rand_core::CryptoRng {
    russh::keys::key::safe_rng()
}

/// The fingerprint of a key, as `ssh-keygen -l` prints it.
pub(crate) fn fingerprint(key: &Key) -> String {
    let public = PublicKey::from_openssh(&key.public).unwrap();
    public.fingerprint(HashAlg::Sha256).to_string()
}

async fn accept(listener: TcpListener, config: Arc<Config>, shared: Arc<Shared>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (config, shared) = (Arc::clone(&config), Arc::clone(&shared));
        tokio::spawn(async move {
            let client = Client {
                shared: Arc::clone(&shared),
                forwards: CancellationToken::new().drop_guard(),
            };
            // It ends with its connection, which the wire ends at the latest.
            if let Ok(session) = russh::server::run_stream(config, stream, client).await {
                shared.sessions.lock().push(session.handle());
            }
        });
    }
}

/// One client's session.
struct Client {
    shared: Arc<Shared>,
    /// Ends what listens for it.
    forwards: DropGuard,
}

impl Client {
    fn asked(&self, what: impl Into<String>) {
        self.shared.log.send_modify(|log| log.push(what.into()));
    }

    fn print(&self, channel: ChannelId, session: &mut Session) -> Result<(), russh::Error> {
        let knobs = self.shared.knobs.lock().clone();
        if knobs.refuse_shell {
            return session.channel_failure(channel);
        }
        session.channel_success(channel)?;
        session.data(channel, knobs.prints)?;
        if knobs.closes {
            session.eof(channel)?;
            return session.close(channel);
        }
        let printing = (session.handle(), channel);
        self.shared.printing.lock().push(printing);
        Ok(())
    }
}

impl Handler for Client {
    type Error = russh::Error;

    async fn auth_none(&mut self, user: &str) -> Result<Auth, Self::Error> {
        self.asked(format!("{user} without a key"));
        let open = self.shared.knobs.lock().open;
        Ok(if open { Auth::Accept } else { Auth::reject() })
    }

    async fn auth_publickey(
        &mut self,
        user: &str,
        key: russh::server::VerifiedPublicKey<'_>,
    ) -> Result<Auth, Self::Error> {
        self.asked(format!("{user} with a key"));
        let known = key.public_key.fingerprint(HashAlg::Sha256).to_string() == self.shared.key;
        let taken = known && !self.shared.knobs.lock().refuse_key;
        Ok(if taken { Auth::Accept } else { Auth::reject() })
    }

    async fn channel_open_session(
        &mut self,
        _channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        reply.accept().await;
        Ok(())
    }

    async fn shell_request(
        &mut self,
        channel: ChannelId,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        self.asked("shell");
        self.print(channel, session)
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        command: &[u8],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        self.asked(format!("exec {}", String::from_utf8_lossy(command)));
        self.print(channel, session)
    }

    async fn tcpip_forward(
        &mut self,
        address: &str,
        port: &mut u32,
        session: &mut Session,
    ) -> Result<bool, Self::Error> {
        self.asked(format!("forward {address}:{port}"));
        if self.shared.knobs.lock().refuse_forward {
            return Ok(false);
        }
        let asked = u16::try_from(*port).unwrap();
        let Ok(listener) = TcpListener::bind(("127.0.0.1", asked)).await else {
            return Ok(false);
        };
        let at = listener.local_addr().unwrap();
        *port = at.port().into();
        self.shared.public.send_replace(Some(at));
        let ours = CancellationToken::new();
        let listening = listen(listener, session.handle());
        let until = ours.clone();
        let end = self.shared.end.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = listening => {}
                () = until.cancelled() => {}
                () = end.cancelled() => {}
            }
        });
        self.forwards = ours.drop_guard();
        Ok(true)
    }

    async fn cancel_tcpip_forward(
        &mut self,
        _address: &str,
        _port: u32,
        _session: &mut Session,
    ) -> Result<bool, Self::Error> {
        self.asked("cancel");
        self.forwards = CancellationToken::new().drop_guard();
        Ok(true)
    }
}

/// Hands on what comes in; what the client does not take is closed.
async fn listen(listener: TcpListener, session: Handle) {
    let port = listener.local_addr().unwrap().port().into();
    loop {
        let (stream, peer) = listener.accept().await.unwrap();
        tokio::spawn(hand_on(session.clone(), stream, peer, port));
    }
}

async fn hand_on(session: Handle, mut stream: TcpStream, peer: SocketAddr, port: u32) {
    stream.set_nodelay(true).unwrap();
    let opened = session.channel_open_forwarded_tcpip(
        "127.0.0.1",
        port,
        peer.ip().to_string(),
        peer.port().into(),
    );
    if let Ok(channel) = opened.await {
        let _ = tokio::io::copy_bidirectional(&mut channel.into_stream(), &mut stream).await;
    }
}
