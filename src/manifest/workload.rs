//! Typed views of what Kubernetes runs: CronJob ▸ Job ▸ Pod ▸ Container. Names only, no copies.
//!
//! A view stands on a mapping that is there; its accessors give [`Field`]s, which may be missing.

mod container;
mod cron_job;
mod job;
mod pod;
mod views;

pub use container::plain_capability;
pub use job::has_own_label;
pub use views::{Container, ContainerKind, CronJob, Job, Kind, Object, Pod};

use crate::manifest::document::{Field, Node, Value, type_of_items};
use crate::schema;
use crate::schema::{Struct, Type};
use crate::text::source::Origin;

/// The API versions that have Jobs and CronJobs, and those that had them.
pub const API_VERSIONS: &[&str] = &["batch/v1", "batch/v1beta1", "batch/v2alpha1", "extensions/v1beta1"];

/// What a node that should be an object turns out to be.
#[derive(Clone, Copy)]
pub enum Classification<'d> {
    /// A Job or CronJob.
    Object(Object<'d>),
    /// An object of a kind that this linter leaves to others.
    OtherKind,
    /// Something that is not a Kubernetes object.
    NotKubernetes,
    /// Nothing: no content, or only comments.
    Empty,
}

/// Decides what a node is that is an object of its own (`Node::is_object`).
pub fn classify<'d>(node: Node<'d>) -> Classification<'d> {
    match node.value() {
        Value::Null => return Classification::Empty,
        Value::Map => {}
        _ => return Classification::NotKubernetes,
    }
    let kind = text_or_list_type(node, "kind");
    let version = text_or_list_type(node, "apiVersion");
    // A group with a dot is someone else's: Volcano has `batch.volcano.sh/v1alpha1` Jobs.
    let group = version.and_then(|version| version.split_once('/')).map_or("", |(group, _)| group);
    let is_batch = group.eq_ignore_ascii_case("batch");
    let has_body = node.get("spec").or_else(|| node.get("metadata")).is_some();
    let is = |name: &str| kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case(name));
    let object = |kind| Classification::Object(Object { node, kind });
    match kind {
        _ if group.contains('.') => Classification::OtherKind,
        None if version.is_none() || !has_body => Classification::NotKubernetes,
        // Misspelt kinds and versions are checked as what they were meant to be, and `unknown-kind` reports them.
        Some(_) if is("CronJob") && (version.is_some() || has_body) => object(Kind::CronJob),
        Some(_) if is("Job") && (version.is_some() || has_body) => object(Kind::Job),
        _ if is_batch && node.field("spec.jobTemplate").is_set() => object(Kind::CronJob),
        _ if is_batch => object(Kind::Job),
        _ if version.is_none() => Classification::NotKubernetes,
        _ => Classification::OtherKind,
    }
}

/// Whether a text may be a manifest, whether it can be read or not: it has the word `apiVersion`, or a `kind:` with
/// some kind of Job behind it.
pub fn is_manifest(text: &str) -> bool {
    let is_word = |at: usize, word: &str| {
        let goes_on = |it: char| it.is_alphanumeric() || it == '_';
        !text[..at].ends_with(goes_on) && !text[at + word.len()..].starts_with(goes_on)
    };
    let behind = |word: &'static str| {
        let found = text.match_indices(word).filter(move |&(at, _)| is_word(at, word));
        found.map(move |(at, _)| &text[at + word.len()..])
    };
    behind("apiVersion").next().is_some() || behind("kind").any(names_job)
}

/// Whether some line of a text has `apiVersion` or `kind` as a key, in block or in flow style: what is written for
/// Kubernetes has one, and what cannot be read and has none is for another program.
pub fn has_type_key(text: &str) -> bool {
    let is_key = |at: usize, word: &str, needs_colon: bool| {
        let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let before = text[line..at].trim_end_matches([' ', '\t', '"', '\'', '\u{feff}']);
        let rest = text[at + word.len()..].trim_start_matches(['"', '\'', ' ', '\t']);
        (before.is_empty() || before.ends_with(['-', '?', '{', '[', ',']))
            && (!needs_colon || rest.starts_with(':'))
    };
    let has = |word: &str, needs_colon| text.match_indices(word).any(|(at, _)| is_key(at, word, needs_colon));
    // A forgotten colon may be what is wrong; `kind` alone is a word of every other text.
    has("apiVersion", false) || has("kind", true)
}

