//! `init` and `config`: the configuration, written and shown.
#![expect(clippy::disallowed_methods, reason = "the configuration file is written here")]

use crate::diagnostic::meta::Scope;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use crate::cli::exit::Exit;
use crate::cli::options::ConfigArgs;
use crate::cli::terminal::{excerpts, print};
use crate::diagnostic::meta::{OptionValue, RuleOption};
use crate::policy::config::file::{FILE_NAME, FILE_NAMES};
use crate::policy::config::{ActiveRule, Config};
use crate::project::paths::display;
use crate::project::settings::{Settings, relative_to_here};

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
        print(effective(&arguments.path, found.file(), &config, arguments.changed).as_bytes())?;
        return Ok(Exit::Clean);
    }
    print(&excerpts(&settings.drain_config_errors())?)?;
    Ok(Exit::Failure)
}

/// Writes a configuration as YAML that would give it again, with the origin of each rule's setting after it; with
/// `only_changed` without what the preset and the program have anyway.
fn effective(path: &Path, file: Option<&Path>, config: &Config, only_changed: bool) -> String {
    let plain =
        Config { preset: config.preset, ..Config::new(crate::rules::registry(), config.assumptions.as_of) };
    let mut text = String::new();
    let name = file.map_or("no configuration file".to_owned(), |file| display(&relative_to_here(file)));
    let _ = writeln!(text, "# for {}, from {name}", display(path));
    let _ = writeln!(text, "preset: {}", config.preset.as_str());
    let (now, before) = (&config.assumptions, &plain.assumptions);
    if !only_changed || now.kubernetes_version != before.kubernetes_version {
        let _ = writeln!(text, "kubernetes-version: \"{}\"", now.kubernetes_version);
    }
    if !only_changed || now.gitops != before.gitops {
        let _ = writeln!(text, "gitops: {}", now.gitops);
    }
    if !only_changed || !config.exclude.patterns().is_empty() {
        let _ = writeln!(text, "exclude: {:?}", config.exclude.patterns());
    }
    let forbidden: Vec<_> = config.suppressions.forbidden.iter().copied().collect();
    if !only_changed || config.suppressions.require_reason || !forbidden.is_empty() {
        let _ = writeln!(text, "suppressions:\n  require-reason: {}", config.suppressions.require_reason);
        let _ = writeln!(text, "  forbidden: [{}]", forbidden.join(", "));
    }
    let mut rules = String::new();
    for ((active, is_on), (before, was_on)) in config.decisions(None).zip(plain.decisions(None)) {
        let lines = setting(&active, is_on);
        if !only_changed || lines != setting(&before, was_on) {
            add_rule(&mut rules, lines, origin(config, &active));
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

/// Returns what is in force for a rule, as lines of YAML.
fn setting(active: &ActiveRule, is_on: bool) -> Vec<String> {
    let (rule, level) = (active.rule, if is_on { active.severity.as_str() } else { "off" });
    if rule.options.is_empty() || !is_on {
        return vec![format!("  {}: {level}", rule.id)];
    }
    let option = |option: &RuleOption| {
        let value = match active.option(option.name).unwrap_or(&option.default) {
            OptionValue::Integer(number) => number.to_string(),
            OptionValue::Text(text) => format!("{text:?}"),
            OptionValue::List(list) => format!("{list:?}"),
        };
        format!("    {}: {value}", option.name)
    };
    let head = [format!("  {}:", rule.id), format!("    severity: {level}")];
    head.into_iter().chain(rule.options.iter().map(option)).collect()
}

/// Returns where what is in force for a rule comes from.
fn origin<'c>(config: &Config, active: &'c ActiveRule) -> &'c str {
    match active.rule.scope {
        Scope::File => active.origin().unwrap_or("preset"),
        _ if config.ignore.contains(active.rule.id) => "--ignore",
        _ if !config.select.is_empty() => "--select",
        _ => active.origin().unwrap_or("preset"),
    }
}

fn add_rule(text: &mut String, lines: Vec<String>, origin: &str) {
    for (index, line) in lines.into_iter().enumerate() {
        let _ = match index {
            0 => writeln!(text, "{line:48}# {origin}"),
            _ => writeln!(text, "{line}"),
        };
    }
}
