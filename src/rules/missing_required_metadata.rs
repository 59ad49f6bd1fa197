use crate::diagnostic::meta::{Category, Meta, OptionValue, RuleOption};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::metadata_keys::{Site, sites};
use crate::manifest::document::Entry;
use crate::manifest::live;
use crate::manifest::place::Place;
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};
use crate::text::pattern::{Pattern, steps_for};
use crate::text::phrases;
use crate::text::placeholder::is_placeholder;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-required-metadata",
        summary: "A label or annotation that the team requires is missing or has another value",
        category: Category::Metadata,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        options: &[
            option("labels", "Labels that each CronJob and Job must have, with patterns of their values"),
            option("annotations", "Annotations that each CronJob and Job must have"),
            option("job-labels", "Labels that each Job, or a CronJob's `jobTemplate`, must have"),
            option("job-annotations", "Annotations that each Job, or a CronJob's `jobTemplate`, must have"),
            option("pod-labels", "Labels that the pod template must have"),
            option("pod-annotations", "Annotations that the pod template must have"),
        ],
        ..Meta::DEFAULT
    },
    check: Check::Object(check),
};

const fn option(name: &'static str, summary: &'static str) -> RuleOption {
    RuleOption { name, summary, default: OptionValue::Map(Vec::new()) }
}

fn check(object: Object<'_>, reporter: &mut Reporter<'_>) {
    for site in sites(object).filter(|it| !it.is_malformed()) {
        let options = site.options(object.kind).iter();
        let required: Vec<_> = options.flat_map(|option| reporter.map(option)).collect();
        if !required.is_empty() {
            check_site(object, &site, required, reporter);
        }
    }
}

fn check_site(
    object: Object<'_>,
    site: &Site<'_>,
    required: Vec<(&Pattern, &Pattern)>,
    reporter: &mut Reporter<'_>,
) {
    let is_stored = live::is_live(object);
    let is_open = |text: &str| !is_stored && is_placeholder(text);
    let entries: Vec<Entry<'_>> = site.stored(object).entries().collect();
    let mut missing = Vec::new();
    for (key, value) in required {
        let found: Vec<_> = entries.iter().filter(|it| matches(key, it.key)).collect();
        // What is not a text is `wrong-type`.
        let fulfils = |it: &&Entry<'_>| it.value.text().is_none_or(|it| is_open(it) || matches(value, it));
        match found.first() {
            None => missing.push((key.as_str(), value.as_str())),
            Some(_) if found.iter().any(fulfils) => {}
            Some(first) => {
                let (noun, owner, value) = (site.map.noun(), site.owner(object), value.as_str());
                let message = format!(
                    "the configuration requires a value that matches `{value}` for this {noun} on {owner}: {}",
                    shown(first)
                );
                reporter.report(first.value, message).help(format!("set a value that matches `{value}`"));
            }
        }
    }
    missing.dedup();
    if missing.is_empty() || entries.iter().any(|it| is_open(it.key)) {
        return;
    }
    let keys: Vec<_> = missing.iter().map(|(key, _)| format!("`{key}`")).collect();
    let (noun, owner) = (site.map.noun(), site.owner(object));
    let nouns = if keys.len() == 1 { noun.to_owned() } else { format!("{noun}s") };
    let place = match site.field.node() {
        Some(node) => Place { path: site.field.path(), span: node.head() },
        None => site.field.into(),
    };
    let line = |(key, value): &(&str, &str)| match *value {
        "*" | "**" | "?*" => format!("`{key}`"),
        value => format!("`{key}` (a value that matches `{value}`)"),
    };
    let lines: Vec<_> = missing.iter().map(line).collect();
    // An update that removes another one adds a place.
    let places =
        missing.iter().map(|(key, _)| Place { path: format!("{}[{key}]", place.path), ..place.clone() });
    let places: Vec<_> = places.collect();
    let message = format!("the configuration requires the {nouns} {} on {owner}", phrases::list(&keys));
    let help = format!("set {} in `metadata.{noun}s` of {owner}", phrases::list(&lines));
    reporter.report(place, message).help(help).affects(places);
}

fn matches(pattern: &Pattern, text: &str) -> bool {
    pattern.matches_value(text, &mut steps_for(text)) == Some(true)
}

/// Returns the entry as messages show it; what is long is not shown.
fn shown(entry: &Entry<'_>) -> String {
    match entry.value.text().filter(|it| it.len() <= 63) {
        Some(value) => format!("`{}` is `{value}`", entry.key),
        None => format!("`{}` has a different value", entry.key),
    }
}
