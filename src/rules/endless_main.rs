use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::endless::{never_completes, unintended_endless};
use crate::facts::printing::only_waits;
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "endless-main",
        summary: "The program that the Job runs never ends",
        category: Category::Lifetime,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Scripts(check),
};

fn check(pod: Pod<'_>, scripts: &[&Script<'_>], reporter: &mut Reporter<'_>) {
    let mut causes = Vec::new();
    for container in pod.main_containers() {
        // Where one of them ends, that is the work.
        let Some(cause) = unintended_endless(container, scripts) else { return };
        causes.push((container, cause));
    }
    let mut causes = causes.into_iter();
    let Some((first, cause)) = causes.next() else { return };
    let message = format!("{}: `{}` {}", never_completes(pod), first.title(), cause.what);
    let finding = reporter.report_milder(only_waits(pod), cause.field, message);
    finding.help(if pod.job.cron_job().is_some() {
        "use a command that ends, or run the container in a Deployment: a CronJob is for work that \
            ends"
    } else {
        "use a command that ends, or run the container in a Deployment: a Job is for work that ends"
    });
    for (container, cause) in causes {
        finding.related(cause.field, format!("`{}` never ends either", container.title()));
    }
}
