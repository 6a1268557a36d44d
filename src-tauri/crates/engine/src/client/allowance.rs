//! How long a target may take: an ordinary answer a minute, long bodies as long as they need.

use std::time::Duration;

use protocol::{Failure, FailureCode};
use tokio::time::Instant;

/// How long a target may take to answer, its bodies apart.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(60);

/// Each body may take as long as it needs at this rate: 2 Mbit/s, by guess a slow line's way up.
pub(super) const SLOWEST_BYTES_PER_SECOND: u64 = 256 << 10;

/// The time that a target has from the first byte sent to the last one received.
pub(super) struct Allowance {
    began: Instant,
    host: String,
    /// Bytes of bodies, sent and received so far.
    bytes: u64,
}

impl Allowance {
    /// Begins with a request's body.
    pub(super) fn begin(host: &str, bytes: u64) -> Self {
        Self {
            began: Instant::now(),
            host: host.to_owned(),
            bytes,
        }
    }

    /// So many bytes of the answer came.
    pub(super) fn received(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
    }

    /// How many seconds there are from the beginning.
    pub(super) fn seconds(&self) -> u64 {
        TIMEOUT.as_secs() + self.bytes / SLOWEST_BYTES_PER_SECOND
    }

    /// # Errors
    /// The time is over, or the work fails.
    pub(super) async fn wait<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let end = self.began + Duration::from_secs(self.seconds());
        match tokio::time::timeout_at(end, work).await {
            Ok(done) => done,
            Err(_) => Err(Failure::new(FailureCode::TimedOut, self.host.as_str())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_silent_target_has_a_minute_and_the_time_that_its_bodies_take() {
        for (sent, received, seconds) in
            [(0, 0, 60), (200_000_000, 0, 822), (1000, 26_214_400, 160)]
        {
            let began = Instant::now();
            let mut allowance = Allowance::begin("bot.example", sent);
            allowance.received(received);
            let silent = std::future::pending::<Result<(), Failure>>();
            let failure = allowance.wait(silent).await.unwrap_err();
            assert_eq!(failure, Failure::new(FailureCode::TimedOut, "bot.example"));
            assert_eq!(began.elapsed().as_secs(), seconds, "{sent} and {received}");
        }
    }
}
