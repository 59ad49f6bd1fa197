use crate::diagnostic::meta::Meta;
use std::borrow::Cow;

use crate::diagnostic::meta::{Category, OptionValue, RuleOption};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Value;
use crate::manifest::workload::Job;
use crate::rule::{Check, Reporter, Rule};
use crate::text::phrases;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-recommended-labels",
        summary: "The pods lack labels that tools look for",
        category: Category::Metadata,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        options: &[RuleOption {
            name: "keys",
            summary: "The keys that the pod template must have",
            default: OptionValue::List(Cow::Borrowed(&[
                Cow::Borrowed("app.kubernetes.io/name"),
                Cow::Borrowed("app.kubernetes.io/component"),
            ])),
        }],
        ..Meta::DEFAULT
    },
    check: Check::Job(check),
};

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let labels = job.template_labels();
    // Without any label of its own the template is for `missing-labels`.
    let Some(node) = labels.node().filter(|it| it.value() == Value::Map && job.has_template_labels()) else {
        return;
    };
    let missing: Vec<_> = reporter.list("keys").iter().filter(|key| node.get(key).is_none()).collect();
    if missing.is_empty() {
        return;
    }
    let keys: Vec<_> = missing.iter().map(|key| format!("`{key}`")).collect();
    let list = phrases::alternatives(&keys);
    let place = crate::manifest::place::Place { path: labels.path(), span: node.head() };
    reporter
        .report(
            place,
            format!(
                "no selector, dashboard or cost report can find the pods by {list}: the pod template has no \
                 such label"
            ),
        )
        .help(if keys.len() == 1 {
            "add this label to `metadata.labels` of the pod template; a Job without labels gets it from there"
        } else {
            "add these labels to `metadata.labels` of the pod template; a Job without labels gets them from there"
        });
}
