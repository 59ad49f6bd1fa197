use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::Timestamp;

use crate::diagnostic::elsewhere::Elsewhere;
use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::volume_file::is_used;
use crate::manifest::workload::Object;
use crate::neighbours::Neighbour;
use crate::neighbours::facts::Facts;
use crate::neighbours::home::Home;
use crate::neighbours::kind::Kind;
use crate::neighbours::storage::states_nodes;
use crate::rule::fleet::{ClaimUse, Draft, Fleet};
use crate::rule::{Check, Reporter, Rule};
use crate::time::calendar::Calendar;
use crate::time::format;
use crate::time::starts::{Starts, WEEK, common_zone, some_week};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "claim-held-by-other-run",
        summary: "CronJobs that start together mount a claim that only one of them can use",
        category: Category::Parallelism,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        admission: Admission::Never,
        scope: Scope::Fleet,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Fleet { collect, check },
};

const DAY: usize = 1_440;

/// So many CronJobs with one claim are compared with each other.
const MAX_USES: usize = 20;

fn collect(object: Object<'_>, reporter: &Reporter<'_>, fleet: &mut Fleet) {
    let Some((cron_job, job)) = object.cron_job().zip(object.job()) else { return };
    let (Some(calendar), Some(pod)) = (Calendar::for_cron_job(cron_job), job.pod()) else { return };
    if !calendar.is_weekly() || cron_job.is_suspended() || job.suspend().boolean() == Some(true) {
        return;
    }
    let selector = pod.spec.field("nodeSelector").entries();
    let nodes = selector.filter_map(|it| Some((it.key.to_owned(), it.value.text()?.to_owned())));
    let nodes: BTreeMap<_, _> = nodes.collect();
    let name = format!("`{}`", object.name().text().unwrap_or_default());
    let mut known = HashSet::new();
    for volume in pod.volumes().items() {
        let field = volume.field("persistentVolumeClaim.claimName");
        let Some(claim) = field.text().filter(|it| known.insert(it.to_string())) else { continue };
        fleet.claims.push(ClaimUse {
            draft: reporter.draft(field, name.clone()),
            mild: Some(reporter.milder_draft(field, name.clone())),
            calendar: calendar.clone(),
            home: Home::of(object.node),
            claim: claim.to_owned(),
            is_mounted: is_used(pod, volume),
            nodes: nodes.clone(),
            states_nodes: states_nodes(pod.spec),
        });
    }
}

fn check(fleet: &Fleet) -> Vec<Draft> {
    let mut groups: Vec<(&Neighbour, &'static str, Vec<&ClaimUse>)> = Vec::new();
    let mut numbers: HashMap<(&str, Home), usize> = HashMap::new();
    for it in &fleet.claims {
        let mut home = it.home.clone();
        fleet.neighbours.settle(&mut home);
        let claims = fleet.neighbours.named(Kind::PersistentVolumeClaim, &it.claim, &home);
        let [claim @ Neighbour { facts: Facts::Claim(facts), .. }] = claims[..] else { continue };
        let Some(mode) = fleet.neighbours.exclusive_mode(facts) else { continue };
        if mode != "ReadWriteOncePod" && !it.is_mounted {
            continue;
        }
        let number = *numbers.entry((&it.claim, home)).or_insert(groups.len());
        if number == groups.len() {
            groups.push((claim, mode, Vec::new()));
        }
        groups[number].2.push(it);
    }
    groups.into_iter().filter_map(|(claim, mode, uses)| together(claim, mode, &uses)).collect()
}

/// Returns a finding at the second of two CronJobs that start in one minute, though only one of their pods can use the claim.
fn together(claim: &Neighbour, mode: &str, uses: &[&ClaimUse]) -> Option<Draft> {
    let mut names = HashSet::new();
    // A CronJob that is there twice is in several clusters.
    if uses.len() > MAX_USES || !uses.iter().all(|it| names.insert(&it.draft.finding.subject.name)) {
        return None;
    }
    let starts = Starts::count([], some_week(), WEEK);
    let minutes = |it: &ClaimUse| {
        let mut minutes = HashSet::new();
        starts.each_minute(&it.calendar, &mut |at| _ = minutes.insert(at));
        minutes
    };
    let minutes: Vec<HashSet<usize>> = uses.iter().map(|it| minutes(it)).collect();
    let pairs = (1..uses.len()).flat_map(|second| (0..second).map(move |first| (first, second)));
    pairs.into_iter().find_map(|(first, second)| {
        // Without `timeZone` the hour is that of the controller, which nobody can compare with others.
        let is_comparable = uses[first].calendar.has_zone == uses[second].calendar.has_zone;
        let common: BTreeSet<usize> = minutes[first].intersection(&minutes[second]).copied().collect();
        let at = *common.first().filter(|_| is_comparable)?;
        let is_daily = (0..7).all(|day| common.contains(&(at % DAY + day * DAY)));
        // The message names the first time, on each day or on one.
        let is_only = common.len() == if is_daily { 7 } else { 1 };
        conflict(claim, mode, [uses[first], uses[second]], starts.at(at), is_daily, is_only)
    })
}

fn conflict(
    claim: &Neighbour,
    mode: &str,
    [first, second]: [&ClaimUse; 2],
    at: Timestamp,
    is_daily: bool,
    is_only: bool,
) -> Option<Draft> {
    let differs = |(key, value): (&String, &String)| second.nodes.get(key).is_some_and(|it| it != value);
    let are_apart = first.nodes.iter().any(differs);
    let is_pod = mode == "ReadWriteOncePod";
    // On one node both can mount it, and nobody knows where the scheduler puts them if nothing says so.
    let may_be_apart = !first.states_nodes && !second.states_nodes;
    if !is_pod && !are_apart && !may_be_apart {
        return None;
    }
    let is_certain = is_pod || are_apart;
    let (zone, zone_name) = common_zone([&first.calendar, &second.calendar]);
    let at = zone.to_datetime(at);
    let clock = format::clock(format::minute(at));
    let day =
        if is_daily { "every day".to_owned() } else { format!("on {}", format::every_weekday(at.date())) };
    let together = if is_only { "" } else { "together, for example " };
    let why =
        if are_apart && !is_pod { ", and their `nodeSelector` puts them on different nodes" } else { "" };
    let when = if is_certain { "" } else { "if the scheduler puts them on different nodes, " };
    let (one, other) = (&first.draft.finding, &second.draft.finding);
    let mut draft = if is_certain { second.draft.clone() } else { second.mild.clone()? };
    draft.finding.message = format!(
        "{when}the pod of one run waits until that of the other ends: {} and {} start {together}at {clock}{zone_name} {day}, and both use `{}`, \
         which is `{mode}`{why}",
        one.message, other.message, claim.name,
    )
    .into();
    let mut place = Elsewhere::of(&one.source, one.place.span);
    place.text = "this one uses the claim too".into();
    draft.finding.help(if is_certain {
        "give them different times in `schedule`, or use a separate claim for each, or one that is `ReadWriteMany`"
    } else {
        "give them different times in `schedule`, keep their pods on one node with a required `podAffinity`, or use a claim that is \
         `ReadWriteMany`"
    });
    draft.finding.elsewhere(place).elsewhere(claim.related(format!("`{mode}`")));
    Some(draft)
}
