//! How ngrok's client gets its connections.
//!
//! The client (0.19) waits 50^n ms before retry n, without a cap: 1 h 44 min before the fourth,
//! and it never gives up. So a reconnect loops in here, with the host's pauses, until there is a
//! link, or ends the session.

use std::sync::Arc;

use ngrok::session::{ConnectError, IoStream};
use ngrok::tunnel::AcceptError;
use tokio_rustls::client::TlsStream;
use tunnel_session::{Step, Stopped};

use crate::dial::{self, Target};
use crate::error::Error;
use crate::handshake_reorder::HandshakeReorder;
use crate::host::{End, Host};
use crate::link::Link;
use crate::proxy::Proxy;
use crate::run::Run;
use crate::transport::BoxedStream;

/// Makes the links of one session.
pub(crate) struct Connector<H> {
    pub(crate) run: Arc<Run<H>>,
    pub(crate) proxy: Option<Proxy>,
}

impl<H: Host> Connector<H> {
    /// A link for the client; `loss` says why it needs another one.
    pub(crate) async fn connect(
        &self,
        target: Target,
        loss: Option<AcceptError>,
    ) -> Result<Box<dyn IoStream>, ConnectError> {
        let made = match &loss {
            None => self.first(&target).await,
            Some(loss) => self.again(&target, loss).await,
        };
        let Some(stream) = made else {
            return Err(ConnectError::Canceled);
        };
        self.run.host.step(Step::Auth);
        let run = Arc::clone(&self.run);
        let silence = self.run.timing.silence();
        let (link, state) = Link::new(HandshakeReorder::new(stream), silence, move |state| {
            run.dropped(state)
        });
        self.run.linked(state, loss.is_some());
        Ok(Box::new(link))
    }

    /// One try: whether there will be another is not decided here.
    async fn first(&self, target: &Target) -> Option<TlsStream<BoxedStream>> {
        match self.dial(target).await {
            Ok(stream) => Some(stream),
            Err(error) => {
                self.run.set_first_error(error);
                None
            }
        }
    }

    /// As many tries as it takes.
    async fn again(&self, target: &Target, loss: &AcceptError) -> Option<TlsStream<BoxedStream>> {
        let mut error = match self.run.lost(loss) {
            Ok(error) => error,
            Err(end) => {
                self.run.finish(end);
                return None;
            }
        };
        loop {
            if self.pause(&error).await.is_err() {
                self.run.finish(End::Stopped);
                return None;
            }
            match self.dial(target).await {
                Ok(stream) => return Some(stream),
                Err(found) => error = self.run.hidden(found),
            }
        }
    }

    async fn pause(&self, error: &Error) -> Result<(), Stopped> {
        let attempt = self.run.next_attempt();
        self.run.host.pause(error, attempt).await
    }

    async fn dial(&self, target: &Target) -> Result<TlsStream<BoxedStream>, Error> {
        self.run.host.step(Step::Dial);
        dial::dial(target, self.proxy.as_ref(), self.run.timing.dial).await
    }
}
