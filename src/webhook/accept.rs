//! Connections: accepted always, served while they are of use, ended without losing a request.
#![expect(clippy::disallowed_methods, reason = "connections have deadlines")]

use crate::webhook::metrics::LIMITS;
use std::convert::Infallible;
use std::future::poll_fn;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout, timeout_at};

use super::connections::{Connection, ConnectionLimit, ConnectionState, Connections};
use super::handler::{Shared, respond};
use super::tls::Acceptor;

/// Clients that take longer for the TLS handshake are disconnected.
const HANDSHAKE: Duration = Duration::from_secs(5);

/// The head of a connection's first request must come within this time.
const FIRST_REQUEST: Duration = Duration::from_secs(5);

/// An API server keeps idle connections for 90 s; it is the one to end them.
const IDLE: Duration = Duration::from_secs(120);

/// When the server ends, a connection over which nothing came for so long is idle: no request is on its way.
const QUIET: Duration = Duration::from_secs(1);

/// How often a connection looks whether it is quiet when the server ends.
const TICK: Duration = Duration::from_millis(50);

/// An API server has one request at a time on each connection over HTTP/1.1. Over HTTP/2, it opens another one.
const MAX_STREAMS: u32 = 64;

/// What a client may send over HTTP/2 before it is read: of a request, and over the connection.
const STREAM_WINDOW: u32 = 64 << 10;
const CONNECTION_WINDOW: u32 = 128 << 10;

/// What is read at once over HTTP/1.1, which the head of a request has to fit into.
const READ_BUFFER: usize = 64 << 10;

/// As many connections wait to be accepted at most.
const MAX_BACKLOG: usize = 1024;

/// How far the server is on its way to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ServerPhase {
    /// Connections are accepted.
    Open,
    /// No new ones are, and the others end as soon as nothing is on its way.
    Closing,
}

/// Waits for the next connection, and sets what keeps dead ones from staying.
pub(super) async fn next(listener: &TcpListener, connections: &Connections) -> (TcpStream, IpAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let _ = stream.set_nodelay(true);
                let alive = socket2::TcpKeepalive::new().with_time(Duration::from_secs(30));
                let _ = socket2::SockRef::from(&stream)
                    .set_tcp_keepalive(&alive.with_interval(Duration::from_secs(10)));
                return (stream, peer.ip().to_canonical());
            }
            // No file descriptors, for one: closing a connection gives one back.
            Err(error) => {
                tracing::warn!(%error, "accept");
                connections.close_weakest();
                sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

/// Accepts connections until the server closes, those included that wait to be accepted then.
pub(super) async fn accept(
    listener: TcpListener,
    shared: Arc<Shared>,
    connections: Arc<Connections>,
    mut phase: watch::Receiver<ServerPhase>,
) {
    let mut left = MAX_BACKLOG;
    while left > 0 {
        if *phase.borrow() == ServerPhase::Closing {
            left -= 1;
        }
        let closing = phase.wait_for(|it| *it == ServerPhase::Closing);
        let Some((stream, peer)) = unless_first(closing, next(&listener, &connections)).await else { return };
        match connections.open(peer) {
            Ok((connection, closed)) => {
                if let Some(limit) = closed {
                    shared.metrics.closed_connection(close_reason(limit));
                }
                let (shared, phase) = (shared.clone(), phase.clone());
                tokio::spawn(async move {
                    shared.metrics.connections.inc();
                    serve(stream, connection, &shared, phase).await;
                    shared.metrics.connections.dec();
                });
            }
            Err(limit) => shared.metrics.closed_connection(rejection_reason(limit)),
        }
    }
}

fn close_reason(limit: ConnectionLimit) -> &'static str {
    let [by_peer, in_total, ..] = LIMITS;
    match limit {
        ConnectionLimit::Peer => by_peer,
        ConnectionLimit::Total => in_total,
    }
}

fn rejection_reason(limit: ConnectionLimit) -> &'static str {
    let [.., by_peer, in_total] = LIMITS;
    match limit {
        ConnectionLimit::Peer => by_peer,
        ConnectionLimit::Total => in_total,
    }
}

async fn serve(
    stream: TcpStream,
    connection: Arc<Connection>,
    shared: &Arc<Shared>,
    mut phase: watch::Receiver<ServerPhase>,
) {
    let Some(identity) = shared.reload.identity() else { return shared.metrics.failed_handshake() };
    let handshake = timeout(HANDSHAKE, Acceptor::from(identity.config).accept(stream));
    let Some(handshake) = unless_first(connection.closed(), handshake).await else { return };
    let Ok(Ok(stream)) = handshake else { return shared.metrics.failed_handshake() };
    let is_multiplexed = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    let opened = Instant::now();
    let service = {
        let (shared, connection) = (shared.clone(), connection.clone());
        service_fn(move |request| {
            let response = respond(shared.clone(), connection.clone(), request);
            async { Ok::<_, Infallible>(response.await) }
        })
    };
    let builder = builder();
    let mut serving = pin!(builder.serve_connection(TokioIo::new(stream), service));
    let mut has_said_so = false;
    while phase.has_changed().is_ok() {
        let is_closing = *phase.borrow_and_update() == ServerPhase::Closing;
        let now = Instant::now();
        let doing = connection.doing();
        let end = match doing {
            ConnectionState::New => opened + FIRST_REQUEST,
            ConnectionState::Working => now + IDLE,
            ConnectionState::Idle(since) => since + IDLE,
        };
        if end <= now {
            let reason = if doing == ConnectionState::New { "no_request" } else { "idle" };
            return shared.metrics.closed_connection(reason);
        }
        let is_quiet = match doing {
            // A client is told over HTTP/2 which of its requests will be answered.
            _ if is_multiplexed => true,
            ConnectionState::Idle(since) => since + QUIET <= now,
            ConnectionState::New | ConnectionState::Working => false,
        };
        if is_closing && is_quiet && !has_said_so {
            has_said_so = true;
            serving.as_mut().graceful_shutdown();
        }
        let until = if is_closing { end.min(now + TICK) } else { end };
        let serving = unless_first(connection.closed(), serving.as_mut());
        if let Ok(Some(_)) = timeout_at(until.into(), unless_first(phase.changed(), serving)).await {
            return;
        }
    }
}

/// Waits for a future unless something else happens before.
pub(super) async fn unless_first<T>(event: impl Future, future: impl Future<Output = T>) -> Option<T> {
    let (mut event, mut future) = (pin!(event), pin!(future));
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(result) => Poll::Ready(Some(result)),
        Poll::Pending => event.as_mut().poll(context).map(|_| None),
    })
    .await
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(IDLE).max_buf_size(READ_BUFFER);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(20));
    builder
}
