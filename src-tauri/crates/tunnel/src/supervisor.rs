//! The one owner of the tunnel: takes commands, runs the provider, decides about retries.
//!
//! Commands are taken in every state. A stop lets the provider end in its own order, for at most
//! [`Timing::stop`]; then everything is dropped. A start over a running tunnel stops that one
//! first.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use protocol::UtcMillis;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;
use tunnel_session::{
    ConnectionLimiter, End, Incoming, Provider, Session, State, Status, StatusWriter, Timing,
    TunnelError,
};

use crate::plan::Plan;
use crate::provider;

/// Commands in the queue to the supervisor. A guess: each waits for the one before.
const COMMANDS: usize = 16;

/// What the supervisor needs to know.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How long everything may take.
    pub timing: Timing,
    /// The system's clock.
    pub now: fn() -> UtcMillis,
}

enum Command {
    Start(Box<Plan>, oneshot::Sender<()>),
    Fail(Provider, Box<TunnelError>, oneshot::Sender<()>),
    Stop(oneshot::Sender<()>),
    Retry(oneshot::Sender<bool>),
}

/// A handle to the tunnel. Cloning gives another handle to the same one.
#[derive(Clone)]
pub struct Tunnel {
    commands: mpsc::Sender<Command>,
    status: watch::Receiver<Status>,
    api: Arc<OnceLock<SocketAddr>>,
}

/// Makes a tunnel: a handle to it, the receiver of its connections, and the supervisor, a future to
/// be spawned. It ends when all handles are dropped.
pub fn supervise(options: Options) -> (Tunnel, Incoming, impl Future<Output = ()> + Send) {
    let (commands, receiver) = mpsc::channel(COMMANDS);
    let (limiter, incoming) = ConnectionLimiter::new();
    let writer = StatusWriter::new(options.now);
    let status = writer.watch();
    let api = Arc::default();
    let supervisor = Supervisor {
        commands: receiver,
        writer,
        limiter,
        timing: options.timing,
        plan: None,
        api: Arc::clone(&api),
    };
    let tunnel = Tunnel {
        commands,
        status,
        api,
    };
    (tunnel, incoming, supervisor.run())
}

impl Tunnel {
    /// That this app's API listens at an address of this machine, which is then no tunnel's,
    /// whatever a program prints. The first one given stays.
    pub fn api_at(&self, address: SocketAddr) {
        let _ = self.api.set(address);
    }

    /// Starts it, or restarts it; returns once the status says so.
    pub async fn start(&self, plan: Plan) {
        let (taken, start) = oneshot::channel();
        let _ = self
            .commands
            .send(Command::Start(Box::new(plan), taken))
            .await;
        let _ = start.await;
    }

    /// Says why it cannot be started, as long as nothing runs; returns once the status says so.
    pub async fn fail(&self, provider: Provider, error: TunnelError) {
        let (done, answer) = oneshot::channel();
        let command = Command::Fail(provider, Box::new(error), done);
        let _ = self.commands.send(command).await;
        let _ = answer.await;
    }

    /// Stops it; returns once it is offline, within [`Timing::stop`].
    pub async fn stop(&self) {
        let (done, answer) = oneshot::channel();
        let _ = self.commands.send(Command::Stop(done)).await;
        let _ = answer.await;
    }

    /// Ends a pause early, or restarts what has failed or was stopped; `false` where there was
    /// nothing to try.
    pub async fn retry(&self) -> bool {
        let (done, answer) = oneshot::channel();
        let _ = self.commands.send(Command::Retry(done)).await;
        answer.await.unwrap_or(false)
    }

    /// The tunnel as it is now.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status.borrow().clone()
    }

    /// The same, to wait for changes.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }
}

/// What follows a run of the tunnel.
enum Next {
    /// The run ended by itself, its status says how.
    Idle,
    /// Start this.
    Start(Box<Plan>, oneshot::Sender<()>),
    /// All handles are dropped.
    Gone,
}

struct Supervisor {
    commands: mpsc::Receiver<Command>,
    writer: StatusWriter,
    limiter: ConnectionLimiter,
    timing: Timing,
    /// The plan of the last start, for a retry.
    plan: Option<Plan>,
    /// Where this app's API listens, once it does.
    api: Arc<OnceLock<SocketAddr>>,
}

