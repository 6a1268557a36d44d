//! Why a request failed, by the kinds of the errors below it and not by their words.

use std::error::Error;

use protocol::{Failure, FailureCode};

use super::connect::OwnApiError;
use crate::body_stream::UnreadableBody;

/// The failure to record of a request to this host that was not answered. `code`: what it is where
/// no cause tells better.
pub(super) fn failure(host: &str, mut code: FailureCode, error: &(dyn Error + 'static)) -> Failure {
    for cause in sources(error) {
        if let Some(io) = cause.downcast_ref::<std::io::Error>() {
            code = match io.kind() {
                std::io::ErrorKind::ConnectionRefused => FailureCode::Refused,
                std::io::ErrorKind::TimedOut => FailureCode::TimedOut,
                _ if io
                    .get_ref()
                    .is_some_and(|below| below.is::<rustls::Error>()) =>
                {
                    FailureCode::Tls
                }
                _ => code,
            };
        }
        if cause.is::<OwnApiError>() {
            code = FailureCode::BadTarget;
        }
        if cause.is::<rustls::Error>() {
            code = FailureCode::Tls;
        }
        if cause.is::<UnreadableBody>() {
            return Failure::new(FailureCode::BodyUnreadable, deepest(cause));
        }
    }
    Failure::new(code, format!("{host}: {}", deepest(error)))
}

/// What the deepest cause says, or the error itself where nothing lies below it.
pub(super) fn deepest(error: &(dyn Error + 'static)) -> String {
    deepest_cause(error).unwrap_or_else(|| error.to_string())
}

/// What the deepest cause of an error says; `None` where nothing lies below it. The error's own
/// words are left out: they may name the address with its secret.
pub(crate) fn deepest_cause(error: &(dyn Error + 'static)) -> Option<String> {
    causes(error).last().map(ToString::to_string)
}

/// An error and what lies below it.
pub(super) fn sources<'e>(
    error: &'e (dyn Error + 'static),
) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::once(error).chain(causes(error))
}

/// What lies below an error, from the nearest to the deepest.
fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    let mut next = error.source();
    std::iter::from_fn(move || {
        let cause = next?;
        next = cause.source();
        Some(cause)
    })
}
