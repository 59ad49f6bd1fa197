//! Files that change while the server runs: certificate and configuration.
//!
//! A kubelet swaps a symbolic link above the files of a volume, which a watch on the files themselves does not see. So
//! they are read again every few seconds and compared. A new content that cannot be used is said once, and the last
//! good one stays. A configuration that is gone or empty, extends one that is, or has no policy any more, is taken for a mistake: nothing
//! weakens the gate but a policy that somebody wrote.
#![expect(clippy::disallowed_methods, reason = "the configuration is read, and today asked for, here")]

use crate::webhook::options::Certificate;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use super::metrics::Metrics;
use super::tls::{Identity, Pem};
use crate::diagnostic::finding::Finding;
use crate::engine::unchecked::misconfigured;
use crate::policy::config::Config;
use crate::policy::config::admission::{AdmissionScope, Policy};
use crate::project::bases::{ConfigFile, Reach, read_files, with_bases};
use crate::project::open::{SMALL, read_text};
use crate::project::settings::today;
use crate::text::source::Source;
use crate::webhook::options::{FailurePolicy, ServerOptions};

/// A changed content that stays the same for so long is complete.
const SETTLE: Duration = Duration::from_millis(20);

/// The configuration in force.
#[derive(Debug)]
pub(super) struct ActiveConfig {
    pub(super) config: Config,
    /// Identifies it in audit logs.
    pub(super) hash: String,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    /// The file cannot be read.
    #[error("{}: {source}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why it cannot be read.
        source: io::Error,
    },
    /// A file is empty: it has not been written yet, or its volume is missing, and it would deny nothing.
    #[error("{}: it is empty", .0.display())]
    Empty(PathBuf),
    /// The file has become empty.
    #[error("it is empty")]
    Emptied,
    /// The file has mistakes, each with its place.
    #[error("{}", .0.join("; "))]
    Mistakes(Vec<String>),
    /// The file no longer states a policy, as the one in force does.
    #[error("it has no `admission.policy`; using `{}`", .0.as_str())]
    NoPolicy(Policy),
}

/// What is read again, and what is in force of it.
#[derive(Debug)]
pub(super) struct Reload {
    certificate: Certificate,
    config_file: Option<PathBuf>,
    policy: Option<Policy>,
    failure_policy: Option<FailurePolicy>,
    in_force: RwLock<Arc<ActiveConfig>>,
    identity: RwLock<Option<Identity>>,
    /// What was read last.
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    /// The certificate, or the text of the error that was reported.
    pem: Option<Result<Pem, String>>,
    config: Option<(Vec<[String; 2]>, jiff::civil::Date)>,
}

impl Reload {
    /// Reads everything for the first time. A missing certificate may come later; a wrong configuration is an error.
    pub(super) fn new(options: &ServerOptions) -> Result<Self, ConfigurationError> {
        let ServerOptions { certificate, config_file, policy, failure_policy, .. } = options.clone();
        let (files, today) = (read(config_file.as_ref())?, today());
        if let Some(file) = empty(&files) {
            return Err(ConfigurationError::Empty(file));
        }
        let in_force = in_force(&files, policy, today)?;
        Ok(Reload {
            certificate,
            config_file,
            policy,
            failure_policy,
            in_force: RwLock::new(Arc::new(in_force)),
            identity: RwLock::new(None),
            seen: Mutex::new(Seen { pem: None, config: Some((contents(&files), today)) }),
        })
    }

