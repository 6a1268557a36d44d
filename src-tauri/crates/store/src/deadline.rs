//! Until when a statement may read texts, as its parameter: SQLite asks whether to go on between
//! its own steps only, and one step may read a body of many megabytes.

use std::sync::LazyLock;
use std::time::Instant;

use rusqlite::types::{Value, ValueRef};

/// What moments are counted from.
static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The parameter; without a moment there is no end.
pub(crate) fn parameter(until: Option<Instant>) -> Value {
    let micros = until.map(|until| until.saturating_duration_since(*BEGIN).as_micros());
    micros.map_or(Value::Null, |micros| {
        Value::Integer(i64::try_from(micros).unwrap_or(i64::MAX))
    })
}

/// Whether the moment of a parameter is over.
pub(crate) fn is_over(parameter: ValueRef<'_>) -> bool {
    let now = BEGIN.elapsed().as_micros();
    let until = parameter.as_i64().ok();
    until.is_some_and(|until| u128::from(until.unsigned_abs()) <= now)
}
