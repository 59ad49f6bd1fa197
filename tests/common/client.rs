//! A server on loopback, and a client that speaks TLS to it.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "helpers of tests may fail them")]

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode};
use batchlint::policy::config::admission::Policy;
use batchlint::webhook::listen::ListenAddress;
use batchlint::webhook::options::{Certificate, ServerOptions};
use batchlint::webhook::review::check_request;
use batchlint::webhook::server::{MAX_CONNECTIONS, MAX_REVIEW, Server, start};
use batchlint::webhook::tls::Pem;
use http_body_util::BodyExt as _;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// An authority for certificates.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Authority(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    /// Makes a certificate for `localhost` that ends in the given year.
    pub(crate) fn issue(&self, year: i32) -> Pem {
        self.issue_for(&["localhost"], year)
    }

    /// Makes a certificate for these names that ends in the given year.
    pub(crate) fn issue_for(&self, names: &[&str], year: i32) -> Pem {
        let key = KeyPair::generate().unwrap();
        let names: Vec<_> = names.iter().map(|&it| it.to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        params.not_after = rcgen::date_time_ymd(year, 1, 1);
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let (certificate, key) = (certificate.pem().into_bytes(), key.serialize_pem().into_bytes());
        Pem { certificate, key, client_ca: None }
    }
}

pub(crate) fn options(certificate: Certificate) -> ServerOptions {
    let anywhere = ListenAddress::Socket((Ipv4Addr::LOCALHOST, 0).into());
    ServerOptions {
        listen: anywhere,
        ops_listen: anywhere,
        certificate,
        config_file: None,
        policy: Some(Policy::Standard),
        failure_policy: None,
        max_review: MAX_REVIEW,
        max_connections: MAX_CONNECTIONS,
        drain: Duration::ZERO,
        reload: Duration::from_millis(20),
        check_request,
    }
}

/// Starts a server with a certificate of its own, and returns it with the client's authorities.
pub(crate) async fn server(edit: impl FnOnce(&mut ServerOptions)) -> (Server, String) {
    let authority = Authority::new();
    let mut options = options(Certificate::Given(authority.issue(4000)));
    edit(&mut options);
    (start(options).await.unwrap(), authority.pem())
}

/// Runs a test on a runtime of its own.
pub(crate) fn run(test: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(2).enable_all().build().unwrap().block_on(test);
}

/// Connects, with a client's certificate where one is given.
pub(crate) async fn connect(
    address: SocketAddr,
    roots: &str,
    own: Option<&Pem>,
    protocol: &str,
) -> std::io::Result<TlsStream<TcpStream>> {
    connect_from(Ipv4Addr::LOCALHOST, address, roots, own, protocol).await
}

/// Connects from an address of this machine, as another peer; over IPv6 there is only one.
pub(crate) async fn connect_from(
    from: Ipv4Addr,
    address: SocketAddr,
    roots: &str,
    own: Option<&Pem>,
    protocol: &str,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut store = RootCertStore::empty();
    for root in CertificateDer::pem_slice_iter(roots.as_bytes()) {
        store.add(root.unwrap()).unwrap();
    }
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let builder = builder.with_root_certificates(store);
    let mut config = match own {
        Some(pem) => {
            let chain = CertificateDer::pem_slice_iter(&pem.certificate).map(Result::unwrap).collect();
            builder.with_client_auth_cert(chain, PrivateKeyDer::from_pem_slice(&pem.key).unwrap()).unwrap()
        }
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    if address.is_ipv4() {
        socket.bind(SocketAddr::from((from, 0)))?;
    }
    let stream = socket.connect(address).await?;
    // Head and body are written apart: the second would wait for the acknowledgement of the first.
    stream.set_nodelay(true)?;
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

/// A connection over which requests go.
pub(crate) enum Connection {
    One(http1::SendRequest<Body>),
    Two(http2::SendRequest<Body>),
}

impl Connection {
    pub(crate) async fn new(address: SocketAddr, roots: &str, protocol: &str) -> Self {
        Self::from(Ipv4Addr::LOCALHOST, address, roots, protocol).await
    }

    /// Connects from an address of this machine, as another peer.
    pub(crate) async fn from(from: Ipv4Addr, address: SocketAddr, roots: &str, protocol: &str) -> Self {
        let stream = TokioIo::new(connect_from(from, address, roots, None, protocol).await.unwrap());
        if protocol == "h2" {
            let (sender, connection) = http2::handshake(TokioExecutor::new(), stream).await.unwrap();
            tokio::spawn(connection);
            return Connection::Two(sender);
        }
        Self::over(stream.into_inner()).await
    }

    /// Uses HTTP/1.1 over a connection.
    pub(crate) async fn over(stream: TlsStream<TcpStream>) -> Self {
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Connection::One(sender)
    }

    /// Says whether the other side has ended it.
    pub(crate) fn is_closed(&self) -> bool {
        match self {
            Connection::One(sender) => sender.is_closed(),
            Connection::Two(sender) => sender.is_closed(),
        }
    }

    pub(crate) async fn send(
        &mut self,
        request: Request<Body>,
    ) -> Result<Response<hyper::body::Incoming>, hyper::Error> {
        match self {
            Connection::One(sender) => {
                sender.ready().await?;
                sender.send_request(request).await
            }
            Connection::Two(sender) => {
                sender.ready().await?;
                sender.send_request(request).await
            }
        }
    }

    /// Posts a body, and returns the code, the text of the answer, and whether the server ends the connection.
    pub(crate) async fn post(&mut self, query: &str, body: impl Into<Body>) -> (StatusCode, String, bool) {
        self.try_post(query, body).await.unwrap()
    }

    /// Posts a body; fails if the connection ends without an answer.
    pub(crate) async fn try_post(
        &mut self,
        query: &str,
        body: impl Into<Body>,
    ) -> Result<(StatusCode, String, bool), hyper::Error> {
        let uri = format!("https://localhost/validate{query}");
        let mut request = Request::new(body.into());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri.parse().unwrap();
        request.headers_mut().insert("host", "localhost".parse().unwrap());
        let response = self.send(request).await?;
        let (code, closes) = (response.status(), response.headers().contains_key("connection"));
        let bytes = response.into_body().collect().await?.to_bytes();
        Ok((code, String::from_utf8(bytes.to_vec()).unwrap(), closes))
    }
}

/// A body that stops and does not end.
pub(crate) struct Stuck(pub Option<Vec<u8>>);

impl futures_core::Stream for Stuck {
    type Item = Result<Vec<u8>, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.take().map_or(Poll::Pending, |bytes| Poll::Ready(Some(Ok(bytes))))
    }
}

/// Gets something from the plain port.
pub(crate) async fn get(address: SocketAddr, path: &str) -> (StatusCode, String) {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = Request::builder().uri(path).header("host", "localhost").body(Body::empty()).unwrap();
    let response = sender.send_request(request).await.unwrap();
    let code = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (code, String::from_utf8(bytes.to_vec()).unwrap())
}

/// Waits until the plain port answers so, at most five seconds.
pub(crate) async fn until(address: SocketAddr, path: &str, expected: impl Fn(StatusCode, &str) -> bool) {
    for _ in 0..250 {
        let (code, text) = get(address, path).await;
        if expected(code, &text) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (code, text) = get(address, path).await;
    assert!(expected(code, &text), "{path}: {code} {text}");
}

/// A review recorded from an API server.
pub(crate) fn recording(name: &str) -> Vec<u8> {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/admission");
    std::fs::read(directory.join(name)).unwrap()
}
