use crate::diagnostic::meta::Meta;
use std::borrow::Cow;

use crate::diagnostic::meta::{Category, OptionValue, RuleOption};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::image::Image;
use crate::manifest::live;
use crate::manifest::workload::{Container, Pod};
use crate::rule::{Check, Reporter, Rule};
use crate::text::pattern::Pattern;
use crate::text::phrases;
use crate::text::placeholder::is_placeholder;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unlisted-registry",
        summary: "The image comes from a registry that is not on the team's list",
        category: Category::Resources,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        options: &[RuleOption {
            name: "allowed",
            summary: "The allowed registries, each with an optional path prefix; an empty list allows all",
            default: OptionValue::List(Cow::Borrowed(&[])),
        }],
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let allowed = reporter.list("allowed").to_vec();
    if allowed.is_empty() {
        return;
    }
    let mut unlisted = pod.containers().filter_map(|container| unlisted(container, &allowed));
    let Some((name, first)) = unlisted.next() else { return };
    let names: Vec<_> = allowed.iter().map(|it| format!("`{it}`")).collect();
    let list = match names.len() {
        1..=3 => phrases::alternatives(&names),
        _ => "a registry that `allowed` lists".to_owned(),
    };
    let finding = reporter.report(
        first.image(),
        format!("`{name}` comes from a registry or path that is not listed in the option `allowed`"),
    );
    finding.help(format!("use an image from {list}, or copy this one there"));
    for (name, container) in unlisted {
        finding.related(container.image(), format!("`{name}` is not listed either"));
    }
}

/// Returns the image's full name, where no entry of the list covers it.
fn unlisted<'d>(container: Container<'d>, allowed: &[Cow<'_, str>]) -> Option<(String, Container<'d>)> {
    // Nobody fills in what an API server is about to store, and a tag may well be `__LATEST__`.
    let is_stored = live::is_live(container.pod.job.object);
    let text = container.image().text().filter(|it| is_stored || !is_placeholder(it))?;
    let name = Image::parse(text)?.full_name();
    (!allowed.iter().any(|entry| covers(entry, &name))).then_some((name, container))
}

/// Whether an entry is the image's full name or directories at its start; `*` stands for anything within a part.
fn covers(entry: &str, name: &str) -> bool {
    let entry = entry.trim_end_matches('/');
    let ends = name.match_indices('/').map(|(at, _)| at).chain([name.len()]);
    let pattern = Pattern::new(entry).ok();
    ends.map(|end| &name[..end])
        .any(|start| start == entry || pattern.as_ref().is_some_and(|it| it.matches(start)))
}
