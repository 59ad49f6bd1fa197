use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Pod;
use crate::neighbours::Neighbour;
use crate::neighbours::kind::Kind;
use crate::neighbours::references::references;
use crate::rule::surroundings::{Surroundings, without};
use crate::rule::{Check, Reporter, Rule};
use crate::text::nearest::is_slip;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "misspelled-name",
        summary: "The name of another object is one letter off",
        category: Category::Metadata,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        admission: Admission::Never,
        scope: Scope::Fleet,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Neighbours { concerns, check },
};

/// Among more names of a kind in a directory, some are alike by chance.
const MAX_NAMES: usize = 200;

fn concerns(around: &Surroundings<'_>) -> bool {
    slips(around).next().is_some()
}

/// Returns the names that nothing has, each with the only object whose name is one letter off.
fn slips<'s, 'n>(
    around: &'s Surroundings<'n>,
) -> impl Iterator<Item = (Kind, &'n str, &'n Neighbour)> + use<'s, 'n> {
    around.facts.names.iter().filter_map(|(kind, name)| {
        let is_known = around.neighbours.all_named(*kind, name).next().is_some();
        // Where a list has all objects, `absent-object` reports what it lacks.
        let is_absent = || around.neighbours.without(*kind, name, &around.home).is_some();
        // A name that several files have is nobody's slip.
        if is_known || is_absent() || around.demand.is_of_several_files(*kind, name) {
            return None;
        }
        let known = around.neighbours.next_to(*kind, &around.home, MAX_NAMES);
        let mut near = known.into_iter().filter(|it| is_slip(name, &it.name));
        match (near.next(), near.next()) {
            (Some(near), None) => Some((*kind, &**name, near)),
            _ => None,
        }
    })
}

fn check(pod: Pod<'_>, around: &Surroundings<'_>, reporter: &mut Reporter<'_>) {
    let references = references(pod);
    for (kind, name, near) in slips(around) {
        let Some(reference) = references.iter().find(|it| it.kind == kind && it.name == name) else {
            continue;
        };
        let kind = kind.as_str();
        let message = format!(
            "without the {kind} `{name}`, {}: no file defines it, but one defines `{}`, one letter off",
            without(near.kind, pod.job),
            near.name
        );
        let help = format!("write `{}`, or suppress the finding if `{name}` is created elsewhere", near.name);
        let place = near.related(format!("this is `{}`", near.name));
        reporter.report(reference.name_node(), message).help(help).elsewhere(place);
    }
}
