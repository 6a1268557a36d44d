//! A remote forward over SSH.

use crate::session::{End, Session};
use crate::{Secret, SshPlan, TunnelError, What};

/// A key pair of the app's own.
pub struct Key {
    /// The private half, in OpenSSH's format.
    pub private: Secret,
    /// The public half, one line as `authorized_keys` takes it.
    pub public: String,
}

/// Why a key could not be made or read.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct KeyError(pub String);

pub(crate) async fn run(_plan: &SshPlan, _session: &Session) -> End {
    End::Failed(TunnelError::new(What::Refused, ""))
}
