//! Which certificates the service may show: signed by ngrok's own root, by those in a file, or by whatever the
//! system trusts.

use ngrok::session::SessionBuilder;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use rustls_platform_verifier::BuilderVerifierExt as _;

use super::dial::Trouble;
use crate::{NgrokPlan, TunnelErrorKind, home};

/// The largest file of certificates read, in bytes; the roots of a whole system take a quarter of that.
const FILE_MAX: u64 = 1024 * 1024;

/// Sets the trust of a session as the plan has it. A file goes before the system: it says more.
pub(super) async fn apply(builder: &mut SessionBuilder, plan: &NgrokPlan) -> Result<(), Trouble> {
    if let Some(path) = &plan.ca_file {
        builder.tls_config(from_file(path).await?);
    } else if plan.system_certificates {
        builder.tls_config(system()?);
    }
    Ok(())
}

/// Trusts what the system trusts.
pub(super) fn system() -> Result<ClientConfig, Trouble> {
    let config = ClientConfig::builder()
        .with_platform_verifier()
        .map_err(|error| Trouble::lasting(TunnelErrorKind::TlsFailed, error.to_string()))?;
    Ok(config.with_no_client_auth())
}

async fn from_file(path: &str) -> Result<ClientConfig, Trouble> {
    let unfit =
        |why: String| Trouble::lasting(TunnelErrorKind::CertificateFile, format!("{path}: {why}"));
    let file = home::path(path);
    let size = tokio::fs::metadata(&file)
        .await
        .map_err(|error| unfit(error.to_string()))?
        .len();
    if size > FILE_MAX {
        return Err(unfit(format!("{size} bytes")));
    }
    let pem = tokio::fs::read(&file)
        .await
        .map_err(|error| unfit(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| unfit(error.to_string()))?;
        roots
            .add(certificate)
            .map_err(|error| unfit(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(unfit("no certificate".to_owned()));
    }
    Ok(ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth())
}
