//! The columns of `exchanges`: one entry each, from which every statement and the reader are made.
//!
//! A further column is an entry here and a migration in the table's file; a test compares the two.

use std::sync::LazyLock;

use protocol::{
    AttemptOf, BotId, ExchangeId, Failure, FailureCode, MessageTurn, PlatformChoice, RuleUse, Side,
    UtcMillis,
};
use rusqlite::Row;
use rusqlite::types::{FromSqlError, ToSqlOutput, ValueRef};

use super::row::{Column, Record, blank, named, optional_name};
use super::values::{
    answered_by, assign, blob, failure_code, failure_detail, failure_named, fault, integer, length,
    micros, number, optional, plain, present, real, span, status, text, uuid,
};
use crate::convert::from_sql;

/// Every column but `hidden`, which belongs to deletions.
pub(super) const COLUMNS: &[Column] = &[
    Column {
        name: "seq",
        bind: |row| number(row.summary.seq),
        change: None,
        read: |row, value| assign(&mut row.summary.seq, from_sql(value.as_i64()?)),
    },
    Column {
        name: "id",
        bind: |row| blob(row.summary.id.0.as_bytes()),
        change: None,
        read: |row, value| assign(&mut row.summary.id, ExchangeId(uuid(value)?)),
    },
    Column {
        name: "at",
        bind: |row| integer(row.summary.at.0),
        change: None,
        read: |row, value| assign(&mut row.summary.at, UtcMillis(value.as_i64()?)),
    },
    Column {
        name: "bot",
        bind: |row| blob(row.summary.bot.0.as_bytes()),
        change: None,
        read: |row, value| assign(&mut row.summary.bot, BotId(uuid(value)?)),
    },
    Column {
        name: "source",
        bind: |row| text(row.summary.source.as_str()),
        change: None,
        read: |row, value| named(row, "source", value, |row| &mut row.summary.source),
    },
    Column {
        name: "platform",
        bind: |row| text(row.summary.platform.as_str()),
        change: None,
        read: |row, value| named(row, "platform", value, |row| &mut row.summary.platform),
    },
    Column {
        name: "method",
        bind: |row| text(&row.summary.method),
        change: None,
        read: |row, value| assign(&mut row.summary.method, plain(value)?),
    },
    Column {
        name: "path",
        bind: |row| text(&row.summary.path),
        change: None,
        read: |row, value| assign(&mut row.summary.path, plain(value)?),
    },
    Column {
        name: "event",
        bind: |row| optional(row.summary.event.as_deref(), text),
        change: None,
        read: |row, value| assign(&mut row.summary.event, plain(value)?),
    },
    Column {
        name: "user",
        bind: |row| optional(row.summary.user.as_deref(), text),
        change: None,
        read: |row, value| assign(&mut row.summary.user, plain(value)?),
    },
    Column {
        name: "state",
        bind: |row| text(row.summary.state.as_str()),
        change: Some(|new| new.ended(|ending| text(ending.state.as_str()))),
        read: |row, value| named(row, "state", value, |row| &mut row.summary.state),
    },
    Column {
        name: "answered_by",
        bind: |row| answered_by(row.summary.answered_by),
        change: Some(|new| new.ended(|ending| answered_by(ending.answered_by))),
        read: |row, value| {
            optional_name(row, "answered_by", value, |row| {
                &mut row.summary.answered_by
            })
        },
    },
    Column {
        name: "status",
        bind: |row| status(row.summary.status),
        change: Some(|new| new.ended(|ending| status(ending.status))),
        read: |row, value| assign(&mut row.summary.status, plain(value)?),
    },
    Column {
        name: "request_bytes",
        bind: |row| number(row.summary.request_bytes),
        change: None,
        read: |row, value| assign(&mut row.summary.request_bytes, from_sql(value.as_i64()?)),
    },
    Column {
        name: "response_bytes",
        bind: |row| number(row.summary.response_bytes),
        change: Some(|new| new.ended(|ending| number(ending.response_bytes))),
        read: |row, value| assign(&mut row.summary.response_bytes, from_sql(value.as_i64()?)),
    },
    Column {
        name: "duration_ms",
        bind: |row| optional(row.duration_ms, real),
        change: Some(|new| new.elapsed.map(|time| real(time.as_ms()))),
        read: |row, value| assign(&mut row.summary.duration_ms, plain(value)?),
    },
    Column {
        name: "deadline",
        bind: |row| optional(row.summary.deadline.map(|moment| moment.0), integer),
        change: Some(|new| {
            let deadline = new.change.deadline.map(|moment| integer(moment.0));
            new.ended(|_| optional(None, integer)).or(deadline)
        }),
        read: |row, value| {
            let moment: Option<i64> = plain(value)?;
            assign(&mut row.summary.deadline, moment.map(UtcMillis))
        },
    },
    Column {
        name: "errors",
        bind: |row| integer(row.summary.findings.error.into()),
        change: Some(|new| new.change.findings.map(|found| integer(found.error.into()))),
        read: |row, value| assign(&mut row.summary.findings.error, plain(value)?),
    },
    Column {
        name: "warnings",
        bind: |row| integer(row.summary.findings.warning.into()),
        change: Some(|new| {
            new.change
                .findings
                .map(|found| integer(found.warning.into()))
        }),
        read: |row, value| assign(&mut row.summary.findings.warning, plain(value)?),
    },
    Column {
        name: "infos",
        bind: |row| integer(row.summary.findings.info.into()),
        change: Some(|new| new.change.findings.map(|found| integer(found.info.into()))),
        read: |row, value| assign(&mut row.summary.findings.info, plain(value)?),
    },
    Column {
        name: "replay_of",
        bind: |row| exchange_id(row.summary.replay_of.as_ref()),
        change: None,
        read: |row, value| {
            let id = present(value, uuid)?;
            assign(&mut row.summary.replay_of, id.map(ExchangeId))
        },
    },
    Column {
        name: "note",
        bind: |row| text(&row.summary.note),
        change: None,
        read: |row, value| assign(&mut row.summary.note, plain(value)?),
    },
    Column {
        name: "pinned",
        bind: |row| integer(row.summary.pinned.into()),
        change: None,
        read: |row, value| assign(&mut row.summary.pinned, plain(value)?),
    },
    Column {
        name: "failure_code",
        bind: |row| failure_code(row.summary.failure.as_ref()),
        change: Some(|new| new.ended(|ending| failure_code(ending.failure.as_ref()))),
        read: |row, value| {
            let code = present(value, |value| value.as_str().map(failure_named))?;
            if code == Some(None) {
                row.is_unknown("failure_code", value)?;
            }
            let failure = code.map(|code| Failure::new(code.unwrap_or(FailureCode::Other), ""));
            assign(&mut row.summary.failure, failure)
        },
    },
    Column {
        name: "failure_detail",
        bind: |row| failure_detail(row.summary.failure.as_ref()),
        change: Some(|new| new.ended(|ending| failure_detail(ending.failure.as_ref()))),
        // Stands behind `failure_code`, which makes the failure that it belongs to.
        read: |row, value| {
            if let (Some(failure), Some(detail)) = (&mut row.summary.failure, plain(value)?) {
                failure.detail = detail;
            }
            Ok(())
        },
    },
    Column {
        name: "received_us",
        bind: |row| micros(row.timing.received),
        change: None,
        read: |row, value| assign(&mut row.timing.received, span(value)?),
    },
    Column {
        name: "decided_us",
        bind: |row| optional(row.timing.decided, micros),
        change: Some(|new| new.change.decided.map(micros)),
        read: |row, value| assign(&mut row.timing.decided, present(value, span)?),
    },
    Column {
        name: "answered_us",
        bind: |row| optional(row.timing.answered, micros),
        change: Some(|new| {
            new.change.answers.get(Side::Response)?;
            new.elapsed.map(micros)
        }),
        read: |row, value| assign(&mut row.timing.answered, present(value, span)?),
    },
    Column {
        name: "platform_choice",
        bind: |row| optional(row.platform_choice.map(PlatformChoice::as_str), text),
        change: None,
        read: |row, value| {
            optional_name(row, "platform_choice", value, |row| {
                &mut row.platform_choice
            })
        },
    },
    Column {
        name: "fault",
        bind: |row| fault(row.summary.fault),
        change: Some(|new| new.ended(|ending| fault(ending.fault))),
        read: |row, value| optional_name(row, "fault", value, |row| &mut row.summary.fault),
    },
    Column {
        name: "upstream_us",
        bind: |row| optional(row.summary.upstream_after, micros),
        change: Some(|new| new.change.upstream.map(micros)),
        read: |row, value| assign(&mut row.summary.upstream_after, present(value, span)?),
    },
    Column {
        name: "late_us",
        bind: |row| optional(row.summary.late_after, micros),
        change: Some(|new| new.change.late.map(micros)),
        read: |row, value| assign(&mut row.summary.late_after, present(value, span)?),
    },
    Column {
        name: "upstream_bytes",
        bind: |row| number(row.summary.upstream_bytes),
        change: Some(|new| new.body_bytes(Side::Upstream)),
        read: |row, value| assign(&mut row.summary.upstream_bytes, length(value)?),
    },
    Column {
        name: "late_bytes",
        bind: |row| number(row.summary.late_bytes),
        change: Some(|new| new.body_bytes(Side::Late)),
        read: |row, value| assign(&mut row.summary.late_bytes, length(value)?),
    },
    Column {
        name: "delivered_with",
        bind: |row| exchange_id(row.summary.delivered_with.as_ref()),
        change: Some(|new| {
            let id = new.change.delivered_with.as_ref();
            id.map(|id| blob(id.0.as_bytes()))
        }),
        read: |row, value| {
            let id = present(value, uuid)?;
            assign(&mut row.summary.delivered_with, id.map(ExchangeId))
        },
    },
    Column {
        name: "carried",
        bind: |row| exchange_id(row.summary.carried.as_ref()),
        change: Some(|new| {
            let carried = new.change.carried.as_ref();
            carried.map(|id| exchange_id(id.as_ref()))
        }),
        read: |row, value| {
            let id = present(value, uuid)?;
            assign(&mut row.summary.carried, id.map(ExchangeId))
        },
    },
    Column {
        name: "message_number",
        bind: |row| optional(row.summary.message.map(|of| u64::from(of.number)), number),
        change: None,
        read: |row, value| {
            let number = present(value, length)?;
            row.summary.message = number.map(|number| MessageTurn {
                number: u32::try_from(number).unwrap_or(u32::MAX),
                ..MessageTurn::default()
            });
            Ok(())
        },
    },
    Column {
        name: "message_first",
        bind: |row| exchange_id(row.summary.message.as_ref().map(|of| &of.first)),
        change: None,
        read: |row, value| {
            if let (Some(of), Some(first)) = (&mut row.summary.message, present(value, uuid)?) {
                of.first = ExchangeId(first);
            }
            Ok(())
        },
    },
    Column {
        name: "message_used_us",
        bind: |row| optional(row.summary.message.map(|of| of.used), micros),
        change: None,
        read: |row, value| {
            if let (Some(of), Some(used)) = (&mut row.summary.message, present(value, span)?) {
                of.used = used;
            }
            Ok(())
        },
    },
    Column {
        name: "attempt_number",
        bind: |row| optional(row.summary.attempt.map(|of| u64::from(of.number)), number),
        change: None,
        read: |row, value| {
            let number = present(value, length)?;
            row.summary.attempt = number.map(|number| AttemptOf {
                number: u32::try_from(number).unwrap_or(u32::MAX),
                ..AttemptOf::default()
            });
            Ok(())
        },
    },
    Column {
        name: "attempt_first",
        bind: |row| exchange_id(row.summary.attempt.as_ref().map(|of| &of.first)),
        change: None,
        read: |row, value| {
            // After the number's own column.
            if let (Some(of), Some(first)) = (&mut row.summary.attempt, present(value, uuid)?) {
                of.first = ExchangeId(first);
            }
            Ok(())
        },
    },
    Column {
        name: "rule",
        bind: |row| optional(row.summary.rule.as_ref(), |rule| text(&rule.id)),
        change: Some(|new| new.change.rule.as_ref().map(|rule| text(&rule.id))),
        read: |row, value| {
            let id: Option<String> = plain(value)?;
            let rule = id.map(|id| RuleUse { id, call: 0 });
            assign(&mut row.summary.rule, rule)
        },
    },
    Column {
        name: "rule_call",
        bind: |row| optional(row.summary.rule.as_ref(), |rule| number(rule.call)),
        change: Some(|new| new.change.rule.as_ref().map(|rule| number(rule.call))),
        read: |row, value| {
            // After the rule's own column.
            if let Some(rule) = &mut row.summary.rule {
                rule.call = present(value, length)?.unwrap_or_default();
            }
            Ok(())
        },
    },
    Column {
        name: "rule_context",
        bind: |row| optional(row.rule_context, text),
        change: Some(|new| new.change.rule_context.as_deref().map(text)),
        read: |row, value| assign(&mut row.rule_context, plain(value)?),
    },
    Column {
        name: "caused_by",
        bind: |row| exchange_id(row.summary.caused_by.as_ref()),
        change: None,
        read: |row, value| {
            let id = present(value, uuid)?;
            assign(&mut row.summary.caused_by, id.map(ExchangeId))
        },
    },
    // Changes add to it: see `add_own_finding`.
    Column {
        name: "own_findings",
        bind: |row| optional(row.own_findings, text),
        change: None,
        read: |row, value| assign(&mut row.own_findings, plain(value)?),
    },
    // A new number of findings counts none of these: they are found anew. See `set_proof`.
    Column {
        name: "proof",
        bind: |_| integer(0),
        change: Some(|new| new.change.findings.map(|_| integer(0))),
        read: |_, _| Ok(()),
    },
];

