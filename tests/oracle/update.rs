//! Updates of Jobs: what `immutable-field-changed` says of them, and what the API server's own code does.

use std::collections::BTreeSet;

use batchlint::engine::change::lint_change;
use batchlint::engine::read::read;
use batchlint::policy::config::{Config, Preset};
use batchlint::schema::version::Version;
use batchlint::text::source::Source;
use serde_json::Value;

/// Returns the fields of a Job's `spec` that the rule reports in an update.
pub(crate) fn reported(old: &Value, new: &Value) -> BTreeSet<String> {
    let mut config = Config::new(batchlint::rules::registry(), jiff::civil::date(2026, 11, 24));
    config.preset = Preset::Strict;
    config.select.insert("immutable-field-changed");
    config.assumptions.kubernetes_version = Version::NEWEST;
    let manifest = |job: &Value| read(Source::new("job.json", job.to_string()));
    let outcome = lint_change(&manifest(old), &manifest(new), &config, &|_| false);
    let places = outcome.findings.iter().flat_map(|it| {
        let related = it.related.iter().map(|it| it.place.path.as_str());
        related.chain([it.place.path.as_str()]).map(field).collect::<Vec<_>>()
    });
    places.collect()
}

/// Returns the fields of a Job's `spec` that the API server rejects in an update.
pub(crate) fn rejected(answer: &Value) -> BTreeSet<String> {
    let fields = answer["fields"].as_array().into_iter().flatten();
    fields.filter_map(Value::as_str).filter(|it| it.starts_with("spec.")).map(field).collect()
}

/// Cuts a path after the field of the `spec`.
fn field(path: &str) -> String {
    path.split(['.', '[']).nth(1).unwrap_or_default().to_owned()
}
