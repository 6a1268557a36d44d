//! One agent's connection: TLS, muxado in server mode, and a task for each stream that the agent
//! opens.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;
use std::time::Duration;

use muxado::typed::{StreamType, Typed, TypedAccept, TypedSession, TypedStream};
use muxado::{Error, SessionBuilder};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::delegate::delegate_io;
use crate::rpc;
use crate::state::{Agent, Session, Shared};

/// Connections of agents at once. A guess.
const SESSIONS: usize = 256;
/// How long TLS may take. A guess: a busy machine does not reach it.
const HANDSHAKE: Duration = Duration::from_secs(30);
/// Streams of one session. Above the client's own limit of 512, so that it is the client that gives
/// up.
const STREAMS: usize = 4096;
/// The pause after the system refused a connection, most likely for want of file handles. A
/// guess.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

const AUTH: StreamType = StreamType::clamp(0);
const BIND: StreamType = StreamType::clamp(1);
const UNBIND: StreamType = StreamType::clamp(2);
const HEARTBEAT: StreamType = StreamType::clamp(u32::MAX);
/// The bytes of one heartbeat.
const BEAT: usize = 4;

/// Takes agents in until it is dropped.
pub(crate) async fn accept(shared: Arc<Shared>, listener: TcpListener) {
    let permits = Arc::new(Semaphore::new(SESSIONS));
    loop {
        let permit = Arc::clone(&permits).acquire_owned().await;
        let permit = permit.expect("the semaphore is never closed");
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        // Without it each small packet waits for a delayed acknowledgement: 40 ms.
        let _ = stream.set_nodelay(true);
        let socket = Socket::new(stream, permit, Arc::clone(&shared));
        let kill = shared.new_session();
        let session = run(Arc::clone(&shared), socket, kill.clone());
        shared.tasks.spawn(kill.run_until_cancelled_owned(session));
    }
}

/// Serves one agent until it leaves or the future is dropped.
async fn run(shared: Arc<Shared>, socket: Socket, kill: CancellationToken) {
    let handshake = shared.acceptor.accept(socket);
    let stream = match tokio::time::timeout(HANDSHAKE, handshake).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return tracing::debug!(%error, "an agent did not get through TLS"),
        Err(_) => return tracing::debug!("an agent was silent"),
    };
    let mux = SessionBuilder::new(stream)
        .server()
        .stream_limit(STREAMS)
        .start();
    let (open, mut accept) = Typed::new(mux).split_typed();
    let session = Arc::new(Session {
        agent: Agent {
            number: shared.number(),
            open,
            kill,
        },
        client_id: OnceLock::new(),
        shared,
    });
    let _forgotten = Forget(Arc::clone(&session));
    loop {
        match accept.accept_typed().await {
            Ok(stream) => session.serve(stream),
            // A stream that ended before it said what it is.
            Err(Error::StreamClosed) => {}
            Err(_) => return,
        }
    }
}

/// Ends the session's tasks and takes it out of the lists when it ends, however it ends.
struct Forget(Arc<Session>);

impl Drop for Forget {
    fn drop(&mut self) {
        // Before the lists, which take nothing in from a session that has ended.
        self.0.agent.kill.cancel();
        self.0.shared.leave(self.0.agent.number);
    }
}

impl Session {
    fn serve(self: &Arc<Self>, stream: TypedStream) {
        let session = Arc::clone(self);
        let serving = async move {
            let typ = stream.typ();
            let served = match typ {
                HEARTBEAT => session.echo(stream).await,
                AUTH => rpc::auth(&session, stream).await,
                BIND => rpc::bind(&session, stream).await,
                UNBIND => rpc::unbind(&session, stream).await,
                _ => rpc::unknown(stream).await,
            };
            if let Err(error) = served {
                tracing::debug!(%error, stream = *typ, "a stream of an agent ended");
            }
        };
        let kill = self.agent.kill.clone();
        self.shared
            .tasks
            .spawn(kill.run_until_cancelled_owned(serving));
    }

    /// Sends each heartbeat back; while the knob says no they wait.
    async fn echo(&self, mut stream: TypedStream) -> io::Result<()> {
        let mut beat = [0; BEAT];
        loop {
            stream.read_exact(&mut beat).await?;
            self.once(|knobs| knobs.answer_heartbeats).await;
            stream.write_all(&beat).await?;
        }
    }
}

/// An agent's TCP connection, counted for as long as it is open.
struct Socket {
    stream: Option<TcpStream>,
    _permit: OwnedSemaphorePermit,
    shared: Arc<Shared>,
}

impl Socket {
    fn new(stream: TcpStream, permit: OwnedSemaphorePermit, shared: Arc<Shared>) -> Self {
        shared.live.fetch_add(1, Ordering::SeqCst);
        shared.changes.notify();
        Self {
            stream: Some(stream),
            _permit: permit,
            shared,
        }
    }

    fn stream(&mut self) -> Pin<&mut TcpStream> {
        Pin::new(self.stream.as_mut().expect("it is there until drop"))
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // Closed first: readers of the count rely on it.
        drop(self.stream.take());
        self.shared.live.fetch_sub(1, Ordering::SeqCst);
        self.shared.changes.notify();
    }
}

delegate_io!(Socket);
