//! What is known of a label or an annotation that a tool reads.

use super::values::Values;

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
    /// Whether the key stands for all that begin with it.
    pub fn is_prefix(&self) -> bool {
        self.name.ends_with(['/', '-'])
    }
}
