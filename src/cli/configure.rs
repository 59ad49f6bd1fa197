//! `init` and `config`: the configuration, written and shown.
#![expect(clippy::disallowed_methods, reason = "the configuration file is written here")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::sync::Mutex;

use super::args::ShowConfig;
use super::files::display;
use super::settings::{Found, Settings};
use super::{Exit, print};
use crate::config::read::FILE_NAME;
use crate::config::{Active, Config};
use crate::lint::Outcome;
use crate::report;
use crate::rule::OptionValue;

/// What `init` writes.
const TEMPLATE: &str = include_str!("template.yaml");

/// Writes a commented configuration file into the working folder, unless there is one.
pub(super) fn init() -> Result<Exit, String> {
    let file = std::fs::File::create_new(FILE_NAME).and_then(|mut file| file.write_all(TEMPLATE.as_bytes()));
    match file {
        Ok(()) => print(format!("wrote {FILE_NAME}\n").as_bytes())?,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(format!("{FILE_NAME} is there already, and stays as it is"));
        }
        Err(error) => return Err(format!("{FILE_NAME}: {}", super::files::plain(&error))),
    }
    Ok(Exit::Clean)
}

/// Shows what is in force for a file, or for the files in a folder.
pub(super) fn show(arguments: &ShowConfig) -> Result<Exit, String> {
    let settings = Settings::new(&arguments.rules)?;
    let path = if arguments.path.is_dir() { arguments.path.join("*") } else { arguments.path.clone() };
    let mistakes = Mutex::new(Outcome::default());
    let add = |outcome| {
        if let Ok(mut mistakes) = mistakes.lock() {
            mistakes.add(outcome);
        }
    };
    let found = settings.for_file(&path, &add);
    if let (Found::Valid { file, .. }, Some(config)) = (&found, found.config(&path)) {
        print(effective(&arguments.path, file.as_deref(), &config).as_bytes())?;
        return Ok(Exit::Clean);
    }
    let mistakes = mistakes.into_inner().unwrap_or_default();
    let mut text = Vec::new();
    let options = report::Options { quiet: true, ..report::Options::default() };
    let written = report::write(report::Format::Human, &mistakes, 1, &options, &mut text);
    written.map_err(|error| error.to_string())?;
    print(&text)?;
    Ok(Exit::Failure)
}

/// Writes a configuration as YAML that would give it again, with the origin of each rule's setting behind it.
fn effective(path: &Path, file: Option<&Path>, config: &Config) -> String {
    let mut text = String::new();
    let name = file.map_or("no configuration file".to_owned(), display);
    let _ = writeln!(text, "# for {}, from {name}", display(path));
    let _ = writeln!(text, "preset: {}", config.preset.as_str());
    let _ = writeln!(text, "kubernetes-version: \"{}\"", config.assumptions.kubernetes_version);
    let _ = writeln!(text, "gitops: {}", config.assumptions.gitops);
    let forbidden: Vec<_> = config.suppressions.forbidden.iter().copied().collect();
    let _ = writeln!(text, "suppressions:\n  require-reason: {}", config.suppressions.require_reason);
    let _ = writeln!(text, "  forbidden: [{}]\nrules:", forbidden.join(", "));
    for (active, speaks) in config.decisions(None) {
        rule_lines(&mut text, &active, speaks);
    }
    if config.depends_on_object() {
        text += "# overrides for namespaces and names apply on top\n";
    }
    text
}

fn rule_lines(text: &mut String, active: &Active<'_>, speaks: bool) {
    let (rule, level) = (active.rule, if speaks { active.severity.as_str() } else { "off" });
    let origin = active.origin().unwrap_or("preset");
    let head = format!("  {}:", rule.id);
    if rule.options.is_empty() || !speaks {
        let _ = writeln!(text, "{:48}# {origin}", format!("{head} {level}"));
        return;
    }
    let _ = writeln!(text, "{head:48}# {origin}\n    severity: {level}");
    for option in rule.options {
        let value = match active.option(option.name).unwrap_or(&option.default) {
            OptionValue::Integer(number) => number.to_string(),
            OptionValue::Text(text) => format!("{text:?}"),
            OptionValue::List(list) => format!("{list:?}"),
        };
        let _ = writeln!(text, "    {}: {value}", option.name);
    }
}
