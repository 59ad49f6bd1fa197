//! `serve`: the admission webhook.
#![expect(clippy::disallowed_methods, reason = "the address is printed here")]

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;

use crate::cli::exit::Exit;
use crate::policy::config::admission::Policy;
use crate::value::duration::parse_unsigned;
use crate::webhook::listen::ListenAddress;
use crate::webhook::options::{Certificate, FailurePolicy, ServerOptions};
use crate::webhook::review::check_request;
use crate::webhook::server::{self, MAX_CONNECTIONS, MAX_REVIEW};
use crate::webhook::tls::{self, Files};

/// Run the admission webhook
///
/// Kubernetes calls it before it stores a Job or CronJob: `POST /validate` over TLS. `/healthz`, `/readyz` and `/metrics`
/// have a plain HTTP port of their own. Certificate and configuration are reloaded when they change. To try it without a
/// cluster, use `--local`.
#[derive(Debug, clap::Args)]
pub(crate) struct ServeArgs {
    /// Where to listen for reviews; without an address on all of them, IPv4 and IPv6
    #[arg(long, value_name = "[ADDR]:PORT", default_value = ":10250")]
    listen: ListenAddress,

    /// The certificate with its chain, in PEM
    #[arg(long, value_name = "FILE")]
    tls_cert: Option<PathBuf>,

    /// The certificate's key, in PEM
    #[arg(long, value_name = "FILE")]
    tls_key: Option<PathBuf>,

    /// Accept only clients with a certificate from these CAs, in PEM
    #[arg(long, value_name = "FILE")]
    client_ca: Option<PathBuf>,

    /// Where to listen for probes and Prometheus
    #[arg(long, value_name = "[ADDR]:PORT", default_value = ":8081")]
    ops_listen: ListenAddress,

    /// The configuration: a `.batchlint.yaml`
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// The policy: what is denied [default: that of the configuration, or `advise`]
    #[arg(long, value_enum)]
    policy: Option<Policy>,

    /// The `failurePolicy` of the webhook configuration: with `Ignore`, logs and metrics warn of the policy `strict`
    #[arg(long, value_enum, ignore_case = true)]
    failure_policy: Option<FailurePolicy>,

    /// The size of the largest review that is checked; larger ones are answered by `admission.unjudged`
    #[arg(long, value_name = "SIZE", default_value_t = Size(MAX_REVIEW))]
    max_review: Size,

    /// How many connections can be open at once, and half as many from one address; those that completed no review are closed
    /// first
    #[arg(long, value_name = "NUMBER", default_value_t = MAX_CONNECTIONS as u64, value_parser = clap::value_parser!(u64).range(2..=65_536))]
    max_connections: u64,

    /// How long to keep accepting connections after SIGTERM
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = duration)]
    drain: Duration,

    /// How often to look for changes to certificate and configuration
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration)]
    reload: Duration,

    /// Listen on loopback with a certificate created in memory, and print a command to try it
    #[arg(long, conflicts_with_all = ["tls_cert", "tls_key", "client_ca"])]
    local: bool,
}

impl ValueEnum for Policy {
    fn value_variants<'a>() -> &'a [Self] {
        &Policy::ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        let help = match self {
            Policy::Advise => "Nothing: findings are warnings",
            Policy::Standard => {
                "Errors that are certain, and whatever violates a practice: a deadline, memory limits, no credentials …"
            }
            Policy::Strict => "Every error and warning",
        };
        Some(clap::builder::PossibleValue::new(self.as_str()).help(help))
    }
}

impl ValueEnum for FailurePolicy {
    fn value_variants<'a>() -> &'a [Self] {
        &[FailurePolicy::Ignore, FailurePolicy::Fail]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        let (name, help) = match self {
            FailurePolicy::Ignore => ("Ignore", "Objects pass when the webhook does not answer"),
            FailurePolicy::Fail => ("Fail", "No object passes when the webhook does not answer"),
        };
        Some(clap::builder::PossibleValue::new(name).help(help))
    }
}

