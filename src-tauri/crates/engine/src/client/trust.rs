//! Which certificates a server may show: the system's, those of a file, or any; and which one it
//! showed.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_platform_verifier::Verifier;
use tokio::io::AsyncReadExt as _;

use super::certificate::issuer;

/// The largest file of certificates that is read, in bytes: four times the roots of a whole system.
const FILE_MAX: u64 = 1 << 20;

/// What a server proves itself by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    System,
    File(String),
    Any,
}

/// What the system trusts, read at the first use: that takes a moment.
#[derive(Default)]
pub(super) struct SystemTrust(OnceLock<Arc<Verifier>>);

/// The issuer of the certificate that a server has shown, once it has.
pub(super) type Issuer = Arc<Mutex<Option<String>>>;

impl SystemTrust {
    fn get(&self) -> Result<Arc<Verifier>, rustls::Error> {
        if let Some(known) = self.0.get() {
            return Ok(Arc::clone(known));
        }
        let verifier = Arc::new(Verifier::new(provider()?)?);
        Ok(Arc::clone(self.0.get_or_init(|| verifier)))
    }
}

fn provider() -> Result<Arc<CryptoProvider>, rustls::Error> {
    let provider = CryptoProvider::get_default().cloned();
    provider.ok_or_else(|| rustls::Error::General("there is no cryptography".to_owned()))
}

/// How TLS is spoken with a server, and where its issuer will be told.
///
/// # Errors
/// The file of certificates cannot be used; why.
pub(super) async fn config(
    trust: &Trust,
    system: &SystemTrust,
) -> Result<(Arc<ClientConfig>, Issuer), String> {
    let failed = |error: rustls::Error| error.to_string();
    let provider = provider().map_err(failed)?;
    let (inner, named): (Option<Arc<dyn ServerCertVerifier>>, _) = match trust {
        Trust::System => (Some(system.get().map_err(failed)?), Vec::new()),
        Trust::Any => (None, Vec::new()),
        Trust::File(path) => {
            let named = certificates(Path::new(path)).await?;
            let mut roots = RootCertStore::empty();
            for certificate in &named {
                roots.add(certificate.clone()).map_err(failed)?;
            }
            let builder =
                WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
            let verifier = builder.build().map_err(|error| error.to_string())?;
            (Some(verifier), named)
        }
    };
    let seen = Issuer::default();
    let watched = Watched {
        inner,
        named,
        provider: Arc::clone(&provider),
        issuer: Arc::clone(&seen),
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(failed)?;
    let mut config = config
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(watched))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok((Arc::new(config), seen))
}

/// The certificates of a PEM file.
///
/// # Errors
/// It cannot be read, or has none.
pub(crate) async fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let said = |error: std::io::Error| error.to_string();
    // A device or a pipe has no length, and may have no end.
    if !tokio::fs::metadata(path).await.map_err(said)?.is_file() {
        return Err("not a file".to_owned());
    }
    let file = tokio::fs::File::open(path).await.map_err(said)?;
    let mut pem = Vec::new();
    let read = file.take(FILE_MAX + 1).read_to_end(&mut pem).await;
    if read.map_err(said)? as u64 > FILE_MAX {
        return Err(format!("> {FILE_MAX} B"));
    }
    let found = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>();
    match found.map_err(|error| error.to_string())? {
        none if none.is_empty() => Err("no certificate".to_owned()),
        found => Ok(found),
    }
}

/// Looks at what a server shows, and leaves the judgement to another one.
#[derive(Debug)]
struct Watched {
    /// `None`: any certificate is accepted.
    inner: Option<Arc<dyn ServerCertVerifier>>,
    /// Accepted as they are, too: a certificate that a developer made by itself is often no CA.
    named: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
    issuer: Issuer,
}

impl ServerCertVerifier for Watched {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        *self.issuer.lock() = issuer(end_entity);
        let is_named = self.named.iter().any(|named| named == end_entity);
        match &self.inner {
            Some(inner) if !is_named => {
                inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            }
            _ => Ok(ServerCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_of_certificates_is_read_up_to_a_bound_and_a_device_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let long = dir.path().join("long.pem");
        std::fs::write(&long, vec![b'\n'; 1 << 20 | 1]).unwrap();
        let error = certificates(&long).await.unwrap_err();
        assert_eq!(error, "> 1048576 B");
        std::fs::write(&long, "none").unwrap();
        let error = certificates(&long).await.unwrap_err();
        assert_eq!(error, "no certificate");
        assert!(certificates(dir.path()).await.is_err());
        #[cfg(unix)]
        assert!(certificates(Path::new("/dev/zero")).await.is_err());
    }
}
