//! A program of the developer's own that makes a tunnel and prints its address, such as
//! cloudflared, tuna or xtunnel.
//!
//! It is started without a shell. It leads to a loopback port of its own that takes nothing but
//! what came through it. Its whole process tree ends with the tunnel.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use process_wrap::tokio::{ChildWrapper, CommandWrap, KillOnDrop};
use regex::Regex;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::mpsc;
use tunnel_session::{End, Session, Step, TunnelError, TunnelErrorKind, redact};

use super::forward;
use crate::plan::CommandPlan;

/// The longest line searched, in bytes; a longer one is cut into several. A guess.
const LINE_BYTES: usize = 4096;
/// The last lines, which say why a program ended. A guess: what the window shows at once.
const LAST_LINES: usize = 5;
/// Lines in the queue from the pipes. A guess: a full one only slows the program's output.
const QUEUE: usize = 64;
/// How long a program may take to end after SIGTERM; then its tree is killed. A third of the whole
/// stop's limit.
const TERM_LIMIT: Duration = Duration::from_secs(1);
/// How long the last lines of a program that has ended may take to come out of its pipes. A guess.
const LAST_LINES_LIMIT: Duration = Duration::from_millis(50);

pub(crate) async fn run(plan: &CommandPlan, session: &Session) -> End {
    session.step(Step::Start);
    let listener = match forward::open(session, plan.forward_port) {
        Ok(listener) => listener,
        Err(error) => return End::Lost(error),
    };
    let port = listener.local_addr().map_or(0, |address| address.port());
    let (mut tree, lines) = match spawn(plan, port) {
        Ok((child, lines)) => (Tree(child), lines),
        Err(error) => return End::Failed(error),
    };
    session.step(Step::Address);
    let mut run = Run {
        session,
        lines,
        pattern: Regex::new(&plan.url_pattern).expect("the plan was checked"),
        url: None,
        last: VecDeque::new(),
    };
    let end = tokio::select! {
        () = session.stop().cancelled() => End::Stopped,
        end = run.until_it_ends(tree.0.as_mut()) => end,
        never = forward::accept(&listener, session) => match never {},
    };
    tree.end().await;
    end
}

/// One run of the program.
struct Run<'s> {
    session: &'s Session,
    lines: mpsc::Receiver<String>,
    pattern: Regex,
    url: Option<String>,
    /// The lines that were printed last.
    last: VecDeque<String>,
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
                () = &mut late, if self.url.is_none() => {
                    return End::Failed(TunnelError::new(TunnelErrorKind::NoAddress, self.said()));
                }
            }
        }
    }

    fn take(&mut self, line: &str) {
        if let Some(url) = address(&self.pattern, line)
            && self.url.as_deref() != Some(&url)
        {
            self.session.online(&url);
            self.url = Some(url);
        }
        if self.last.len() == LAST_LINES {
            self.last.pop_front();
        }
        self.last.push_back(redact(line));
    }

    async fn ended(&mut self, status: std::io::Result<ExitStatus>) -> End {
        // The pipes may still hold the last lines, which say why.
        while let Ok(Some(line)) = tokio::time::timeout(LAST_LINES_LIMIT, self.lines.recv()).await {
            self.take(&line);
        }
        let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
        let said = self.said();
        let detail = if said.is_empty() {
            status
        } else {
            format!("{status}: {said}")
        };
        End::Lost(TunnelError::new(TunnelErrorKind::CommandEnded, detail))
    }

    fn said(&self) -> String {
        let lines: Vec<&str> = self.last.iter().map(String::as_str).collect();
        lines.join(" · ")
    }
}

/// The address in a line: the pattern's first group, or the whole match.
fn address(pattern: &Regex, line: &str) -> Option<String> {
    let found = pattern.captures(line)?;
    let text = found.get(1).or_else(|| found.get(0))?.as_str();
    // Programs draw boxes and put commas behind addresses.
    let text = text.trim_end_matches(['.', ',', ';', '|', ')', '"', '\'', '>']);
    let url = url::Url::parse(text).ok()?;
    let fits = matches!(url.scheme(), "https" | "http") && url.host().is_some();
    fits.then(|| text.to_owned())
}

fn spawn(
    plan: &CommandPlan,
    port: u16,
) -> Result<(Box<dyn ChildWrapper>, mpsc::Receiver<String>), TunnelError> {
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
        TunnelError::new(kind, format!("{}: {error}", plan.program.trim()))
    })?;
    let (sender, lines) = mpsc::channel(QUEUE);
    if let Some(stdout) = child.stdout().take() {
        tokio::spawn(read_lines(stdout, sender.clone()));
    }
    if let Some(stderr) = child.stderr().take() {
        tokio::spawn(read_lines(stderr, sender));
    }
    Ok((child, lines))
}

/// Reads lines, however long or broken, until the pipe or its reader ends.
async fn read_lines(mut pipe: impl AsyncRead + Unpin, lines: mpsc::Sender<String>) {
    let mut held = Vec::new();
    let mut piece = [0_u8; LINE_BYTES];
    loop {
        let length = match pipe.read(&mut piece).await {
            Ok(0) | Err(_) => break,
            Ok(length) => length,
        };
        for byte in &piece[..length] {
            let ends = matches!(byte, b'\n' | b'\r');
            if !ends {
                held.push(*byte);
            }
            if (ends && !held.is_empty()) || held.len() == LINE_BYTES {
                let line = String::from_utf8_lossy(&held).into_owned();
                held.clear();
                if lines.send(line).await.is_err() {
                    return;
                }
            }
        }
    }
    let _ = lines
        .send(String::from_utf8_lossy(&held).into_owned())
        .await;
}

/// The program and all it started; killed when dropped.
struct Tree(Box<dyn ChildWrapper>);

impl Tree {
    /// Asks all of them to end, and kills what does not.
    async fn end(mut self) {
        #[cfg(unix)]
        {
            /// SIGTERM, by its number in POSIX.
            const TERMINATE: i32 = 15;
            if self.0.signal(TERMINATE).is_ok() {
                let _ = tokio::time::timeout(TERM_LIMIT, self.0.wait()).await;
            }
        }
        let _ = self.0.start_kill();
        let _ = tokio::time::timeout(TERM_LIMIT, self.0.wait()).await;
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        // The leader may have ended before its children: the group is killed in any case.
        let _ = self.0.start_kill();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_among_boxes_and_sentences() {
        let any = Regex::new(r"https://\S+").unwrap();
        for (line, found) in [
            (
                "|  https://blue-sky.trycloudflare.com                          |",
                Some("https://blue-sky.trycloudflare.com"),
            ),
            (
                "Forwarding https://a.ru.tuna.am -> 127.0.0.1:8787",
                Some("https://a.ru.tuna.am"),
            ),
            ("see https://x.example, please.", Some("https://x.example")),
            ("starting", None),
            ("https://", None),
        ] {
            assert_eq!(address(&any, line).as_deref(), found, "{line}");
        }
        let group = Regex::new(r"url=(\S+)").unwrap();
        assert_eq!(
            address(&group, "level=info url=https://y.example").as_deref(),
            Some("https://y.example")
        );
    }
}
