//! Workflow commands, which GitHub Actions shows next to the lines of a pull request.

use std::io;

use super::location::{FileLocation, locate};
use super::summary;
use crate::diagnostic::finding::Finding;
use crate::diagnostic::severity::Severity;
use crate::report::options::Report;
use crate::text::terminal::escape;

/// Writes a workflow command for each finding, then the summary as plain text.
pub(super) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    for finding in &report.outcome.findings {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let properties: Vec<_> =
            properties(finding).iter().map(|(key, value)| format!("{key}={}", property(value))).collect();
        let help = finding.help.as_ref().map(|help| format!("\nhelp: {}", escape(help)));
        let also = finding.also_list().map(|ids| format!("\nalso: {ids}")).unwrap_or_default();
        let note = locate(&finding.source, finding.place.span).note;
        let message = format!("{}{note}{also}{}", escape(&finding.message), help.unwrap_or_default());
        writeln!(out, "::{command} {}::{}", properties.join(","), data(&message))?;
    }
    summary::write(report, out)
}

/// Returns what is known of the place; GitHub takes columns only where a finding is on one line.
fn properties(finding: &Finding) -> Vec<(&'static str, String)> {
    let mut properties = Vec::new();
    let FileLocation { file, start, end, note } = locate(&finding.source, finding.place.span);
    if !file.is_empty() {
        properties.push(("file", escape(file).into_owned()));
    }
    if !finding.source.text.is_empty() {
        properties.push(("line", start.line.to_string()));
        properties.push(("endLine", end.line.to_string()));
        if start.line == end.line && note.is_empty() {
            properties.push(("col", start.column.to_string()));
            properties.push(("endColumn", end.column.to_string()));
        }
    }
    properties.push(("title", format!("batchlint ({})", finding.rule.id)));
    properties
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