/// Whether every object of a text has a line of its own that gives it a kind, and nothing in the text is about Jobs, or
/// about lists, which may have some.
pub fn names_other_kinds(text: &str) -> bool {
    let value = |line: &str, key: &str| {
        let rest = line.strip_prefix(key)?.strip_prefix(':')?;
        Some(rest.split(" #").next().unwrap_or_default().trim().to_owned())
    };
    let is_plain = |it: &String| !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric());
    let kinds: Vec<String> = text.lines().filter_map(|line| value(line, "kind")).collect();
    let versions = text.lines().filter(|line| value(line, "apiVersion").is_some()).count();
    let lower = text.to_ascii_lowercase();
    let is_other = |it: &String| is_plain(it) && !it.ends_with("List");
    !kinds.is_empty()
        && versions <= kinds.len()
        && kinds.iter().all(is_other)
        && !["batch/", "cronjob", "kind: job", "jobtemplate"].iter().any(|it| lower.contains(it))
}

/// Whether the text after the word `kind` gives it a value with `job` in it.
fn names_job(rest: &str) -> bool {
    let value = rest.trim_start_matches(['"', '\'', ' ', '\t']).strip_prefix(':').unwrap_or_default();
    let line = value.trim_start().lines().next().unwrap_or_default();
    line.chars().take(40).collect::<String>().to_ascii_lowercase().contains("job")
}

/// Returns a field of an object; an item of a `JobList` may leave its kind and version to the list.
fn text_or_list_type<'d>(node: Node<'d>, key: &str) -> Option<&'d str> {
    let own = node.get(key).and_then(Node::text);
    let list = || node.parent()?.parent()?.get(key)?.text();
    own.or_else(|| list().and_then(type_of_items))
}

impl<'d> Object<'d> {
    /// `apiVersion`
    pub fn api_version(self) -> Field<'d> {
        self.node.field("apiVersion")
    }

    /// `metadata.name`
    pub fn name(self) -> Field<'d> {
        self.node.field("metadata.name")
    }

    /// `metadata.generateName`
    pub fn generate_name(self) -> Field<'d> {
        self.node.field("metadata.generateName")
    }

    /// `metadata.namespace`
    pub fn namespace(self) -> Field<'d> {
        self.node.field("metadata.namespace")
    }

    /// `metadata.labels`
    pub fn labels(self) -> Field<'d> {
        self.node.field("metadata.labels")
    }

    /// `metadata.annotations`
    pub fn annotations(self) -> Field<'d> {
        self.node.field("metadata.annotations")
    }

    /// Whether a mapping between the object and its containers has a field of this name, in its place or not.
    pub fn mentions(self, name: &str) -> bool {
        const WAYS: [&str; 4] = ["metadata", "spec", "jobTemplate", "template"];
        fn has(map: Node<'_>, name: &str) -> bool {
            map.entries().any(|it| it.key == name || WAYS.contains(&it.key) && has(it.value, name))
        }
        has(self.node, name)
    }

    /// Returns the annotation `key`.
    pub fn annotation(self, key: &str) -> Option<&'d str> {
        self.annotations().node()?.get(key)?.text()
    }

    /// Returns the kind as manifests write it.
    pub fn kind_name(self) -> &'static str {
        match self.kind {
            Kind::Job => "Job",
            Kind::CronJob => "CronJob",
        }
    }

    /// Whether a controller made the object, so that its manifest is another's: a CronJob's run, for one.
    pub fn is_owned(self) -> bool {
        let owners = self.node.field("metadata.ownerReferences");
        owners
            .node()
            .is_some_and(|it| it.items().any(|owner| owner.field("controller").boolean() == Some(true)))
    }

    /// Returns the CronJob, where the object is one and has a `spec`.
    pub fn cron_job(self) -> Option<CronJob<'d>> {
        let spec = self.node.field("spec").node().filter(|spec| spec.value() == Value::Map)?;
        (self.kind == Kind::CronJob).then_some(CronJob { object: self, spec })
    }

    /// Returns the Job, or what a CronJob makes Jobs from.
    pub fn job(self) -> Option<Job<'d>> {
        let path = if self.kind == Kind::Job { "spec" } else { "spec.jobTemplate.spec" };
        let spec = self.node.field(path).node().filter(|spec| spec.value() == Value::Map)?;
        Some(Job { object: self, spec })
    }

    /// Whether the object is a kustomize patch: a part of a Job that another file completes. A misspelled kind or
    /// version has none to complete, and a pod template where the other kind has it is a whole Job under a wrong name.
    pub fn is_patch(self) -> bool {
        let other = if self.kind == Kind::Job { "spec.jobTemplate" } else { "spec.template" };
        let kind = self.node.field("kind").text();
        self.is_partial()
            && kind.is_none_or(|kind| kind == self.kind_name())
            && self.api_version().text().is_none_or(|version| API_VERSIONS.contains(&version))
            && !self.node.field(other).is_set()
    }

    /// Whether the object is a part of a Job, so that it cannot be checked as a whole.
    ///
    /// Kubernetes needs containers with images and, for Jobs, a `restartPolicy`. What says nothing of its pods, or has
    /// neither a `restartPolicy` nor any image, is not a Job yet. A pod template that is there but empty is a mistake.
    ///
    /// Only a file can be a part of something: an object without a text is what an API server stores.
    pub fn is_partial(self) -> bool {
        match self.node.document.source.origin {
            Origin::Server => return false,
            Origin::Patch => return true,
            Origin::File | Origin::Rendered { .. } => {}
        }
        let path =
            if self.kind == Kind::Job { "spec.template.spec" } else { "spec.jobTemplate.spec.template.spec" };
        let Some(pod) = self.node.field(path).written() else { return !has_misplaced_containers(self.node) };
        let containers = pod.get("containers");
        let has_image = containers.is_some_and(|list| list.items().any(|it| it.get("image").is_some()));
        let names_containers = containers.is_none_or(|list| list.items().len() > 0);
        let lacks_both = pod.get("restartPolicy").is_none() && !has_image;
        has_directive(self) || (lacks_both && names_containers && pod.entries().len() > 0)
    }
}

