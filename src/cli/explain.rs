//! `explain`, `rules`, `completions`, `man` and `schema`: what the program knows about itself.
#![expect(clippy::disallowed_methods, reason = "the directory of the manual pages is made here")]

use crate::cli::completions::TOPICS;
use crate::cli::terminal::{DEFAULT_WIDTH, terminal_width};
use std::fmt::Write as _;
use std::path::Path;

use clap_complete::{Shell, generate};
use clap_complete_nushell::Nushell;

use super::args::{self, CompletionShell};
use super::output::ensure_inside;
use super::page;
use crate::cli::exit::Exit;
use crate::cli::options::{Color, ListFormat, RulesArgs, SchemaKind};
use crate::cli::terminal::{print, use_color};
use crate::diagnostic::meta::Meta;
use crate::diagnostic::page::published;
use crate::policy::config::{Config, Preset};
use crate::project::paths::without_os_code;
use crate::project::settings::today;
use crate::rules;

/// The name that the shell knows the program by.
const NAME: &str = "batchlint";

/// Prints the page of a rule or topic: set for a terminal, as it is written for anything else. Lists all without a name.
pub(crate) fn explain(name: Option<&str>, color: Color) -> Result<Exit, String> {
    let Some(name) = name else {
        let topics = TOPICS.map(|(topic, _)| format!("`{topic}`")).join(", ");
        let hint =
            format!("\nTopics: {topics}. `batchlint explain NAME` shows the page of a rule or topic.\n");
        print((table(rules::registry().iter().collect()) + &hint).as_bytes())?;
        return Ok(Exit::Clean);
    };
    let topic = TOPICS.iter().find(|(topic, _)| *topic == name);
    let page = match topic {
        Some((topic, page)) => published(&format!("docs/{topic}.md"), page),
        None => {
            let rule = rules::registry().named(name).map_err(|error| error.to_string())?;
            published(&format!("rules/{}.md", rule.id), rules::page(rule))
        }
    };
    let color = use_color(color);
    let text = match terminal_width() {
        Some(width) => page::render_page(&page, width, color),
        None if color => page::render_page(&page, DEFAULT_WIDTH, color),
        None => page,
    };
    print(text.as_bytes())?;
    Ok(Exit::Clean)
}

/// Prints the rules that all filters match.
pub(crate) fn list(arguments: &RulesArgs) -> Result<Exit, String> {
    let config = Config {
        preset: arguments.preset.unwrap_or(Preset::Strict),
        ..Config::new(rules::registry(), today())
    };
    let listed = config.decisions(None).filter(|(active, is_on)| {
        let rule = active.rule;
        let is_of_category = arguments.category.is_empty() || arguments.category.contains(&rule.category);
        *is_on && is_of_category && (!arguments.fixable || rule.fix.is_some())
    });
    let listed: Vec<_> = listed.map(|(active, _)| active.rule).collect();
    let text = match arguments.format {
        ListFormat::Human => table(listed),
        ListFormat::Json => {
            let rules: Vec<_> = listed.into_iter().map(to_json).collect();
            serde_json::to_string_pretty(&rules).map_err(|error| error.to_string())? + "\n"
        }
    };
    print(text.as_bytes())?;
    Ok(Exit::Clean)
}

/// Returns the rules as a table for people, by category.
fn table(mut listed: Vec<&Meta>) -> String {
    let mut text = String::new();
    let width = listed.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    listed.sort_by_key(|rule| (rule.category, rule.id));
    for group in listed.chunk_by(|left, right| left.category == right.category) {
        let blank = if text.is_empty() { "" } else { "\n" };
        let _ = writeln!(text, "{blank}{}", group[0].category.title());
        for rule in group {
            let _ = writeln!(text, "  {:width$}  {:7}  {}", rule.id, rule.severity.as_str(), rule.summary);
        }
    }
    text
}

fn to_json(rule: &Meta) -> serde_json::Value {
    serde_json::json!({
        "id": rule.id,
        "summary": rule.summary,
        "category": rule.category.title(),
        "severity": rule.severity,
        "confidence": rule.confidence,
        "fix": rule.fix,
        "admission": rule.admission.as_str(),
        "since": rule.since,
    })
}

/// Prints a completion script.
pub(crate) fn completions(shell: CompletionShell) -> Result<Exit, String> {
    let (mut command, mut script) = (args::command(), Vec::new());
    match shell {
        CompletionShell::Bash => generate(Shell::Bash, &mut command, NAME, &mut script),
        CompletionShell::Elvish => generate(Shell::Elvish, &mut command, NAME, &mut script),
        CompletionShell::Fish => generate(Shell::Fish, &mut command, NAME, &mut script),
        CompletionShell::Nushell => generate(Nushell, &mut command, NAME, &mut script),
        CompletionShell::PowerShell => generate(Shell::PowerShell, &mut command, NAME, &mut script),
        CompletionShell::Zsh => generate(Shell::Zsh, &mut command, NAME, &mut script),
    }
    print(&script)?;
    Ok(Exit::Clean)
}

/// Writes the manual pages, through no link that leads out of the repository.
pub(crate) fn manual(directory: &Path) -> Result<Exit, String> {
    let earlier = std::fs::read_dir(directory).into_iter().flatten().flatten().map(|it| it.path());
    let pages = earlier.filter(|it| it.extension().is_some_and(|it| it == "1"));
    pages.chain([directory.join("batchlint.1")]).try_for_each(|it| ensure_inside("man", &it))?;
    std::fs::create_dir_all(directory)
        .and_then(|()| clap_mangen::generate_to(args::command(), directory))
        .map_err(|error| format!("{}: {}", directory.display(), without_os_code(&error)))?;
    Ok(Exit::Clean)
}

/// Prints a schema.
pub(crate) fn schema(of: SchemaKind) -> Result<Exit, String> {
    let text = match of {
        SchemaKind::Config => include_str!("../../schemas/config.schema.json"),
        SchemaKind::Report => include_str!("../../schemas/report.schema.json"),
    };
    print(text.as_bytes())?;
    Ok(Exit::Clean)
}
