//! A program of the developer's own that makes a tunnel and prints its address, such as
//! cloudflared, tuna or xtunnel.
//!
//! It is started without a shell. It leads to a loopback port of its own that takes nothing but
//! what came through it. Its whole process tree ends with the tunnel.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::net::SocketAddr;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use process_wrap::tokio::{ChildWrapper, CommandWrap, KillOnDrop};
use regex::Regex;
use tokio::sync::mpsc;
use tunnel_session::{End, Session, Step, TunnelError, TunnelErrorKind, redact};

use super::announced::Output;
use super::forward;
#[cfg(unix)]
use super::guard::Guard;
use super::output::{Line, Pipe, read_lines};
use crate::plan::CommandPlan;

/// The last lines, which say why a program ended. A guess: what the window shows at once.
const LAST_LINES: usize = 5;
/// Lines in the queue from the pipes. A guess: a full one only slows the program's output.
const QUEUE: usize = 64;
/// How long a program may take to end after SIGTERM; then its tree is killed. A third of the whole
/// stop's limit.
const TERM_LIMIT: Duration = Duration::from_secs(1);
/// How long the last lines of a program that has ended may take to come out of its pipes. A guess.
const LAST_LINES_LIMIT: Duration = Duration::from_millis(50);

pub(crate) async fn run(
    plan: &CommandPlan,
    session: &Session,
    api: &Arc<OnceLock<SocketAddr>>,
) -> End {
    session.step(Step::Start);
    let listener = match forward::open(session, plan.forward_port) {
        Ok(listener) => listener,
        Err(error) => return End::Lost(error),
    };
    let port = listener.local_addr().map_or(0, |address| address.port());
    let (mut tree, lines) = match spawn(plan, port) {
        Ok((child, lines)) => (Tree::new(child), lines),
        Err(error) => return End::Failed(error),
    };
    session.step(Step::Address);
    let mut run = Run {
        session,
        program: plan.program.trim(),
        lines,
        output: Output::new(
            Regex::new(&plan.url_pattern).expect("the plan was checked"),
            plan.address_changes,
            Arc::clone(api),
        ),
        last: VecDeque::new(),
        is_last_whole: true,
    };
    let end = tokio::select! {
        () = session.stop().cancelled() => End::Stopped,
        end = run.until_it_ends(tree.child.as_mut()) => end,
        never = forward::accept(&listener, session) => match never {},
    };
    tree.end().await;
    end
}

/// One run of the program.
struct Run<'s> {
    session: &'s Session,
    program: &'s str,
    lines: mpsc::Receiver<Line>,
    output: Output,
    /// The lines that were printed last.
    last: VecDeque<String>,
    /// The very last of them had ended.
    is_last_whole: bool,
}

impl Run<'_> {
    /// Reads what it prints until it ends, or until no address came in time.
    async fn until_it_ends(&mut self, child: &mut dyn ChildWrapper) -> End {
        let late = tokio::time::sleep(self.session.timing().address);
        tokio::pin!(late);
        let mut ended = child.wait();
        loop {
            tokio::select! {
                biased;
                Some(line) = self.lines.recv() => self.take(&line),
                status = &mut ended => return self.ended(status).await,
                () = &mut late, if self.output.url().is_none() => {
                    let kind = match self.output.has_unusable() {
                        true => TunnelErrorKind::AddressUnusable,
                        false => TunnelErrorKind::NoAddress,
                    };
                    return End::Failed(TunnelError::new(kind, self.said()));
                }
            }
        }
    }

    fn take(&mut self, line: &Line) {
        if let Some(url) = self.output.read(line) {
            self.session.online(url);
        }
        self.keep(line);
    }

    /// Keeps a line among the last ones.
    fn keep(&mut self, line: &Line) {
        if line.text.trim().is_empty() {
            return;
        }
        if !self.is_last_whole {
            // It comes again, longer.
            self.last.pop_back();
        }
        self.is_last_whole = line.is_whole;
        if self.last.len() == LAST_LINES {
            self.last.pop_front();
        }
        self.last.push_back(redact(&line.text));
    }

    async fn ended(&mut self, status: std::io::Result<ExitStatus>) -> End {
        // The pipes may still hold the last lines, which say why.
        let until = tokio::time::Instant::now() + LAST_LINES_LIMIT;
        while let Ok(Some(line)) = tokio::time::timeout_at(until, self.lines.recv()).await {
            self.take(&line);
        }
        let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
        let said = self.said();
        let detail = format!("{status}\n{said}");
        End::Lost(TunnelError::new(TunnelErrorKind::CommandEnded, detail).about(self.program))
    }

    fn said(&self) -> String {
        let lines: Vec<&str> = self.last.iter().map(String::as_str).collect();
        lines.join("\n")
    }
}

fn spawn(
    plan: &CommandPlan,
    port: u16,
) -> Result<(Box<dyn ChildWrapper>, mpsc::Receiver<Line>), TunnelError> {
    let args = plan
        .args
        .iter()
        .map(|arg| arg.replace("{port}", &port.to_string()));
    let mut command = CommandWrap::with_new(OsStr::new(plan.program.trim()), |command| {
        command
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
    });
    #[cfg(unix)]
    command.wrap(process_wrap::tokio::ProcessGroup::leader());
    command.wrap(KillOnDrop);
    #[cfg(windows)]
    command.wrap(process_wrap::tokio::JobObject);
    let mut child = command.spawn().map_err(|error| {
        let kind = match error.kind() {
            std::io::ErrorKind::NotFound => TunnelErrorKind::CommandMissing,
            _ => TunnelErrorKind::CommandFailed,
        };
        TunnelError::new(kind, error.to_string()).about(plan.program.trim())
    })?;
    let (sender, lines) = mpsc::channel(QUEUE);
    if let Some(stdout) = child.stdout().take() {
        tokio::spawn(read_lines(stdout, Pipe::Stdout, sender.clone()));
    }
    if let Some(stderr) = child.stderr().take() {
        tokio::spawn(read_lines(stderr, Pipe::Stderr, sender));
    }
    Ok((child, lines))
}

/// The program and all it started; killed when dropped, and where this process is killed.
struct Tree {
    child: Box<dyn ChildWrapper>,
    #[cfg(unix)]
    _guard: Option<Guard>,
}

impl Tree {
    fn new(child: Box<dyn ChildWrapper>) -> Self {
        Self {
            #[cfg(unix)]
            _guard: child.id().and_then(Guard::over),
            child,
        }
    }

    /// Asks all of them to end, and kills what does not.
    async fn end(mut self) {
        #[cfg(unix)]
        {
            /// SIGTERM, by its number in POSIX.
            const TERMINATE: i32 = 15;
            if self.child.signal(TERMINATE).is_ok() {
                let _ = tokio::time::timeout(TERM_LIMIT, self.child.wait()).await;
            }
        }
        let _ = self.child.start_kill();
        let _ = tokio::time::timeout(TERM_LIMIT, self.child.wait()).await;
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        // The leader may have ended before its children: the group is killed in any case.
        let _ = self.child.start_kill();
    }
}
