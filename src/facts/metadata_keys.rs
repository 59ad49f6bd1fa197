//! Labels and annotations that tools read: at which level of a Job, and with which values.

mod key;
mod options;
mod spelling;
mod table;
mod values;

pub use key::{Key, Level, Map};
pub use spelling::misspelled;
pub use table::{KEYS, known, preferred};
pub use values::Values;

use crate::manifest::document::{Entry, Field};
use crate::manifest::workload::{Kind, Object};

/// The labels or the annotations at one level of an object.
#[derive(Clone, Copy)]
pub struct Site<'d> {
    /// The level.
    pub level: Level,
    /// Which of the two it holds.
    pub map: Map,
    /// The mapping, set or not.
    pub field: Field<'d>,
}

impl Site<'_> {
    /// Whether the tool of a key reads it here.
    pub fn reads(&self, key: &Key, kind: Kind) -> bool {
        let is_level = key.levels.contains(&self.level)
            || (kind == Kind::Job && self.level == Level::Object && key.levels.contains(&Level::Job));
        is_level && key.maps.contains(&self.map)
    }
}

/// Returns the labels and annotations of an object, set or not, from the outside in.
pub fn sites(object: Object<'_>) -> impl Iterator<Item = Site<'_>> {
    let site = |level, map, field| Some(Site { level, map, field });
    let of_jobs = object.cron_job().map(|it| it.spec);
    let job = object.job();
    [
        site(Level::Object, Map::Labels, object.labels()),
        site(Level::Object, Map::Annotations, object.annotations()),
        of_jobs.and_then(|it| site(Level::Job, Map::Labels, it.field("jobTemplate.metadata.labels"))),
        of_jobs
            .and_then(|it| site(Level::Job, Map::Annotations, it.field("jobTemplate.metadata.annotations"))),
        job.and_then(|it| site(Level::Pod, Map::Labels, it.template_labels())),
        job.and_then(|it| site(Level::Pod, Map::Annotations, it.template_annotations())),
    ]
    .into_iter()
    .flatten()
}

/// The annotation of pods with which the cluster autoscaler asks whether it may evict them.
const SAFE_TO_EVICT: &str = "cluster-autoscaler.kubernetes.io/safe-to-evict";

/// The annotation of pods that keeps Karpenter from disrupting their node.
const DO_NOT_DISRUPT: &str = "karpenter.sh/do-not-disrupt";

/// Returns the autoscaler that an annotation of a pod keeps from removing its node for as long as the pod runs.
pub fn protects_from_eviction(entry: Entry<'_>) -> Option<&'static str> {
    match (entry.key, entry.value.text()) {
        (SAFE_TO_EVICT, Some("false")) => Some("the cluster autoscaler"),
        (DO_NOT_DISRUPT, Some("true")) => Some("Karpenter"),
        _ => None,
    }
}

/// Whether an annotation says if an autoscaler may evict the pod, or is likely to be meant so.
pub fn is_about_eviction(key: &str) -> bool {
    ["evict", "disrupt"].iter().any(|word| key.to_ascii_lowercase().contains(word))
}
