//! A filter as a condition over `exchanges e`: SQL and the values for it.

use rusqlite::types::Value;

/// The condition. Its first two parameters are the lowest and the highest `seq` that is looked at.
pub(crate) struct CompiledFilter {
    /// Never empty.
    pub(crate) sql: String,
    /// The values for `?3` and on.
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
        format!("?{}", self.values.len() + 2)
    }

    /// All values, for exchanges between two numbers, both included.
    pub(crate) fn between(&self, low: i64, high: i64) -> impl Iterator<Item = Value> {
        [low, high]
            .map(Value::from)
            .into_iter()
            .chain(self.values.iter().cloned())
    }
}
