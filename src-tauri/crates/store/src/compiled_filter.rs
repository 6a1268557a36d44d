//! A filter as a condition over `exchanges e`: SQL and the values for it.

use std::time::Instant;

use rusqlite::types::Value;

use crate::deadline;

/// The condition. Its first two parameters are the lowest and the highest `seq` that is looked at,
/// the third one is until when texts may be read (`deadline`).
pub(crate) struct CompiledFilter {
    /// Never empty.
    pub(crate) sql: String,
    /// The values for `?4` and on.
    pub(crate) values: Vec<Value>,
    /// It looks into texts: better asked in several steps than for everything at once.
    pub(crate) reads_texts: bool,
    /// Some of these texts are bodies and heads, which are stored packed.
    pub(crate) reads_messages: bool,
}

impl CompiledFilter {
    /// Every exchange that is shown.
    pub(crate) fn shown() -> Self {
        Self {
            sql: "e.hidden = 0".to_owned(),
            values: Vec::new(),
            reads_texts: false,
            reads_messages: false,
        }
    }

    /// Adds a value and gives its parameter.
    pub(crate) fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len() + 3)
    }

    /// All values, for exchanges between two numbers, both included.
    pub(crate) fn between(
        &self,
        (low, high): (i64, i64),
        until: Option<Instant>,
    ) -> impl Iterator<Item = Value> {
        // A filter that reads texts has values; one without has no third parameter.
        let used = if self.values.is_empty() { 2 } else { 3 };
        [low.into(), high.into(), deadline::parameter(until)]
            .into_iter()
            .take(used)
            .chain(self.values.iter().cloned())
    }
}
