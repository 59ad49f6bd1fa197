//! What the fuzz targets share.

use batchlint::policy::config::{Config, Preset};
use batchlint::diagnostic::finding::Finding;
use batchlint::engine::outcome::Outcome;
use batchlint::engine::lint::lint;
use batchlint::report::{self, Format, ReportOptions, Report};
use batchlint::text::source::Source;

/// Returns a configuration with every rule.
pub fn strict() -> Config {
    let mut config = Config::new(batchlint::rules::registry(), jiff::civil::date(2026, 11, 28));
    config.preset = Preset::Strict;
    config
}

/// Checks a text with every rule, and checks what must hold of any text.
pub fn check_text(text: &str) -> Outcome {
    let config = strict();
    let outcome = lint(Source::new("fuzz.yaml", text), &config);
    outcome.findings.iter().chain(&outcome.suppressed).for_each(|finding| check(finding, text));
    outcome
}

/// Checks that a finding has words, and that its places lie in the text.
fn check(finding: &Finding, text: &str) {
    assert!(!finding.message.is_empty(), "{} has no message", finding.rule.id);
    for place in finding.related.iter().map(|it| &it.place).chain([&finding.place]) {
        assert!(text.get(place.span.range()).is_some(), "{} at {place:?}", finding.rule.id);
    }
}

/// Writes an outcome in every format, and checks that JSON is JSON.
pub fn write(outcome: &Outcome) {
    let options = ReportOptions { color: true, unicode: true, width: 80, statistics: true, ..ReportOptions::default() };
    for &format in Format::ALL {
        let mut out = Vec::new();
        report::write(format, &Report::new(outcome, &options), &mut out).expect("a vector takes everything");
        if matches!(format, Format::Json | Format::Sarif | Format::Gitlab) {
            serde_json::from_slice::<serde_json::Value>(&out).expect("it is JSON");
        }
    }
}
