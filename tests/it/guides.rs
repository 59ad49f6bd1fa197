//! The guides agree with the program and with each other: links, snippets, commands and tables. `UPDATE=1 cargo test`
//! writes what is derived.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::common::program::TempDirectory;
use crate::common::review::{ask, create, policy};
use batchlint::diagnostic::meta::Admission;
use batchlint::diagnostic::severity::{Confidence, Severity};
use batchlint::engine::lint::lint;
use batchlint::policy::config;
use batchlint::policy::config::admission::{Action, Policy};
use batchlint::policy::config::{Config, Preset};
use batchlint::rules;
use batchlint::text::source::Source;
use serde_json::Value;

const START: &str = "<!-- written by `UPDATE=1 cargo test` -->\n";
const END: &str = "<!-- end -->";

/// What tells a configuration from other YAML.
const SETTINGS: [&str; 4] = ["preset", "rules", "suppressions", "admission"];

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the Markdown files of a directory, relative to the root.
fn pages_in(directory: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(directory)).unwrap();
    let paths = entries.map(|entry| Path::new(directory).join(entry.unwrap().file_name()));
    paths.filter(|path| path.extension().is_some_and(|it| it == "md")).collect()
}

/// Returns the guides: what people read besides the pages of the rules.
fn guides() -> Vec<PathBuf> {
    let mut guides = [pages_in(""), pages_in("docs"), pages_in("docs/integrations")].concat();
    guides.push("charts/batchlint/README.md".into());
    guides.sort();
    assert!(guides.len() > 30, "the guides are found");
    guides
}

/// Replaces what stands between the two marks of a page, or demands that it is that.
pub(crate) fn compare_table(page: &str, table: &str) {
    let text = read(page);
    let (before, rest) = text.split_once(START).unwrap_or_else(|| panic!("{page} has a place for a table"));
    let (_, after) = rest.split_once(END).unwrap();
    let expected = format!("{before}{START}{table}{END}{after}");
    if text != expected && std::env::var_os("UPDATE").is_some() {
        fs::write(root().join(page), expected).unwrap();
    } else {
        assert!(text == expected, "{page} is out of date: run `UPDATE=1 cargo test`");
    }
}

/// A fenced block: the word after the fence, the line of the fence, and the text without the fence's indentation.
struct Block {
    language: String,
    line: usize,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let Some(info) = line.trim_start().strip_prefix("```") else { continue };
        let indent = line.len() - line.trim_start().len();
        let inside = lines.by_ref().map(|(_, line)| line).take_while(|line| line.trim_start() != "```");
        let text = inside.map(|line| format!("{}\n", line.get(indent..).unwrap_or(""))).collect();
        let language = info.split(' ').next().unwrap_or("").to_owned();
        blocks.push(Block { language, line: index + 1, text });
    }
    blocks
}

/// Returns a page without its fenced blocks.
pub(crate) fn prose(page: &str) -> String {
    let mut is_block = false;
    let outside = page.lines().filter(|line| {
        let is_fence = line.trim_start().starts_with("```");
        is_block ^= is_fence;
        !is_block && !is_fence
    });
    outside.collect::<Vec<_>>().join("\n")
}

