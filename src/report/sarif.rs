//! SARIF 2.1.0 for code scanning.

mod log;

use crate::text::percent::encode;
use std::collections::{BTreeMap, HashMap};
use std::io;

use self::log::*;
use super::json;
use super::location::{FileLocation, locate};
use super::summary::Summary;
use crate::diagnostic::finding::Finding;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::meta::{Category, SITE};
use crate::diagnostic::page::published;
use crate::diagnostic::severity::Severity;
use crate::manifest::edit::Fix;
use crate::manifest::place::Place;
use crate::report::options::Report;
use crate::rules;
use crate::text::source::{STDIN, Source};
use crate::text::span::Position;

/// Writes a log with one run: every finding as a result, and the rules that have any with their pages.
pub(super) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let findings = report.outcome.findings.iter().map(|it| (it, false));
    let suppressed = report.outcome.suppressed.iter().map(|it| (it, true));
    let shows_suppressed = report.options.suppressed;
    let findings = findings.chain(suppressed.take_while(move |_| shows_suppressed));
    let rules: BTreeMap<_, _> = findings.clone().map(|(it, _)| (it.rule.id, it.rule)).collect();
    let indices: HashMap<_, _> = rules.keys().enumerate().map(|(at, id)| (*id, at)).collect();
    let results = findings.map(|(it, is_suppressed)| ResultOut {
        suppressions: shows_suppressed.then(|| suppressions(is_suppressed)),
        ..result(it, indices.get(it.rule.id).copied())
    });
    let driver = Driver {
        name: "batchlint",
        semantic_version: env!("CARGO_PKG_VERSION"),
        information_uri: SITE,
        rules: rules.values().map(|rule| descriptor(rule)).collect(),
    };
    let invocation = report.invocation;
    let run = Run {
        tool: Tool { driver },
        invocations: [InvocationOut {
            execution_successful: !report.outcome.is_incomplete(),
            arguments: invocation.map(|it| it.arguments.as_slice()),
            start_time_utc: invocation.map(|it| it.started.to_string()),
        }],
        automation_details: invocation
            .and_then(|it| it.id.as_deref())
            .map(|id| AutomationDetails { id: format!("{}/", id.trim_end_matches('/')) }),
        column_kind: "unicodeCodePoints",
        results: json::StreamedList(results),
        properties: Summary::new(report),
    };
    let schema = "https://json.schemastore.org/sarif-2.1.0.json";
    json::write_value(&Log { schema, version: "2.1.0", runs: [run] }, out)
}

fn descriptor(rule: &'static Meta) -> Descriptor {
    let opening = rules::opening(rule);
    let help_uri = rule.url();
    let text = format!("{opening}\n\n{help_uri}");
    let markdown = published(&format!("rules/{}.md", rule.id), rules::page(rule));
    let is_security = matches!(rule.category, Category::Security | Category::Secrets);
    let mut tags = vec![rule.category.title().to_lowercase().replace(' ', "-")];
    if is_security && tags != ["security"] {
        tags.push("security".to_owned());
    }
    Descriptor {
        id: rule.id,
        name: pascal_case(rule.id),
        short_description: Text { text: rule.summary.to_owned() },
        full_description: Text { text: opening },
        help_uri,
        help: Help { text, markdown },
        default_configuration: Configuration { level: level(rule.severity) },
        properties: RuleProperties {
            tags,
            precision: rule.confidence.as_str(),
            problem_severity: match rule.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "recommendation",
            },
            security_severity: is_security.then_some(match rule.severity {
                Severity::Error => "8.0",
                Severity::Warning => "5.5",
                Severity::Info => "2.0",
            }),
        },
    }
}

/// Returns what hides a result in the manifest itself.
fn suppressions(is_suppressed: bool) -> Vec<Suppression> {
    let in_source = Suppression { kind: "inSource", status: "accepted" };
    if is_suppressed { vec![in_source] } else { Vec::new() }
}

