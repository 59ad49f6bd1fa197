use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::started_file::{StartedFile, started_files};
use crate::manifest::workload::Pod;
use crate::neighbours::kind::Kind;
use crate::rule::surroundings::Surroundings;
use crate::rule::{Check, Reporter, Rule};
use crate::text::nearest::nearest;
use crate::text::phrases::first_of;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "script-not-found",
        summary: "A container starts a script that its ConfigMap does not have",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        admission: Admission::Never,
        scope: Scope::Fleet,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Neighbours { concerns, check },
};

/// So many keys are named.
const MAX_NAMES: usize = 4;

fn concerns(around: &Surroundings<'_>) -> bool {
    around.facts.named(Kind::ConfigMap).any(|name| !around.named(Kind::ConfigMap, name).is_empty())
}

fn check(pod: Pod<'_>, around: &Surroundings<'_>, reporter: &mut Reporter<'_>) {
    for StartedFile { path, place, file, effect } in started_files(pod) {
        let lacking = |(name, key)| Some((key, around.lacking(Kind::ConfigMap, name, key)?));
        let Some((key, (holder, names))) = file.only_key().and_then(lacking) else { continue };
        let noun = if names.len() == 1 { "key" } else { "keys" };
        let shown = first_of(names.iter().map(|it| format!("`{it}`")), MAX_NAMES);
        let title = holder.title();
        let message =
            format!("{effect}: `{path}` does not exist, and the {title} has only the {noun} {shown}");
        let only = names.first().filter(|_| names.len() == 1);
        let near = nearest(key, names.iter().map(AsRef::as_ref));
        let directory = path.strip_suffix(key);
        let add = format!("add the key `{key}` to the ConfigMap");
        let help = match (near.zip(directory), only.zip(directory)) {
            (Some((near, directory)), _) => format!("write `{directory}{near}`, or {add}"),
            // A script with quite another name does other work.
            (None, Some((only, directory))) => {
                format!("{add}, or write `{directory}{only}` if that script is meant")
            }
            (None, None) => format!("{add}, or correct the path"),
        };
        let finding = reporter.report(place, message);
        finding.help(help).elsewhere(holder.related("its keys are defined here"));
        finding.related(file.volume, "this volume holds a file for each key");
    }
}
