use crate::diagnostic::condition::Condition;
use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::gitops;
use crate::manifest::workload::CronJob;
use crate::rule::{Check, Reporter, Rule};
use crate::time::calendar::starts_runs;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "degraded-application",
        summary: "A failed run makes the whole application of Argo CD `Degraded`",
        category: Category::Failure,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::CronJob(check),
};

/// With this annotation the health of an object does not count (`controller/health.go` of Argo CD).
const IGNORED: &str = "argocd.argoproj.io/ignore-healthcheck";

fn check(cron_job: CronJob<'_>, reporter: &mut Reporter<'_>) {
    let object = cron_job.object;
    let Some(("Argo CD", cause)) = gitops::applied_by(object) else { return };
    let annotation = object.annotation(IGNORED);
    let is_ignored = annotation.is_some_and(|it| it != "false");
    if is_ignored || gitops::is_of_helm_release(object) || !starts_runs(cron_job, reporter.as_of()) {
        return;
    }
    let message = "from Argo CD 3.2 on, a run that fails after an earlier success makes the whole application `Degraded`";
    let finding = reporter.report(object.name(), message);
    finding.help(format!(
        "if the health of the application should not depend on the last run, set the annotation `{IGNORED}: \"true\"` on the \
         CronJob, and alert on its failed runs instead"
    ));
    // Its annotations stay in charts and repositories that Flux applies by now.
    finding.condition = Some(Condition::NotByFlux);
    finding.related(cause, "this shows that Argo CD applies the CronJob");
}
