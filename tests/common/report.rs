//! Findings made by hand, and reports of them.
#![allow(clippy::expect_used, reason = "a helper of tests may fail them")]

use std::sync::Arc;

use batchlint::diagnostic::comparison::Comparison;
use batchlint::diagnostic::finding::{Finding, Subject};
use batchlint::engine::outcome::{CheckedObject, Outcome};
use batchlint::manifest::place::Place;
use batchlint::report::{self, Format, Report, ReportOptions};
use batchlint::rules;
use batchlint::text::source::Source;
use batchlint::text::span::Span;

/// A manifest to point into.
pub(crate) const MANIFEST: &str = "\
kind: CronJob
metadata: {name: nightly, namespace: prod}
spec:
  schedule: \"0 3 * * *\"
  jobTemplate:
    spec:
      backoffLimit: 6
      activeDeadlineSeconds: 300
      template: {}
";

/// Returns the first place of `at` in a text.
pub(crate) fn mark(text: &str, at: &str) -> Place {
    let start = text.find(at).expect("the text has it");
    Place { path: "spec.field".to_owned(), span: Span::new(start, start + at.len()) }
}

/// Makes a finding at the first place of `at`.
pub(crate) fn finding(name: &str, text: &str, at: &str, message: &str) -> Finding {
    let rule = rules::registry().find("missing-deadline").expect("the rule exists");
    let subject = Subject {
        kind: "CronJob",
        namespace: "prod".to_owned(),
        name: "nightly".to_owned(),
        owner: "data".to_owned(),
    };
    let source = Arc::new(Source::new(name, text));
    let mut finding = Finding::new(rule, source, mark(text, at), message.to_owned());
    finding.subject = Arc::new(subject);
    finding.fingerprint = "0123456789abcdef".to_owned();
    finding
}

/// Makes a finding in an object without a text, as admission has them.
pub(crate) fn no_text(message: &str) -> Finding {
    let place = Place { path: "spec.activeDeadlineSeconds".to_owned(), span: Span::default() };
    let subject = Arc::new(Subject {
        kind: "Job",
        namespace: String::new(),
        name: "import".to_owned(),
        owner: String::new(),
    });
    let mut finding = finding("", "", "", message);
    (finding.place, finding.subject) = (place, subject);
    finding
}

/// Makes an outcome of one object.
pub(crate) fn outcome(findings: Vec<Finding>) -> Outcome {
    Outcome { findings, objects: 1, ..Outcome::default() }
}

/// Makes an object that was checked, the one of all findings here.
pub(crate) fn checked_object(name: &str, document: usize) -> CheckedObject {
    let Finding { source, subject, .. } = finding(name, MANIFEST, "kind", "");
    CheckedObject { source, document, item: None, subject }
}

/// Writes a report of nine files.
pub(crate) fn render(format: Format, outcome: &Outcome, options: ReportOptions) -> String {
    render_compared(format, outcome, None, options)
}

/// Writes a report of nine files whose findings were compared with known ones.
pub(crate) fn render_compared(
    format: Format,
    outcome: &Outcome,
    comparison: Option<&Comparison>,
    options: ReportOptions,
) -> String {
    let mut out = Vec::new();
    let report = Report { files: 9, comparison, ..Report::new(outcome, &options) };
    report::write(format, &report, &mut out).expect("memory takes everything");
    String::from_utf8(out).expect("reports are UTF-8")
}
