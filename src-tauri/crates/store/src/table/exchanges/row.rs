//! A row of `exchanges` as it is read, written and changed, and what a column is.

use std::str::FromStr;

use protocol::{Ending, Micros, PlatformChoice, Side, State, Summary, Timing};
use rusqlite::types::{FromSqlResult, ToSqlOutput, ValueRef};

use super::values::{assign, name, number, present};
use crate::types::Change;

/// A row as it is read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Record {
    pub(crate) summary: Summary,
    pub(crate) timing: Timing,
    /// `None` where it was not stored, or is one that this version does not know.
    pub(crate) platform_choice: Option<PlatformChoice>,
    pub(crate) rule_context: Option<String>,
    /// As JSON.
    pub(crate) own_findings: Option<String>,
    pub(crate) unknown: Vec<UnknownName>,
}

/// A name that a later version of the app wrote; something else is shown in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnknownName {
    pub(crate) column: &'static str,
    pub(crate) name: String,
}

/// A row as it is written.
#[derive(Clone, Copy)]
pub(crate) struct NewRow<'a> {
    /// All but its duration.
    pub(crate) summary: &'a Summary,
    pub(crate) timing: Timing,
    pub(crate) duration_ms: Option<f64>,
    pub(crate) platform_choice: Option<PlatformChoice>,
    pub(crate) rule_context: Option<&'a str>,
    /// As JSON.
    pub(crate) own_findings: Option<&'a str>,
}

/// A change with the time that its stopwatch shows.
pub(super) struct Measured<'a> {
    pub(super) change: &'a Change,
    pub(super) elapsed: Option<Micros>,
}

impl Measured<'_> {
    /// Its new value where the exchange has ended.
    pub(super) fn ended<'a>(
        &'a self,
        bind: impl FnOnce(&'a Ending) -> ToSqlOutput<'a>,
    ) -> Option<ToSqlOutput<'a>> {
        self.change.ending.as_ref().map(bind)
    }

    /// The length of the answer that it has now on this side.
    pub(super) fn body_bytes(&self, side: Side) -> Option<ToSqlOutput<'static>> {
        let answer = self.change.answers.get(side)?;
        Some(number(answer.body.length()))
    }
}

/// One column.
pub(super) struct Column {
    pub(super) name: &'static str,
    /// Its value in a new row.
    pub(super) bind: for<'a> fn(&NewRow<'a>) -> ToSqlOutput<'a>,
    /// Its new value where a change sets it.
    pub(super) change: Option<for<'a> fn(&'a Measured<'_>) -> Option<ToSqlOutput<'a>>>,
    /// Puts its value into what is read.
    pub(super) read: fn(&mut Record, ValueRef<'_>) -> FromSqlResult<()>,
}

impl Record {
    pub(super) fn is_unknown(
        &mut self,
        column: &'static str,
        value: ValueRef<'_>,
    ) -> FromSqlResult<()> {
        let name = value.as_str()?.to_owned();
        self.unknown.push(UnknownName { column, name });
        Ok(())
    }
}

/// Sets a field to the entry of its vocabulary; one of a later version leaves the field.
pub(super) fn named<T: FromStr>(
    row: &mut Record,
    column: &'static str,
    value: ValueRef<'_>,
    field: fn(&mut Record) -> &mut T,
) -> FromSqlResult<()> {
    match name(value)? {
        Some(known) => assign(field(row), known),
        None => row.is_unknown(column, value),
    }
}

/// The same for a field that may be empty.
pub(super) fn optional_name<T: FromStr>(
    row: &mut Record,
    column: &'static str,
    value: ValueRef<'_>,
    field: fn(&mut Record) -> &mut Option<T>,
) -> FromSqlResult<()> {
    match present(value, name)? {
        Some(None) => row.is_unknown(column, value),
        known => assign(field(row), known.flatten()),
    }
}

/// What `columns::read` fills, and what is shown in place of a name that is unknown here: a
/// state so that nothing is claimed of the answer, and nobody waits.
pub(super) fn blank() -> Record {
    Record {
        summary: Summary {
            state: State::Failed,
            ..Summary::default()
        },
        ..Record::default()
    }
}
