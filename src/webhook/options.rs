//! What a server is started with.

use crate::policy::config::Config;
use crate::policy::config::admission::Policy;
use crate::webhook::listen::ListenAddress;
use crate::webhook::review::ReviewVerdict;
use crate::webhook::review::request::Request;
use crate::webhook::tls::Files;
use crate::webhook::tls::Pem;
use std::path::PathBuf;
use std::time::Duration;

/// Where the server's certificate comes from.
#[derive(Clone, Debug)]
pub enum Certificate {
    /// Files, which may change.
    Files(Files),
    /// The one given here.
    Given(Pem),
}

/// Checks a request; `review::check_request`, but for tests.
pub type CheckRequest = fn(&mut Request, &Config, &str, &dyn Fn() -> bool) -> ReviewVerdict;

/// What the API server does with a request when the webhook does not answer (`failurePolicy`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailurePolicy {
    /// It allows the request.
    Ignore,
    /// It denies the request.
    Fail,
}

/// What a server is to do.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// Where it listens for reviews.
    pub listen: ListenAddress,
    /// Where it listens for probes and Prometheus.
    pub ops_listen: ListenAddress,
    /// Its certificate.
    pub certificate: Certificate,
    /// Its configuration.
    pub config_file: Option<PathBuf>,
    /// The policy, whatever the configuration says.
    pub policy: Option<Policy>,
    /// What the API server does when nobody answers, if that is known.
    pub failure_policy: Option<FailurePolicy>,
    /// The size of the largest review that is checked, in bytes.
    pub max_review: usize,
    /// How many connections are open at once. A peer gets half: several API servers may come from one proxy's address.
    pub max_connections: usize,
    /// How long it keeps accepting connections when it is to end.
    pub drain: Duration,
    /// How often files are read again.
    pub reload: Duration,
    /// What checks a request.
    pub check_request: CheckRequest,
}
