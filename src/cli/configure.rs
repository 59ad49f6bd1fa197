//! `init` and `config`: the configuration, written and shown.
#![expect(clippy::disallowed_methods, reason = "the configuration file is written here")]

mod admission;
mod line;

use crate::diagnostic::meta::Scope;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use line::Line;

use crate::cli::exit::Exit;
use crate::cli::options::ConfigArgs;
use crate::cli::terminal::{excerpts, print};
use crate::diagnostic::meta::{OptionValue, Range, RuleOption};
use crate::policy::config::file::{FILE_NAME, FILE_NAMES};
use crate::policy::config::{ActiveRule, Config};
use crate::project::paths::display;
use crate::project::paths::relative_to_here;
use crate::project::settings::Settings;
use crate::text::pattern::Pattern;
use crate::text::phrases::list;

/// What `init` writes.
const TEMPLATE: &str = include_str!("template.yaml");

/// Writes a commented configuration file into the working directory, unless there is one.
pub(crate) fn init() -> Result<Exit, String> {
    if let Some(name) = FILE_NAMES.iter().find(|name| Path::new(name).exists()) {
        return Err(format!("{name} already exists; not overwriting it"));
    }
    let file = std::fs::File::create_new(FILE_NAME).and_then(|mut file| file.write_all(TEMPLATE.as_bytes()));
    match file {
        Ok(()) => print(format!("wrote {FILE_NAME}\n").as_bytes())?,
        Err(error) => return Err(format!("{FILE_NAME}: {}", crate::project::paths::without_os_code(&error))),
    }
    Ok(Exit::Clean)
}

/// Shows what is in force for a file, or for the files in a directory.
pub(crate) fn show(arguments: &ConfigArgs) -> Result<Exit, String> {
    let settings = Settings::new(&arguments.rules.selection()).map_err(|error| error.to_string())?;
    let path = if arguments.path.is_dir() { arguments.path.join("*") } else { arguments.path.clone() };
    let found = settings.for_file(&path);
    if let Some(config) = found.config(&path) {
        let mut from =
            found.file().map_or("no configuration file".to_owned(), |it| display(&relative_to_here(it)));
        let bases: Vec<_> = found.bases().map(str::to_owned).collect();
        if !bases.is_empty() {
            from += &format!(", which extends {}", list(&bases));
        }
        print(effective(&arguments.path, &from, &config, arguments.changed).as_bytes())?;
        return Ok(Exit::Clean);
    }
    print(&excerpts(&settings.drain_config_errors())?)?;
    Ok(Exit::Failure)
}

/// Writes a configuration as YAML that would give it again, with the origin of each value after it; with `only_changed`
/// without what the preset and the program have anyway.
fn effective(path: &Path, from: &str, config: &Config, only_changed: bool) -> String {
    let plain =
        Config { preset: config.preset, ..Config::new(crate::rules::registry(), config.assumptions.as_of) };
    let mut text = format!("# for {}, from {from}\n", display(path));
    for line in settings(config, &plain, only_changed) {
        add_line(&mut text, &line);
    }
    for line in admission::lines(&config.admission, only_changed) {
        add_line(&mut text, &line);
    }
    let mut rules = String::new();
    for ((active, is_on), (before, was_on)) in config.decisions(None).zip(plain.decisions(None)) {
        let lines = setting(config, &active, is_on);
        let texts = |lines: &[Line]| lines.iter().map(|it| it.0.clone()).collect::<Vec<_>>();
        if !only_changed || texts(&lines) != texts(&setting(&plain, &before, was_on)) {
            lines.iter().for_each(|line| add_line(&mut rules, line));
        }
    }
    match rules.as_str() {
        "" => text += "rules: {}\n",
        rules => text += &format!("rules:\n{rules}"),
    }
    if config.depends_on_object() {
        text += "# overrides for namespaces and names apply on top\n";
    }
    text
}