    pub(super) fn config(&self) -> Arc<ActiveConfig> {
        self.in_force.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn identity(&self) -> Option<Identity> {
        self.identity.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the policy is strict somewhere, but objects pass when nobody answers the API server.
    fn fails_open(&self) -> bool {
        let admission = &self.config().config.admission;
        let is_strict = |scope: &AdmissionScope| scope.policy == Some(Policy::Strict);
        let is_strict = is_strict(&admission.everywhere) || admission.overrides.iter().any(is_strict);
        is_strict && self.failure_policy == Some(FailurePolicy::Ignore)
    }

    /// Sets the gauge for a strict policy that fails open, and warns once.
    pub(super) fn report_fail_open(&self, metrics: &Metrics) {
        let fails_open = self.fails_open();
        if metrics.fails_open.set(i64::from(fails_open)) == 0 && fails_open {
            tracing::warn!(
                "the policy is `strict`, but the API server allows objects when the webhook does not answer (failurePolicy: Ignore)"
            );
        }
    }

    /// Reads everything again, and takes what changed and can be used.
    pub(super) fn reload_changed(&self, metrics: &Metrics) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        self.reload_certificate(&mut seen, metrics);
        self.reload_config(&mut seen, metrics);
    }

    fn reload_certificate(&self, seen: &mut Seen, metrics: &Metrics) {
        let pem = match &self.certificate {
            Certificate::Files(files) => files.read().map_err(|error| error.to_string()),
            Certificate::Given(pem) => Ok(pem.clone()),
        };
        if seen.pem.as_ref() == Some(&pem) {
            return;
        }
        // The Job that creates the first one may still be running.
        if let Err(error) = &pem
            && self.identity().is_none()
        {
            tracing::info!(error, "there is no certificate yet");
            seen.pem = Some(pem);
            return;
        }
        let identity = |pem: &Pem| pem.identity().map_err(|error| error.to_string());
        let identity = pem.as_ref().map_err(String::clone).and_then(identity);
        seen.pem = Some(pem);
        metrics.reloaded("certificate", identity.is_ok());
        match identity {
            Ok(identity) => {
                metrics.not_after.set(identity.not_after);
                tracing::info!(not_after = identity.not_after, "certificate loaded");
                *self.identity.write().unwrap_or_else(PoisonError::into_inner) = Some(identity);
            }
            Err(error) => tracing::error!(error, "certificate cannot be used; keeping the last good one"),
        }
    }

    fn reload_config(&self, seen: &mut Seen, metrics: &Metrics) {
        let today = today();
        let file = self.config_file.as_ref();
        let files = match read(file) {
            Ok(files) => files,
            // While the volume changes, or for good: what is in force stays. It is said once, as an empty content.
            Err(error) if seen.config.is_some() => {
                seen.config = None;
                metrics.reloaded("configuration", false);
                metrics.configuration_refused.set(1);
                tracing::error!(%error, "configuration cannot be read; keeping the last good one");
                return;
            }
            Err(_) => return,
        };
        let current = (contents(&files), today);
        if seen.config.as_ref() == Some(&current) {
            return;
        }
        // Somebody may be writing it: then the next look finds the whole.
        std::thread::sleep(SETTLE);
        if read(file).ok().map(|it| contents(&it)).as_ref() != Some(&current.0) {
            return;
        }
        let is_new_text = seen.config.as_ref().is_none_or(|(text, _)| *text != current.0);
        let loaded = in_force(&files, self.policy, today).and_then(|new| self.no_weaker(new, &files));
        seen.config = Some(current);
        if is_new_text {
            metrics.reloaded("configuration", loaded.is_ok());
        }
        metrics.configuration_refused.set(i64::from(loaded.is_err()));
        match loaded {
            Ok(loaded) => {
                let policy = loaded.config.admission.everywhere.policy.unwrap_or_default().as_str();
                tracing::info!(configuration = loaded.hash, policy, "configuration loaded");
                *self.in_force.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(loaded);
                self.report_fail_open(metrics);
            }
            Err(error) => tracing::error!(%error, "configuration rejected; keeping the last good one"),
        }
    }

    /// Rejects a configuration that is empty, or extends an empty one, or no longer states a policy.
    fn no_weaker(&self, new: ActiveConfig, files: &[ConfigFile]) -> Result<ActiveConfig, ConfigurationError> {
        let policy = |it: &ActiveConfig| it.config.admission.everywhere.policy;
        match empty(files) {
            Some(file) if Some(&file) == self.config_file.as_ref() => {
                return Err(ConfigurationError::Emptied);
            }
            Some(file) => return Err(ConfigurationError::Empty(file)),
            None => {}
        }
        match (policy(&self.config()), policy(&new)) {
            (Some(policy), None) => Err(ConfigurationError::NoPolicy(policy)),
            _ => Ok(new),
        }
    }
}

/// Reads the configuration and what it extends; none of it where there is no file.
fn read(file: Option<&PathBuf>) -> Result<Vec<ConfigFile>, ConfigurationError> {
    let Some(file) = file else { return Ok(Vec::new()) };
    let text = read_text(file, SMALL)
        .map_err(|source| ConfigurationError::Unreadable { path: file.clone(), source })?;
    let source = Arc::new(Source::new(file.display().to_string(), text));
    let directory = file.parent().unwrap_or(Path::new(""));
    let real = std::fs::canonicalize(file).unwrap_or_else(|_| file.clone());
    // Somebody who runs the server has written the path, and may mount what is extended from elsewhere.
    Ok(with_bases(source, directory, real, Reach::Everywhere))
}

/// Returns the names and texts of files, by which a change is known.
fn contents(files: &[ConfigFile]) -> Vec<[String; 2]> {
    files.iter().map(|it| [it.source.name.clone(), it.source.text.clone()]).collect()
}

/// Returns the file without a text: of what would have been set there, nothing would be in force.
fn empty(files: &[ConfigFile]) -> Option<PathBuf> {
    let empty = files.iter().find(|it| it.source.text.trim().is_empty());
    empty.map(|it| PathBuf::from(&it.source.name))
}

fn in_force(
    files: &[ConfigFile],
    policy: Option<Policy>,
    today: jiff::civil::Date,
) -> Result<ActiveConfig, ConfigurationError> {
    let mut config = Config::new(crate::rules::registry(), today);
    read_files(files, &mut config).map_err(|wrong| {
        let line = |finding: &Finding| {
            let at = finding.source.positions(finding.place.span).0;
            format!("{}:{}:{}: {}", finding.source.name, at.line, at.column, finding.message)
        };
        let findings = wrong.into_iter().flat_map(|(source, errors)| misconfigured(&source, errors).findings);
        ConfigurationError::Mistakes(findings.map(|it| line(&it)).collect())
    })?;
    config.admission.everywhere.policy = policy.or(config.admission.everywhere.policy);
    let texts: Vec<_> = files.iter().map(|it| it.source.text.as_str()).collect();
    let policy = policy.map_or("", Policy::as_str);
    let identity = format!("{}\0{policy}\0{}", env!("CARGO_PKG_VERSION"), texts.join("\0"));
    let hash = format!("{:016x}", xxhash_rust::xxh3::xxh3_64(identity.as_bytes()));
    Ok(ActiveConfig { config, hash })
}