fn exchange_id(id: Option<&ExchangeId>) -> ToSqlOutput<'_> {
    optional(id.map(|id| &id.0.as_bytes()[..]), blob)
}

/// The names with commas between them, each behind a prefix such as `e.`.
pub(super) fn names(prefix: &str) -> String {
    let names: Vec<String> = COLUMNS
        .iter()
        .map(|column| format!("{prefix}{}", column.name))
        .collect();
    names.join(", ")
}

/// The columns of `exchanges e`, as [`read`] wants them at the begin of a row.
pub(crate) static OF_E: LazyLock<String> = LazyLock::new(|| names("e."));

/// Reads a row that begins with all columns. The finding of each unknown name is counted in what is
/// read, not in the row: the filter's `has:` goes by the row, and passes over it.
pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Record> {
    let mut record = blank();
    for (index, column) in COLUMNS.iter().enumerate() {
        let value = row.get_ref(index)?;
        (column.read)(&mut record, value).map_err(|error| unreadable(index, value, error))?;
    }
    let said = u32::try_from(record.unknown.len()).unwrap_or(u32::MAX);
    record.summary.findings.warning = record.summary.findings.warning.saturating_add(said);
    Ok(record)
}

fn unreadable(index: usize, value: ValueRef<'_>, error: FromSqlError) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(index, value.data_type(), Box::new(error))
}