/// Returns the settings that are not about single rules.
fn settings(config: &Config, plain: &Config, only_changed: bool) -> Vec<Line> {
    let origin = |key: &str| config.origins.get(key).map(ToString::to_string);
    let mut lines = vec![(format!("preset: {}", config.preset.as_str()), origin("preset"))];
    let (now, before) = (&config.assumptions, &plain.assumptions);
    if !only_changed || now.kubernetes_version != before.kubernetes_version {
        let line = format!("kubernetes-version: \"{}\"", now.kubernetes_version);
        lines.push((line, origin("kubernetes-version")));
    }
    if !only_changed || now.gitops != before.gitops {
        lines.push((format!("gitops: {}", now.gitops), origin("gitops")));
    }
    let excluded = config.exclude.iter().flat_map(|it| it.exclude.patterns().iter().zip(&it.origins));
    let excluded = excluded.map(|(pattern, origin)| (format!("{pattern:?}"), origin.to_string()));
    lines.extend(items("exclude", excluded.collect(), only_changed));
    let forbidden = config.suppressions.forbidden.iter();
    let forbidden: Vec<_> = forbidden.map(|(id, origin)| ((*id).to_owned(), origin.to_string())).collect();
    if !only_changed || config.suppressions.require_reason || !forbidden.is_empty() {
        lines.push(("suppressions:".to_owned(), None));
        let line = format!("  require-reason: {}", config.suppressions.require_reason);
        lines.push((line, origin("require-reason")));
        lines.extend(items("  forbidden", forbidden, false));
    }
    lines
}

/// Returns a list with the origin of each item.
fn items(key: &str, items: Vec<(String, String)>, only_changed: bool) -> Vec<Line> {
    if items.is_empty() {
        return if only_changed { Vec::new() } else { vec![(format!("{key}: []"), None)] };
    }
    let indent = " ".repeat(key.len() - key.trim_start().len());
    let item = |(text, origin)| (format!("{indent}  - {text}"), Some(origin));
    [(format!("{key}:"), None)].into_iter().chain(items.into_iter().map(item)).collect()
}

/// Returns what is in force for a rule.
fn setting(config: &Config, active: &ActiveRule, is_on: bool) -> Vec<Line> {
    let (rule, level) = (active.rule, if is_on { active.severity.as_str() } else { "off" });
    let origin = Some(origin(config, active).to_owned());
    let options: Vec<_> = rule.options.iter().flat_map(|it| option(active, it)).collect();
    if options.is_empty() || !is_on {
        return vec![(format!("  {}: {level}", rule.id), origin)];
    }
    let head = [(format!("  {}:", rule.id), None), (format!("    severity: {level}"), origin)];
    head.into_iter().chain(options).collect()
}

/// Returns the value of an option; of a range or a map what is set of it.
fn option(active: &ActiveRule, option: &RuleOption) -> Vec<Line> {
    let origin = || active.set_options(option.name).next_back().map(|it| it.origin.to_string());
    let value = match active.option(option.name).unwrap_or(&option.default) {
        OptionValue::Integer(number) => number.to_string(),
        OptionValue::Text(text) => format!("{text:?}"),
        OptionValue::List(list) => format!("{list:?}"),
        OptionValue::Patterns(patterns) => {
            format!("{:?}", patterns.iter().map(Pattern::as_str).collect::<Vec<_>>())
        }
        OptionValue::Range(_) => return inner(option.name, bounds(active, option.name)),
        OptionValue::Map(_) => {
            let entries = active.map(option.name).into_iter();
            let line = |(key, value, origin): (&Pattern, &Pattern, &str)| {
                (format!("{:?}: {:?}", key.as_str(), value.as_str()), Some(origin.to_owned()))
            };
            return inner(option.name, entries.map(line).collect());
        }
    };
    vec![(format!("    {}: {value}", option.name), origin())]
}

fn inner(name: &str, lines: Vec<Line>) -> Vec<Line> {
    let head = (!lines.is_empty()).then(|| (format!("    {name}:"), None));
    head.into_iter()
        .chain(lines.into_iter().map(|(text, origin)| (format!("      {text}"), origin)))
        .collect()
}

/// Returns the bounds of a range, each with where it was set last.
fn bounds(active: &ActiveRule, name: &str) -> Vec<Line> {
    let bound = |key: &str, of: fn(&Range) -> Option<i64>| {
        active.set_options(name).rev().find_map(|it| match &it.value {
            OptionValue::Range(range) => {
                Some((format!("{key}: {}", of(range)?), Some(it.origin.to_string())))
            }
            _ => None,
        })
    };
    [bound("minimum", |it| it.minimum), bound("maximum", |it| it.maximum)].into_iter().flatten().collect()
}

/// Returns where it is said that a rule is on or off.
fn origin<'c>(config: &Config, active: &'c ActiveRule) -> &'c str {
    match active.rule.scope {
        Scope::File => active.origin().unwrap_or("preset"),
        _ if config.ignore.contains(active.rule.id) => "--ignore",
        _ if !config.select.is_empty() => "--select",
        _ => active.origin().unwrap_or("preset"),
    }
}

fn add_line(text: &mut String, (line, origin): &Line) {
    let _ = match origin {
        Some(origin) => writeln!(text, "{line:47} # {origin}"),
        None => writeln!(text, "{line}"),
    };
}
