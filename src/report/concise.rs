//! One line for each finding: `file:line:column: severity[rule-id] message`.

use std::io;

use super::summary;
use crate::diagnostic::display::tag;
use crate::diagnostic::finding::Finding;
use crate::report::options::Report;
use crate::text::terminal::escape;

/// Writes a line for each finding, then the summary.
pub(super) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    for finding in &report.outcome.findings {
        if let Some(place) = place(finding) {
            write!(out, "{}: ", escape(&place))?;
        }
        let also = finding.also_list().map(|ids| format!(" (also {ids})")).unwrap_or_default();
        writeln!(out, "{} {}{also}", tag(finding, report.options.color, false), escape(&finding.message))?;
    }
    summary::write(report, out)
}

/// Returns where the finding is: line and column where there is text, else the path.
fn place(finding: &Finding) -> Option<String> {
    let name = &finding.source.name;
    if !finding.source.text.is_empty() {
        let start = finding.source.positions(finding.place.span).0;
        return Some(format!("{name}:{}:{}", start.line, start.column));
    }
    let known = [name.as_str(), finding.place.path.as_str()].into_iter().filter(|part| !part.is_empty());
    Some(known.collect::<Vec<_>>().join(": ")).filter(|place| !place.is_empty())
}
