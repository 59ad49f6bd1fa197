use crate::diagnostic::meta::Meta;
use crate::diagnostic::meta::Scope;
use crate::diagnostic::meta::{Admission, Category};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Object;
use crate::neighbours::facts::Facts;
use crate::neighbours::home::Home;
use crate::neighbours::kind::Kind;
use crate::rule::fleet::{Draft, Fleet, Mount};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "shared-exclusive-volume",
        summary: "Parallel pods share a volume that only one node or one pod can use",
        category: Category::Parallelism,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        admission: Admission::Never,
        scope: Scope::Fleet,
        since: "0.1.0",
        page: include_str!("../../rules/shared-exclusive-volume.md"),
        ..Meta::DEFAULT
    },
    check: Check::Fleet { collect, check },
};

fn collect(object: Object<'_>, reporter: &Reporter<'_>, fleet: &mut Fleet) {
    let Some(job) = object.job().filter(|job| job.pods_at_once() > 1) else { return };
    let Some(pod) = job.pod() else { return };
    let pods = job.pods_at_once();
    for volume in pod.volumes().items() {
        let claim = volume.field("persistentVolumeClaim.claimName");
        let Some(name) = claim.text() else { continue };
        let mut draft = reporter.draft(claim, format!("`{name}`"));
        draft
            .finding
            .help(
                "use a new claim with `ReadWriteMany`, or a volume for each pod (`ephemeral`), or set \
                `parallelism: 1`",
            )
            .related(job.parallelism(), format!("{pods} pods at once"));
        fleet.mounts.push(Mount { draft, home: Home::of(object.node), claim: name.to_owned(), pods });
    }
}

fn check(fleet: &Fleet) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for Mount { draft, home, claim, pods } in &fleet.mounts {
        let claims = fleet.neighbours.named(Kind::PersistentVolumeClaim, claim, home);
        let [claim] = claims[..] else { continue };
        let Facts::Claim(facts) = &claim.facts else { continue };
        let Some(mode) = fleet.neighbours.exclusive_mode(facts) else { continue };
        let what = match mode {
            "ReadWriteOncePod" => {
                format!("only one of the {pods} parallel pods can start, and the others wait until it ends")
            }
            _ => format!(
                "of the {pods} parallel pods only those on one node can start, and any on other nodes wait"
            ),
        };
        let mut draft = draft.clone();
        draft.finding.elsewhere(claim.related(format!("`{mode}`")));
        draft.finding.message = format!("{what}: the claim {} is `{mode}`", draft.finding.message).into();
        drafts.push(draft);
    }
    drafts
}
