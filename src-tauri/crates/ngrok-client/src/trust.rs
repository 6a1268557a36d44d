//! Which certificates the service may show, see [`Trust`].

use std::path::Path;

use messages::Arg;
use ngrok::session::SessionBuilder;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use rustls_platform_verifier::BuilderVerifierExt as _;
use tunnel_session::TunnelErrorKind;

use crate::config::Trust;
use crate::error::Error;
use crate::words::sentences;

/// The largest file of certificates read, in bytes: four times the roots of a whole system.
const FILE_MAX: u64 = 1024 * 1024;

/// Sets the trust of a session.
pub(crate) async fn apply(builder: &mut SessionBuilder, trust: &Trust) -> Result<(), Error> {
    match trust {
        Trust::Ngrok => {}
        Trust::File(path) => {
            builder.tls_config(from_file(path).await?);
        }
        Trust::System => {
            builder.tls_config(system()?);
        }
    }
    Ok(())
}

/// Trusts what the system trusts.
pub(crate) fn system() -> Result<ClientConfig, Error> {
    let config = ClientConfig::builder()
        .with_platform_verifier()
        .map_err(|error| Error::lasting(TunnelErrorKind::TlsFailed, error.to_string()))?;
    Ok(config.with_no_client_auth())
}

async fn from_file(path: &Path) -> Result<ClientConfig, Error> {
    let name = path.display();
    let refused = |detail: Arg| Error::lasting(TunnelErrorKind::CertificateFile, detail);
    let invalid = |why: String| refused(format!("{name}: {why}").into());
    let large = |size: u64| sentences::TOO_LARGE.arg(name.to_string()).arg(size);
    let size = tokio::fs::metadata(path)
        .await
        .map_err(|error| invalid(error.to_string()))?
        .len();
    if size > FILE_MAX {
        return Err(refused(large(size).into()));
    }
    let pem = tokio::fs::read(path)
        .await
        .map_err(|error| invalid(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| invalid(error.to_string()))?;
        roots
            .add(certificate)
            .map_err(|error| invalid(error.to_string()))?;
    }
    if roots.is_empty() {
        let empty = sentences::NO_CERTIFICATE.arg(name.to_string());
        return Err(refused(empty.into()));
    }
    Ok(ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth())
}
