//! The server's certificate: read, checked, made.
#![expect(clippy::disallowed_methods, reason = "certificates are read from files here")]

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject as _};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{VerifierBuilderError, WebPkiClientVerifier};
use tokio_rustls::rustls::{self, RootCertStore, ServerConfig};
use x509_parser::error::X509Error;

const CLIENT_CA: &str = "the client CA";

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

/// Why a certificate cannot be read, made or used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file cannot be read.
    #[error("{}: {source}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why it cannot be read.
        source: io::Error,
    },
    /// There is no certificate in what should be a list of them.
    #[error("{0} is not PEM")]
    NotPem(&'static str),
    /// A part is malformed PEM.
    #[error("{part}: {source}")]
    MalformedPem {
        /// The part, in words.
        part: &'static str,
        /// Where the PEM is malformed.
        source: pem::Error,
    },
    /// A certificate does not parse.
    #[error("the certificate: {0}")]
    Malformed(#[source] x509_parser::nom::Err<X509Error>),
    /// A part cannot be used for TLS.
    #[error("{part}: {source}")]
    Unusable {
        /// The part, in words.
        part: &'static str,
        /// Why it cannot be used.
        source: rustls::Error,
    },
    /// Clients cannot be verified with the client CA.
    #[error("the client CA: {0}")]
    Verifier(#[source] VerifierBuilderError),
    /// The versions of TLS cannot be offered.
    #[error(transparent)]
    Versions(rustls::Error),
    /// A certificate cannot be made.
    #[error(transparent)]
    Made(#[from] rcgen::Error),
}

impl Files {
    /// Reads the files.
    ///
    /// # Errors
    /// Names the file that cannot be read.
    pub fn read(&self) -> Result<Pem, CertificateError> {
        let read = |path: &Path| {
            std::fs::read(path)
                .map_err(|source| CertificateError::Unreadable { path: path.to_owned(), source })
        };
        let client_ca = self.client_ca.as_deref().map(read).transpose()?;
        Ok(Pem { certificate: read(&self.certificate)?, key: read(&self.key)?, client_ca })
    }
}

impl Pem {
    /// Makes what connections are made with.
    ///
    /// # Errors
    /// Returns what is wrong with the certificate or the key.
    pub fn identity(&self) -> Result<Identity, CertificateError> {
        let certificates = certificates(&self.certificate, "the certificate")?;
        let key = PrivateKeyDer::from_pem_slice(&self.key)
            .map_err(|source| CertificateError::MalformedPem { part: "the key", source })?;
        let not_after = certificates.iter().map(not_after).collect::<Result<Vec<_>, _>>()?;
        let provider = Arc::new(ring::default_provider());
        let builder =
            ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
        let builder = builder.map_err(CertificateError::Versions)?;
        let builder = match &self.client_ca {
            Some(pem) => {
                let mut roots = RootCertStore::empty();
                for certificate in self::certificates(pem, CLIENT_CA)? {
                    let unusable = |source| CertificateError::Unusable { part: CLIENT_CA, source };
                    roots.add(certificate).map_err(unusable)?;
                }
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
                builder.with_client_cert_verifier(verifier.map_err(CertificateError::Verifier)?)
            }
            None => builder.with_no_client_auth(),
        };
        // It finds out that the key is of another certificate.
        let config = builder.with_single_cert(certificates, key);
        let mut config =
            config.map_err(|source| CertificateError::Unusable { part: "certificate and key", source })?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Identity { config: Arc::new(config), not_after: not_after.into_iter().min().unwrap_or_default() })
    }
}

fn certificates(pem: &[u8], part: &'static str) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match found {
        Ok(list) if list.is_empty() => Err(CertificateError::NotPem(part)),
        Ok(list) => Ok(list),
        Err(source) => Err(CertificateError::MalformedPem { part, source }),
    }
}

fn not_after(certificate: &CertificateDer<'_>) -> Result<i64, CertificateError> {
    let (_, parsed) =
        x509_parser::parse_x509_certificate(certificate).map_err(CertificateError::Malformed)?;
    Ok(parsed.validity().not_after.timestamp())
}

/// Makes a certificate for this machine, which ends with the process.
///
/// # Errors
/// Passes on what the library says.
pub fn local() -> Result<Pem, CertificateError> {
    let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let made = rcgen::generate_simple_self_signed(names)?;
    let key = made.signing_key.serialize_pem();
    Ok(Pem { certificate: made.cert.pem().into_bytes(), key: key.into_bytes(), client_ca: None })
}

/// What connections are made with.
pub(super) type Acceptor = tokio_rustls::TlsAcceptor;
