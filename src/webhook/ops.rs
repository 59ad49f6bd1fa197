//! The plain port: probes and metrics.
#![expect(clippy::disallowed_methods, reason = "readiness depends on whether the certificate has expired")]

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::accept::{next, unless_first};
use super::connections::{Connection, Connections};
use super::handler::Shared;

/// Kubelets and a few Prometheus servers ask.
const MAX_CONNECTIONS: usize = 64;

/// Each connection has one request, which has to come and be answered within this time.
const LONGEST: Duration = Duration::from_secs(5);

pub(super) async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let router = Router::new()
        .route("/healthz", get("ok\n"))
        .route("/readyz", get(readiness))
        .route("/metrics", get(metrics))
        .with_state(shared);
    let connections = Connections::new(MAX_CONNECTIONS, MAX_CONNECTIONS / 2);
    loop {
        let (stream, peer) = next(&listener, &connections).await;
        if let Ok((connection, _)) = connections.open(peer) {
            tokio::spawn(serve(stream, connection, router.clone()));
        }
    }
}

async fn serve(stream: TcpStream, connection: Arc<Connection>, router: Router) {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(LONGEST).keep_alive(false);
    let serving = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let _ = unless_first(connection.closed(), timeout(LONGEST, serving)).await;
}

async fn readiness(State(shared): State<Arc<Shared>>) -> (StatusCode, &'static str) {
    let now = jiff::Timestamp::now().as_second();
    let why = match shared.reload.identity() {
        _ if shared.is_draining.load(Ordering::Relaxed) => "shutting down\n",
        None => "no usable certificate\n",
        Some(identity) if identity.not_after <= now => "the certificate has expired\n",
        Some(_) => return (StatusCode::OK, "ok\n"),
    };
    (StatusCode::SERVICE_UNAVAILABLE, why)
}

async fn metrics(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], shared.metrics.encode())
}
