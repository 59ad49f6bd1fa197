//! Which rules report a field: those that report it in the examples of their pages.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::diagnostic::meta::Meta;
use crate::engine::lint::lint;
use crate::policy::config::Config;
use crate::rules;
use crate::text::source::Source;

/// By field, the rules that report it. Checked once, when first asked for.
static REPORTED: LazyLock<HashMap<String, Vec<&'static Meta>>> = LazyLock::new(|| {
    let mut reported: HashMap<String, Vec<&'static Meta>> = HashMap::new();
    for rule in rules::registry().iter() {
        let fields: HashSet<String> =
            examples(rules::page(rule)).flat_map(|yaml| fields(rule, yaml)).collect();
        fields.into_iter().for_each(|field| reported.entry(field).or_default().push(rule));
    }
    reported
});

/// Returns the rules that report the field at a path, such as `spec.template.spec.containers[0].image`, by their ids.
pub fn rules_for_field(path: &str) -> &'static [&'static Meta] {
    REPORTED.get(&general(path)).map_or(&[], Vec::as_slice)
}

/// Returns the YAML blocks of a page.
fn examples(page: &str) -> impl Iterator<Item = &str> {
    page.split("\n```yaml\n").skip(1).filter_map(|block| block.split("\n```").next())
}

/// Returns the fields that a rule reports in an example.
fn fields(rule: &'static Meta, yaml: &str) -> Vec<String> {
    let mut config = Config::new(crate::rules::registry(), jiff::civil::Date::constant(2026, 1, 1));
    config.select = HashSet::from([rule.id]);
    let outcome = lint(Source::new("", yaml), &config);
    outcome.findings.iter().map(|finding| general(&finding.place.path)).collect()
}

/// Makes the paths of a field the same: in a Job and in a CronJob, for each item of a list, for each kind of container.
fn general(path: &str) -> String {
    let mut depth = 0_usize;
    let plain = path.chars().filter(|char| {
        depth += usize::from(*char == '[');
        let is_outside = depth == 0;
        depth = depth.saturating_sub(usize::from(*char == ']'));
        is_outside
    });
    let plain: String = plain.collect();
    plain.replace("spec.jobTemplate.", "").replace("initContainers", "containers")
}
