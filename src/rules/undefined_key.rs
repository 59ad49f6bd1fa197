use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Object;
use crate::neighbours::facts::Facts;
use crate::neighbours::references::{Reference, references};
use crate::neighbours::{MAX_IN_NAMESPACE, Neighbour};
use crate::rule::fleet::{Draft, Fact, Fleet, Kept};
use crate::rule::{Check, Reporter, Rule};
use crate::text::nearest::nearest;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "undefined-key",
        summary: "A container needs a key that its ConfigMap or Secret does not have",
        category: Category::Failure,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        admission: Admission::Never,
        scope: Scope::Fleet,
        since: "0.1.0",
        page: include_str!("../../rules/undefined-key.md"),
        ..Meta::DEFAULT
    },
    check: Check::Fleet { collect, check },
};

fn collect(object: Object<'_>, reporter: &Reporter<'_>, fleet: &mut Fleet) {
    let Some(pod) = object.job().and_then(|job| job.pod()) else { return };
    for Reference { kind, name, key, node, .. } in references(pod) {
        if let Some(key) = key {
            let draft = reporter.draft(node, "");
            fleet.keep(object, draft, Fact::Key(kind, name.into(), key.into()));
        }
    }
}

fn check(fleet: &Fleet) -> Vec<Draft> {
    fleet.kept_by(&RULE.meta).filter_map(|it| finding(fleet, it)).collect()
}

fn finding(fleet: &Fleet, kept: &Kept) -> Option<Draft> {
    let Fact::Key(kind, name, key) = &kept.fact else { return None };
    // What an overlay or a generator adds to it counts, wherever it is.
    let lacks = |it: &Neighbour| matches!(&it.facts, Facts::Keys { names, is_complete: true } if !names.contains(key));
    let mut all = fleet.neighbours.all_named(*kind, name);
    if !all.by_ref().take(MAX_IN_NAMESPACE - 1).all(lacks) || all.next().is_some() {
        return None;
    }
    let holders = fleet.neighbours.named(*kind, name, &kept.home);
    let holder = holders.first()?;
    let Facts::Keys { names, .. } = &holder.facts else { return None };
    let mut draft = kept.draft.clone();
    draft.finding.message = format!(
        "the container never starts, and nothing counts as a failure: {} has no key `{key}`",
        holder.title()
    )
    .into();
    let help = match nearest(key, names.iter().map(AsRef::as_ref)) {
        Some(near) => format!("write `{near}`, or add `{key}` to the {}", kind.as_str()),
        None => format!(
            "add `{key}` to the {}, or set `optional: true` if the program can do without it",
            kind.as_str()
        ),
    };
    draft.finding.help(help).elsewhere(holder.related("these are its keys"));
    Some(draft)
}
