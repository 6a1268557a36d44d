//! The one place that reads the system's clock.

use std::time::{SystemTime, UNIX_EPOCH};

use protocol::UtcMillis;

/// The present moment. A clock set before 1970 reads as 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "the place where the clock is read"
)]
#[must_use]
pub fn now() -> UtcMillis {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    UtcMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
