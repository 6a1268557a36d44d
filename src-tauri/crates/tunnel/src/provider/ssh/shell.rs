//! The session channel in which a service prints the address: it runs a shell or a command, and is
//! read for as long as it is open, because free services change the name every few hours.

use std::time::Duration;

use messages::Arg;
use russh::client::Msg;
use russh::{ChannelMsg, ChannelReadHalf, ChannelWriteHalf};

use super::address::Printed;
use super::link::{Link, LinkError};
use crate::error::{TunnelError, TunnelErrorKind};
use crate::plan::SshPlan;
use crate::redact::redact;
use crate::words::sentences;

/// What may be printed before the address, in bytes. A guess.
const BEFORE_MAX: usize = 64 * 1024;
/// An unfinished line is searched when nothing more has come for this long. A guess: longer than
/// the gap between two packets of one line.
const QUIET: Duration = Duration::from_millis(200);

/// The channel in which the address is printed.
pub(super) struct Shell {
    from: ChannelReadHalf,
    printed: Printed,
    /// Why nothing will be printed.
    refused: bool,
    /// Dropped, it would close the channel.
    _to: ChannelWriteHalf<Msg>,
}

impl Shell {
    /// Asks for a shell, or for the plan's command. No terminal: services draw pictures on one.
    pub(super) async fn open(plan: &SshPlan, link: &Link) -> Result<Self, LinkError> {
        let (from, to) = link.open().await?.split();
        match plan.url_command.as_deref().map(str::trim) {
            Some(command) if !command.is_empty() => to.exec(true, command).await?,
            _ => to.request_shell(true).await?,
        }
        let domain = plan.url_domain.as_deref().map(str::trim);
        let domain = domain.filter(|domain| !domain.is_empty());
        Ok(Self {
            from,
            printed: Printed::new(domain.unwrap_or(&plan.host)),
            refused: false,
            _to: to,
        })
    }

    /// The first address; `None` when none comes, or too much else before it.
    pub(super) async fn first(&mut self) -> Option<String> {
        while self.printed.taken() <= BEFORE_MAX {
            match self.step().await {
                Step::Found(url) => return Some(url),
                Step::Other => {}
                Step::Closed => return None,
            }
        }
        None
    }

    /// The next address; `None` when the channel has been closed.
    pub(super) async fn next(&mut self) -> Option<String> {
        loop {
            match self.step().await {
                Step::Found(url) => return Some(url),
                Step::Other => {}
                Step::Closed => return None,
            }
        }
    }

    /// Why there is no address, in the server's words where it has any.
    pub(super) fn no_address(&self) -> TunnelError {
        let detail = if self.refused {
            Arg::from(&sentences::SHELL_REFUSED)
        } else {
            redact(self.printed.last_line()).into()
        };
        TunnelError::new(TunnelErrorKind::NoAddress, detail)
    }

    async fn step(&mut self) -> Step {
        let Ok(message) = tokio::time::timeout(QUIET, self.from.wait()).await else {
            return self.printed.settled().map_or(Step::Other, Step::Found);
        };
        let found = match message {
            Some(ChannelMsg::Data { data } | ChannelMsg::ExtendedData { data, .. }) => {
                self.printed.push(&data)
            }
            Some(ChannelMsg::Failure) => {
                self.refused = true;
                return Step::Closed;
            }
            Some(ChannelMsg::Close) | None => match self.printed.settled() {
                // The next read says that it is closed.
                Some(url) => {
                    self.printed.push(b"\n");
                    Some(url)
                }
                None => return Step::Closed,
            },
            Some(_) => None,
        };
        found.map_or(Step::Other, Step::Found)
    }
}

/// What one message brought.
enum Step {
    Found(String),
    Other,
    Closed,
}
