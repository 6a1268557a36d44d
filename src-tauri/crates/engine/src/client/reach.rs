//! The way to a server of the developer's, by what is set for it: which certificates it may show,
//! and how long a connection may take.

use std::error::Error;
use std::io::ErrorKind;
use std::time::Duration;

use protocol::{Failure, FailureCode};
use tokio::time::timeout;

use super::address::Address;
use super::clients::{Clients, is_local};
use super::connect::{Connected, OwnApiError};
use super::failure::{deepest, sources, tls_error};
use super::resolve::resolve;
use super::trust::{self, Issuer, Trust};
use crate::answering::Upstream;

/// Why there is no connection.
#[derive(Debug)]
pub(super) enum ReachError {
    /// The name has no address, or is none.
    Name(String),
    /// Nobody takes connections.
    Refused(String),
    /// TLS failed; the issuer of the certificate that was shown.
    Tls(String, Option<String>),
    /// It took longer than it may.
    TimedOut(Duration),
    /// It is this app's own API.
    OwnApi,
}

impl ReachError {
    fn of(error: &(dyn Error + 'static), issuer: &Issuer, most: Duration) -> Self {
        if error.is::<OwnApiError>() {
            return Self::OwnApi;
        }
        if let Some(cause) = tls_error(error) {
            return Self::Tls(cause, issuer.lock().clone());
        }
        let io = |cause: &(dyn Error + 'static)| {
            let io = cause.downcast_ref::<std::io::Error>();
            io.is_some_and(|error| error.kind() == ErrorKind::TimedOut)
        };
        match sources(error).any(io) {
            true => Self::TimedOut(most),
            false => Self::Refused(deepest(error)),
        }
    }

    /// The same for a replay.
    pub(super) fn failure(self, host: &str) -> Failure {
        let detail = |cause: String| format!("{host}: {cause}");
        match self {
            Self::Name(cause) => Failure::new(FailureCode::NoAddress, cause),
            Self::Refused(cause) => Failure::new(FailureCode::Refused, detail(cause)),
            Self::Tls(cause, _) => Failure::new(FailureCode::Tls, detail(cause)),
            Self::TimedOut(_) => Failure::new(FailureCode::TimedOut, host),
            Self::OwnApi => Failure::new(FailureCode::BadTarget, detail(OwnApiError.to_string())),
        }
    }
}

/// Connects to the server at an address.
///
/// # Errors
/// It cannot be reached, or does not prove who it is.
pub(super) async fn reach(
    clients: &Clients,
    address: &Address,
    server: &Upstream,
) -> Result<Connected, ReachError> {
    let origin = address.origin();
    let origin = origin.map_err(|error| ReachError::Name(error.to_string()))?;
    let connector = clients.connector();
    let proxy = connector.proxy(&origin, is_local(address.host()));
    let is_direct = proxy.is_none();
    let speaks_tls = origin.scheme() == Some(&http::uri::Scheme::HTTPS);
    let trust = match &server.ca_file {
        // Nobody is asked for a certificate, and the system's are not read.
        _ if is_direct && !speaks_tls => Trust::Any,
        _ if server.insecure => Trust::Any,
        Some(file) => Trust::File(file.clone()),
        None => Trust::System,
    };
    let (tls, issuer) = trust::config(&trust, clients.system_trust())
        .await
        .map_err(|cause| ReachError::Tls(cause, None))?;
    let most = Duration::from_secs(server.connect_seconds.into());
    let connecting = async {
        if is_direct {
            let resolved = resolve(address).await;
            resolved.map_err(|failure| ReachError::Name(failure.detail))?;
        }
        let connected = connector.connect_with(origin, proxy, tls, most).await;
        connected.map_err(|error| ReachError::of(&*error, &issuer, most))
    };
    // The name's look-up too: a name server that is silent takes half a minute by itself.
    match timeout(most, connecting).await {
        Ok(connected) => connected,
        Err(_) => Err(ReachError::TimedOut(most)),
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn what_a_connection_fails_of_is_told_apart() {
        let issuer = Issuer::default();
        let most = Duration::from_secs(5);
        let tls = rustls::Error::General("no".to_owned());
        let tls = io::Error::other(io::Error::other(tls));
        let cause = ReachError::of(&tls, &issuer, most);
        assert!(matches!(cause, ReachError::Tls(..)), "{cause:?}");
        for (kind, is_timeout) in [
            (ErrorKind::TimedOut, true),
            (ErrorKind::ConnectionRefused, false),
            (ErrorKind::NetworkUnreachable, false),
        ] {
            let error = io::Error::from(kind);
            let cause = ReachError::of(&error, &issuer, most);
            let is_so = matches!(cause, ReachError::TimedOut(of) if of == most);
            assert_eq!(is_so, is_timeout, "{cause:?}");
        }
    }
}
