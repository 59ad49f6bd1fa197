//! `.kube-linter.yaml` (`pkg/config`, `pkg/configresolver`).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::reader::{Name, Reader, get};
use crate::migrate::checks::Tool;
use crate::migrate::settings::{Settings, no_rule};
use crate::policy::config::file::ConfigError;
use crate::text::pattern::Exclude;
use crate::text::source::Source;

const TOOL: Tool = Tool::KubeLinter;

/// Reads kube-linter's settings.
///
/// # Errors
/// Gives every mistake with its place.
pub fn read(source: &Arc<Source>, settings: &mut Settings) -> Result<(), Vec<ConfigError>> {
    let (mut reader, document) = Reader::open(source);
    let root = document.as_ref().map(|it| it.root());
    let checks = get(root, "checks");
    let _ = reader.map(checks);
    let has_all = reader.boolean(get(checks, "addAllBuiltIn"));
    let has_defaults = !reader.boolean(get(checks, "doNotAutoAddDefaults")) || has_all;
    let include = reader.names(get(checks, "include"));
    let exclude = reader.names(get(checks, "exclude"));
    let own: Vec<_> = reader.list(get(root, "customChecks")).collect();
    let own: Vec<Name<'_>> = own
        .into_iter()
        .filter_map(|it| it.get("name"))
        .filter_map(|it| Some((it.text()?, it.span())))
        .collect();
    let own_names: BTreeSet<&str> = own.iter().map(|it| it.0).collect();
    for (name, span) in &own {
        settings.notes.push(reader.note(
            *span,
            name,
            "this is a check of your own, and no rule is known that does this",
        ));
    }
    for (name, span) in include.iter().chain(&exclude).filter(|it| !own_names.contains(it.0)) {
        settings.notes.extend(no_rule(TOOL, name).map(|why| reader.note(*span, name, &why)));
    }
    let place = checks.map(|it| it.span()).unwrap_or_default();
    let find = |names: &[Name<'_>], name: &str| names.iter().find(|it| it.0 == name).map(|it| it.1);
    for check in TOOL.checks() {
        let (included, excluded) = (find(&include, check.name), find(&exclude, check.name));
        let is_default = has_all || has_defaults && !check.is_optional;
        let note = reader.note(excluded.or(included).unwrap_or(place), check.name, "");
        match (excluded, included) {
            (None, Some(_)) => settings.decide(TOOL, check, Some(None), note),
            (None, None) if is_default => settings.decide(TOOL, check, Some(None), note),
            // To run no defaults is to turn each of them off.
            (None, None) if has_defaults || check.is_optional => {}
            _ => settings.decide(TOOL, check, None, note),
        }
    }
    let mut exclude = Exclude::default();
    for (path, span) in reader.names(get(checks, "ignorePaths")) {
        match pattern(path).and_then(|it| exclude.add(it).map_err(|error| error.to_string())) {
            Ok(()) => {}
            Err(why) => settings.notes.push(reader.note(span, path, &why)),
        }
    }
    settings.exclude.extend(exclude.patterns().iter().cloned());
    settings.tools.push(TOOL);
    reader.finish()
}

/// Returns a path that kube-linter ignores as a pattern of a `.gitignore`: there it is relative to the working directory.
fn pattern(path: &str) -> Result<String, String> {
    let outside = || {
        "it is not relative to the working directory: write a pattern as in `.gitignore` into `exclude`"
            .to_owned()
    };
    if let Some(anywhere) = path.strip_prefix("/**/") {
        return Ok(format!("**/{anywhere}"));
    }
    let relative = path.trim_start_matches("./");
    if relative.starts_with(['/', '~']) || relative.split('/').any(|it| it == "..") || relative.is_empty() {
        return Err(outside());
    }
    Ok(format!("/{relative}"))
}
