//! An answer that waits before it goes out, as a rule says.

use std::time::Duration;

use protocol::FailureCode;
use protocol::platform::NoAnswer;
use tokio::time::{Instant, sleep_until};

use super::Turn;
use super::deliver::Reply;
use super::forward::SHOWN_AFTER;
use super::host::Host;
use super::record::undelivered;
use crate::outgoing::{Given, Outgoing};

impl<H: Host> Turn<H> {
    /// Ends the exchange after a while. Where the app stops, the answer goes out at once.
    pub(super) async fn delay(
        mut self: Box<Self>,
        given: Given,
        delay: Duration,
        mut reply: Reply,
    ) {
        self.exchange.timing.decided = Some(self.clock.elapsed());
        self.save_uses().await;
        let end = Instant::now() + delay;
        let until = self.before_platform_deadline(end);
        let given = match self.wait_out(until, &mut reply).await {
            true if until < end => self.platform_answer(NoAnswer::TooLate).unwrap_or(given),
            true => given,
            false => {
                self.caller_left();
                let failure = undelivered(self.clock, FailureCode::CallerLeft);
                Given::by_nobody(Outgoing::Nothing(failure))
            }
        };
        self.end(given, reply, None).await;
    }

    /// Whether the caller is there still.
    async fn wait_out(&mut self, end: Instant, reply: &mut Reply) -> bool {
        let stop = self.host.stop().clone();
        let shown = Instant::now() + SHOWN_AFTER;
        let mut is_shown = false;
        loop {
            tokio::select! {
                biased;
                () = reply.disconnected() => return false,
                () = stop.cancelled() => return true,
                () = sleep_until(end) => return true,
                () = sleep_until(shown), if !is_shown => {
                    is_shown = true;
                    self.record_open().await;
                }
            }
        }
    }
}
