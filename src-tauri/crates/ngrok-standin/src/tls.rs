//! The certificates: an authority made for this run, left in a temporary file, and a server's
//! certificate signed by it.

use std::io::{self, Write};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tempfile::NamedTempFile;
use tokio_rustls::TlsAcceptor;

/// A name of the server that no resolver knows. [`Proxy`](crate::Proxy) does, so a client that gets
/// through with it has left the name to the proxy.
pub const PROXY_ONLY_NAME: &str = "ngrok-standin.test";

/// What the server shows, and the file with what it is to be checked against.
pub(crate) struct Certificates {
    pub(crate) acceptor: TlsAcceptor,
    /// Deleted on drop.
    pub(crate) ca_file: NamedTempFile,
}

/// Makes a new authority and a certificate for the names of the loopback.
pub(crate) fn certificates() -> io::Result<Certificates> {
    let (ca_pem, config) = make().map_err(io::Error::other)?;
    let mut ca_file = tempfile::Builder::new()
        .prefix("ngrok-standin-ca-")
        .suffix(".pem")
        .tempfile()?;
    ca_file.write_all(ca_pem.as_bytes())?;
    ca_file.flush()?;
    Ok(Certificates {
        acceptor: TlsAcceptor::from(Arc::new(config)),
        ca_file,
    })
}

fn make() -> Result<(String, ServerConfig), Box<dyn std::error::Error + Send + Sync>> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![
        KeyUsagePurpose::KeyCertSign,
        KeyUsagePurpose::DigitalSignature,
    ];
    params
        .distinguished_name
        .push(DnType::CommonName, "ngrok stand-in, this run only");
    let ca_key = KeyPair::generate()?;
    let ca_pem = params.self_signed(&ca_key)?.pem();
    let issuer = Issuer::new(params, ca_key);

    let names = ["localhost", "127.0.0.1", PROXY_ONLY_NAME].map(str::to_owned);
    let key = KeyPair::generate()?;
    let certificate = CertificateParams::new(names)?.signed_by(&key, &issuer)?;
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));

    // The provider is named, so that this works whatever the process has installed.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)?;
    Ok((ca_pem, config))
}
