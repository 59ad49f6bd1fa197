//! The server: started, told to read its files again, ended.

use crate::webhook::options::ServerOptions;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::accept::{ServerPhase, accept};
use super::connections::Connections;
use super::handler::{MAX_LARGE, MAX_SMALL, MAX_TINY, Shared};
use super::listen::ListenAddress;
use super::reload::{ConfigurationError, Reload};
use super::{log, ops};

/// What is still being answered at the end gets this long.
const LAST_ANSWERS: Duration = Duration::from_secs(10);

/// The size of the largest review that is checked, in bytes, unless another one is set.
pub const MAX_REVIEW: usize = 16 << 20;

/// How many connections are open at once, unless another number is set. An API server opens one for each request that
/// waits, which are some hundred at most.
pub const MAX_CONNECTIONS: usize = 2048;

/// One for each review that is checked at once, and one that reads files. Each keeps memory of its own.
const BLOCKING_THREADS: usize = MAX_TINY + MAX_SMALL + MAX_LARGE + 1;

/// A server that runs.
pub struct Server {
    /// Where it listens for reviews.
    pub address: SocketAddr,
    /// Where it listens for probes and Prometheus.
    pub ops_address: SocketAddr,
    shared: Arc<Shared>,
    connections: Arc<Connections>,
    phase: watch::Sender<ServerPhase>,
    drain: Duration,
    others: Vec<JoinHandle<()>>,
}

/// Why a server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration cannot be used.
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    /// The server cannot listen on an address.
    #[error("{address}: {source}")]
    Listen {
        /// The address.
        address: ListenAddress,
        /// Why the server cannot listen there.
        source: io::Error,
    },
    /// The system rejects threads, signals or the address of a socket.
    #[error(transparent)]
    System(#[from] io::Error),
}

/// Why a process is interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signal {
    /// It is to end.
    End,
    /// It is to read its files again.
    Reload,
}

/// Runs a server until the process is told to end.
///
/// # Errors
/// Returns why it cannot start.
pub fn run(options: ServerOptions, ready: impl FnOnce(&Server)) -> Result<(), StartError> {
    log::start();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.enable_all().max_blocking_threads(BLOCKING_THREADS).build()?;
    runtime.block_on(async {
        let mut signals = signals()?;
        let server = start(options).await?;
        let policy =
            server.shared.reload.config().config.admission.everywhere.policy.unwrap_or_default().as_str();
        tracing::info!(address = %server.address, ops_address = %server.ops_address, policy, "listening");
        ready(&server);
        while signals.recv().await == Some(Signal::Reload) {
            tracing::info!("SIGHUP: reloading certificate and configuration");
            server.reload().await;
        }
        server.stop().await;
        Ok(())
    })
}

/// Listens for signals.
#[cfg(unix)]
fn signals() -> io::Result<mpsc::Receiver<Signal>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (sender, receiver) = mpsc::channel(2);
    let kinds = [
        (SignalKind::terminate(), Signal::End),
        (SignalKind::interrupt(), Signal::End),
        (SignalKind::hangup(), Signal::Reload),
    ];
    for (kind, meaning) in kinds {
        let mut signal = signal(kind)?;
        let sender = sender.clone();
        tokio::spawn(
            async move { while signal.recv().await.is_some() && sender.send(meaning).await.is_ok() {} },
        );
    }
    Ok(receiver)
}

#[cfg(not(unix))]
fn signals() -> io::Result<mpsc::Receiver<Signal>> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        let _ = tokio::signal::ctrl_c().await;
        let _ = sender.send(Signal::End).await;
    });
    Ok(receiver)
}

/// Starts a server.
///
/// # Errors
/// Returns why it cannot start.
pub async fn start(options: ServerOptions) -> Result<Server, StartError> {
    let reload = Reload::new(&options)?;
    let shared = Arc::new(Shared::new(reload, &options));
    shared.reload.reload_changed(&shared.metrics);
    shared.reload.report_fail_open(&shared.metrics);
    let (listener, address) = listen(options.listen)?;
    let (ops_listener, ops_address) = listen(options.ops_listen)?;
    let connections = Connections::new(options.max_connections, options.max_connections / 2);
    let (phase, receiver) = watch::channel(ServerPhase::Open);
    tokio::spawn(accept(listener, shared.clone(), connections.clone(), receiver));
    let others = vec![
        tokio::spawn(ops::accept(ops_listener, shared.clone())),
        tokio::spawn(reload_every(options.reload, shared.clone())),
    ];
    Ok(Server { address, ops_address, shared, connections, phase, drain: options.drain, others })
}

impl Server {
    /// Reads certificate and configuration again.
    pub async fn reload(&self) {
        reload(&self.shared).await;
    }

    /// Ends the server: not ready at once, no new connections after the grace, every request answered.
    pub async fn stop(self) {
        self.shared.is_draining.store(true, Ordering::Relaxed);
        tracing::info!("draining");
        sleep(self.drain).await;
        self.phase.send_replace(ServerPhase::Closing);
        // Everyone who accepts or serves connections has a receiver.
        if timeout(LAST_ANSWERS, self.phase.closed()).await.is_err() {
            tracing::warn!(connections = self.connections.count(), "some connections did not close in time");
            self.connections.close_all();
        }
        self.others.iter().for_each(JoinHandle::abort);
        tracing::info!("ended");
    }
}

fn listen(address: ListenAddress) -> Result<(TcpListener, SocketAddr), StartError> {
    let listener = address.bind().map_err(|source| StartError::Listen { address, source })?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

async fn reload_every(interval: Duration, shared: Arc<Shared>) {
    loop {
        sleep(interval).await;
        reload(&shared).await;
    }
}

async fn reload(shared: &Arc<Shared>) {
    let shared = shared.clone();
    let _ = tokio::task::spawn_blocking(move || shared.reload.reload_changed(&shared.metrics)).await;
}