/// Whether a mapping has containers with an image on some level above that of a pod: all is there, but a level is missing.
fn has_misplaced_containers(map: Node<'_>) -> bool {
    const WAYS: [&str; 3] = ["spec", "jobTemplate", "template"];
    map.entries().any(|it| match it.key {
        "containers" => it.value.items().any(|container| container.get("image").is_some()),
        key => WAYS.contains(&key) && has_misplaced_containers(it.value),
    })
}

/// Whether a key has the form of a directive of a strategic merge patch, such as `$patch`: an instruction to kustomize or
/// kubectl that no object keeps.
pub fn is_directive(key: &str) -> bool {
    let of_list = ["$deleteFromPrimitiveList/", "$setElementOrder/"];
    matches!(key, "$patch" | "$retainKeys")
        || of_list.iter().any(|it| key.strip_prefix(it).is_some_and(|list| !list.is_empty()))
}

/// Whether an object has a directive where one can stand: in what Kubernetes types as a struct. In labels, annotations and
/// other maps `$patch` is a key like any other.
fn has_directive(object: Object<'_>) -> bool {
    fn in_struct(map: Node<'_>, within: &Struct) -> bool {
        map.entries().any(|entry| {
            let field = within.any_minor(entry.key);
            is_directive(entry.key) || field.is_some_and(|field| in_value(entry.value, field.kind))
        })
    }
    fn in_value(value: Node<'_>, kind: Type) -> bool {
        match kind {
            Type::Struct(within) => in_struct(value, within),
            Type::List { element, .. } => value.items().any(|it| in_value(it, *element)),
            _ => false,
        }
    }
    // Most files have no such key anywhere, and are not walked through with their types.
    object.node.document.has_dollar_key
        && in_struct(object.node, if object.kind == Kind::Job { schema::job() } else { schema::cron_job() })
}

#[cfg(test)]
mod tests {
    use super::{has_type_key, is_manifest};

    #[test]
    fn a_manifest_is_known_by_its_words_however_broken_it_is() {
        for text in [
            "apiVersion: batch/v1\n kind: [",
            "  kind: CronJob\n spec",
            "{\"kind\" : \"Job\", ",
            "- 'kind': job",
            "kind:\n  JobList",
            "apiVersion batch/v1",
        ] {
            assert!(is_manifest(text), "{text}");
        }
        for text in ["// all kinds of jobs\n{", "mankind: job", "kind: Pod\njob: 1", "kind", "", "é: kind"] {
            assert!(!is_manifest(text), "{text}");
        }
    }

    #[test]
    fn a_text_for_kubernetes_has_a_key_for_its_type() {
        for text in [
            "apiVersion: v1\nkind: [",
            "\u{feff}apiVersion: v1",
            "items:\n  - kind: Pod",
            "- \"kind\" : Pod",
            "{metadata: {name: a}, kind: Job, spec: {",
            "\tkind: Job",
            "apiVersion batch/v1\nkind Job",
        ] {
            assert!(has_type_key(text), "{text}");
        }
        for text in ["# kind: Job", "no such kind: x", "mankind: x", "kind", "run: kubectl get --kind\n", ""]
        {
            assert!(!has_type_key(text), "{text}");
        }
    }
}
