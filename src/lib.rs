//! The linter for Kubernetes `Job` and `CronJob` manifests, as a library.
//!
//! [`lint`] checks the text of a file, [`lint_object`] an object that has none, such as one that an API server is about to
//! store, and [`fix`] applies what can be mended without a look:
//!
//! ```
//! use batchlint::{Date, Safety, config, fix, lint, lint_object};
//!
//! let manifest = "\
//! apiVersion: batch/v1
//! kind: CronJob
//! metadata: {name: nightly}
//! spec:
//!   schedule: \"0 3 * * *\"
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           restartPolicy: Never
//!           containers:
//!           - name: main
//!             image: registry.example.com/nightly:1.4.2
//! ";
//! let config = config(Date::constant(2027, 1, 31));
//! for finding in lint("nightly.yaml", manifest, &config) {
//!     let (start, _) = finding.source.positions(finding.place.span);
//!     println!("{}:{} {}: {}", finding.source.name, start.line, finding.rule.id, finding.message);
//! }
//!
//! let object = serde_json::json!({
//!     "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "nightly"},
//!     "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [
//!         {"name": "main", "image": "registry.example.com/nightly:latest"},
//!     ]}}},
//! });
//! assert!(lint_object(&object, &config).iter().any(|finding| finding.rule.id == "mutable-image"));
//!
//! let fixed = fix("nightly.yaml", manifest, &config, Safety::Safe);
//! assert!(fixed.text.contains("concurrencyPolicy: Allow"));
//! ```
//!
//! What is exported here is meant to stay. The modules are the rooms of the program (`ARCHITECTURE.md`) and change with it;
//! rules that are written elsewhere are not supported.
#![cfg_attr(not(feature = "cli"), allow(dead_code, reason = "what only reports ask for"))]

#[doc(hidden)]
pub mod alerts;
#[doc(hidden)]
pub mod baseline;
#[doc(hidden)]
pub mod chart;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod diagnostic;
#[doc(hidden)]
pub mod dry_run;
#[doc(hidden)]
pub mod engine;
#[doc(hidden)]
pub mod facts;
#[doc(hidden)]
pub mod kubernetes;
#[cfg(feature = "lsp")]
#[doc(hidden)]
pub mod lsp;
#[doc(hidden)]
pub mod manifest;
#[doc(hidden)]
pub mod mask;
#[doc(hidden)]
pub mod neighbours;
#[doc(hidden)]
pub mod policy;
#[cfg(any(feature = "cli", feature = "lsp", feature = "webhook"))]
mod project;
#[doc(hidden)]
pub mod render;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod report;
#[doc(hidden)]
pub mod rewrite;
#[doc(hidden)]
pub mod rule;
#[doc(hidden)]
pub mod rules;
#[doc(hidden)]
pub mod schema;
#[doc(hidden)]
pub mod shell;
#[doc(hidden)]
pub mod text;
#[doc(hidden)]
pub mod time;
#[doc(hidden)]
pub mod value;
#[doc(hidden)]
pub mod webhook;

pub use diagnostic::finding::Finding;
pub use diagnostic::severity::Severity;
pub use jiff::civil::Date;
pub use manifest::edit::{Edit, Fix, Safety};
pub use policy::config::Config;
pub use rewrite::fix_all::Fixed;
pub use text::source::Source;

/// Returns the configuration of a run without flags: all rules of the default preset, for the newest Kubernetes.
///
/// `as_of` is the day that counts as today for rules that depend on it.
pub fn config(as_of: Date) -> Config {
    Config::new(rules::registry(), as_of)
}

/// Checks the text of a file, and returns what is found in it in the order of the text. `name` is what findings call the file.
///
/// What cannot be read is a finding too, of the rule `syntax-error`.
pub fn lint(name: &str, text: &str, config: &Config) -> Vec<Finding> {
    let outcome = engine::lint::lint(Source::new(name, text), config);
    outcome.findings
}

/// Checks an object that has no text, such as one that an API server is about to store.
pub fn lint_object(object: &serde_json::Value, config: &Config) -> Vec<Finding> {
    engine::lint::lint_value(object, config).findings
}

/// Applies the fixes of a file that are at least as safe as `least`, until there are none left.
pub fn fix(name: &str, text: &str, config: &Config, least: Safety) -> Fixed {
    rewrite::fix_all::fix_all(&Source::new(name, text), config, least)
}
