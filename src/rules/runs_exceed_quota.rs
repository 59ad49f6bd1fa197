use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::kubernetes::pod_admission::Pod;
use crate::kubernetes::pod_admission::created::created;
use crate::kubernetes::pod_admission::quota::{Quota, stated_usage};
use crate::kubernetes::verdict::api_field::ApiField;
use crate::manifest::document::{Field, Node};
use crate::manifest::workload::{Job, Object};
use crate::neighbours::Neighbour;
use crate::neighbours::home::Home;
use crate::neighbours::kind::Kind;
use crate::rule::fleet::{Draft, Fleet, RunDemand};
use crate::rule::surroundings::specification;
use crate::rule::{Check, Reporter, Rule};
use crate::text::phrases::list;
use crate::text::placeholder::is_placeholder;
use crate::time::at_once::most_at_once;
use crate::time::calendar::Calendar;
use crate::time::format;
use crate::time::starts::{Starts, WEEK, common_zone, some_week};
use crate::value::quantity::Quantity;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "runs-exceed-quota",
        summary: "CronJobs that start together take more than a ResourceQuota allows",
        category: Category::Resources,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        admission: Admission::Never,
        scope: Scope::Fleet,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Fleet { collect, check },
};

/// So many names stand in a message.
const NAMES: usize = 5;

fn collect(object: Object<'_>, reporter: &Reporter<'_>, fleet: &mut Fleet) {
    let Some((cron_job, job)) = object.cron_job().zip(object.job()) else { return };
    // What runs on days of the month is in one week and not in the next.
    let Some(calendar) = Calendar::for_cron_job(cron_job).filter(Calendar::is_weekly) else { return };
    if cron_job.is_suspended() || job.suspend().boolean() == Some(true) {
        return;
    }
    let minor = reporter.kubernetes_version().minor;
    let template = job.spec.get("template").filter(|_| has_known_pods(job));
    let pod = template.map(|it| created(Pod::of_template(ApiField::from(it)), &[], None, minor));
    let taken = pod.map(|it| stated_usage(&it)).unwrap_or_default();
    let name = format!("`{}`", object.name().text().unwrap_or_default());
    fleet.demands.push(RunDemand {
        draft: reporter.draft(cron_job.schedule(), name),
        calendar,
        home: Home::of(object.node),
        taken: taken.into_iter().map(|(name, one)| (name, one.times(job.pods_at_once().max(0)))).collect(),
    });
}

/// Whether the manifest itself says how many pods a run has at once, and what they request.
fn has_known_pods(job: Job<'_>) -> bool {
    let is_number = |it: Field<'_>| !it.is_set() || it.integer().is_some();
    let Some(pod) = job.pod() else { return false };
    let is_open = |it: Node<'_>| it.text().is_some_and(is_placeholder);
    let has_open = |resources: Node<'_>| {
        let lists = ["requests", "limits"].into_iter().filter_map(|it| resources.get(it));
        is_open(resources)
            || lists.into_iter().any(|it| is_open(it) || it.entries().any(|it| is_open(it.value)))
    };
    let mut resources = pod.containers().filter_map(|it| it.node.get("resources"));
    // The overhead of a RuntimeClass is in its object.
    is_number(job.parallelism())
        && is_number(job.completions())
        && !pod.spec.field("runtimeClassName").is_set()
        && !resources.any(has_open)
}

fn check(fleet: &Fleet) -> Vec<Draft> {
    // Directories can be for several clusters.
    let mut numbers: HashMap<(*const Neighbour, &Option<String>), usize> = HashMap::new();
    let mut quotas: Vec<(&Neighbour, Vec<&RunDemand>)> = Vec::new();
    for demand in &fleet.demands {
        let mut home = demand.home.clone();
        fleet.neighbours.settle(&mut home);
        for quota in fleet.neighbours.around(Kind::ResourceQuota, &home) {
            let key = (std::ptr::from_ref(quota), &demand.home.directory);
            let number = *numbers.entry(key).or_insert(quotas.len());
            if number == quotas.len() {
                quotas.push((quota, Vec::new()));
            }
            quotas[number].1.push(demand);
        }
    }
    quotas.into_iter().filter_map(|(quota, demands)| exceeded(quota, &demands)).collect()
}