/// A number of bytes, as Kubernetes writes it: `16Mi`.
#[derive(Clone, Copy, Debug)]
struct Size(usize);

impl std::str::FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (number, factor) = match (text.strip_suffix("Mi"), text.strip_suffix("Ki")) {
            (Some(number), _) => (number, 1 << 20),
            (_, Some(number)) => (number, 1 << 10),
            _ => (text, 1),
        };
        let size = number.parse::<usize>().ok().and_then(|number| number.checked_mul(factor));
        let size = size.filter(|size| (1 << 16..=1 << 30).contains(size));
        size.map(Size)
            .ok_or_else(|| "a size must look like `16Mi` or `512Ki`, from `64Ki` to `1024Mi`".to_owned())
    }
}

impl std::fmt::Display for Size {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 % (1 << 20) {
            0 => write!(formatter, "{}Mi", self.0 >> 20),
            _ => write!(formatter, "{}Ki", self.0 >> 10),
        }
    }
}

/// Reads `5s`, `500ms` or `1m`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    parse_unsigned(text).ok_or_else(|| "a duration must look like `500ms`, `5s` or `1m`".to_owned())
}

/// What to do without a certificate.
const MISSING_CERTIFICATE: &str = "the server needs a certificate: set `--tls-cert` and `--tls-key`, or use `--local` to try it without one";

/// Serves until the process is told to end.
pub(crate) fn run(arguments: &ServeArgs) -> Result<Exit, String> {
    let certificate = match (&arguments.tls_cert, &arguments.tls_key) {
        (Some(certificate), Some(key)) => Certificate::Files(Files {
            certificate: certificate.clone(),
            key: key.clone(),
            client_ca: arguments.client_ca.clone(),
        }),
        _ if arguments.local => Certificate::Given(tls::local().map_err(|error| error.to_string())?),
        _ => return Err(MISSING_CERTIFICATE.to_owned()),
    };
    let at_home = |address: ListenAddress| {
        if arguments.local {
            ListenAddress::Socket((Ipv4Addr::LOCALHOST, address.port()).into())
        } else {
            address
        }
    };
    let options = ServerOptions {
        listen: at_home(arguments.listen),
        ops_listen: at_home(arguments.ops_listen),
        certificate,
        config_file: arguments.config.clone(),
        policy: arguments.policy,
        failure_policy: arguments.failure_policy,
        max_review: arguments.max_review.0,
        max_connections: usize::try_from(arguments.max_connections).unwrap_or(MAX_CONNECTIONS),
        drain: if arguments.local { Duration::ZERO } else { arguments.drain },
        reload: arguments.reload,
        check_request,
    };
    server::run(options, |server| {
        if arguments.local {
            let _ = writeln!(std::io::stdout(), "{}", trial(server.address));
        }
    })
    .map_err(|error| error.to_string())?;
    Ok(Exit::Clean)
}

/// Returns a line for a shell that sends a review.
fn trial(address: SocketAddr) -> String {
    let review = trial_review("1");
    format!("curl -sk https://{address}/validate --header 'Content-Type: application/json' --data '{review}'")
}

/// Returns a review of a CronJob with which much is wrong.
pub(crate) fn trial_review(uid: &str) -> String {
    let pod = r#"{"restartPolicy":"Never","containers":[{"name":"a","image":"busybox"}]}"#;
    let object = format!(
        r#"{{"apiVersion":"batch/v1","kind":"CronJob","metadata":{{"name":"a"}},"spec":{{"schedule":"0 3 * * *","jobTemplate":{{"spec":{{"template":{{"spec":{pod}}}}}}}}}}}"#
    );
    let request = format!(r#"{{"uid":"{uid}","operation":"CREATE","object":{object}}}"#);
    format!(r#"{{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{request}}}"#)
}
