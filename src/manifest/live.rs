//! Objects that an API server has filled in: which of their fields did a person state?
//!
//! The server writes its defaults into every object that it takes (`k8s.io/kubernetes/pkg/apis/batch/v1/defaults.go`).
//! Where the object says what was stated, by `last-applied-configuration` or by the field sets of server-side apply,
//! a default that nobody stated is made to read as `null`, so that rules see what a person wrote. Elsewhere it stays:
//! whether it was stated is unknown, and a rule about missing fields is silent.

use serde_json::Value as Json;

use crate::manifest::document::{Document, Node, Value};
use crate::manifest::workload::{Classification, Kind, Object, classify};

/// The annotation in which `kubectl apply` keeps the manifest.
pub(crate) const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

const BACKOFF_LIMIT: &str = "spec.backoffLimit";

/// The default of `backoffLimit` where `backoffLimitPerIndex` is set; otherwise it is 6.
const WITH_LIMIT_PER_INDEX: Value<'static> = Value::Int(i32::MAX as i128);

/// The fields of a Job's `spec` that the server fills in, with what it writes.
const JOB_DEFAULTS: &[(&str, Value<'static>)] = &[
    (BACKOFF_LIMIT, Value::Int(6)),
    (BACKOFF_LIMIT, WITH_LIMIT_PER_INDEX),
    ("spec.completionMode", Value::String("NonIndexed")),
    ("spec.completions", Value::Int(1)),
    ("spec.manualSelector", Value::Bool(false)),
    ("spec.parallelism", Value::Int(1)),
    ("spec.podReplacementPolicy", Value::String("TerminatingOrFailed")),
    ("spec.suspend", Value::Bool(false)),
];

/// The same for a CronJob. Its `jobTemplate.spec` gets no defaults.
const CRON_JOB_DEFAULTS: &[(&str, Value<'static>)] = &[
    ("spec.concurrencyPolicy", Value::String("Allow")),
    ("spec.failedJobsHistoryLimit", Value::Int(1)),
    ("spec.successfulJobsHistoryLimit", Value::Int(3)),
    ("spec.suspend", Value::Bool(false)),
];

/// Whether an API server has filled the object in: it has no text, or a `metadata.uid`.
pub fn is_live(object: Object<'_>) -> bool {
    object.node.document.source.is_from_server() || object.node.field("metadata.uid").is_set()
}

/// Makes the defaults that nobody stated read as `null`, where it is known what was stated.
pub fn unset_server_defaults(document: &mut Document) {
    for id in unstated_defaults(document) {
        document.set_null(id);
    }
}

/// Returns the ids of the defaults that nobody stated, where it is known what was stated.
pub(crate) fn unstated_defaults(document: &Document) -> Vec<u32> {
    let mut unstated = Vec::new();
    for node in document.objects() {
        let Classification::Object(object) = classify(node) else { continue };
        if !is_live(object) {
            continue;
        }
        let Some(stated) = Stated::find(object) else { continue };
        for (path, default) in defaults(object) {
            if let Some(field) =
                node.field(path).node().filter(|it| it.value() == default && !stated.states(path))
            {
                unstated.push(field.id);
            }
        }
    }
    unstated
}

/// Whether a field may hold a default that an API server filled in and that nobody stated, so that no one is to blame
/// for its value.
pub fn may_be_default(object: Object<'_>, path: &'static str) -> bool {
    let value = object.node.field(path).node().map(|it| it.value());
    let is_default = defaults(object).any(|it| it.0 == path && Some(it.1) == value);
    is_default && is_live(object) && Stated::find(object).is_none()
}

/// Returns the fields that the server fills in of such an object, with what it writes.
fn defaults(object: Object<'_>) -> impl Iterator<Item = (&'static str, Value<'static>)> {
    let all = match object.kind {
        Kind::Job => JOB_DEFAULTS,
        Kind::CronJob => CRON_JOB_DEFAULTS,
    };
    let is_per_index = object.node.field("spec.backoffLimitPerIndex").is_set();
    let is_of_other = move |&(path, value): &(&str, Value<'_>)| {
        path == BACKOFF_LIMIT && (value == WITH_LIMIT_PER_INDEX) != is_per_index
    };
    all.iter().copied().filter(move |it| !is_of_other(it))
}

/// Returns the Jobs and CronJobs of documents that people look after: whole ones, and none that a controller made.
pub fn own_objects(documents: &[Document]) -> impl Iterator<Item = Object<'_>> {
    let is_own = |it: &Object<'_>| !(it.is_partial() || it.is_owned());
    let objects = documents.iter().flat_map(Document::objects).filter_map(|node| match classify(node) {
        Classification::Object(object) => Some(object),
        _ => None,
    });
    objects.filter(is_own)
}

/// Returns the ids of the fields that make owners of the object its controller: without these, it has owners, which are searched
/// for credentials, but none that made it.
pub(crate) fn controllers(document: &Document) -> Vec<u32> {
    let owners = document.root().field("metadata.ownerReferences");
    owners.items().filter_map(|it| it.get("controller")).map(|it| it.id).collect()
}

/// What people stated, as far as the object tells.
struct Stated<'d> {
    last_applied: Option<Json>,
    applied_sets: Vec<Node<'d>>,
}

impl<'d> Stated<'d> {
    /// Looks for what was stated; `None` if the object does not say.
    fn find(object: Object<'d>) -> Option<Self> {
        let last_applied = object.annotation(LAST_APPLIED).and_then(|text| serde_json::from_str(text).ok());
        let managers = object.node.field("metadata.managedFields");
        let applies = managers.items().filter(|manager| manager.field("operation").is("Apply"));
        let applied_sets: Vec<_> = applies.filter_map(|manager| manager.field("fieldsV1").node()).collect();
        (last_applied.is_some() || !applied_sets.is_empty()).then_some(Stated { last_applied, applied_sets })
    }

    fn states(&self, path: &str) -> bool {
        let mut keys = path.split('.');
        let in_last_applied =
            self.last_applied.as_ref().is_some_and(|it| keys.try_fold(it, |at, key| at.get(key)).is_some());
        in_last_applied
            || self
                .applied_sets
                .iter()
                .any(|&set| path.split('.').try_fold(set, |at, key| at.get(&format!("f:{key}"))).is_some())
    }
}
