//! Polaris' configuration (`pkg/config`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::reader::{Reader, get};
use crate::diagnostic::severity::Severity;
use crate::manifest::document::Node;
use crate::migrate::check::Check;
use crate::migrate::checks::Tool;
use crate::migrate::settings::{Override, Settings, is_plain, no_rule};
use crate::policy::config::file::ConfigError;
use crate::text::source::Source;

const TOOL: Tool = Tool::Polaris;

/// Reads Polaris' settings.
///
/// # Errors
/// Gives every mistake with its place.
pub fn read(source: &Arc<Source>, settings: &mut Settings) -> Result<(), Vec<ConfigError>> {
    let (mut reader, document) = Reader::open(source);
    let root = document.as_ref().map(|it| it.root());
    let own: BTreeSet<&str> = reader.map(get(root, "customChecks")).map(|it| it.key).collect();
    let mut running: BTreeSet<&str> = BTreeSet::new();
    for entry in reader.map(get(root, "checks")) {
        let level = match entry.value.text() {
            Some("ignore") => None,
            Some("warning") => Some(Some(Severity::Warning)),
            Some("danger") => Some(Some(Severity::Error)),
            _ => {
                reader.error(entry.value.span(), "a severity must be `ignore`, `warning` or `danger`");
                continue;
            }
        };
        let note = |text: &str| reader.note(entry.key_span, entry.key, text);
        if own.contains(entry.key) {
            settings.notes.push(note("this is a check of your own, and no rule is known that does this"));
            continue;
        }
        settings.notes.extend(no_rule(TOOL, entry.key).map(|why| note(&why)));
        if let Some(check) = TOOL.check(entry.key) {
            let note = note("");
            running.extend(level.is_some().then_some(check.name));
            settings.decide(TOOL, check, level, note);
        }
    }
    let disallows = |reader: &mut Reader<'_>, key| reader.boolean(get(root, key));
    let disallows_all = disallows(&mut reader, "disallowExemptions");
    settings.ignores_polaris_annotations =
        disallows(&mut reader, "disallowAnnotationExemptions") || disallows_all;
    let mut overrides = Vec::new();
    if !(disallows(&mut reader, "disallowConfigExemptions") || disallows_all) {
        for exemption in reader.list(get(root, "exemptions")) {
            overrides.extend(override_of(exemption, &running, &mut reader, settings));
        }
    }
    settings.add_overrides(overrides);
    settings.tools.push(TOOL);
    reader.finish()
}

/// Returns what turns rules off where Polaris exempts objects from their checks.
fn override_of(
    exemption: Node<'_>,
    running: &BTreeSet<&str>,
    reader: &mut Reader<'_>,
    settings: &mut Settings,
) -> Option<Override> {
    let of = |key| get(Some(exemption), key);
    let names = reader.names(of("controllerNames"));
    let containers = reader.names(of("containerNames"));
    let exempt = reader.names(of("rules"));
    let namespace =
        of("namespace").filter(|it| !it.is_null()).and_then(|it| reader.text(it)).unwrap_or_default();
    let span = exemption.span();
    let mut note = |reader: &Reader<'_>, subject: &str, why: &str| {
        settings.notes.push(reader.note(span, subject, why));
    };
    if !containers.is_empty() && containers.iter().all(|it| !it.0.is_empty()) {
        let why = "an exemption for some containers only: suppress what is found in them by a comment";
        note(reader, containers.first().map_or("", |it| it.0), why);
        return None;
    }
    // A name matches as a prefix, an empty one everything.
    let is_for_all = names.is_empty() || names.iter().any(|it| it.0.is_empty());
    let mut parts = names
        .iter()
        .map(|it| it.0)
        .filter(|_| !is_for_all)
        .chain((!namespace.is_empty()).then_some(namespace));
    if let Some(strange) = parts.find(|it| !is_plain(it)) {
        note(reader, strange, "this is not a name in Kubernetes, and the exemption is left out");
        return None;
    }
    let mut rules = BTreeMap::new();
    let is_exempt = |check: &Check| exempt.is_empty() || exempt.iter().any(|it| it.0 == check.name);
    for id in TOOL.checks().iter().filter(|it| is_exempt(it)).flat_map(|it| it.rules) {
        let same = TOOL.checks().iter().filter(|it| it.rules.contains(id) && running.contains(it.name));
        let others: Vec<_> = same.filter(|it| !is_exempt(it)).map(|it| format!("`{}`", it.name)).collect();
        if others.is_empty() {
            rules.insert(*id, "off".to_owned());
        } else {
            let why = format!(
                "the exemption has no effect on `{id}`, because it also reports what {} does",
                others.join(", ")
            );
            let own = exempt.iter().filter(|it| TOOL.check(it.0).is_some_and(|it| it.rules.contains(id)));
            own.for_each(|it| note(reader, it.0, &why));
        }
    }
    for (name, _) in exempt {
        if let Some(why) = no_rule(TOOL, name) {
            note(reader, name, &why);
        }
    }
    let names = if is_for_all { Vec::new() } else { names.iter().map(|it| format!("{}*", it.0)).collect() };
    let namespaces = if namespace.is_empty() { Vec::new() } else { vec![namespace.to_owned()] };
    let reason = "an exemption of Polaris".to_owned();
    (!rules.is_empty()).then_some(Override { namespaces, names, rules, reason })
}
