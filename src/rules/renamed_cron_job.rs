use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::gitops;
use crate::kubernetes::difference::differences;
use crate::manifest::document::{Node, Value};
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};
use crate::schema::{self, Type};
use crate::text::placeholder::is_placeholder;
use crate::time::calendar::starts_runs;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "renamed-cron-job",
        summary: "The old CronJob stays in the cluster and keeps starting runs",
        category: Category::Metadata,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        scope: Scope::Change,
        // A review has one object.
        admission: Admission::Never,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Rename(check),
};

/// Of so many values at most one may differ where both CronJobs do the same work.
const ALIKE: usize = 4;

fn check(old: Object<'_>, new: Object<'_>, reporter: &mut Reporter<'_>) {
    let (Some(before), Some(after)) = (old.cron_job(), new.cron_job()) else { return };
    let Some((old_name, name)) = old.name().text().zip(new.name().text()) else { return };
    let is_pruned = |it| gitops::sign(it).is_some() || it.labels().entries().any(|it| it.key == APPLY_SET);
    let (old_namespace, namespace) = (old.namespace().text(), new.namespace().text());
    let is_moved = old_name == name;
    if [Some(old_name), Some(name), old_namespace, namespace].into_iter().flatten().any(is_placeholder) {
        return;
    }
    if reporter.is_gitops() || is_pruned(old) || is_pruned(new) || !starts_runs(before, reporter.as_of()) {
        return;
    }
    let minor = reporter.kubernetes_version().minor;
    let spec = schema::cron_job().field("spec", minor).map(|it| it.kind);
    let Some(Type::Struct(spec)) = spec else { return };
    let differing = differences(before.spec, after.spec, spec, minor).len();
    if differing * ALIKE > values(before.spec).min(values(after.spec)) {
        return;
    }
    let place = if is_moved { new.namespace() } else { new.name() };
    let (before, after, with) = match (old_namespace, namespace) {
        (Some(before), Some(after)) if is_moved => {
            (format!("in the namespace `{before}`"), format!("the one in `{after}`"), format!(" -n {before}"))
        }
        _ => (
            format!("`{old_name}`"),
            format!("`{name}`"),
            old_namespace.map_or_else(String::new, |it| format!(" -n {it}")),
        ),
    };
    reporter
        .report(
            place,
            format!(
                "the old CronJob {before} keeps starting runs alongside {after}, which does the same work: \
                 `kubectl apply` does not delete it"
            ),
        )
        .help(format!(
            "delete the old one along with this change (`kubectl delete cronjob {old_name}{with}`), or keep the {}",
            if is_moved { "namespace" } else { "name" },
        ));
}

/// The label by which `kubectl apply --prune` knows what it has applied.
const APPLY_SET: &str = "applyset.kubernetes.io/part-of";

/// Returns how many values a node holds.
fn values(node: Node<'_>) -> usize {
    let mut count = 0;
    node.visit(&mut |it| count += usize::from(!matches!(it.value(), Value::Map | Value::List)));
    count
}
