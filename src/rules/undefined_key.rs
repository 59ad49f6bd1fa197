use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Node;
use crate::manifest::workload::Pod;
use crate::neighbours::Neighbour;
use crate::neighbours::kind::Kind;
use crate::neighbours::references::{Reference, references};
use crate::rule::surroundings::{Surroundings, without};
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
        ..Meta::DEFAULT
    },
    check: Check::Neighbours { concerns, check },
};

fn concerns(around: &Surroundings<'_>) -> bool {
    let mut known = [Kind::ConfigMap, Kind::Secret].into_iter();
    known.any(|kind| around.facts.named(kind).any(|name| !around.named(kind, name).is_empty()))
}

/// An object with the keys that it lacks: there is one cause, however many they are.
struct Lack<'d, 'n> {
    holder: &'n Neighbour,
    names: &'n [Box<str>],
    keys: Vec<(&'d str, Node<'d>)>,
}

fn check(pod: Pod<'_>, around: &Surroundings<'_>, reporter: &mut Reporter<'_>) {
    let mut found: Vec<Lack<'_, '_>> = Vec::new();
    for Reference { kind, name, key, node, .. } in references(pod) {
        let Some((key, (holder, names))) = key.and_then(|key| Some((key, around.lacking(kind, name, key)?)))
        else {
            continue;
        };
        match found.iter_mut().find(|it| std::ptr::eq(it.holder, holder)) {
            Some(lack) => lack.keys.push((key, node)),
            None => found.push(Lack { holder, names, keys: vec![(key, node)] }),
        }
    }
    for Lack { holder, names, keys } in &found {
        let Some((&(key, node), others)) = keys.split_first() else { continue };
        let (title, kind) = (holder.title(), holder.kind.as_str());
        let message = format!("{}: {title} has no key `{key}`", without(holder.kind, pod.job));
        let help = match nearest(key, names.iter().map(AsRef::as_ref)) {
            Some(near) => format!("write `{near}`, or add `{key}` to the {kind}"),
            None => {
                format!("add `{key}` to the {kind}, or set `optional: true` if the program can do without it")
            }
        };
        let finding = reporter.report(node, message);
        finding.help(help).elsewhere(holder.related("its keys are defined here"));
        for (key, node) in others {
            finding.related(*node, format!("it has no key `{key}` either"));
        }
    }
}
