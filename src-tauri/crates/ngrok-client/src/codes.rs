//! What ngrok's refusals mean, by their code alone: the texts change and repeat the token.
//! The codes: <https://ngrok.com/docs/errors/>.

use std::fmt::Write as _;

use ngrok::Error as _;
use ngrok::session::{ConnectError, RpcError};
use tunnel_session::TunnelErrorKind;

use crate::error::Error;

/// What begins every code.
const PREFIX: &str = "ERR_NGROK_";

/// What a code means; [`TunnelErrorKind::Refused`] for one that is not known.
fn kind(code: &str) -> TunnelErrorKind {
    let number: Option<u32> = code
        .strip_prefix(PREFIX)
        .and_then(|number| number.parse().ok());
    match number {
        Some(105 | 106 | 107 | 300 | 4018) => TunnelErrorKind::TokenRefused,
        Some(1230 | 9040) => TunnelErrorKind::RegionRefused,
        Some(8014) => TunnelErrorKind::AccountBlocked,
        Some(108) => TunnelErrorKind::SessionLimit,
        Some(334 | 6030 | 18017) => TunnelErrorKind::AddressBusy,
        Some(120) => TunnelErrorKind::Outdated,
        _ => TunnelErrorKind::Refused,
    }
}

/// Why a session could not be had; `hide` takes the secrets out.
pub(crate) fn connect_error(error: &ConnectError, hide: impl Fn(&str) -> String) -> Error {
    match error {
        ConnectError::Auth(error) | ConnectError::Rebind(error) => rpc_error(error, hide),
        other => Error::passing(TunnelErrorKind::LinkLost, hide(&chain(other))),
    }
}

/// Why an address could not be had, or a call failed.
pub(crate) fn rpc_error(error: &RpcError, hide: impl Fn(&str) -> String) -> Error {
    if !matches!(error, RpcError::Response(_)) {
        return Error::passing(TunnelErrorKind::LinkLost, hide(&chain(error)));
    }
    let text = hide(&error.msg().replace('\n', " "));
    let Some(code) = error.error_code() else {
        return Error::lasting(TunnelErrorKind::Refused, text);
    };
    let error = Error::lasting(kind(code), text).with_code(hide(code));
    Error {
        lasting: !error.is_busy(),
        ..error
    }
}

/// An error with what caused it, in one line.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Writing to a text cannot fail.
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_apart_by_their_number() {
        for (code, expected) in [
            ("ERR_NGROK_105", TunnelErrorKind::TokenRefused),
            ("ERR_NGROK_4018", TunnelErrorKind::TokenRefused),
            ("ERR_NGROK_9040", TunnelErrorKind::RegionRefused),
            ("ERR_NGROK_8014", TunnelErrorKind::AccountBlocked),
            ("ERR_NGROK_108", TunnelErrorKind::SessionLimit),
            ("ERR_NGROK_18017", TunnelErrorKind::AddressBusy),
            ("ERR_NGROK_120", TunnelErrorKind::Outdated),
            ("ERR_NGROK_1", TunnelErrorKind::Refused),
            ("108", TunnelErrorKind::Refused),
        ] {
            assert_eq!(kind(code), expected, "{code}");
        }
    }
}
