//! Values of columns: what is bound into a statement, and what is read from a row.

use std::str::FromStr;

use protocol::{AnsweredBy, Failure, FailureCode, FaultKind, Micros};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, Type, Value, ValueRef};
use serde::Deserialize;
use serde::de::value::{Error as NameError, StrDeserializer};
use uuid::Uuid;

use crate::convert::{from_sql, to_sql};

pub(super) fn assign<T>(field: &mut T, value: T) -> FromSqlResult<()> {
    *field = value;
    Ok(())
}

pub(super) fn integer(value: i64) -> ToSqlOutput<'static> {
    ToSqlOutput::Owned(Value::Integer(value))
}

pub(super) fn number(value: u64) -> ToSqlOutput<'static> {
    integer(to_sql(value))
}

pub(super) fn micros(span: Micros) -> ToSqlOutput<'static> {
    number(span.0)
}

pub(super) fn real(value: f64) -> ToSqlOutput<'static> {
    ToSqlOutput::Owned(Value::Real(value))
}

pub(super) fn text(value: &str) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes()))
}

pub(super) fn blob(value: &[u8]) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(ValueRef::Blob(value))
}

pub(super) fn optional<'a, T>(value: Option<T>, bind: fn(T) -> ToSqlOutput<'a>) -> ToSqlOutput<'a> {
    value.map_or(ToSqlOutput::Owned(Value::Null), bind)
}

pub(super) fn plain<T: FromSql>(value: ValueRef<'_>) -> FromSqlResult<T> {
    T::column_result(value)
}

pub(super) fn present<T>(
    value: ValueRef<'_>,
    read: impl FnOnce(ValueRef<'_>) -> FromSqlResult<T>,
) -> FromSqlResult<Option<T>> {
    if value.data_type() == Type::Null {
        return Ok(None);
    }
    read(value).map(Some)
}

pub(super) fn span(value: ValueRef<'_>) -> FromSqlResult<Micros> {
    value.as_i64().map(|micros| Micros(from_sql(micros)))
}

/// A number of bytes; none where it was not stored.
pub(super) fn length(value: ValueRef<'_>) -> FromSqlResult<u64> {
    Ok(present(value, |value| value.as_i64())?.map_or(0, from_sql))
}

pub(super) fn uuid(value: ValueRef<'_>) -> FromSqlResult<Uuid> {
    Uuid::from_slice(value.as_blob()?).map_err(|error| FromSqlError::Other(Box::new(error)))
}

/// The entry of a vocabulary by its text; `None` for one of a later version.
pub(super) fn name<T: FromStr>(value: ValueRef<'_>) -> FromSqlResult<Option<T>> {
    Ok(value.as_str()?.parse().ok())
}

pub(super) fn answered_by(by: Option<AnsweredBy>) -> ToSqlOutput<'static> {
    optional(by.map(AnsweredBy::as_str), text)
}

pub(super) fn fault(kind: Option<FaultKind>) -> ToSqlOutput<'static> {
    optional(kind.map(FaultKind::as_str), text)
}

pub(super) fn status(status: Option<u16>) -> ToSqlOutput<'static> {
    optional(status.map(i64::from), integer)
}

pub(super) fn failure_detail(failure: Option<&Failure>) -> ToSqlOutput<'_> {
    optional(failure.map(|failure| failure.detail.as_str()), text)
}

pub(super) fn failure_code(failure: Option<&Failure>) -> ToSqlOutput<'static> {
    let name = failure.map(|failure| failure_name(failure.code));
    ToSqlOutput::Owned(name.map_or(Value::Null, Value::Text))
}

/// How a code is stored.
pub(super) fn failure_name(code: FailureCode) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(name)) => name,
        _ => "other".to_owned(),
    }
}

/// A code by its name; `None` for one of a later version.
pub(super) fn failure_named(name: &str) -> Option<FailureCode> {
    FailureCode::deserialize(StrDeserializer::<NameError>::new(name)).ok()
}
