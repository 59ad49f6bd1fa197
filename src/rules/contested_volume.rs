use std::collections::HashMap;

use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Object;
use crate::neighbours::facts::Facts;
use crate::neighbours::kind::Kind;
use crate::neighbours::{MAX_IN_NAMESPACE, Neighbour};
use crate::rule::fleet::{Draft, Fact, Fleet, Kept};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "contested-volume",
        summary: "A Job and other pods mount a volume that only one node or pod can use",
        category: Category::Parallelism,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        admission: Admission::Never,
        scope: Scope::Fleet,
        since: "0.1.0",
        page: include_str!("../../rules/contested-volume.md"),
        ..Meta::DEFAULT
    },
    check: Check::Fleet { collect, check },
};

fn collect(object: Object<'_>, reporter: &Reporter<'_>, fleet: &mut Fleet) {
    let Some(pod) = object.job().and_then(|job| job.pod()) else { return };
    for volume in pod.volumes().items() {
        let claim = volume.field("persistentVolumeClaim.claimName");
        if let Some(name) = claim.text() {
            let is_tied =
                ["nodeName", "nodeSelector", "affinity"].iter().any(|it| pod.spec.get(it).is_some());
            // On the same node both can mount it, unless only one pod can.
            let mode = if is_tied { "ReadWriteOncePod" } else { "" };
            fleet.keep(
                object,
                reporter.draft(claim, mode),
                Fact::Name(Kind::PersistentVolumeClaim, name.into()),
            );
        }
    }
}

fn check(fleet: &Fleet) -> Vec<Draft> {
    let mut holders: HashMap<&str, Vec<(&Neighbour, Option<&str>)>> = HashMap::new();
    for workload in Kind::WORKLOADS.into_iter().flat_map(|it| fleet.neighbours.of_kind(it)) {
        let Facts::Workload(facts) = &workload.facts else { continue };
        facts.claims.iter().for_each(|it| holders.entry(it).or_default().push((workload, None)));
        facts.own_claims.iter().for_each(|(it, mode)| holders.entry(it).or_default().push((workload, *mode)));
    }
    fleet.kept_by(&RULE.meta).filter_map(|it| finding(fleet, it, &holders)).collect()
}

fn finding(
    fleet: &Fleet,
    kept: &Kept,
    holders: &HashMap<&str, Vec<(&Neighbour, Option<&str>)>>,
) -> Option<Draft> {
    let Fact::Name(_, name) = &kept.fact else { return None };
    let number = name.trim_end_matches(|it: char| it.is_ascii_digit());
    let own = holders.get(number).filter(|_| number.len() < name.len());
    let all = holders.get(&**name).into_iter().chain(own).flatten().take(MAX_IN_NAMESPACE);
    let (holder, mode) = all.copied().find(|(it, _)| fleet.neighbours.may_share(&kept.home, it))?;
    let claims = fleet.neighbours.named(Kind::PersistentVolumeClaim, name, &kept.home);
    let mode = mode.or_else(|| match claims[..] {
        [Neighbour { facts: Facts::Claim(mode), .. }] => *mode,
        _ => None,
    })?;
    let holder_title = holder.title();
    let (what, help) = match mode {
        "ReadWriteOncePod" => (
            format!("no pod of the Job starts while a pod of {holder_title} runs"),
            "let the pods take turns, or use a claim that is `ReadWriteOnce` and run the Job on the same node",
        ),
        _ if kept.draft.finding.message == "ReadWriteOncePod" => return None,
        _ => (
            format!(
                "a pod of the Job does not start if it is scheduled to a different node from the pods of \
                 {holder_title}"
            ),
            "give the Job's pods a required `podAffinity` with `topologyKey: kubernetes.io/hostname`, or use \
             a claim that is `ReadWriteMany`",
        ),
    };
    let mut draft = kept.draft.clone();
    draft.finding.message = format!("{what}: both mount `{name}`, which is `{mode}`").into();
    draft.finding.help(help).elsewhere(holder.related("this mounts it, too"));
    Some(draft)
}
