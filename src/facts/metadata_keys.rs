//! Labels and annotations that tools read: at which level of a Job, and with which values.

mod spelling;
mod table;
mod values;

pub use spelling::misspelt;
pub use table::KEYS;
pub use values::Values;

use crate::manifest::document::{Entry, Field};
use crate::manifest::workload::{Kind, Object};
use crate::text::word_list::has_word;

/// A level of a CronJob or Job that has labels and annotations of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// `metadata` of the CronJob or Job that somebody applies.
    Object,
    /// `metadata` of the Job: of a CronJob its `jobTemplate.metadata`.
    Job,
    /// `metadata` of the pod template.
    Pod,
}

/// Labels or annotations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Map {
    /// `metadata.labels`
    Labels,
    /// `metadata.annotations`
    Annotations,
}

/// A label or annotation that a tool reads.
#[derive(Debug)]
pub struct Key {
    /// The key; one that ends in `/` or `-` stands for all that begin with it.
    pub name: &'static str,
    /// The tool that reads it, as the subject of a sentence.
    pub reader: &'static str,
    /// Whether it is a label, an annotation or either, the usual one first.
    pub maps: &'static [Map],
    /// The levels of a CronJob or Job at which it is read, the usual one first; none where it belongs on another object.
    pub levels: &'static [Level],
    /// The kind of the object that it belongs on if that is neither a Job nor a pod.
    pub owner: &'static str,
    /// The values that the tool accepts.
    pub values: Values,
    /// What happens with any other value.
    pub otherwise: &'static str,
}

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

impl Map {
    /// Returns what messages call one entry of it, with an article.
    pub fn article(self) -> &'static str {
        match self {
            Map::Labels => "a label",
            Map::Annotations => "an annotation",
        }
    }

    /// Returns what messages call one entry of it.
    pub fn noun(self) -> &'static str {
        match self {
            Map::Labels => "label",
            Map::Annotations => "annotation",
        }
    }
}

impl Key {
    /// Whether the tool reads the key there.
    pub fn is_read_at(&self, site: &Site<'_>, kind: Kind) -> bool {
        let is_level = self.levels.contains(&site.level)
            || (kind == Kind::Job && site.level == Level::Object && self.levels.contains(&Level::Job));
        is_level && self.maps.contains(&site.map)
    }

    /// Whether the key stands for all that begin with it.
    pub fn is_prefix(&self) -> bool {
        self.name.ends_with(['/', '-'])
    }
}

/// Keys that tools write on what they have seen: nobody sets them, wherever they are.
const WRITTEN: &str = "consul.hashicorp.com/connect-inject-status dapr.io/sidecar-injected sidecar.istio.io/status \
    vault.hashicorp.com/agent-inject-status";

/// Returns what is known of a key, for the map in which it is if that makes a difference.
pub fn known(name: &str, map: Map) -> Option<&'static Key> {
    if has_word(WRITTEN, name) {
        return None;
    }
    let mut exact = KEYS.iter().filter(|key| key.name == name);
    let first = exact.clone().next();
    let prefix = || KEYS.iter().filter(|key| key.is_prefix() && name.len() > key.name.len());
    exact
        .find(|key| key.maps.contains(&map))
        .or(first)
        .or_else(|| prefix().filter(|key| name.starts_with(key.name)).max_by_key(|key| key.name.len()))
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
