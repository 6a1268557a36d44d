//! Why there is no session: a kind for the program, the service's code where it gives one.

use std::fmt;

use messages::{Arg, Lang};
use tunnel_session::TunnelErrorKind;

/// Why there is no session, or why it was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What happened.
    pub kind: TunnelErrorKind,
    /// The service's own code, such as `ERR_NGROK_105`.
    pub code: Option<String>,
    /// What the other side or the system said, without the secrets of the configuration.
    pub detail: Arg,
    /// Whether another session would end the same way.
    pub lasting: bool,
}

impl Error {
    /// It may go over by itself.
    pub(crate) fn passing(kind: TunnelErrorKind, detail: impl Into<Arg>) -> Self {
        Self {
            kind,
            code: None,
            detail: detail.into(),
            lasting: false,
        }
    }

    /// It does not go over by itself.
    pub(crate) fn lasting(kind: TunnelErrorKind, detail: impl Into<Arg>) -> Self {
        Self {
            lasting: true,
            ..Self::passing(kind, detail)
        }
    }

    /// The same with the service's code.
    pub(crate) fn with_code(self, code: String) -> Self {
        Self {
            code: Some(code),
            ..self
        }
    }

    /// Whether the service may still count our own lost session, which it forgets after a while.
    #[must_use]
    pub const fn is_busy(&self) -> bool {
        matches!(
            self.kind,
            TunnelErrorKind::SessionLimit | TunnelErrorKind::AddressBusy
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.detail.text(Lang::En))
    }
}

impl std::error::Error for Error {}
