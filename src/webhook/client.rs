//! As much of a Kubernetes client as certificates need: one request over one connection.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, header};
use http_body_util::{BodyExt as _, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Answers have at most this many bytes.
const LARGEST_ANSWER: usize = 8 << 20;

const LONGEST: Duration = Duration::from_secs(30);

/// A server that is spoken to.
#[derive(Clone, Debug)]
pub struct Client {
    /// `host:port`
    pub address: String,
    /// The authorities that its certificate must come from, PEM.
    pub authorities: Vec<u8>,
    /// What it knows us by; empty for nobody.
    pub token: String,
}

impl Client {
    /// Sends a request with a body of JSON, and returns the code with the answer, `null` where it is no JSON.
    ///
    /// # Errors
    /// Says what is wrong with the connection.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        kind: &'static str,
        body: String,
    ) -> Result<(u16, serde_json::Value), String> {
        let request = self.request(method, path, kind, body);
        let sent = tokio::time::timeout(LONGEST, async { self.send_now(request?).await }).await;
        sent.unwrap_or_else(|_| Err("timed out".to_owned()))
            .map_err(|error| format!("{}: {error}", self.address))
    }

    async fn send_now(&self, request: Request<Body>) -> Result<(u16, serde_json::Value), String> {
        let text = |error: &dyn std::fmt::Display| error.to_string();
        let stream = TcpStream::connect(&self.address).await.map_err(|it| text(&it))?;
        let host = self.address.rsplit_once(':').map_or(self.address.as_str(), |(host, _)| host);
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(host).map_err(|it| text(&it))?;
        let connector = TlsConnector::from(Arc::new(self.config()?));
        let stream = connector.connect(name, stream).await.map_err(|it| text(&it))?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|it| text(&it))?;
        tokio::spawn(connection);
        let response = sender.send_request(request).await.map_err(|it| text(&it))?;
        let code = response.status().as_u16();
        let body = Limited::new(response.into_body(), LARGEST_ANSWER).collect().await;
        let bytes = body.map_err(|it| text(&it))?.to_bytes();
        Ok((code, serde_json::from_slice(&bytes).unwrap_or_default()))
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        kind: &'static str,
        body: String,
    ) -> Result<Request<Body>, String> {
        let text = |error: &dyn std::fmt::Display| error.to_string();
        let mut request = Request::new(Body::from(body));
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().map_err(|_| format!("`{path}` is not a valid path"))?;
        let headers = request.headers_mut();
        headers.insert(header::HOST, HeaderValue::from_str(&self.address).map_err(|it| text(&it))?);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        if !self.token.is_empty() {
            let mut value =
                HeaderValue::from_str(&format!("Bearer {}", self.token)).map_err(|it| text(&it))?;
            value.set_sensitive(true);
            headers.insert(header::AUTHORIZATION, value);
        }
        Ok(request)
    }

    fn config(&self) -> Result<ClientConfig, String> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(&self.authorities) {
            let certificate = certificate.map_err(|error| format!("CA certificates: {error}"))?;
            roots.add(certificate).map_err(|error| format!("CA certificates: {error}"))?;
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().map_err(|error| error.to_string())?;
        Ok(builder.with_root_certificates(roots).with_no_client_auth())
    }
}
