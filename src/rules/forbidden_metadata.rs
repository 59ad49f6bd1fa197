use crate::diagnostic::meta::{Category, Meta, OptionValue, RuleOption};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::metadata_keys::sites;
use crate::manifest::document::Entry;
use crate::manifest::live;
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};
use crate::text::pattern::{Pattern, steps_for};
use crate::text::placeholder::is_placeholder;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "forbidden-metadata",
        summary: "An object has a label or annotation that the team forbids",
        category: Category::Metadata,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        options: &[
            option("labels", "Labels that CronJobs and Jobs must not have, with patterns of their values"),
            option("annotations", "Annotations that CronJobs and Jobs must not have"),
            option("job-labels", "Labels that Jobs and `jobTemplate`s must not have"),
            option("job-annotations", "Annotations that Jobs and `jobTemplate`s must not have"),
            option("pod-labels", "Labels that pod templates must not have"),
            option("pod-annotations", "Annotations that pod templates must not have"),
        ],
        ..Meta::DEFAULT
    },
    check: Check::Object(check),
};

const fn option(name: &'static str, summary: &'static str) -> RuleOption {
    RuleOption { name, summary, default: OptionValue::Map(Vec::new()) }
}

fn check(object: Object<'_>, reporter: &mut Reporter<'_>) {
    let is_stored = live::is_live(object);
    for site in sites(object) {
        let options = site.options(object.kind).iter();
        let forbidden: Vec<_> = options.flat_map(|option| reporter.map(option)).collect();
        if forbidden.is_empty() || site.is_copied(object) {
            continue;
        }
        for entry in site.field.entries().filter(|it| is_stored || !is_placeholder(it.key)) {
            let forbids = |(key, value): &&(&Pattern, &Pattern)| {
                matches(key, entry.key) && (is_any(value) || has_value(entry, value, is_stored))
            };
            let Some((_, value)) = forbidden.iter().find(forbids) else { continue };
            let (key, noun, owner) = (entry.key, site.map.noun(), site.owner(object));
            if is_any(value) {
                let message = format!("the configuration forbids the {noun} `{key}` on {owner}");
                reporter.report(entry, message).help(format!("remove the {noun}"));
            } else {
                let value = value.as_str();
                let message = format!(
                    "the configuration forbids values that match `{value}` for the {noun} `{key}` on {owner}{}",
                    shown(entry)
                );
                reporter
                    .report(entry.value, message)
                    .help(format!("remove the {noun}, or set another value"));
            }
        }
    }
}

fn has_value(entry: Entry<'_>, pattern: &Pattern, is_stored: bool) -> bool {
    entry.value.text().is_some_and(|it| (is_stored || !is_placeholder(it)) && matches(pattern, it))
}

/// Whether a pattern covers a text, or it would take too long to say: nothing gets past by being long.
fn matches(pattern: &Pattern, text: &str) -> bool {
    pattern.matches_value(text, &mut steps_for(text)) != Some(false)
}

fn is_any(pattern: &Pattern) -> bool {
    matches!(pattern.as_str(), "*" | "**")
}

/// Returns the end of a message that shows the value, unless that is long.
fn shown(entry: Entry<'_>) -> String {
    let value = entry.value.text().filter(|it| it.len() <= 63);
    value.map_or_else(String::new, |it| format!(": it is `{it}`"))
}
