//! GitLab's Code Quality report, which merge requests show next to the lines of a diff.
//!
//! GitLab keeps one finding of each fingerprint, so ours has the file in it: one Job often stands in the overlays of
//! several environments. It reads a path below the root of the repository, and one line of plain text; the help goes
//! there too, for GitLab shows nothing else. The address of the page is in `content`, which other readers of the format show.

use std::io;

use serde::Serialize;

use super::json;
use super::location::{FileLocation, locate};
use crate::diagnostic::finding::Finding;
use crate::diagnostic::severity::Severity;
use crate::report::options::Report;

/// Writes a JSON array with an entry for each finding.
pub(super) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    json::write_value(&json::StreamedList(report.outcome.findings.iter().map(Violation::from)), out)
}

#[derive(Serialize)]
struct Violation<'a> {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
    content: Content,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

#[derive(Serialize)]
struct Content {
    body: String,
}

impl<'a> From<&'a Finding> for Violation<'a> {
    fn from(finding: &'a Finding) -> Self {
        let (source, rule) = (&finding.source, finding.rule);
        let FileLocation { file, start, end, note } = locate(source, finding.place.span);
        let help = finding.help.as_ref().map(|help| format!(" (help: {help})")).unwrap_or_default();
        let also = finding.also_list().map(|ids| format!(" (also {ids})")).unwrap_or_default();
        let identity = [source.name.as_str(), finding.fingerprint.as_str()].join("\0");
        Violation {
            description: format!("{}{note}{also}{help}", finding.message),
            check_name: rule.id,
            fingerprint: format!("{:032x}", xxhash_rust::xxh3::xxh3_128(identity.as_bytes())),
            severity: match finding.severity {
                Severity::Error => "critical",
                Severity::Warning => "major",
                Severity::Info => "info",
            },
            location: Location {
                path: file.strip_prefix("./").unwrap_or(file),
                lines: Lines { begin: start.line, end: end.line },
            },
            content: Content { body: format!("{}: {}", rule.summary, rule.url()) },
        }
    }
}
