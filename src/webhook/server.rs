//! Connections: accepted, kept, ended.
#![expect(clippy::disallowed_methods, reason = "readiness depends on the clock, and panics are logged")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::handler::{Shared, validate};
pub use super::reload::Certificate;
use super::reload::Reload;
use super::review::{Request, Verdict};
use super::tls::Acceptor;
use crate::config::Config;
use crate::config::admission::Policy;

/// Judges a request; `review::judge`, but for tests.
pub type Judge = fn(&Request, &Config, &str, &dyn Fn() -> bool) -> Verdict;

/// An API server keeps idle connections for 90 s; it is the one to end them.
const IDLE: Duration = Duration::from_secs(120);

/// A client that takes longer for its handshake is none.
const HANDSHAKE: Duration = Duration::from_secs(5);

/// What is still being answered at the end gets this long.
const LAST_ANSWERS: Duration = Duration::from_secs(10);

/// An API server opens one connection for each request that waits.
const MOST_CONNECTIONS: usize = 2048;

/// What a server is to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where it listens for reviews.
    pub listen: SocketAddr,
    /// Where it listens for probes and Prometheus.
    pub ops_listen: SocketAddr,
    /// Its certificate.
    pub certificate: Certificate,
    /// Its configuration.
    pub config_file: Option<std::path::PathBuf>,
    /// The policy, whatever the configuration says.
    pub policy: Option<Policy>,
    /// How long it goes on accepting connections when it is to end.
    pub drain: Duration,
    /// How often files are read again.
    pub reload: Duration,
    /// What judges a request.
    pub judge: Judge,
}

/// A server that runs.
pub struct Server {
    /// Where it listens for reviews.
    pub address: SocketAddr,
    /// Where it listens for probes and Prometheus.
    pub ops_address: SocketAddr,
    shared: Arc<Shared>,
    graceful: Arc<GracefulShutdown>,
    drain: Duration,
    accepting: JoinHandle<()>,
    others: Vec<JoinHandle<()>>,
}

/// Runs a server until the process is told to end.
///
/// # Errors
/// Says why it cannot start.
pub fn run(options: Options, ready: impl FnOnce(&Server)) -> Result<(), String> {
    log();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.enable_all().max_blocking_threads(4).build().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let mut signals = signals()?;
        let server = start(options).await?;
        tracing::info!(address = %server.address, ops_address = %server.ops_address, "listening");
        ready(&server);
        signals.recv().await;
        server.stop().await;
        Ok(())
    })
}

/// Writes logs as JSON lines, and panics without their message: it may have parts of an object.
fn log() {
    let subscriber = tracing_subscriber::fmt().json().flatten_event(true).with_target(false);
    // Another one is there already in tests.
    let _ = subscriber.with_writer(std::io::stderr).try_init();
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
}

/// Listens for the signals that end a process.
#[cfg(unix)]
fn signals() -> Result<mpsc::Receiver<()>, String> {
    use tokio::signal::unix::{SignalKind, signal};
    let (sender, receiver) = mpsc::channel(2);
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        let mut signal = signal(kind).map_err(|error| error.to_string())?;
        let sender = sender.clone();
        tokio::spawn(async move {
            signal.recv().await;
            let _ = sender.send(()).await;
        });
    }
    Ok(receiver)
}

#[cfg(not(unix))]
fn signals() -> Result<mpsc::Receiver<()>, String> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        let _ = tokio::signal::ctrl_c().await;
        let _ = sender.send(()).await;
    });
    Ok(receiver)
}

/// Starts a server.
///
/// # Errors
/// Says why it cannot start.
pub async fn start(options: Options) -> Result<Server, String> {
    let reload = Reload::new(options.certificate, options.config_file, options.policy)?;
    let shared = Arc::new(Shared::new(reload, options.judge));
    shared.reload.again(&shared.metrics);
    let (listener, address) = listen(options.listen).await?;
    let (ops_listener, ops_address) = listen(options.ops_listen).await?;
    let graceful = Arc::new(GracefulShutdown::new());
    let accepting = tokio::spawn(accept(listener, shared.clone(), graceful.clone()));
    let others = vec![
        tokio::spawn(accept_ops(ops_listener, shared.clone())),
        tokio::spawn(reload_every(options.reload, shared.clone())),
    ];
    Ok(Server { address, ops_address, shared, graceful, drain: options.drain, accepting, others })
}

