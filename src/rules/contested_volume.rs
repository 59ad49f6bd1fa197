use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::volume_file::is_used;
use crate::manifest::document::Field;
use crate::manifest::workload::Pod;
use crate::neighbours::Neighbour;
use crate::neighbours::facts::Facts;
use crate::neighbours::kind::Kind;
use crate::neighbours::storage::states_nodes;
use crate::rule::surroundings::Surroundings;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "contested-volume",
        summary: "A Job and other pods use a volume that only one node or pod can use at once",
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
    around.facts.named(Kind::PersistentVolumeClaim).any(|claim| holder(around, claim).is_some())
}

/// Returns who else mounts a claim, with its mode where that keeps pods on one node or to one.
fn holder<'n>(around: &Surroundings<'n>, claim: &str) -> Option<(&'n Neighbour, &'static str)> {
    let mut all = around.neighbours.holders(claim);
    let (holder, mode) = all.find(|(it, _)| around.neighbours.may_share(&around.home, it))?;
    let mode = mode.or_else(|| match around.named(Kind::PersistentVolumeClaim, claim)[..] {
        [Neighbour { facts: Facts::Claim(claim), .. }] => around.neighbours.exclusive_mode(claim),
        _ => None,
    })?;
    Some((holder, mode))
}

/// The claims that the pods share with those of a workload.
struct Contest<'d, 'n> {
    holder: &'n Neighbour,
    mode: &'static str,
    claims: Vec<(Field<'d>, &'d str)>,
}

fn check(pod: Pod<'_>, around: &Surroundings<'_>, reporter: &mut Reporter<'_>) {
    let is_tied = states_nodes(pod.spec);
    let mut contests: Vec<Contest<'_, '_>> = Vec::new();
    for volume in pod.volumes().items() {
        let claim = volume.field("persistentVolumeClaim.claimName");
        let Some((name, (holder, mode))) = claim.text().and_then(|it| Some((it, holder(around, it)?))) else {
            continue;
        };
        // The scheduler counts what nobody mounts, too, but only for this mode (`VolumeRestrictions`).
        if mode != "ReadWriteOncePod" && !is_used(pod, volume) {
            continue;
        }
        match contests.iter_mut().find(|it| std::ptr::eq(it.holder, holder) && it.mode == mode) {
            Some(contest) => contest.claims.push((claim, name)),
            None => contests.push(Contest { holder, mode, claims: vec![(claim, name)] }),
        }
    }
    for Contest { holder, mode, claims } in &contests {
        let title = holder.title();
        let (what, help) = match *mode {
            "ReadWriteOncePod" => (
                format!("no pod of the Job starts while a pod of the {title} runs"),
                "use a claim that is `ReadWriteOnce` and run the Job on the same node as the other pods, or stop \
                 those pods while the Job runs",
            ),
            // On the same node both can mount it.
            _ if is_tied => continue,
            _ => (
                format!(
                    "a pod of the Job does not start if it is scheduled to a different node from the pods of the {title}"
                ),
                "give the Job's pods a required `podAffinity` to the pods that mount the claim, with `topologyKey: \
                 kubernetes.io/hostname`, or use a claim that is `ReadWriteMany`",
            ),
        };
        let (claim, name) = claims[0];
        let finding =
            reporter.report(claim, format!("{what}: both use `{name}`, which is `{mode}`")).help(help);
        finding.elsewhere(holder.related("this uses the claim too"));
        for (claim, name) in &claims[1..] {
            finding.related(*claim, format!("both use `{name}`, too"));
        }
    }
}
