use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::practice::Yield;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::volume_file::volume_file;
use crate::manifest::workload::Pod;
use crate::neighbours::kind::Kind;
use crate::rule::surroundings::Surroundings;
use crate::rule::{Check, Reporter, Rule};
use crate::text::phrases::first_of;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "file-not-in-config-map",
        summary: "An argument names a file that its ConfigMap does not have",
        category: Category::Failure,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        admission: Admission::Never,
        scope: Scope::Fleet,
        yields_to: &[Yield::at_field("script-not-found")],
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Neighbours { concerns, check },
};

fn concerns(around: &Surroundings<'_>) -> bool {
    around.facts.named(Kind::ConfigMap).any(|name| !around.named(Kind::ConfigMap, name).is_empty())
}

fn check(pod: Pod<'_>, around: &Surroundings<'_>, reporter: &mut Reporter<'_>) {
    let words = pod.containers().flat_map(|it| it.command_line().map(move |word| (it, word)));
    for (container, word) in words {
        let Some(path) = word.text().and_then(file_named_by) else { continue };
        let Some(file) = volume_file(container, path) else { continue };
        let lacking = |(name, key)| Some((key, around.lacking(Kind::ConfigMap, name, key)?));
        let Some((key, (holder, names))) = file.only_key().and_then(lacking) else { continue };
        let (title, shown) = (holder.title(), first_of(names.iter().map(|it| format!("`{it}`")), 4));
        let message =
            format!("the program does not find `{path}`: the {title} of the volume has only {shown}");
        let finding = reporter.report(word, message);
        finding.help(format!("add the key `{key}` to the ConfigMap, or correct the path"));
        finding.elsewhere(holder.related("its keys are defined here"));
    }
}

/// Returns the path of a file that an argument is or sets an option to: one with an ending, which the program is to read.
fn file_named_by(word: &str) -> Option<&str> {
    const OTHERS: [&str; 9] =
        ["cache", "exclude", "ignore", "log", "optional", "out", "pid", "skip", "socket"];
    let (option, path) = word.split_once('=').filter(|it| it.0.starts_with('-')).unwrap_or(("", word));
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "/._-".contains(it);
    let name = path.rsplit('/').next().unwrap_or_default().trim_start_matches('.');
    let is_file = path.starts_with('/') && path.chars().all(is_plain) && name.contains('.');
    (is_file && !OTHERS.iter().any(|it| option.contains(it))).then_some(path)
}
