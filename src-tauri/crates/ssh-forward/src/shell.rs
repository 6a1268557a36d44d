//! The session channel in which a service prints the address: it runs a shell or a command, and is
//! read for as long as it is open, because free services change the name every few hours.

use std::time::Duration;

use messages::Arg;
use russh::client::Msg;
use russh::{ChannelMsg, ChannelReadHalf, ChannelWriteHalf};
use tunnel_session::{TunnelError, TunnelErrorKind, redact};

use crate::address::Printed;
use crate::link::{Link, LinkError};
use crate::words::sentences;

/// What may be printed before the address, in bytes. A guess.
const BEFORE_MAX: usize = 64 * 1024;
/// An unfinished line is searched when nothing more has come for this long. A guess: longer than
/// the gap between two packets of one line.
const QUIET: Duration = Duration::from_millis(200);

/// The channel in which the address is printed.
pub(crate) struct Shell {
    from: ChannelReadHalf,
    printed: Printed,
    /// Why nothing will be printed.
    refused: bool,
    /// Dropped, it would close the channel.
    _to: ChannelWriteHalf<Msg>,
}

impl Shell {
    /// Asks for a shell, or for this command. No terminal: services draw pictures on one.
    pub(crate) async fn open(
        link: &Link,
        command: Option<&str>,
        domain: &str,
    ) -> Result<Self, LinkError> {
        let (from, to) = link.open().await?.split();
        match command {
            Some(command) => to.exec(true, command).await?,
            None => to.request_shell(true).await?,
        }
        Ok(Self {
            from,
            printed: Printed::new(domain),
            refused: false,
            _to: to,
        })
    }

    /// The first address; `None` when none comes, or too much else before it.
    pub(crate) async fn first(&mut self) -> Option<String> {
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
    pub(crate) async fn next(&mut self) -> Option<String> {
        loop {
            match self.step().await {
                Step::Found(url) => return Some(url),
                Step::Other => {}
                Step::Closed => return None,
            }
        }
    }

    /// Why there is no address, in the server's words where it has any.
    pub(crate) fn no_address(&self) -> TunnelError {
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
