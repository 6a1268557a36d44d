//! Heads of HTTP/1 that could not be read to their end: why, and what their callers are told.

use std::error::Error as _;
use std::io;

use protocol::Code;

use crate::settings::Settings;

/// Why a head could not be read to its end, and what its caller is told.
pub(super) struct BrokenHead {
    pub(super) status: u16,
    pub(super) code: Code,
    pub(super) detail: String,
}

impl BrokenHead {
    /// By what the HTTP library says where a connection ends; `None` where no head has begun.
    pub(super) fn of(error: &hyper::Error, head: &[u8], settings: &Settings) -> Option<Self> {
        let (status, code, detail) = if error.is_parse_too_large() {
            let limit = settings.header_limit_bytes.to_string();
            (431, Code::HeadersTooLarge, limit)
        } else if error.is_parse() {
            (400, Code::HttpSyntax, error.to_string())
        } else if head.is_empty() {
            return None;
        } else if error.is_timeout() {
            return Some(Self::overdue(settings));
        } else {
            (400, Code::HeadWithoutEnd, head.len().to_string())
        };
        Some(Self {
            status,
            code,
            detail,
        })
    }

    /// Its body would be longer than any is.
    pub(super) fn too_long(settings: &Settings) -> Self {
        Self {
            status: 413,
            code: Code::BodyTooLarge,
            detail: settings.body_limit_bytes.to_string(),
        }
    }

    /// It did not come in time.
    pub(super) fn overdue(settings: &Settings) -> Self {
        Self {
            status: 408,
            code: Code::HeaderTimeout,
            detail: settings.header_timeout_s.to_string(),
        }
    }
}

/// Whether a connection has ended because its caller is not there any more.
pub(super) fn is_callers_leaving(error: &hyper::Error) -> bool {
    !error.is_timeout() && !error.is_parse() && !error.is_incomplete_message()
}

/// Whether a connection has ended because its caller took nothing of an answer.
pub(super) fn is_stalled(error: &hyper::Error) -> bool {
    let cause = error.source().and_then(|cause| cause.downcast_ref());
    cause.is_some_and(|cause: &io::Error| cause.kind() == io::ErrorKind::TimedOut)
}
