//! What can be said on the command line.

use crate::cli::completions;
use crate::cli::options::CheckArgs;
use crate::cli::options::Color;
use crate::cli::options::ConfigArgs;
use crate::cli::options::DryRunArgs;
#[cfg(feature = "lsp")]
use crate::cli::options::RuleArgs;
use crate::cli::options::{RulesArgs, SchemaKind};
use crate::cli::variables;
use crate::diagnostic::meta::{Category, SITE};
use clap::ValueEnum;
use clap::error::{ContextKind, ContextValue};
use std::path::PathBuf;

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::policy::config::Preset;

/// The linter for Kubernetes Job and CronJob manifests.
///
/// It tells you, before anything runs, what Kubernetes will reject, what will go wrong later, and what to write instead.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = help())]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check manifests
    Check(Box<CheckArgs>),
    /// Draw the timeline of a Job, or the next runs of a CronJob
    Timeline(super::timeline::TimelineArgs),
    /// Draw a week of all CronJobs: busy hours, the busiest minutes, and quieter alternatives
    Calendar(super::calendar::CalendarArgs),
    /// Write Prometheus alerting rules, one group for each CronJob and Job
    Alerts(super::alerts::AlertsArgs),
    /// Print what the API server would answer: a strict server-side dry-run, offline
    DryRun(DryRunArgs),
    /// Show the documentation of a rule: what is wrong, what is right, and why
    Explain {
        /// The id of a rule, such as `missing-deadline`, or a topic: `exit-codes`, `retries` [default: list them all]
        #[arg(value_name = "RULE|TOPIC", value_parser = completions::PAGES, hide_possible_values = true)]
        name: Option<String>,

        /// When to use colors
        #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
        color: Color,
    },
    /// List all rules, or some of them
    Rules(RulesArgs),
    /// Write a commented `.batchlint.yaml` into this directory
    Init,
    /// Show the configuration that applies to a file, and where each setting comes from
    Config(ConfigArgs),
    /// Carry over settings and exemptions of kube-linter, kube-score and Polaris
    Migrate(super::migrate::MigrateArgs),
    /// Serve editors over standard input and output, as a language server
    #[cfg(feature = "lsp")]
    Lsp(RuleArgs),
    /// Create and renew the webhook's certificates, in a cluster without cert-manager
    #[cfg(feature = "webhook")]
    #[command(subcommand)]
    Certs(super::certs::CertsCommand),
    #[cfg(feature = "webhook")]
    Serve(super::serve::ServeArgs),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: CompletionShell,
    },
    /// Write the manual pages, one for each command, into a directory
    Man {
        /// The directory, created if it does not exist
        #[arg(value_name = "DIRECTORY")]
        directory: PathBuf,
    },
    /// Print a JSON schema for editors and scripts
    Schema {
        /// Which schema
        of: SchemaKind,
    },
}

/// Returns what follows the flags: where to begin, and where to read more.
fn help() -> String {
    format!(
        "`batchlint check` checks all manifests below this directory, and `batchlint explain RULE` explains what it finds. \
         Guides and rules: {SITE}\n\n{}",
        variables::HELP
    )
}

/// Returns the command line with everything that the derived one lacks.
pub(crate) fn command() -> clap::Command {
    variables::with_variables(Arguments::command())
}

/// A shell that completion scripts are written for.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum CompletionShell {
    Bash,
    Elvish,
    Fish,
    Nushell,
    #[value(name = "powershell")]
    PowerShell,
    Zsh,
}

/// The commands of features that a build can lack, with the feature.
const COMMANDS_OF_FEATURES: [(&str, &str); 3] = [("certs", "webhook"), ("lsp", "lsp"), ("serve", "webhook")];

/// Returns how to get a command that this build lacks; `None` if the error is a different one.
pub(crate) fn missing_command(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(name)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    let (command, feature) = COMMANDS_OF_FEATURES.iter().find(|(command, _)| command == name)?;
    Some(format!(
        "this build has no `{command}`: its feature `{feature}` was left out; releases have it, and so does `cargo install \
         --locked batchlint --features {feature}`"
    ))
}

impl ValueEnum for Preset {
    fn value_variants<'a>() -> &'a [Self] {
        &Preset::ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        let help = match self {
            Preset::Default => "Errors and warnings",
            Preset::Strict => "Everything, good practice too",
            Preset::Security => "Security and secrets, good practice too",
        };
        Some(clap::builder::PossibleValue::new(self.as_str()).help(help))
    }
}

impl ValueEnum for Category {
    fn value_variants<'a>() -> &'a [Self] {
        &Category::ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.as_str()).help(self.title()))
    }
}
