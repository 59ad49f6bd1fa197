//! As much of a Kubernetes client as certificates need: one request over one connection.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::InvalidHeaderValue;
use axum::http::{HeaderValue, Method, Request, header};
use http_body_util::{BodyExt as _, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject as _};
use tokio_rustls::rustls::pki_types::{CertificateDer, InvalidDnsNameError, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

/// Answers have at most this many bytes.
const LARGEST_ANSWER: usize = 8 << 20;

const LONGEST: Duration = Duration::from_secs(30);

/// An API server that requests are sent to.
#[derive(Clone, Debug)]
pub struct ApiClient {
    /// `host:port`
    pub address: String,
    /// The authorities that its certificate must come from, PEM.
    pub authorities: Vec<u8>,
    /// The bearer token that requests carry; empty for none.
    pub token: String,
}

/// A request that was not answered.
#[derive(Debug, thiserror::Error)]
#[error("{address}: {source}")]
pub struct RequestError {
    /// The server that the request was for, `host:port`.
    pub address: String,
    /// What went wrong.
    pub source: RequestProblem,
}

/// Why a request was not answered.
#[derive(Debug, thiserror::Error)]
pub enum RequestProblem {
    /// The answer took too long.
    #[error("timed out")]
    TimedOut,
    /// The path cannot be in a URI.
    #[error("`{0}` is not a valid path")]
    Path(String),
    /// The address or the token cannot be in a header.
    #[error(transparent)]
    Header(#[from] InvalidHeaderValue),
    /// The host cannot be in a certificate.
    #[error(transparent)]
    Host(#[from] InvalidDnsNameError),
    /// The CA certificates are malformed PEM.
    #[error("CA certificates: {0}")]
    MalformedAuthorities(#[source] pem::Error),
    /// The CA certificates cannot be used.
    #[error("CA certificates: {0}")]
    UnusableAuthorities(#[source] rustls::Error),
    /// The versions of TLS cannot be offered.
    #[error(transparent)]
    Versions(rustls::Error),
    /// The connection cannot be made.
    #[error(transparent)]
    Connection(#[from] io::Error),
    /// The server violates HTTP.
    #[error(transparent)]
    Http(#[from] hyper::Error),
    /// The body of the answer cannot be read, or is too large.
    #[error(transparent)]
    Body(#[from] Box<dyn std::error::Error + Send + Sync>),
}

impl ApiClient {
    /// Sends a request with a body of JSON, and returns the status code with the answer, `null` if that is not JSON.
    ///
    /// # Errors
    /// Returns what is wrong with the connection.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        kind: &'static str,
        body: String,
    ) -> Result<(u16, serde_json::Value), RequestError> {
        let request = self.request(method, path, kind, body);
        let sent = tokio::time::timeout(LONGEST, async { self.send_now(request?).await }).await;
        sent.unwrap_or(Err(RequestProblem::TimedOut))
            .map_err(|source| RequestError { address: self.address.clone(), source })
    }

    async fn send_now(&self, request: Request<Body>) -> Result<(u16, serde_json::Value), RequestProblem> {
        let stream = TcpStream::connect(&self.address).await?;
        let host = self.address.rsplit_once(':').map_or(self.address.as_str(), |(host, _)| host);
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(host)?;
        let connector = TlsConnector::from(Arc::new(self.config()?));
        let stream = connector.connect(name, stream).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let response = sender.send_request(request).await?;
        let code = response.status().as_u16();
        let body = Limited::new(response.into_body(), LARGEST_ANSWER).collect().await;
        let bytes = body?.to_bytes();
        Ok((code, serde_json::from_slice(&bytes).unwrap_or_default()))
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        kind: &'static str,
        body: String,
    ) -> Result<Request<Body>, RequestProblem> {
        let mut request = Request::new(Body::from(body));
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().map_err(|_| RequestProblem::Path(path.to_owned()))?;
        let headers = request.headers_mut();
        headers.insert(header::HOST, HeaderValue::from_str(&self.address)?);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        if !self.token.is_empty() {
            let mut value = HeaderValue::from_str(&format!("Bearer {}", self.token))?;
            value.set_sensitive(true);
            headers.insert(header::AUTHORIZATION, value);
        }
        Ok(request)
    }

    fn config(&self) -> Result<ClientConfig, RequestProblem> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(&self.authorities) {
            let certificate = certificate.map_err(RequestProblem::MalformedAuthorities)?;
            roots.add(certificate).map_err(RequestProblem::UnusableAuthorities)?;
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().map_err(RequestProblem::Versions)?;
        Ok(builder.with_root_certificates(roots).with_no_client_auth())
    }
}