impl Server {
    /// Ends the server: not ready at once, no new connections after the grace, every request answered.
    pub async fn stop(self) {
        self.shared.is_draining.store(true, Ordering::Relaxed);
        tracing::info!("draining");
        sleep(self.drain).await;
        self.accepting.abort();
        let _ = self.accepting.await;
        if let Some(graceful) = Arc::into_inner(self.graceful)
            && timeout(LAST_ANSWERS, graceful.shutdown()).await.is_err()
        {
            tracing::warn!("some requests are left without an answer");
        }
        self.others.iter().for_each(JoinHandle::abort);
        tracing::info!("ended");
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), String> {
    let listener = TcpListener::bind(address).await.map_err(|error| format!("{address}: {error}"))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    Ok((listener, address))
}

async fn reload_every(interval: Duration, shared: Arc<Shared>) {
    loop {
        sleep(interval).await;
        let shared = shared.clone();
        let _ = tokio::task::spawn_blocking(move || shared.reload.again(&shared.metrics)).await;
    }
}

/// Waits for the next connection, and sets what keeps dead ones from staying.
async fn next(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let _ = stream.set_nodelay(true);
                let alive = socket2::TcpKeepalive::new().with_time(Duration::from_secs(30));
                let _ = socket2::SockRef::from(&stream)
                    .set_tcp_keepalive(&alive.with_interval(Duration::from_secs(10)));
                return stream;
            }
            // No file descriptors, for one: others may be closed soon.
            Err(error) => {
                tracing::warn!(%error, "accept");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, graceful: Arc<GracefulShutdown>) {
    let router = Router::new().route("/validate", post(validate)).with_state(shared.clone());
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let Ok(permit) = room.clone().acquire_owned().await else { return };
        let stream = next(&listener).await;
        let (shared, router, watcher) = (shared.clone(), router.clone(), graceful.watcher());
        tokio::spawn(async move {
            let _permit = permit;
            let Some(identity) = shared.reload.identity() else { return shared.metrics.failed_handshake() };
            let handshake = Acceptor::from(identity.config).accept(stream);
            let Ok(Ok(stream)) = timeout(HANDSHAKE, handshake).await else {
                return shared.metrics.failed_handshake();
            };
            let service = TowerToHyperService::new(router);
            let builder = builder();
            let connection = builder.serve_connection(TokioIo::new(stream), service);
            let _ = watcher.watch(connection).await;
        });
    }
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(IDLE);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(250)
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(20));
    builder
}

async fn accept_ops(listener: TcpListener, shared: Arc<Shared>) {
    let router = Router::new()
        .route("/healthz", get("ok\n"))
        .route("/readyz", get(readiness))
        .route("/metrics", get(metrics))
        .with_state(shared);
    loop {
        let stream = next(&listener).await;
        tokio::spawn(serve_ops(stream, router.clone()));
    }
}

async fn serve_ops(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, router: Router) {
    let builder = builder();
    let _ = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)).await;
}

async fn readiness(State(shared): State<Arc<Shared>>) -> (StatusCode, &'static str) {
    let now = jiff::Timestamp::now().as_second();
    let why = match shared.reload.identity() {
        _ if shared.is_draining.load(Ordering::Relaxed) => "it is ending\n",
        None => "there is no certificate that can be used\n",
        Some(identity) if identity.not_after <= now => "the certificate has expired\n",
        Some(_) => return (StatusCode::OK, "ok\n"),
    };
    (StatusCode::SERVICE_UNAVAILABLE, why)
}

async fn metrics(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], shared.metrics.write())
}
