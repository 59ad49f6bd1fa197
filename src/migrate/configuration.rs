//! Writes the settings of other linters as a configuration.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::diagnostic::meta::SITE;
use crate::migrate::settings::{Override, RuleSetting, Settings};
use crate::text::phrases;

/// Returns the text of a `.batchlint.yaml`; nothing if everything stays as it is without one.
pub fn write(settings: &Settings, rules: &BTreeMap<&'static str, RuleSetting>) -> Option<String> {
    let Settings { tools, exclude, overrides, .. } = settings;
    if exclude.is_empty() && rules.is_empty() && overrides.is_empty() {
        return None;
    }
    let mut tools: Vec<String> = tools.iter().map(|it| it.name().to_owned()).collect();
    tools.dedup();
    let from =
        if tools.is_empty() { "the annotations of kube-score".to_owned() } else { phrases::list(&tools) };
    let mut text = format!(
        "# What {from} said, as `batchlint migrate` wrote it; `batchlint config PATH` shows what applies.\n"
    );
    let _ = writeln!(text, "# yaml-language-server: $schema={SITE}/schemas/config.schema.json");
    if !exclude.is_empty() {
        text += "exclude:\n";
        exclude.iter().for_each(|it| _ = writeln!(text, "  - {}", quoted(it)));
    }
    if !rules.is_empty() {
        text += "rules:\n";
        for (id, RuleSetting { value, origin }) in rules {
            let line = format!("  {id}: {value}");
            let _ = writeln!(text, "{line:47} # {origin}");
        }
    }
    if !overrides.is_empty() {
        text += "overrides:\n";
        overrides.iter().for_each(|it| add_override(&mut text, it));
    }
    Some(text)
}

fn add_override(text: &mut String, it: &Override) {
    let mut lines = Vec::new();
    for (key, patterns) in [("namespaces", &it.namespaces), ("names", &it.names)] {
        if !patterns.is_empty() {
            let patterns: Vec<_> = patterns.iter().map(|it| quoted(it)).collect();
            lines.push(format!("{key}: [{}]", patterns.join(", ")));
        }
    }
    let rules: Vec<_> = it.rules.iter().map(|(id, value)| format!("{id}: {value}")).collect();
    lines.push(format!("rules: {{{}}}", rules.join(", ")));
    lines.push(format!("reason: {}", it.reason));
    for (index, line) in lines.iter().enumerate() {
        let _ = writeln!(text, "  {} {line}", if index == 0 { "-" } else { " " });
    }
}

/// Writes a text in quotes, which JSON and YAML read in the same way.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
