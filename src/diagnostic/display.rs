//! Findings in a few words, for terminals.

use crate::diagnostic::finding::Finding;
use crate::diagnostic::severity::Severity;
use crate::text::terminal::{link, paint};

/// Returns the ANSI style of a severity.
pub fn style(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "1;31",
        Severity::Warning => "1;33",
        Severity::Info => "1;36",
    }
}

/// Returns the severity and the rule of a finding: `warning[missing-deadline]`; with `links`, the rule is a link to its page.
pub fn tag(finding: &Finding, color: bool, links: bool) -> String {
    let rule = link(finding.rule.id, &finding.rule.url(), links);
    let tag = format!("{}[{rule}]", finding.severity.as_str());
    paint(&tag, style(finding.severity), color).into_owned()
}
