//! A network that can fail: a loopback proxy in front of any TCP server. It passes, swallows,
//! refuses and cuts, and counts.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::watch::Changes;

/// Connections at once; more wait in the system's queue. A guess.
const CONNECTIONS: usize = 1024;
/// Bytes taken at a time in each direction: what one TLS record holds at most.
const PIECE: usize = 16 * 1024;
/// The pause after the system refused a connection, most likely for want of file handles. A
/// guess.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A running wire; it ends with all its connections when it is dropped.
pub struct Wire {
    shared: Arc<Shared>,
    addr: SocketAddr,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Pass,
    BlackHole,
    Refuse,
}

struct Shared {
    target: SocketAddr,
    mode: watch::Sender<Mode>,
    /// Ends the connections that there are; taken by each new one.
    cut: Mutex<CancellationToken>,
    stop: CancellationToken,
    tasks: TaskTracker,
    attempts: AtomicUsize,
    live: AtomicUsize,
    changes: Changes,
}

impl Wire {
    /// Starts one that passes everything on to `target`.
    ///
    /// # Panics
    /// The loopback has no free port.
    pub async fn start(target: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await;
        let listener = listener.expect("the loopback has a free port");
        let addr = listener
            .local_addr()
            .expect("a bound socket has an address");
        let stop = CancellationToken::new();
        let shared = Arc::new(Shared {
            target,
            mode: watch::Sender::new(Mode::Pass),
            cut: Mutex::new(stop.child_token()),
            tasks: TaskTracker::new(),
            attempts: AtomicUsize::new(0),
            live: AtomicUsize::new(0),
            changes: Changes::new(),
            stop: stop.clone(),
        });
        let accepting = accept(Arc::clone(&shared), listener);
        shared
            .tasks
            .spawn(stop.run_until_cancelled_owned(accepting));
        Self { shared, addr }
    }

    /// Where to connect to instead of the target.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Passes everything on, and what was held back first. This is how it starts.
    pub fn pass(&self) {
        self.shared.mode.send_replace(Mode::Pass);
    }

    /// Holds everything back, in both directions, the ends of connections too: nobody hears
    /// anything. New connections are taken, as the system does that, and hear nothing either.
    pub fn black_hole(&self) {
        self.shared.mode.send_replace(Mode::BlackHole);
    }

    /// Resets each new connection as soon as it is there. Those that are open stay: see
    /// [`Self::cut`]. (For one that the system refuses, bind a port and let it go.)
    pub fn refuse(&self) {
        self.shared.mode.send_replace(Mode::Refuse);
    }

    /// Resets the connections that are open, at both ends. New ones fare as before.
    pub fn cut(&self) {
        let ended = std::mem::replace(&mut *self.shared.cut.lock(), self.shared.stop.child_token());
        ended.cancel();
    }

    /// Connections that were tried since the start, the refused ones too.
    #[must_use]
    pub fn attempts(&self) -> usize {
        self.shared.attempts.load(Ordering::SeqCst)
    }

    /// Connections that are open. In a black hole their ends are not heard.
    #[must_use]
    pub fn live(&self) -> usize {
        self.shared.live.load(Ordering::SeqCst)
    }

    /// Resolves as soon as the condition, on attempts and live connections, holds.
    ///
    /// # Panics
    /// It does not hold within 20 s; the words are the counts.
    pub async fn until(&self, holds: impl Fn(&Self) -> bool) {
        let text = || {
            let (attempts, live) = (self.attempts(), self.live());
            format!("the wire saw {attempts} attempts and has {live} connections")
        };
        self.shared.changes.until(|| holds(self), text).await;
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.shared.stop.cancel();
        self.shared.tasks.close();
    }
}

async fn accept(shared: Arc<Shared>, listener: TcpListener) {
    let permits = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let permit = Arc::clone(&permits).acquire_owned().await;
        let permit = permit.expect("the semaphore is never closed");
        let Ok((client, _)) = listener.accept().await else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        shared.attempts.fetch_add(1, Ordering::SeqCst);
        shared.changes.notify();
        if *shared.mode.borrow() == Mode::Refuse {
            reset(&client);
            continue;
        }
        let carrying = carry(Arc::clone(&shared), client);
        shared.tasks.spawn(async move {
            carrying.await;
            drop(permit);
        });
    }
}

/// Carries one connection, until both sides have ended it or it is cut.
fn carry(shared: Arc<Shared>, mut client: TcpStream) -> impl Future<Output = ()> {
    // Both before the first poll: a cut that comes after the attempt was counted is not missed.
    let live = Live::new(&shared);
    let cut = shared.cut.lock().clone();
    async move {
        let _live = live;
        let Some(dialled) = cut.run_until_cancelled(dial(&shared)).await else {
            return reset(&client);
        };
        let Ok(mut server) = dialled else {
            return reset(&client);
        };
        let _ = client.set_nodelay(true);
        let copied = {
            let (from_client, to_client) = client.split();
            let (from_server, to_server) = server.split();
            let both = async {
                tokio::try_join!(
                    pump(&shared, from_client, to_server),
                    pump(&shared, from_server, to_client)
                )
            };
            cut.run_until_cancelled(both).await
        };
        if copied.is_none() {
            reset(&client);
            reset(&server);
        }
    }
}

async fn dial(shared: &Shared) -> io::Result<TcpStream> {
    passing(&mut shared.mode.subscribe()).await;
    let server = TcpStream::connect(shared.target).await?;
    server.set_nodelay(true)?;
    Ok(server)
}

/// One direction. What is not read while the wire is a black hole waits in the system.
async fn pump(shared: &Shared, mut from: ReadHalf<'_>, mut to: WriteHalf<'_>) -> io::Result<()> {
    let mut mode = shared.mode.subscribe();
    let mut piece = vec![0; PIECE];
    loop {
        passing(&mut mode).await;
        let length = tokio::select! {
            biased;
            _ = mode.changed() => continue,
            read = from.read(&mut piece) => read?,
        };
        if length == 0 {
            return to.shutdown().await;
        }
        to.write_all(&piece[..length]).await?;
    }
}

/// Resolves as soon as the wire is no black hole.
async fn passing(mode: &mut watch::Receiver<Mode>) {
    // It fails only with the sender dropped, and the waiter holds it.
    let _ = mode.wait_for(|mode| *mode != Mode::BlackHole).await;
}

/// Ends a connection with a reset, as its peer sees it.
fn reset(stream: &TcpStream) {
    let _ = stream.set_zero_linger();
}

/// Counts a connection for as long as it is open.
struct Live(Arc<Shared>);

impl Live {
    fn new(shared: &Arc<Shared>) -> Self {
        shared.live.fetch_add(1, Ordering::SeqCst);
        shared.changes.notify();
        Self(Arc::clone(shared))
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.0.live.fetch_sub(1, Ordering::SeqCst);
        self.0.changes.notify();
    }
}
