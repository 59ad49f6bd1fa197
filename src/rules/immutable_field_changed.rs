use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::gitops;
use crate::kubernetes::difference::differences;
use crate::manifest::place::Place;
use crate::manifest::workload::{Job, Kind, Object};
use crate::rule::{Check, Reporter, Rule};
use crate::schema::{self, Type};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "immutable-field-changed",
        summary: "A change to the Job is rejected as long as the Job exists",
        category: Category::Metadata,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        scope: Scope::Change,
        // The API server rejects such an update before it asks a validating webhook.
        admission: Admission::Never,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Change(check),
};

/// What cannot change in a Job (`ValidateJobSpecUpdate` in `pkg/apis/batch/validation`).
const IMMUTABLE: [&str; 8] = [
    "backoffLimitPerIndex",
    "completionMode",
    "completions",
    "managedBy",
    "podFailurePolicy",
    "selector",
    "successPolicy",
    "template",
];

/// What can change in the pod template of a suspended Job (`validatePodTemplateUpdate`), if it has not started.
const MUTABLE_IF_SUSPENDED: [&str; 4] = [
    "spec.template.metadata",
    "spec.template.spec.nodeSelector",
    "spec.template.spec.schedulingGates",
    "spec.template.spec.tolerations",
];

/// Since this minor, the resources of its containers too (`MutablePodResourcesForSuspendedJobs`).
const MUTABLE_RESOURCES: u8 = 35;

/// A Job with a longer TTL, in seconds, is often still there when it is changed.
const LONG_TTL: i64 = 86_400;

fn check(old: Object<'_>, new: Object<'_>, reporter: &mut Reporter<'_>) {
    let (Some(before), Some(after)) = (old.job(), new.job()) else { return };
    // With a TTL of hours the old Job is usually gone. A tool that deletes it before has no update to make.
    let ttl = before.ttl_seconds_after_finished();
    if new.kind != Kind::Job
        || ttl.is_set() && ttl.integer().is_none_or(|it| it <= LONG_TTL)
        || [old, new].into_iter().any(|it| gitops::is_hook(it) || gitops::is_replaced(it))
    {
        return;
    }
    let changed = immutable_changes(before, after, reporter.kubernetes_version().minor);
    let Some(first) = changed.first().cloned() else { return };
    let more = match changed.len() - 1 {
        0 => String::new(),
        1 => ", and so is another field in this change".to_owned(),
        others => format!(", and so are {others} other fields in this change"),
    };
    let path = &first.path;
    let message =
        format!("the API server rejects this change as long as the Job exists: `{path}` is immutable{more}");
    let finding = reporter.report(first, message);
    let way_out = gitops::sign(new)
        .map_or("delete the Job first (`kubectl replace --force` deletes it and creates it again)", |it| {
            gitops::way_to_replace(&it)
        });
    finding.help(format!("{way_out}, or give the Job a name that changes with its content"));
    for place in changed.into_iter().skip(1) {
        finding.related(place, "this cannot change either");
    }
}

/// Returns the places of a Job that change and cannot.
fn immutable_changes(old: Job<'_>, new: Job<'_>, minor: u8) -> Vec<Place> {
    let spec = schema::job().field("spec", minor).map(|it| it.kind);
    let Some(Type::Struct(spec)) = spec else { return Vec::new() };
    // Kueue suspends the Jobs of its queues when they are created.
    let may_be_suspended = old.spec.field("suspend").boolean() == Some(true)
        || old.object.labels().entries().any(|it| it.key == "kueue.x-k8s.io/queue-name");
    let is_indexed = new.spec.field("completionMode").is("Indexed");
    let (completions, parallelism) = (new.completions().integer(), new.parallelism().integer());
    let scales = is_indexed && (parallelism.is_none() || completions == parallelism);
    let is_immutable = |place: &Place| {
        let field = place.path.strip_prefix("spec.").unwrap_or_default().split(['.', '[']).next();
        let is_mutable_yet = may_be_suspended
            && (MUTABLE_IF_SUSPENDED.iter().any(|it| is_at_or_below(&place.path, it))
                || is_of_node_affinity(&place.path, old, new)
                || minor >= MUTABLE_RESOURCES
                    && place.path.contains("ontainers[")
                    && place.path.contains("].resources"));
        IMMUTABLE.contains(&field.unwrap_or_default())
            && !is_mutable_yet
            && !(field == Some("completions") && scales)
    };
    let mut changed = differences(old.spec, new.spec, spec, minor);
    changed.retain(is_immutable);
    changed
}

/// Whether a path leads to the affinity to nodes: a suspended Job keeps the one to pods.
fn is_of_node_affinity(path: &str, old: Job<'_>, new: Job<'_>) -> bool {
    const AFFINITY: &str = "spec.template.spec.affinity";
    let has_other = |job: Job<'_>| {
        job.spec.field("template.spec.affinity.podAffinity").is_set()
            || job.spec.field("template.spec.affinity.podAntiAffinity").is_set()
    };
    match path.strip_prefix(AFFINITY) {
        Some("") => !has_other(old) && !has_other(new),
        Some(rest) => is_at_or_below(rest, ".nodeAffinity"),
        None => false,
    }
}

/// Whether a path is that of a field or leads through it.
fn is_at_or_below(path: &str, field: &str) -> bool {
    path.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
