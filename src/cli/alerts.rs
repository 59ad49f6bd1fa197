//! `alerts`: alerting rules for the Jobs and CronJobs of a run.

use std::collections::HashSet;
use std::path::PathBuf;

use super::manifests;
use super::manifests::Manifests;
use crate::alerts::{self, RuleFileFormat};
use crate::cli::exit::Exit;
use crate::cli::terminal::note;
use crate::cli::terminal::print;
use crate::project::settings::today;

/// Write Prometheus alerting rules, one group for each CronJob and Job
///
/// No success for two intervals and the longest run, a failed run, a run that takes longer than the schedule allows, a
/// CronJob that stays suspended. The limits come from the schedules and deadlines; the series from kube-state-metrics.
/// Each alert has the labels `severity`, `namespace`, and `cronjob`, `job_name` or `job_generate_name`.
///
/// CronJobs with schedules that the API server rejects are skipped and listed. Exit code: 2 when something could not be
/// read, including schedules, otherwise 0.
#[derive(Debug, clap::Args)]
pub(crate) struct AlertsArgs {
    /// Files and directories, `-` for standard input
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// The format of the rules
    #[arg(long, short, value_enum, default_value_t, value_name = "FORMAT")]
    format: AlertFormat,

    /// The namespace of objects that do not set one
    #[arg(long, value_name = "NAME", default_value = "default")]
    namespace: String,

    /// The date that counts as today, for rare schedules [default: today, in UTC]
    #[arg(long, value_name = "DATE")]
    as_of: Option<jiff::civil::Date>,
}

/// The form of alerting rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum AlertFormat {
    /// Objects for the Prometheus operator
    #[default]
    PrometheusRule,
    /// A rule file of Prometheus itself
    RuleFile,
}

/// Writes the rules for all that can be read.
pub(crate) fn run(arguments: &AlertsArgs) -> Result<Exit, String> {
    let manifests = Manifests::read(&arguments.paths, None)?;
    let as_of = arguments.as_of.unwrap_or_else(today);
    let (shape, separator) = match arguments.format {
        AlertFormat::PrometheusRule => (RuleFileFormat::Object, "---\n"),
        AlertFormat::RuleFile => (RuleFileFormat::Group, ""),
    };
    let write = |object| {
        let alerts = alerts::alerts(object, &arguments.namespace, as_of);
        alerts::to_yaml(object, &alerts, &arguments.namespace, shape)
    };
    // Overlays repeat objects: one group for each is enough.
    let (refused, mut named) = manifests::split_rejected(manifests.objects());
    let mut seen = HashSet::new();
    named.retain(|object| {
        let name = object.name().text().or(object.generate_name().text());
        seen.insert((object.kind_name(), object.namespace().text().unwrap_or(&arguments.namespace), name))
    });
    let documents: Vec<String> = named.into_iter().map(write).filter(|it| !it.is_empty()).collect();
    let text = match arguments.format {
        AlertFormat::PrometheusRule => documents.join(separator),
        AlertFormat::RuleFile if documents.is_empty() => "groups: []\n".to_owned(),
        AlertFormat::RuleFile => format!("groups:\n{}", documents.concat()),
    };
    print(manifests.hide_secrets(text).as_bytes())?;
    if documents.is_empty() {
        note(if refused.is_empty() { "no Jobs or CronJobs found" } else { "no Jobs or CronJobs to watch" });
    }
    manifests.print_left_out(manifests::describe_rejected(&refused).into_iter().collect(), "");
    Ok(if refused.is_empty() { manifests.exit() } else { Exit::Failure })
}
