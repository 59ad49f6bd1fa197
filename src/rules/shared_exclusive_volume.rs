use crate::diagnostic::meta::Meta;
use crate::diagnostic::meta::Scope;
use crate::diagnostic::meta::{Admission, Category};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::volume_file::is_used;
use crate::manifest::workload::{CronJob, Job, Pod};
use crate::neighbours::Neighbour;
use crate::neighbours::facts::Facts;
use crate::neighbours::kind::Kind;
use crate::neighbours::storage::states_nodes;
use crate::rule::surroundings::Surroundings;
use crate::rule::{Check, Reporter, Rule};
use crate::time::calendar::{Calendar, runs_often, runs_rarely, starts_runs};
use crate::time::overlap::overlap;
use crate::time::run::longest_run;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "shared-exclusive-volume",
        summary: "Pods that run at once share a volume that only one node or one pod can use",
        category: Category::Parallelism,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        admission: Admission::Never,
        scope: Scope::Fleet,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Neighbours { concerns, check },
};

fn concerns(around: &Surroundings<'_>) -> bool {
    around.facts.named(Kind::PersistentVolumeClaim).any(|claim| exclusive(around, claim).is_some())
}

/// Returns the claim of a name with its mode, where that keeps pods on one node or to one.
fn exclusive<'n>(around: &Surroundings<'n>, claim: &str) -> Option<(&'n Neighbour, &'static str)> {
    match around.named(Kind::PersistentVolumeClaim, claim)[..] {
        [claim @ Neighbour { facts: Facts::Claim(facts), .. }] => {
            Some((claim, around.neighbours.exclusive_mode(facts)?))
        }
        _ => None,
    }
}

/// Which pods run at the same time.
enum AtOnce {
    /// So many of one Job.
    Parallel(i64),
    /// Those of so many runs of a CronJob: none where nothing limits a run.
    Runs(Option<usize>),
}

fn check(pod: Pod<'_>, around: &Surroundings<'_>, reporter: &mut Reporter<'_>) {
    let Some(at_once) = at_once(pod.job, reporter) else { return };
    for volume in pod.volumes().items() {
        let claim = volume.field("persistentVolumeClaim.claimName");
        let Some((name, (neighbour, mode))) = claim.text().and_then(|it| Some((it, exclusive(around, it)?)))
        else {
            continue;
        };
        // On one node all of them can mount it, and the kubelet does not wait for what no container mounts.
        if mode == "ReadWriteOnce" && (states_nodes(pod.spec) || !is_used(pod, volume)) {
            continue;
        }
        let what = consequence(&at_once, mode);
        // A run that nothing limits can still always end before the next one starts.
        let is_mild = matches!(at_once, AtOnce::Runs(None))
            && mode == "ReadWriteOnce"
            && pod.job.cron_job().is_some_and(|it| !runs_often(it, reporter.as_of()));
        let finding =
            reporter.report_milder(is_mild, claim, format!("{what}: the claim `{name}` is `{mode}`"));
        match at_once {
            AtOnce::Parallel(pods) => finding
                .help(
                    "use a new claim with `ReadWriteMany` or, for files that need not outlive the pod, an `ephemeral` volume; or \
                     set `parallelism: 1`",
                )
                .related(pod.job.parallelism(), format!("{pods} pods at once")),
            AtOnce::Runs(_) => finding.help(
                "set `concurrencyPolicy: Forbid` and an `activeDeadlineSeconds` with which every run ends before the next one \
                 starts, or use a new claim with `ReadWriteMany` or, for files that need not outlive the pod, an `ephemeral` volume",
            ),
        };
        let policy = pod.job.cron_job().map(CronJob::concurrency_policy).filter(|it| it.is_set());
        if let (AtOnce::Runs(_), Some(policy)) = (&at_once, policy) {
            finding.related(policy, "allows runs to overlap");
        }
        finding.elsewhere(neighbour.related(format!("`{mode}`")));
    }
}

/// Returns which pods of a Job or CronJob run at the same time.
fn at_once(job: Job<'_>, reporter: &Reporter<'_>) -> Option<AtOnce> {
    let pods = job.pods_at_once();
    if pods > 1 {
        return Some(AtOnce::Parallel(pods));
    }
    let (cron_job, as_of) = (job.cron_job()?, reporter.as_of());
    let policy = cron_job.concurrency_policy();
    let is_allowed = !policy.is_set() || policy.is("Allow") || policy.is("");
    let calendar = Calendar::for_cron_job(cron_job).filter(|_| is_allowed && pods == 1)?;
    if let Some(overlap) = overlap(cron_job, &calendar, as_of) {
        let later = calendar.covered(overlap.longest.seconds - 1, as_of).count;
        return Some(AtOnce::Runs(Some(later + 1)));
    }
    let is_open = longest_run(job).is_none() && starts_runs(cron_job, as_of);
    (is_open && !runs_rarely(cron_job, as_of)).then_some(AtOnce::Runs(None))
}

/// Returns what the mode of their claim does to pods that run at the same time.
fn consequence(at_once: &AtOnce, mode: &str) -> String {
    let is_pod = mode == "ReadWriteOncePod";
    match at_once {
        AtOnce::Parallel(pods) if is_pod => {
            format!("the {pods} parallel pods can run only one at a time, and have to wait for each other")
        }
        AtOnce::Parallel(pods) => {
            format!(
                "of the {pods} parallel pods only those on one node can start, and any on other nodes wait"
            )
        }
        AtOnce::Runs(Some(runs)) if is_pod => {
            format!(
                "the pods of up to {runs} active runs can run only one at a time, and have to wait for each other"
            )
        }
        AtOnce::Runs(Some(runs)) => format!(
            "the pods of up to {runs} active runs can start only on one node, and any on other nodes wait"
        ),
        AtOnce::Runs(None) => {
            let node = if is_pod { "" } else { " on another node" };
            format!("a run that starts{node} while an earlier one is active waits until that one ends")
        }
    }
}