/// Returns the anchors that a page has, as GitHub makes them of headings.
fn anchors(page: &str) -> BTreeSet<String> {
    let headings = page.lines().filter(|line| line.starts_with('#'));
    let anchors = headings.map(|line| {
        let kept = line.trim_start_matches('#').trim().to_lowercase();
        let kept = kept.chars().filter(|it| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_'));
        kept.map(|it| if it == ' ' { '-' } else { it }).collect()
    });
    anchors.collect()
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut dead = Vec::new();
    for page in guides().into_iter().chain(pages_in("rules")) {
        let text = prose(&read(&page));
        for link in text.split("](").skip(1).filter_map(|it| it.split(')').next()) {
            if link.starts_with("http") {
                continue;
            }
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() { page.clone() } else { page.parent().unwrap().join(path) };
            let is_there = root().join(&target).exists();
            let has_anchor =
                anchor.is_empty() || is_there && anchors(&prose(&read(&target))).contains(anchor);
            if !is_there || !has_anchor {
                dead.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(dead.is_empty(), "links that lead nowhere:\n{}", dead.join("\n"));
}

/// Reads a block of YAML or JSON.
fn parse(name: &str, text: &str) -> Vec<Value> {
    let stream = batchlint::manifest::document::read(&Arc::new(Source::new(name, text)));
    assert!(stream.problems.is_empty(), "{name}: {:?}", stream.problems);
    stream.documents.iter().map(|document| document.root().to_json()).collect()
}

/// A configuration in a guide is accepted, alone or under `config` in the values of the chart, and a Job in one has no defect.
#[test]
fn snippets_are_what_they_say() {
    let today = jiff::civil::date(2026, 11, 29);
    let settings = Config::new(rules::registry(), today);
    for page in guides() {
        for block in blocks(&read(&page)) {
            if !matches!(&*block.language, "yaml" | "json") {
                continue;
            }
            let name = format!("{}:{}", page.display(), block.line);
            for value in parse(&name, &block.text) {
                let is_alone = value["kind"].is_null() && SETTINGS.iter().any(|it| !value[it].is_null());
                let nested = value.get("config").filter(|it| it.is_object()).map(ToString::to_string);
                if let Some(text) = nested.or_else(|| is_alone.then(|| block.text.clone())) {
                    let source = Arc::new(Source::new(&name, text));
                    let mistakes =
                        config::file::read_into(&source, &mut Config::new(rules::registry(), today));
                    assert_eq!(mistakes.err(), None, "{name}");
                }
                if value["apiVersion"] == "batch/v1" {
                    let found = lint(Source::new(&name, &block.text), &settings).findings;
                    let found: Vec<_> =
                        found.iter().map(|it| format!("{}: {}", it.rule.id, it.message)).collect();
                    assert!(found.is_empty(), "{name}: {found:?}");
                }
            }
        }
    }
}

/// Every command of the program in a block exists, and has the flags that stand there.
#[test]
fn guides_call_the_program_as_it_is() {
    let directory = TempDirectory::new("guides", &[]);
    let mut helps: BTreeMap<String, String> = BTreeMap::new();
    let mut calls = 0;
    for page in guides() {
        for block in blocks(&read(&page)) {
            let text = block.text.replace("\\\n", " ");
            for line in text.lines() {
                let Some((_, call)) = line.split_once("batchlint ") else { continue };
                let call = call.split(['#', '|', '>', ';', '`', ')', '&']).next().unwrap();
                let words: Vec<_> = call.split([' ', ',', '[', ']', '"', '\'']).collect();
                let flags: Vec<_> = words.iter().filter(|it| it.starts_with("--")).collect();
                let is_command = words[0].chars().all(|it| it.is_ascii_lowercase() || it == '-');
                let is_call = line.trim_start().starts_with("batchlint ");
                if !(is_call && is_command && words[0].starts_with(char::is_alphabetic)) {
                    continue;
                }
                let help = helps.entry(words[0].to_owned()).or_insert_with(|| {
                    let run = directory.run(&[words[0], "--help"]);
                    run.out + &run.err
                });
                let place = format!("{}:{}: {line}", page.display(), block.line);
                assert!(help.contains("Usage: batchlint"), "{place}: there is no such command");
                for flag in flags {
                    let flag = flag.split('=').next().unwrap();
                    assert!(help.contains(flag), "{place}: there is no {flag}");
                }
                calls += 1;
            }
        }
    }
    assert!(calls > 40, "{calls} calls are found");
}

/// A block of commands can be copied as a whole: it has no prompts, and what removes something stands alone.
#[test]
fn blocks_of_commands_can_be_copied() {
    let more =
        ["editors/vscode/README.md", "packages/pre-commit/README.md", "site/index.md"].map(PathBuf::from);
    let mut checked = 0;
    for page in guides().into_iter().chain(more) {
        for Block { language, line, text } in blocks(&read(&page)) {
            if !matches!(&*language, "console" | "sh" | "bash") {
                continue;
            }
            let place = format!("{}:{line}", page.display());
            let joined = text.replace("\\\n", " ");
            let commands: Vec<_> =
                joined.lines().filter(|it| !it.is_empty() && !it.starts_with('#')).collect();
            assert!(commands.iter().all(|it| !it.trim_start().starts_with("$ ")), "{place} has a prompt");
            let removes =
                |it: &&str| it.split(' ').any(|it| matches!(it, "delete" | "uninstall" | "rollback"));
            assert!(commands.len() == 1 || !commands.iter().any(removes), "{place} undoes what it does");
            checked += 1;
        }
    }
    assert!(checked > 40, "{checked} blocks are found");
}

/// A number of rules grows old: it is right, or it is not there.
#[test]
fn guides_count_the_rules_as_they_are() {
    for page in guides() {
        let text = prose(&read(&page));
        let words: Vec<_> = text.split_whitespace().collect();
        let are_rules =
            |word: &str| word.strip_prefix("rules").is_some_and(|it| !it.starts_with(char::is_alphanumeric));
        for pair in words.windows(2).filter(|it| are_rules(it[1])) {
            let number = pair[0].trim_start_matches(['(', '[']).parse::<usize>();
            assert!(
                number.is_err() || number == Ok(rules::registry().iter().count()),
                "{}: {}",
                page.display(),
                pair.join(" ")
            );
        }
    }
}

/// Returns the row of the table of policies that a finding belongs to.
fn class(severity: Severity, confidence: Confidence, has_practice: bool) -> &'static str {
    match (severity, confidence) {
        _ if has_practice => "of a rule of a [practice](practices.md)",
        (Severity::Error, Confidence::High) => "a certain error: severity `error`, confidence `high`",
        (Severity::Error, _) => "any other error, such as a rule that is set to `error`",
        (Severity::Warning, _) => "a warning",
        _ => "an info",
    }
}

/// The table is made of what the policies do with every finding that the pages of the rules have, at each severity that
/// a configuration can give it.
#[test]
fn the_guide_says_what_each_policy_denies() {
    let mut settings = Config::new(rules::registry(), jiff::civil::date(2026, 11, 29));
    settings.preset = Preset::Strict;
    let mut rows: BTreeMap<&str, BTreeMap<&str, Action>> = BTreeMap::new();
    let examples = pages_in("rules").into_iter().flat_map(|page| crate::common::blocks(&read(page)));
    let findings = examples.flat_map(|it| lint(Source::new("job.yaml", it.yaml), &settings).findings);
    for mut finding in findings {
        for severity in [Severity::Info, Severity::Warning, Severity::Error] {
            finding.severity = severity;
            let row = class(severity, finding.rule.confidence, finding.rule.practice.is_some());
            for policy in Policy::ALL {
                let action = policy.action(&finding);
                let first = *rows.entry(row).or_default().entry(policy.as_str()).or_insert(action);
                assert_eq!(first, action, "`{}` under {}: {row}", finding.rule.id, policy.as_str());
            }
        }
    }
    let mut table = String::from("| a finding is | `advise` | `standard` | `strict` |\n|---|---|---|---|\n");
    let order = [
        class(Severity::Error, Confidence::High, true),
        class(Severity::Error, Confidence::High, false),
        class(Severity::Error, Confidence::Medium, false),
        class(Severity::Warning, Confidence::High, false),
        class(Severity::Info, Confidence::High, false),
    ];
    for row in order {
        let actions = Policy::ALL.map(|policy| match rows[row][policy.as_str()] {
            Action::Enforce => "**denied**",
            Action::Warn => "warned about",
            Action::Audit => "noted",
        });
        let _ = writeln!(table, "| {row} | {} |", actions.join(" | "));
    }
    let certain = rules::registry().iter().filter(|rule| {
        class(rule.severity, rule.confidence, rule.practice.is_some()) == order[1]
            && rule.admission != Admission::Never
    });
    let certain: Vec<_> = certain.map(|rule| format!("[{0}](../rules/{0}.md)", rule.id)).collect();
    let _ = writeln!(
        table,
        "\nThe rules whose findings are certain errors, as far as a webhook can see them: {}.",
        certain.join(", ")
    );
    compare_table("docs/operate.md", &table);
}

/// The denial in the guide is how that of a real review begins.
#[test]
fn the_guide_shows_a_denial_as_it_is() {
    let status = ask(&create(|_| {}), &policy("standard")).answer.response.status.unwrap();
    let guide = read("docs/operate.md");
    let shown = blocks(&guide).into_iter().find(|it| it.language == "text").expect("a denial");
    assert!(
        status.message.starts_with(&shown.text),
        "docs/operate.md shows another denial:\n{}",
        status.message
    );
}

/// Every metric and every line of the log is explained, and every alert has its runbook.
#[test]
fn the_guide_explains_what_operators_see() {
    let guide = read("docs/operate.md");
    let metrics = read("src/webhook/metrics.rs");
    let registered: Vec<_> =
        metrics.split(".register").skip(1).filter_map(|it| it.split('"').nth(1)).collect();
    assert!(registered.len() >= 16, "{registered:?}");
    for name in registered {
        assert!(
            guide.contains(&format!("`batchlint_{name}")),
            "docs/operate.md does not explain batchlint_{name}"
        );
    }
    let mut lines = 0;
    for file in ["accept", "handler", "log", "reload", "server"] {
        let source = read(format!("src/webhook/{file}.rs"));
        for call in source
            .split("tracing::")
            .skip(1)
            .filter(|it| it.split_once('!').is_some_and(|(level, _)| level.len() < 6))
        {
            let message = call.split(");").next().unwrap().split('"').nth(1).unwrap();
            let message = message.split([';', ',']).next().unwrap();
            assert!(guide.contains(message), "docs/operate.md does not explain the log line \"{message}\"");
            lines += 1;
        }
    }
    assert!(lines >= 14, "{lines} log lines are found");
    let runbooks = read("docs/runbooks.md");
    let alerts = read("charts/batchlint/templates/monitoring.yaml");
    for alert in alerts.split("- alert: ").skip(1).filter_map(|it| it.lines().next()) {
        assert!(runbooks.contains(&format!("## {alert}\n")), "docs/runbooks.md has no section {alert}");
    }
}

/// Writes the settings of an object of the schema.
fn describe(at: &Value, path: &str, table: &mut String) {
    for (name, setting) in at["properties"].as_object().into_iter().flatten() {
        let path = format!("{path}{name}");
        let (is_list, inner) =
            if setting["items"].is_object() { (true, &setting["items"]) } else { (false, setting) };
        if inner["properties"].is_object() {
            let path = if is_list { format!("{path}[].") } else { format!("{path}.") };
            describe(inner, &path, table);
            continue;
        }
        let default = setting.get("default").map(|it| format!("`{}`", it.to_string().replace('"', "")));
        let text = setting["description"].as_str().unwrap_or("");
        assert!(!text.is_empty(), "the schema does not describe `{path}`");
        let _ =
            writeln!(table, "| `{path}` | {} | {} | {text} |", kind(setting), default.unwrap_or_default());
    }
}

/// Returns what a setting can be, in a few words.
fn kind(setting: &Value) -> String {
    let words = |it: &Value| it.as_str().map_or_else(|| it.to_string(), |word| format!("`{word}`"));
    if let Some(values) = setting["enum"].as_array() {
        return values.iter().map(words).collect::<Vec<_>>().join(", ");
    }
    match setting["type"].as_str() {
        Some("object") if setting["properties"]["minimum"].is_object() => "`minimum`, `maximum`".to_owned(),
        Some("object") if setting["maxProperties"].is_u64() => "map of patterns".to_owned(),
        Some("array") if setting["maxItems"].is_u64() => "list of patterns".to_owned(),
        Some("array") if setting["items"]["enum"].is_array() => "list of rules".to_owned(),
        Some("array") => "list of texts".to_owned(),
        Some("object") => "map of texts".to_owned(),
        Some("string") => "text".to_owned(),
        Some("boolean") => "`true`, `false`".to_owned(),
        Some(other) => other.to_owned(),
        None if setting["anyOf"][1]["maxItems"].is_u64() => "path, or list of paths".to_owned(),
        None if setting["$ref"] == "#/$defs/rules" => "[map of rules](#options-of-rules)".to_owned(),
        None if setting["$ref"] == "#/$defs/admission-rules" => {
            "map of rules to `audit`, `warn`, `enforce`".to_owned()
        }
        None => "version".to_owned(),
    }
}

#[test]
fn the_reference_lists_every_setting_and_option() {
    let schema: Value = serde_json::from_str(&read("schemas/config.schema.json")).unwrap();
    let mut table = String::from("\n| setting | value | default | what it does |\n|---|---|---|---|\n");
    describe(&schema, "", &mut table);
    table += "\n## Options of rules\n\n| rule | option | value | default | what it does |\n|---|---|---|---|---|\n";
    let mut options = 0;
    for (rule, setting) in schema["$defs"]["rules"]["properties"].as_object().unwrap() {
        for (name, option) in setting["anyOf"][1]["properties"].as_object().unwrap() {
            if name == "severity" {
                continue;
            }
            let (kind, text) = (kind(option), option["description"].as_str().unwrap());
            let default = option["default"].to_string();
            let _ = writeln!(
                table,
                "| [{rule}](../rules/{rule}.md) | `{name}` | {kind} | `{default}` | {text} |"
            );
            options += 1;
        }
    }
    assert_eq!(options, rules::registry().iter().map(|rule| rule.options.len()).sum::<usize>());
    compare_table("docs/reference.md", &table);
}

/// What a guide installs is this version.
#[test]
fn guides_install_this_version() {
    for page in pages_in("docs/integrations") {
        let text = read(&page);
        for mark in ["batchlint==", "targetRevision: v", "{tag: v"] {
            let mut versions = text.split(mark).skip(1);
            assert!(
                versions.all(|it| it.starts_with(env!("CARGO_PKG_VERSION"))),
                "{} installs another version after `{mark}`",
                page.display()
            );
        }
    }
}