impl Supervisor {
    async fn run(mut self) {
        let mut next = Next::Idle;
        loop {
            next = match next {
                Next::Idle => self.idle().await,
                Next::Start(plan, taken) => self.online(*plan, taken).await,
                Next::Gone => return,
            };
        }
    }

    /// Nothing runs: waits for a start.
    async fn idle(&mut self) -> Next {
        loop {
            match self.commands.recv().await {
                None => return Next::Gone,
                Some(Command::Start(plan, taken)) => return Next::Start(plan, taken),
                Some(Command::Fail(provider, error, done)) => {
                    self.session(self.writer.begin(provider)).failed(*error);
                    let _ = done.send(());
                }
                Some(Command::Stop(done)) => {
                    self.settle_down();
                    let _ = done.send(());
                }
                Some(Command::Retry(done)) => match self.plan.clone() {
                    Some(plan) => {
                        let (taken, _) = oneshot::channel();
                        let _ = done.send(true);
                        return Next::Start(Box::new(plan), taken);
                    }
                    None => {
                        let _ = done.send(false);
                    }
                },
            }
        }
    }

    /// A stop after a failure: the failure was read, and the state becomes offline.
    fn settle_down(&self) {
        let status = self.writer.watch().borrow().clone();
        if status.state == State::Failed {
            self.session(status.generation).offline();
        }
    }

    fn session(&self, generation: u64) -> Session {
        Session::new(
            generation,
            self.writer.clone(),
            self.limiter.clone(),
            self.timing,
        )
    }

    /// Runs one start until it ends or a command ends it.
    async fn online(&mut self, plan: Plan, taken: oneshot::Sender<()>) -> Next {
        let session = self.session(self.writer.begin(plan.provider()));
        self.plan = Some(plan.clone());
        let _ = taken.send(());
        let mut run = Box::pin(drive(&plan, &session, &self.api));
        let mut clock = SleepWatch::new(&self.writer, self.timing);
        let (next, done) = loop {
            tokio::select! {
                biased;
                command = self.commands.recv() => match command {
                    None => break (Next::Gone, None),
                    Some(Command::Start(plan, taken)) => break (Next::Start(plan, taken), None),
                    Some(Command::Stop(done)) => break (Next::Idle, Some(done)),
                    // What runs does not fail because of another start.
                    Some(Command::Fail(_, _, done)) => {
                        let _ = done.send(());
                    }
                    Some(Command::Retry(done)) => {
                        session.retry_now();
                        let _ = done.send(true);
                    }
                },
                () = &mut run => return Next::Idle,
                () = clock.slept() => session.wake(),
            }
        };
        session.stopping();
        session.stop().cancel();
        if tokio::time::timeout(self.timing.stop, &mut run)
            .await
            .is_err()
        {
            tracing::warn!("the tunnel did not end in time and was dropped");
        }
        drop(run);
        session.offline();
        if let Some(done) = done {
            let _ = done.send(());
        }
        next
    }
}

/// Runs the provider again and again, until it ends for good.
async fn drive(plan: &Plan, session: &Session, api: &Arc<OnceLock<SocketAddr>>) {
    let mut attempt = 0;
    loop {
        match provider::run(plan, session, api).await {
            End::Stopped => return session.offline(),
            End::Failed(error) => return session.failed(error),
            End::Lost(error) => {
                // After a link that worked the count starts at 1.
                attempt = if session.is_online() { 1 } else { attempt + 1 };
                if session.pause(&error, attempt).await.is_err() {
                    return session.offline();
                }
            }
        }
    }
}

/// Notices that the machine has slept: the wall clock ran on, the monotonic one did not.
struct SleepWatch {
    writer: StatusWriter,
    timing: Timing,
    wall: UtcMillis,
    own: Instant,
}

impl SleepWatch {
    fn new(writer: &StatusWriter, timing: Timing) -> Self {
        Self {
            writer: writer.clone(),
            timing,
            wall: writer.now(),
            own: Instant::now(),
        }
    }

    /// Resolves after a sleep.
    async fn slept(&mut self) {
        loop {
            tokio::time::sleep(self.timing.sleep_check).await;
            let wall = self.writer.now();
            let by_clock = Duration::from_millis(u64::try_from(wall.0 - self.wall.0).unwrap_or(0));
            let gap = by_clock.saturating_sub(self.own.elapsed());
            (self.wall, self.own) = (wall, Instant::now());
            if gap >= self.timing.sleep_gap {
                return;
            }
        }
    }
}
