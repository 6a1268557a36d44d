//! Why a body that a call brings is not there as a whole, and how that is told.

use std::error::Error;
use std::io::{self, ErrorKind};

use axum::http::StatusCode;
use http_body_util::LengthLimitError;
use messages::Message;

use crate::error::{ApiError, ErrorCode};
use crate::words;

/// The largest body the API takes: an answer by hand, 64 MiB.
pub(crate) const BODY_LIMIT: usize = 64 << 20;

/// Why a body is not there as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ArrivalError {
    TooLong,
    /// Nothing of it came for as long as it may make no progress.
    Stalled,
    /// Its chunks are no HTTP.
    Malformed,
    /// It ended before its end, or its caller has gone.
    CutOff,
}

impl ArrivalError {
    /// What the reading of a body failed for.
    pub(crate) fn of(error: &(dyn Error + 'static)) -> Self {
        let mut next = Some(error);
        while let Some(cause) = next {
            if cause.is::<LengthLimitError>() {
                return Self::TooLong;
            }
            match cause.downcast_ref::<io::Error>().map(io::Error::kind) {
                Some(ErrorKind::TimedOut) => return Self::Stalled,
                // What the HTTP library says of chunks that it cannot read.
                Some(ErrorKind::InvalidInput | ErrorKind::InvalidData) => return Self::Malformed,
                _ => next = cause.source(),
            }
        }
        Self::CutOff
    }
}

impl From<ArrivalError> for ApiError {
    fn from(error: ArrivalError) -> Self {
        let (status, code, message): (_, _, Message) = match error {
            ArrivalError::TooLong => (
                StatusCode::PAYLOAD_TOO_LARGE,
                ErrorCode::TooLarge,
                words::BODY_TOO_LARGE.arg(BODY_LIMIT as u64 >> 20),
            ),
            ArrivalError::Stalled => (
                StatusCode::REQUEST_TIMEOUT,
                ErrorCode::BodyTimeout,
                (&words::BODY_STALLED).into(),
            ),
            ArrivalError::Malformed => (
                StatusCode::BAD_REQUEST,
                ErrorCode::BadJson,
                (&words::BODY_MALFORMED).into(),
            ),
            ArrivalError::CutOff => (
                StatusCode::BAD_REQUEST,
                ErrorCode::BadJson,
                (&words::BODY_CUT_OFF).into(),
            ),
        };
        Self::new(status, code, message)
    }
}
