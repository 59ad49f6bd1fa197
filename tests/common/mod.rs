//! Reads the YAML blocks of pages and the findings that their comments expect.
#![allow(dead_code, clippy::expect_used, clippy::panic, reason = "each test binary uses a part of this")]

pub(crate) mod admission;
#[cfg(feature = "webhook")]
pub(crate) mod client;
pub(crate) mod editor;
pub(crate) mod gate;
pub(crate) mod json;
pub(crate) mod manifests;
pub(crate) mod practice;
pub(crate) mod program;
pub(crate) mod report;
pub(crate) mod reshape;
pub(crate) mod review;
pub(crate) mod scripts;
pub(crate) mod skip;
pub(crate) mod tree;
pub(crate) mod verdict;

use std::collections::BTreeSet;
use std::sync::Arc;

use batchlint::diagnostic::finding::Finding;
use batchlint::diagnostic::meta::OptionValue;
use batchlint::diagnostic::severity::Severity;
use batchlint::engine::change::lint_change;
use batchlint::engine::lint::lint;
use batchlint::engine::outcome::Outcome;
use batchlint::engine::read::read;
use batchlint::policy::config::{self, Config, Preset, RuleSetting, SetOption};
use batchlint::rules;
use batchlint::text::source::Source;

/// A YAML block of a page.
pub(crate) struct Block {
    /// The heading it stands under.
    pub section: String,
    /// The text, expectation comments and all.
    pub yaml: String,
    /// The text of the block above with the word `before` (`yaml before`): an older version of this one.
    pub before: Option<String>,
    /// The Kubernetes version that the block is for (`yaml kubernetes=1.29`), the newest by default.
    pub kubernetes: Option<String>,
    /// The last block above with the word `config` (`yaml config`): what the configuration says.
    pub settings: Option<String>,
    /// What is set for the page's own rule (`yaml allowed=registry.example.com`); commas part the items of a list.
    pub options: Vec<(String, String)>,
}

/// An expected or actual finding: the line in the block and the rule.
pub(crate) type Expectation = (usize, String);

/// Finds the YAML blocks of a page.
pub(crate) fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut section = String::new();
    let (mut before, mut settings) = (None, None);
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            section = heading.to_owned();
        } else if let Some(info) = line.strip_prefix("```yaml") {
            let yaml: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let yaml = yaml.join("\n") + "\n";
            if info.split_whitespace().any(|word| word == "before") {
                before = Some(yaml);
                continue;
            }
            if info.split_whitespace().any(|word| word == "config") {
                settings = Some(yaml);
                continue;
            }
            let words = info.split_whitespace().filter_map(|word| word.split_once('='));
            let (kubernetes, options): (Vec<_>, Vec<_>) = words
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .partition(|(key, _)| key == "kubernetes");
            let kubernetes = kubernetes.into_iter().next().map(|(_, version)| version);
            let (section, settings) = (section.clone(), settings.clone());
            blocks.push(Block { section, yaml, before: before.take(), kubernetes, settings, options });
        }
    }
    blocks
}

/// Reads the comments `# warning: [id, id]`: on the line of the finding, or on their own above it.
pub(crate) fn expectations(yaml: &str) -> BTreeSet<(Expectation, String)> {
    let mut expected = BTreeSet::new();
    let mut waiting: Vec<(String, String)> = Vec::new();
    for (index, line) in yaml.lines().enumerate() {
        let found = ["error", "warning", "info"].iter().find_map(|severity| {
            let (before, after) = line.split_once(&format!("# {severity}: ["))?;
            let ids = after.split_once(']')?.0;
            Some((
                before,
                ids.split(", ").map(|id| (severity.to_string(), id.to_owned())).collect::<Vec<_>>(),
            ))
        });
        let own_line = found.as_ref().is_some_and(|(before, _)| before.trim().is_empty());
        waiting.extend(found.into_iter().flat_map(|(_, ids)| ids));
        if !own_line {
            expected.extend(waiting.drain(..).map(|(severity, id)| ((index + 1, id), severity)));
        }
    }
    expected
}

/// Returns a configuration with every rule, for the Kubernetes version of a block.
pub(crate) fn strict(kubernetes: Option<&str>) -> Config {
    let mut config = Config::new(batchlint::rules::registry(), jiff::civil::date(2026, 11, 24));
    config.preset = Preset::Strict;
    if let Some(version) = kubernetes {
        config.assumptions.kubernetes_version = version.parse().expect("a known version");
    }
    config
}

/// Returns the findings of a rule in a manifest, with every rule on.
pub(crate) fn findings(rule: &str, text: &str) -> Vec<Finding> {
    let mut findings = lint(Source::new("job.yaml", text), &strict(None)).findings;
    findings.retain(|it| it.rule.id == rule);
    findings
}

/// Returns the message and the help of a rule's only finding in a manifest.
pub(crate) fn only_finding(rule: &str, text: &str) -> (String, String) {
    let found = findings(rule, text);
    assert_eq!(found.len(), 1, "{rule}: one finding is expected: {found:?}\n{text}");
    let finding = &found[0];
    (finding.message.to_string(), finding.help.as_deref().unwrap_or_default().to_owned())
}

/// Returns the configuration that a block of a rule's page asks for.
pub(crate) fn config(block: &Block, id: &str) -> Config {
    let mut config = strict(block.kubernetes.as_deref());
    if let Some(settings) = &block.settings {
        let source = Arc::new(Source::new(".batchlint.yaml", settings.as_str()));
        config::file::read_into(&source, &mut config).expect("a configuration without mistakes");
    }
    let rule = rules::registry().find(id).expect("a rule");
    for (name, value) in &block.options {
        let option = rule.options.iter().find(|option| option.name == name).expect("an option of the rule");
        let value = match option.default {
            OptionValue::Integer(_) => OptionValue::Integer(value.parse().expect("a number")),
            OptionValue::Text(_) => OptionValue::Text(value.clone().into()),
            OptionValue::List(_) => {
                OptionValue::List(value.split(',').map(|item| item.to_owned().into()).collect())
            }
            _ => panic!("{name}: write a block `yaml config`"),
        };
        let options = vec![SetOption { name: option.name, value, origin: "page".into() }];
        let setting = RuleSetting { options, ..RuleSetting::default() };
        config.rules.entry(rule.id).or_default().push(Arc::new(setting));
    }
    config
}

/// Checks a block of a rule's page with every rule, together with its older version if it has one.
pub(crate) fn judge(block: &Block, id: &str) -> Outcome {
    let config = config(block, id);
    let source = |text: &str| Source::new("page.yaml", text);
    let mut outcome = lint(source(&block.yaml), &config);
    if let Some(before) = &block.before {
        let (old, new) = (read(source(before)), read(source(&block.yaml)));
        outcome.add(lint_change(&old, &new, &config, &|_| false));
    }
    outcome
}

/// Returns the findings of a page's own rule and every error, by line.
pub(crate) fn asserted(outcome: &Outcome, id: &str) -> BTreeSet<(Expectation, String)> {
    let findings = outcome.findings.iter().filter(|it| it.rule.id == id || it.severity == Severity::Error);
    let line = |it: &batchlint::diagnostic::finding::Finding| it.source.positions(it.place.span).0.line;
    findings.map(|it| ((line(it), it.rule.id.to_owned()), it.severity.as_str().to_owned())).collect()
}

/// Returns all rules with their pages.
pub(crate) fn pages() -> impl Iterator<Item = (&'static str, &'static str)> {
    rules::registry().iter().map(|rule| (rule.id, rules::page(rule)))
}
