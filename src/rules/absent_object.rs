use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Pod;
use crate::neighbours::Neighbour;
use crate::neighbours::kind::Kind;
use crate::neighbours::references::references;
use crate::rule::surroundings::{Surroundings, without};
use crate::rule::{Check, Reporter, Rule};
use crate::text::nearest::nearest;
use crate::text::phrases;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "absent-object",
        summary: "The pods need an object that the namespace or cluster does not have",
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

/// Among more names of a kind, nobody looks for one that is alike.
const MAX_NAMES: usize = 200;

fn concerns(around: &Surroundings<'_>) -> bool {
    absent(around).next().is_some()
}

/// An object that is not in the list of all objects of its kind.
struct Absent<'n> {
    kind: Kind,
    name: &'n str,
    /// How many objects the list has.
    count: usize,
    /// The first of them.
    listed: &'n Neighbour,
}

/// Returns the objects that the pods need and that are not there.
fn absent<'s, 'n>(around: &'s Surroundings<'n>) -> impl Iterator<Item = Absent<'n>> + use<'s, 'n> {
    let names = around.facts.names.iter().map(|(kind, name)| (*kind, &**name));
    names.filter_map(|(kind, name)| {
        let (count, listed) = around.neighbours.without(kind, name, &around.home)?;
        Some(Absent { kind, name, count, listed })
    })
}

fn check(pod: Pod<'_>, around: &Surroundings<'_>, reporter: &mut Reporter<'_>) {
    let references = references(pod);
    for Absent { kind, name, count, listed } in absent(around) {
        let mut places = references.iter().filter(|it| it.kind == kind && it.name == name);
        let Some(first) = places.next() else { continue };
        let (title, consequence) = (kind.as_str(), without(kind, pod.job));
        let scope = match &around.home.namespace {
            Some(namespace) if kind.has_namespace() => format!("the namespace `{namespace}`"),
            _ => "the cluster".to_owned(),
        };
        let none = match count {
            1 => format!("the only {title} in {scope} has another name"),
            _ => format!("none of the {} in {scope} has this name", phrases::count(count, title)),
        };
        let message = format!("without the {title} `{name}`, {consequence}: {none}");
        let start = if pod.job.cron_job().is_some() { "the next run starts" } else { "the Job starts" };
        let known = around.neighbours.next_to(kind, &around.home, MAX_NAMES);
        let help = match nearest(name, known.iter().map(|it| it.name.as_str())) {
            Some(near) => format!("write `{near}`, or create the {title} `{name}` before {start}"),
            None => format!("create the {title} `{name}` before {start}, or name one that exists"),
        };
        let finding = reporter.report(first.name_node(), message).help(help);
        for other in places {
            finding.related(other.name_node(), "needs it too");
        }
        finding.elsewhere(listed.related(format!("this list has every {title} in {scope}")));
    }
}