/// Returns a finding if the CronJobs of a namespace that start in one minute take more than its quota has. A run that takes more by
/// itself is reported by `refused-by-quota`.
fn exceeded(neighbour: &Neighbour, demands: &[&RunDemand]) -> Option<Draft> {
    let quota = Quota::of_spec(specification(neighbour)?);
    let mut names = HashSet::new();
    // A CronJob that is there twice is in several clusters.
    let is_once = demands.iter().all(|it| names.insert(&it.draft.finding.subject.name));
    if !quota.counts_all() || !is_once {
        return None;
    }
    let fits = |it: &RunDemand, name: &str, hard: &Quantity| {
        it.taken.get(name).is_some_and(|taken| taken.compare(hard) != Ordering::Greater)
    };
    let hard = quota.hard.iter().filter(|(name, hard)| demands.iter().all(|it| fits(it, name, hard)));
    let hard: Vec<(&str, &Quantity)> = hard.map(|(name, hard)| (*name, hard)).collect();
    // Without `timeZone` the hour is that of the controller, which nobody can compare with others.
    [true, false].into_iter().find_map(|has_zone| {
        let demands: Vec<_> = demands.iter().copied().filter(|it| it.calendar.has_zone == has_zone).collect();
        together(neighbour, &hard, &demands)
    })
}

fn together(neighbour: &Neighbour, hard: &[(&str, &Quantity)], demands: &[&RunDemand]) -> Option<Draft> {
    let span = (some_week(), WEEK);
    let of_run = |it: &&RunDemand| hard.iter().map(|(name, _)| it.taken[name].clone()).collect();
    let taken: Vec<Vec<Quantity>> = demands.iter().map(of_run).collect();
    let cron_jobs = demands.iter().zip(&taken).map(|(it, taken)| (&it.calendar, &taken[..]));
    let most = most_at_once(cron_jobs, hard.len(), span);
    let mut exceeded = hard.iter().zip(most);
    let ((name, hard), (sum, minute)) =
        exceeded.find(|((_, hard), (sum, _))| sum.compare(hard) == Ordering::Greater)?;
    let starts = Starts::count([], span.0, span.1);
    let takes_part = |it: &&&RunDemand| {
        let mut starts_then = false;
        starts.each_minute(&it.calendar, &mut |at| starts_then |= at == minute);
        starts_then && !it.taken[name].is_zero()
    };
    let members: Vec<&RunDemand> = demands.iter().filter(takes_part).copied().collect();
    let mut names: Vec<String> =
        members.iter().take(NAMES).map(|it| it.draft.finding.message.to_string()).collect();
    names.extend((members.len() > NAMES).then(|| format!("{} more", members.len() - NAMES)));
    let mut draft = members.first()?.draft.clone();
    let (zone, zone_name) = common_zone(members.iter().map(|it| &it.calendar));
    let at = zone.to_datetime(starts.at(minute));
    let (clock, day) = (format::clock(format::minute(at)), format::every_weekday(at.date()));
    draft.finding.message = format!(
        "{}, which start together, for example at {clock}{zone_name} on {day}, take {sum} of `{name}`, and the {} allows {hard}: some of their \
         pods are created only after others have ended",
        list(&names),
        neighbour.title(),
    )
    .into();
    let help = format!(
        "start the CronJobs so far apart in `schedule` that one run has ended before the next starts, or raise `{name}` in the \
         quota to {sum}"
    );
    draft.finding.help(help).elsewhere(neighbour.related(format!("`{name}: {hard}`")));
    Some(draft)
}
