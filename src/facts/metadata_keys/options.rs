//! The options of rules in which a team says what its labels and annotations are to be.

use super::{Level, Map, Site};
use crate::manifest::document::{Entry, Field, Value};
use crate::manifest::live;
use crate::manifest::workload::{Kind, Object};

impl<'d> Site<'d> {
    /// Returns the names of the options that are about the site: one for its level, and for a Job that nobody else makes that of
    /// Jobs too.
    pub fn options(&self, kind: Kind) -> &'static [&'static str] {
        match (self.level, self.map) {
            (Level::Object, Map::Labels) if kind == Kind::Job => &["labels", "job-labels"],
            (Level::Object, Map::Annotations) if kind == Kind::Job => &["annotations", "job-annotations"],
            (Level::Object, Map::Labels) => &["labels"],
            (Level::Object, Map::Annotations) => &["annotations"],
            (Level::Job, Map::Labels) => &["job-labels"],
            (Level::Job, Map::Annotations) => &["job-annotations"],
            (Level::Pod, Map::Labels) => &["pod-labels"],
            (Level::Pod, Map::Annotations) => &["pod-annotations"],
        }
    }

    /// Returns what messages call the object or template.
    pub fn owner(&self, object: Object<'_>) -> &'static str {
        match self.level {
            Level::Object if object.kind == Kind::Job => "the Job",
            Level::Object => "the CronJob",
            Level::Job => "the job template",
            Level::Pod => "the pod template",
        }
    }

    /// Returns what is stored here: a Job without labels gets those of its pod template (`SetDefaults_Job` in
    /// `pkg/apis/batch/v1/defaults.go`).
    pub fn stored(&self, object: Object<'d>) -> Field<'d> {
        let template = object.job().map(|it| it.template_labels());
        match template {
            Some(template) if self.is_of_job(object.kind) && self.field.entries().next().is_none() => {
                template
            }
            _ => self.field,
        }
    }

    /// Whether an API server may have copied all that stands here from the pod template, so that nobody has stated it.
    pub fn is_copied(&self, object: Object<'d>) -> bool {
        let Some(template) = object.job().and_then(|it| it.template_labels().node()) else { return false };
        let is_there =
            |it: Entry<'_>| template.get(it.key).is_some_and(|there| there.text() == it.value.text());
        self.level == Level::Object
            && self.is_of_job(object.kind)
            && live::is_live(object)
            && self.field.entries().all(is_there)
    }

    /// Whether the value is no mapping, which makes it unreadable.
    pub fn is_malformed(&self) -> bool {
        self.field.node().is_some_and(|it| it.value() != Value::Map)
    }

    fn is_of_job(&self, kind: Kind) -> bool {
        self.map == Map::Labels
            && (self.level == Level::Job || self.level == Level::Object && kind == Kind::Job)
    }
}
