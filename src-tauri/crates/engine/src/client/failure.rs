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
                _ => code,
            };
        }
        if cause.is::<OwnApiError>() {
            code = FailureCode::BadTarget;
        }
        if cause.is::<UnreadableBody>() {
            return Failure::new(FailureCode::BodyUnreadable, deepest(cause));
        }
    }
    if tls_error(error).is_some() {
        code = FailureCode::Tls;
    }
    Failure::new(code, format!("{host}: {}", deepest(error)))
}

/// What TLS says of an error, where it is one of TLS: it lies in errors of input and output, one in
/// the other, whose sources pass over it.
pub(super) fn tls_error(error: &(dyn Error + 'static)) -> Option<String> {
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        return Some(tls.to_string());
    }
    let io = error.downcast_ref::<std::io::Error>();
    if let Some(below) = io.and_then(std::io::Error::get_ref) {
        return tls_error(below);
    }
    tls_error(error.source()?)
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

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn an_error_of_tls_is_one_however_deep_it_lies() {
        let tls = || rustls::Error::General("no".to_owned());
        let once = io::Error::other(tls());
        let twice = io::Error::other(io::Error::other(tls()));
        for error in [&tls() as &(dyn Error + 'static), &once, &twice] {
            let failure = failure("host", FailureCode::Refused, error);
            assert_eq!(failure.code, FailureCode::Tls, "{error:?}");
        }
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        let failure = failure("host", FailureCode::Other, &refused);
        assert_eq!(failure.code, FailureCode::Refused);
    }
}
