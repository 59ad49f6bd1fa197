//! What can be said on the command line.

use crate::cli::known;
use crate::cli::options::Check;
use crate::cli::options::Color;
use crate::cli::options::DryRun;
use crate::cli::options::ListFormat;
#[cfg(feature = "lsp")]
use crate::cli::options::Rules;
use crate::cli::options::Schema;
use crate::cli::options::ShowConfig;
use clap::ValueEnum;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::policy::config::Preset;

/// The linter for Kubernetes Job and CronJob manifests.
///
/// It tells you, before anything runs, what Kubernetes will reject, what will go wrong later, and what to write instead.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check manifests
    Check(Check),
    /// Draw the timeline of a Job, or the next runs of a CronJob
    Timeline(super::timeline::Timeline),
    /// Draw a week of all CronJobs: busy hours, the busiest minutes, and quieter alternatives
    Calendar(super::calendar::Calendar),
    /// Write Prometheus alerting rules, one group for each CronJob and Job
    Alerts(super::alerts::Alerts),
    /// Print what the API server would answer: a strict server-side dry-run, offline
    DryRun(DryRun),
    /// Show the documentation of a rule: what is wrong, what is right, and why
    Explain {
        /// The id of a rule, such as `missing-deadline`, or a topic: `exit-codes`, `retries`
        #[arg(value_name = "RULE|TOPIC", value_parser = known::PAGES, hide_possible_values = true)]
        name: String,

        /// When to use colors
        #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
        color: Color,
    },
    /// List all rules
    Rules {
        /// How to print them
        #[arg(long, value_enum, default_value_t)]
        format: ListFormat,
    },
    /// Write a commented `.batchlint.yaml` into this directory
    Init,
    /// Show the configuration that applies to a file, and where each setting comes from
    Config(ShowConfig),
    /// Serve editors over standard input and output, as a language server
    #[cfg(feature = "lsp")]
    Lsp(Rules),
    /// Create and renew the webhook's certificates, in a cluster without cert-manager
    #[cfg(feature = "webhook")]
    #[command(subcommand)]
    Certs(super::certs::Certs),
    #[cfg(feature = "webhook")]
    Serve(super::serve::Serve),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
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
        of: Schema,
    },
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
