//! How ngrok's client gets its links. The client's own pauses grow to hours and it gives up for nothing; so
//! after a loss this loops inside, with the tunnel's own pauses, until there is a link, or says that it is over.

use std::sync::Arc;

use ngrok::session::{ConnectError, IoStream};
use ngrok::tunnel::AcceptError;
use tokio_rustls::client::TlsStream;

use super::codes;
use super::course::Course;
use super::dial::{self, Goal, Trouble};
use super::link::Link;
use super::order::Order;
use super::proxy::Proxy;
use crate::session::{End, Stopped};
use crate::{BoxedStream, Step, TunnelError};

/// Makes the links of one session.
pub(super) struct Connector {
    pub(super) course: Arc<Course>,
    pub(super) proxy: Option<Proxy>,
}

impl Connector {
    /// A link for the client; `loss` says why it needs another one.
    pub(super) async fn connect(
        &self,
        goal: Goal,
        loss: Option<AcceptError>,
    ) -> Result<Box<dyn IoStream>, ConnectError> {
        let made = match &loss {
            None => self.first(&goal).await,
            Some(loss) => self.again(&goal, loss).await,
        };
        let Some(stream) = made else {
            return Err(ConnectError::Canceled);
        };
        self.course.session.step(Step::Auth);
        let course = Arc::clone(&self.course);
        let silence = self.course.session.timing().silence();
        let (link, pulse) = Link::new(Order::new(stream), silence, move |pulse| {
            course.let_go(pulse)
        });
        self.course.linked(pulse, loss.is_some());
        Ok(Box::new(link))
    }

    /// One try: whether there will be another is not decided here.
    async fn first(&self, goal: &Goal) -> Option<TlsStream<BoxedStream>> {
        match self.dial(goal).await {
            Ok(stream) => Some(stream),
            Err(trouble) => {
                self.course.set_trouble(trouble);
                None
            }
        }
    }

    /// As many tries as it takes.
    async fn again(&self, goal: &Goal, loss: &AcceptError) -> Option<TlsStream<BoxedStream>> {
        let mut error = match self.course.lost(loss) {
            Ok(error) => error,
            Err(end) => {
                self.course.finish(end);
                return None;
            }
        };
        loop {
            if self.pause(&error).await.is_err() {
                self.course.finish(End::Stopped);
                return None;
            }
            match self.dial(goal).await {
                Ok(stream) => return Some(stream),
                Err(trouble) => error = self.course.hidden(trouble).error,
            }
        }
    }

    async fn pause(&self, error: &TunnelError) -> Result<(), Stopped> {
        let session = &self.course.session;
        let attempt = self.course.next_attempt();
        if codes::is_busy(error) {
            let pause = session.timing().busy_pause;
            return session.wait(error, attempt, pause).await;
        }
        session.pause(error, attempt).await
    }

    async fn dial(&self, goal: &Goal) -> Result<TlsStream<BoxedStream>, Trouble> {
        let session = &self.course.session;
        session.step(Step::Dial);
        dial::dial(goal, self.proxy.as_ref(), session.timing().dial).await
    }
}
