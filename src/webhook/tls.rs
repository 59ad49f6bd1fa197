//! The server's certificate: read, checked, made.
#![expect(clippy::disallowed_methods, reason = "certificates are read from files here")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// Where the certificate is.
#[derive(Clone, Debug)]
pub struct Files {
    /// The certificate with its chain, in PEM.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
    /// The authorities that clients' certificates must come from, PEM.
    pub client_ca: Option<PathBuf>,
}

/// The contents of the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pem {
    /// The certificate with its chain.
    pub certificate: Vec<u8>,
    /// Its key.
    pub key: Vec<u8>,
    /// The authorities that clients' certificates must come from.
    pub client_ca: Option<Vec<u8>>,
}

/// A certificate that the server can use.
#[derive(Clone, Debug)]
pub struct Identity {
    /// What connections are made with.
    pub config: Arc<ServerConfig>,
    /// When the certificate ends, in seconds since 1970.
    pub not_after: i64,
}

impl Files {
    /// Reads the files.
    ///
    /// # Errors
    /// Names the file that cannot be read.
    pub fn read(&self) -> Result<Pem, String> {
        let read = |path: &Path| std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
        let client_ca = self.client_ca.as_deref().map(read).transpose()?;
        Ok(Pem { certificate: read(&self.certificate)?, key: read(&self.key)?, client_ca })
    }
}

impl Pem {
    /// Makes what connections are made with.
    ///
    /// # Errors
    /// Says what is wrong with the certificate or the key.
    pub fn identity(&self) -> Result<Identity, String> {
        let certificates = certificates(&self.certificate, "the certificate")?;
        let key = PrivateKeyDer::from_pem_slice(&self.key).map_err(|error| format!("the key: {error}"))?;
        let not_after = certificates.iter().map(not_after).collect::<Result<Vec<_>, _>>()?;
        let provider = Arc::new(ring::default_provider());
        let builder =
            ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
        let builder = builder.map_err(|error| error.to_string())?;
        let builder = match &self.client_ca {
            Some(pem) => {
                let mut roots = RootCertStore::empty();
                for certificate in self::certificates(pem, "the client CA")? {
                    roots.add(certificate).map_err(|error| format!("the client CA: {error}"))?;
                }
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
                builder
                    .with_client_cert_verifier(verifier.map_err(|error| format!("the client CA: {error}"))?)
            }
            None => builder.with_no_client_auth(),
        };
        // It finds out that the key is of another certificate.
        let config = builder.with_single_cert(certificates, key);
        let mut config = config.map_err(|error| format!("certificate and key: {error}"))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Identity { config: Arc::new(config), not_after: not_after.into_iter().min().unwrap_or_default() })
    }
}

fn certificates(pem: &[u8], what: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match found {
        Ok(list) if list.is_empty() => Err(format!("{what} is not PEM")),
        Ok(list) => Ok(list),
        Err(error) => Err(format!("{what}: {error}")),
    }
}

fn not_after(certificate: &CertificateDer<'_>) -> Result<i64, String> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate)
        .map_err(|error| format!("the certificate: {error}"))?;
    Ok(parsed.validity().not_after.timestamp())
}

/// Makes a certificate for this machine, which ends with the process.
///
/// # Errors
/// Passes on what the library says.
pub fn local() -> Result<Pem, String> {
    let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let made = rcgen::generate_simple_self_signed(names).map_err(|error| error.to_string())?;
    let key = made.signing_key.serialize_pem();
    Ok(Pem { certificate: made.cert.pem().into_bytes(), key: key.into_bytes(), client_ca: None })
}

/// What connections are made with.
pub(super) type Acceptor = tokio_rustls::TlsAcceptor;
