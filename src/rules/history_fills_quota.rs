use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::kubernetes::pod_admission::quota::Quota;
use crate::manifest::workload::Pod;
use crate::neighbours::Neighbour;
use crate::neighbours::history::{Histories, History};
use crate::neighbours::kind::Kind;
use crate::rule::surroundings::Surroundings;
use crate::rule::{Check, Reporter, Rule};
use crate::text::phrases::{count, list};
use crate::time::calendar::starts_runs;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "history-fills-quota",
        summary: "The finished Jobs of CronJobs use up the quota, and no run starts",
        category: Category::Schedule,
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
    around.facts.history.is_some() && most_jobs(around).is_some()
}

/// Returns how many Jobs the namespace can have, and the quota that says so.
fn most_jobs<'n>(around: &Surroundings<'n>) -> Option<(i128, &'n Neighbour)> {
    let quotas = around.specifications(Kind::ResourceQuota).into_iter();
    let counting = quotas.filter_map(|(it, spec)| Some((Quota::of_spec(spec).most_jobs()?, it)));
    counting.min_by_key(|it| it.0)
}

fn check(pod: Pod<'_>, around: &Surroundings<'_>, reporter: &mut Reporter<'_>) {
    let Some(cron_job) = pod.job.cron_job().filter(|it| starts_runs(*it, reporter.as_of())) else { return };
    let (Some(own), Some((most, quota))) = (around.facts.history, most_jobs(around)) else { return };
    let title = quota.title();
    let others = around.demand.histories(&around.home).filter(|it| it.count() > 1);
    let (kept, whose, help) = if own.total() >= most {
        let needed = others.map_or(own.total(), |it| it.sum.total());
        let lower = match most {
            // A total below 2 would make one of the limits 0.
            0..=2 => String::new(),
            // The others keep Jobs too.
            _ if others.is_some() => String::new(),
            _ => format!(
                "set `successfulJobsHistoryLimit` and `failedJobsHistoryLimit` to a total of at most {}, or ",
                most - 1
            ),
        };
        (own, String::new(), format!("{lower}raise `count/jobs.batch` above {needed}"))
    } else if let Some(all) = full(around, most) {
        // A total below 2 for each would make one of the limits 0.
        let lower = if most > 2 * all.count() as i128 {
            format!("lower the history limits of these CronJobs to a total of at most {}, or ", most - 1)
        } else {
            String::new()
        };
        let help = format!("{lower}raise `count/jobs.batch` above {}", all.sum.total());
        (all.sum, format!(" of the {} CronJobs in this directory", all.count()), help)
    } else {
        return;
    };
    let message = match most {
        0 => format!(
            "no run starts, and only an event of the CronJob says why: the {title} allows no Jobs in the namespace \
             (`count/jobs.batch`)"
        ),
        _ => format!(
            "no run{whose} starts after {}, and only an event of the CronJob says why: {}, and \
             the {title} allows {} in the namespace (`count/jobs.batch`)",
            runs(kept, most),
            if most == 1 { "its Job is kept" } else { "their Jobs are kept" },
            count(most, "Job")
        ),
    };
    let limits = [cron_job.successful_jobs_history_limit(), cron_job.failed_jobs_history_limit()];
    let finding = reporter.report(limits[0], message).help(help);
    if limits[1].is_set() {
        finding.related(limits[1], "failed Jobs are kept too");
    }
    finding.elsewhere(quota.related(format!("`count/jobs.batch: {most}`")));
}

/// Returns what all CronJobs next to this one keep, if it keeps most of them and their Jobs use up the quota.
fn full<'n>(around: &Surroundings<'n>, most: i128) -> Option<&'n Histories<'n>> {
    let all = around.demand.histories(&around.home)?;
    (all.is_largest(&around.facts.name) && all.sum.total() >= most).then_some(all)
}

/// Says which runs have kept so many Jobs: those that failed count only as far as the others leave room.
fn runs(kept: History, most: i128) -> String {
    let successful = i128::from(kept.successful).min(most);
    let parts = [(successful, "successful run"), (most - successful, "failed run")];
    let parts = parts.into_iter().filter(|it| it.0 > 0).map(|(number, noun)| count(number, noun));
    list(&parts.collect::<Vec<_>>())
}
