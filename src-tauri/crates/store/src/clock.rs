//! The wall clock, asked in this one place: for the name of a file set aside, for the age that
//! retention compares with, and for "not saved since".

use std::time::{SystemTime, UNIX_EPOCH};

use protocol::UtcMillis;

/// The present moment.
#[expect(
    clippy::disallowed_methods,
    reason = "the store dates what it keeps by the system's clock"
)]
pub(crate) fn now() -> UtcMillis {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    UtcMillis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}
