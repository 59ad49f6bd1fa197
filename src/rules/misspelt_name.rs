use std::collections::{HashMap, HashSet};

use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Object;
use crate::neighbours::kind::Kind;
use crate::neighbours::references::references;
use crate::rule::fleet::{Draft, Fact, Fleet, Kept};
use crate::rule::{Check, Reporter, Rule};
use crate::text::nearest::is_slip;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "misspelt-name",
        summary: "The name of another object is one letter off",
        category: Category::Metadata,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        admission: Admission::Never,
        scope: Scope::Fleet,
        since: "0.1.0",
        page: include_str!("../../rules/misspelt-name.md"),
        ..Meta::DEFAULT
    },
    check: Check::Fleet { collect, check },
};

/// Among more names of a kind in a directory, some are alike by chance.
const MAX_NAMES: usize = 200;

fn collect(object: Object<'_>, reporter: &Reporter<'_>, fleet: &mut Fleet) {
    let Some(pod) = object.job().and_then(|job| job.pod()) else { return };
    let mut seen = HashSet::new();
    for it in references(pod) {
        if seen.insert((it.kind, it.name)) {
            fleet.keep(object, reporter.draft(it.name_node(), ""), Fact::Name(it.kind, it.name.into()));
        }
    }
}

fn check(fleet: &Fleet) -> Vec<Draft> {
    // A name that several files have is nobody's slip.
    let mut files: HashMap<(Kind, &str), HashSet<&str>> = HashMap::new();
    for kept in fleet.kept_by(&RULE.meta) {
        if let Fact::Name(kind, name) = &kept.fact {
            files.entry((*kind, name)).or_default().insert(&kept.draft.finding.source.name);
        }
    }
    let is_lone = |kind: Kind, name: &str| files.get(&(kind, name)).is_some_and(|it| it.len() == 1);
    fleet.kept_by(&RULE.meta).filter_map(|it| finding(fleet, it, &is_lone)).collect()
}

fn finding(fleet: &Fleet, kept: &Kept, is_lone: &dyn Fn(Kind, &str) -> bool) -> Option<Draft> {
    let Fact::Name(kind, name) = &kept.fact else { return None };
    let neighbours = &fleet.neighbours;
    if !is_lone(*kind, name) || neighbours.all_named(*kind, name).next().is_some() {
        return None;
    }
    let known = neighbours.next_to(*kind, &kept.home, MAX_NAMES);
    let mut near = known.into_iter().filter(|it| is_slip(name, &it.name));
    let (Some(near), None) = (near.next(), near.next()) else { return None };
    let kind = kind.as_str();
    let mut draft = kept.draft.clone();
    draft.finding.message = format!(
        "without the {kind} `{name}`, {}: these files do not define it, but they define `{}`, one letter off",
        consequence(near.kind),
        near.name
    )
    .into();
    draft
        .finding
        .help(format!("write `{}`, or suppress the finding if `{name}` is created elsewhere", near.name));
    draft.finding.elsewhere(near.related(format!("this is `{}`", near.name)));
    Some(draft)
}

/// Returns what happens without the object.
fn consequence(kind: Kind) -> &'static str {
    match kind {
        Kind::ServiceAccount | Kind::PriorityClass | Kind::RuntimeClass => {
            "the Job gets no pods, and only an event says why"
        }
        Kind::PersistentVolumeClaim => "the pod stays `Pending`, which does not count as a failure",
        _ => "the container never starts, which does not count as a failure",
    }
}