fn result(finding: &Finding, rule_index: Option<usize>) -> ResultOut<'_> {
    let source = &finding.source;
    let also = finding.also_list().map(|ids| format!("\nalso: {ids}")).unwrap_or_default();
    let help = finding.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    let note = locate(source, finding.place.span).note;
    let related = finding.related.iter().enumerate().map(|(index, label)| Location {
        id: Some(index + 1),
        message: Some(message(&format!("{}{}", label.text, locate(source, label.place.span).note))),
        ..location(source, &label.place)
    });
    let first = finding.related.len() + 1;
    let elsewhere = finding.elsewhere.iter().enumerate().map(|(index, place)| {
        let top = Position { line: 1, column: 1, offset: 0 };
        let (start, end) = if place.is_rendered() { (top, top) } else { (place.start, place.end) };
        let physical =
            PhysicalLocation { artifact_location: artifact(place.file()), region: region(start, end) };
        let note = if place.is_rendered() {
            format!(" (rendered, line {})", place.start.line)
        } else {
            String::new()
        };
        Location {
            id: Some(first + index),
            physical_location: Some(physical),
            logical_locations: None,
            message: Some(message(&format!("{}{note}", place.text))),
        }
    });
    ResultOut {
        rule_id: finding.rule.id,
        rule_index,
        level: level(finding.severity),
        message: message(&format!("{}{note}{also}{help}", finding.message)),
        locations: vec![location(source, &finding.place)],
        related_locations: related.chain(elsewhere).collect(),
        // Suppressed findings are not compared, and have none.
        partial_fingerprints: Some(("batchlint/v1", finding.fingerprint.as_str()))
            .filter(|(_, fingerprint)| !fingerprint.is_empty())
            .into_iter()
            .collect(),
        suppressions: None,
        properties: Some(finding.also_ids())
            .filter(|it| !it.is_empty())
            .map(|also| ResultProperties { also }),
        fixes: finding.fix.iter().chain(&finding.alternative).filter_map(|it| fix(source, it)).collect(),
    }
}

/// Returns a fix, unless it would show a secret.
fn fix<'a>(source: &Source, fix: &'a Fix) -> Option<FixOut<'a>> {
    let replacements = fix.edits.iter().map(|edit| {
        let (start, end) = source.positions(edit.span);
        Replacement { deleted_region: region(start, end), inserted_content: Content { text: &edit.text } }
    });
    let change =
        ArtifactChange { artifact_location: artifact(&source.name), replacements: replacements.collect() };
    let is_shown = !fix.confidential && !source.name.is_empty();
    is_shown.then(|| FixOut { description: message(&fix.title), artifact_changes: [change] })
}

fn location<'a>(source: &Source, place: &'a Place) -> Location<'a> {
    let FileLocation { file, start, end, .. } = locate(source, place.span);
    let physical = PhysicalLocation { artifact_location: artifact(file), region: region(start, end) };
    let logical = LogicalLocation { fully_qualified_name: &place.path };
    Location {
        id: None,
        physical_location: (!source.name.is_empty()).then_some(physical),
        logical_locations: (!place.path.is_empty()).then_some([logical]),
        message: None,
    }
}

fn region(start: Position, end: Position) -> Region {
    Region { start_line: start.line, start_column: start.column, end_line: end.line, end_column: end.column }
}

/// Returns the file as a URI: relative to the root of the sources, or absolute.
fn artifact(name: &str) -> Artifact {
    let name = name.strip_prefix("./").unwrap_or(name);
    let drive = name.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) && name[1..].starts_with(":/");
    match name {
        _ if drive => {
            Artifact { uri: format!("file:///{}:{}", &name[..1], encode(&name[2..])), uri_base_id: None }
        }
        _ if name.starts_with('/') => Artifact { uri: format!("file://{}", encode(name)), uri_base_id: None },
        STDIN => Artifact { uri: encode(name), uri_base_id: None },
        _ => Artifact { uri: encode(name), uri_base_id: Some("%SRCROOT%") },
    }
}

/// Makes a message without links: SARIF reads `[text](target)` as one.
fn message(text: &str) -> Text {
    let text = if text.contains("](") {
        text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
    } else {
        text.to_owned()
    };
    Text { text }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn pascal_case(id: &str) -> String {
    let word = |word: &str| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        first.to_uppercase() + rest
    };
    id.split('-').map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_become_uris() {
        let uri = |name: &str| (artifact(name).uri, artifact(name).uri_base_id);
        let relative = |uri: &str| (uri.to_owned(), Some("%SRCROOT%"));
        assert_eq!(uri("./jobs/a b%:ü.yaml"), relative("jobs/a%20b%25%3A%C3%BC.yaml"));
        assert_eq!(uri("é:/a.yaml"), relative("%C3%A9%3A/a.yaml"));
        assert_eq!(uri("/srv/a#1.yaml"), ("file:///srv/a%231.yaml".to_owned(), None));
        assert_eq!(uri("C:/jobs/a.yaml"), ("file:///C:/jobs/a.yaml".to_owned(), None));
        assert_eq!(uri("<stdin>"), ("%3Cstdin%3E".to_owned(), None));
    }

    #[test]
    fn a_name_is_the_id_in_pascal_case() {
        assert_eq!(pascal_case("missing-deadline"), "MissingDeadline");
    }

    #[test]
    fn messages_hold_no_links() {
        assert_eq!(message("`containers[0]` (first)").text, "`containers[0]` (first)");
        assert_eq!(message("[x](https://x.example)").text, "\\[x\\](https://x.example)");
    }
}
