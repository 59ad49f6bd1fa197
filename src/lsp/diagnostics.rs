//! Findings as an editor underlines them.

use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    NumberOrString, Uri,
};

use super::position::{Encoding, TextPositions};
use crate::diagnostic::finding::Finding;
use crate::diagnostic::severity::Severity;
use crate::engine::lint::lint;
use crate::manifest::workload::is_manifest;
use crate::policy::config::Config;
use crate::text::source::Source;
use crate::text::terminal::without_trailing_space;

/// The name under which an editor lists what the linter finds.
pub const SOURCE: &str = "batchlint";

/// What a client understands of diagnostics.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiagnosticSupport {
    /// Whether it shows other places that belong to a diagnostic.
    pub related: bool,
}

/// Checks a text as `check` checks the file alone: rules about several objects see those of this text only. Of YAML and JSON
/// that is not a manifest nothing is said, readable or not.
pub fn lint_text(source: &Source, config: &Config) -> Vec<Finding> {
    if !is_manifest(&source.text) {
        return Vec::new();
    }
    let outcome = lint(source.with_text(source.text.as_str()), config);
    outcome.findings
}

/// Makes the diagnostic of a finding in the file at `uri`.
pub fn to_diagnostic(
    finding: &Finding,
    uri: &Uri,
    encoding: Encoding,
    support: DiagnosticSupport,
) -> Diagnostic {
    let places = TextPositions { source: &finding.source, encoding };
    let range = |span| places.range(without_trailing_space(&finding.source, span).range());
    let related = finding.related.iter().map(|label| DiagnosticRelatedInformation {
        location: Location { uri: uri.clone(), range: range(label.place.span) },
        message: label.text.to_string(),
    });
    let also = finding.also_list().map(|ids| format!("\nalso: {ids}")).unwrap_or_default();
    let help = finding.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    Diagnostic {
        range: range(finding.place.span),
        severity: Some(match finding.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Info => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(finding.rule.id.to_owned())),
        code_description: finding.rule.url().parse().ok().map(|href| CodeDescription { href }),
        source: Some(SOURCE.to_owned()),
        message: format!("{}{also}{help}", finding.message),
        related_information: (support.related && !finding.related.is_empty()).then(|| related.collect()),
        tags: tag(finding.rule.id).map(|tag| vec![tag]),
        data: None,
    }
}

/// Returns how an editor may show what a rule finds, besides underlining it: fading what has no effect, striking what is
/// out of date.
fn tag(rule: &str) -> Option<DiagnosticTag> {
    match rule {
        "unused-suppression" | "expired-suppression" => Some(DiagnosticTag::UNNECESSARY),
        "deprecated-field" | "removed-api-version" => Some(DiagnosticTag::DEPRECATED),
        _ => None,
    }
}
