use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::hook::Tool;
use crate::manifest::live;
use crate::manifest::workload::{Kind as JobKind, Pod};
use crate::neighbours::Neighbour;
use crate::neighbours::delivery::Turn;
use crate::neighbours::kind::Kind;
use crate::neighbours::references::{Reference, references};
use crate::rule::surroundings::Surroundings;
use crate::rule::{Check, Reporter, Rule};
use crate::text::phrases::first_of;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "needs-later-object",
        summary: "A Job needs an object that Helm or Argo CD creates only afterwards",
        category: Category::Failure,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        admission: Admission::Never,
        scope: Scope::Fleet,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Neighbours { concerns, check },
};

const KINDS: [Kind; 4] = [Kind::ConfigMap, Kind::PersistentVolumeClaim, Kind::Secret, Kind::ServiceAccount];

fn concerns(around: &Surroundings<'_>) -> bool {
    later(around).next().is_some()
}

/// Returns the objects that the Job needs and that its tool creates after it, each with the turn of the Job.
fn later<'s, 'n>(
    around: &'s Surroundings<'n>,
) -> impl Iterator<Item = (Tool, Turn, &'n Neighbour)> + use<'s, 'n> {
    let (facts, home) = (around.facts, &around.home);
    let turn = match facts.delivery.tool {
        // Helm waits only for hooks.
        Some(Tool::Helm) => facts.delivery.install.filter(|(phase, _)| *phase < 0),
        Some(Tool::ArgoCd) => facts.delivery.sync,
        None => None,
    };
    let names = facts.names.iter().filter(|(kind, name)| KINDS.contains(kind) && **name != *"default");
    names.filter_map(move |(kind, name)| {
        let (tool, turn) = (facts.delivery.tool?, turn?);
        let is_later = |it: &Neighbour| match tool {
            // Hooks of the same weight run in the order of their names (`pkg/action/hooks.go`).
            Tool::Helm => it.delivery.install.is_some_and(|other| (other, &*it.name) > (turn, &*facts.name)),
            Tool::ArgoCd => it.delivery.sync.is_some_and(|other| other > turn),
        };
        // What another chart creates may be there long before.
        let is_of_release = |it: &Neighbour| it.delivery.chart == facts.delivery.chart;
        let mut all = around.neighbours.all_named(*kind, name);
        let first = all.next()?;
        let mut all = std::iter::once(first).chain(all);
        all.all(|it| !it.facts.is_guess() && it.home.may_share(home) && is_of_release(it) && is_later(it))
            .then_some((tool, turn, first))
    })
}

fn check(pod: Pod<'_>, around: &Surroundings<'_>, reporter: &mut Reporter<'_>) {
    if pod.job.object.kind != JobKind::Job || live::is_live(pod.job.object) {
        return;
    }
    let references = references(pod);
    // Objects of one kind have one way out.
    let mut groups: Vec<(Reference<'_>, Tool, Turn, Vec<&Neighbour>)> = Vec::new();
    for (tool, turn, object) in later(around) {
        let is_needed = |it: &&Reference<'_>| it.kind == object.kind && it.name == object.name;
        let Some(reference) = references.iter().find(is_needed) else { continue };
        let is_hook = object.delivery.tool.is_some();
        let is_alike = |it: &&Neighbour| it.kind == object.kind && it.delivery.tool.is_some() == is_hook;
        match groups.iter().position(|(.., all)| all.first().is_some_and(is_alike)) {
            Some(at) => groups[at].3.push(object),
            None => groups.push((*reference, tool, turn, vec![object])),
        }
    }
    for (reference, tool, (phase, number), objects) in groups {
        let object = objects[0];
        let consequence = match object.kind {
            Kind::ServiceAccount => "the Job gets no pods",
            Kind::PersistentVolumeClaim => "the pod stays `Pending`",
            _ => "the container never starts",
        };
        let kind = object.kind.as_str();
        let noun = if objects.len() == 1 { kind.to_owned() } else { format!("{kind}s") };
        let names = first_of(objects.iter().map(|it| format!("`{}`", it.name)), 3);
        let effect = match tool {
            Tool::Helm => "the first install fails: Helm waits for this hook before it creates",
            Tool::ArgoCd => "the first sync stops at this Job: Argo CD waits for it before it applies",
        };
        let is_hook = object.delivery.tool.is_some();
        // Without its bindings it has no permissions yet.
        let (them, hooks) = match object.kind {
            Kind::ServiceAccount => ("the ServiceAccount and its Roles and bindings".to_owned(), "hooks"),
            _ if objects.len() == 1 => (format!("the {noun}"), "a hook"),
            _ => (format!("the {noun}"), "hooks"),
        };
        // A tool deletes a hook before it creates it again, and with a claim its data.
        let has_data = object.kind == Kind::PersistentVolumeClaim && !is_hook;
        let is_one = objects.len() == 1;
        let (claims, it, its) =
            if is_one { ("the claim", "it", "its") } else { ("the claims", "them", "their") };
        let help = match (tool, phase) {
            (Tool::Helm, _) if has_data => format!(
                "run the Job at `post-install`, or create {claims} outside the chart; do not make {it} {hooks}, which Helm would \
                 delete, with {its} data, at the next upgrade"
            ),
            (Tool::Helm, _) if !is_hook => format!(
                "make {them} {hooks} as well (`helm.sh/hook: pre-install,pre-upgrade`, `helm.sh/hook-weight: \"{}\"`, and \
                 `helm.sh/resource-policy: keep` for releases that are already installed), or run the Job at `post-install`",
                number - 1
            ),
            (Tool::Helm, _) => format!(
                "make {them} {hooks} with `pre-install` and a `helm.sh/hook-weight` of at most {}: hooks of the same weight \
                 run in the order of their names",
                number - 1
            ),
            (Tool::ArgoCd, ..0) if has_data => format!(
                "run the Job at `PostSync`; do not make {claims} {hooks}, which Argo CD would delete, with {its} data, at the \
                 next sync"
            ),
            (Tool::ArgoCd, ..0) if !is_hook => format!(
                "make {them} {hooks} as well (`argocd.argoproj.io/hook: PreSync`, `argocd.argoproj.io/sync-wave: \"{}\"`), or \
                 run the Job at `PostSync`",
                number - 1
            ),
            (Tool::ArgoCd, _) => {
                format!(
                    "give {them} the phase of the Job and a `sync-wave` of at most {number}, or move the Job to a later phase \
                     or wave"
                )
            }
        };
        let message = format!("{effect} the {noun} {names}, without which {consequence}");
        let finding = reporter.report(reference.name_node(), message).help(help);
        objects.iter().for_each(|it| _ = finding.elsewhere(it.related(format!("this is the {kind}"))));
    }
}
