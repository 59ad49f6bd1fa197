//! Where a pod template reads the index that Kubernetes gives the pods of an Indexed Job.

use crate::manifest::document::Node;
use crate::manifest::workload::{Container, Pod};
use crate::value::program::base_name;

const VARIABLE: &str = "JOB_COMPLETION_INDEX";
const KEY: &str = "batch.kubernetes.io/job-completion-index";

/// A place where the index is read.
#[derive(Clone, Copy)]
pub struct IndexUse<'d> {
    /// The text that names the index.
    pub node: Node<'d>,
    /// Whether it is the path of a label or an annotation, not the variable.
    pub is_field: bool,
    /// Whether the text says what stands in for a missing index: `${JOB_COMPLETION_INDEX:-0}`.
    pub has_default: bool,
}

/// Finds the places that read the index: commands, values of variables, paths of fields.
pub fn uses(pod: Pod<'_>) -> impl Iterator<Item = IndexUse<'_>> {
    let in_containers = pod.containers().flat_map(|container| {
        let entries: Vec<_> = container.env().items().collect();
        // Kubernetes does not set what the manifest sets.
        let is_own = entries.iter().any(|it| it.field("name").is(VARIABLE));
        let values =
            entries.into_iter().flat_map(|it| [it.field("value"), it.field("valueFrom.fieldRef.fieldPath")]);
        let texts = container.command_line().chain(values.filter_map(|it| it.node()).collect::<Vec<_>>());
        texts.filter_map(move |node| use_in(node).filter(|it| it.is_field || !is_own))
    });
    let projected = pod.volumes().items().flat_map(|volume| volume.field("projected.sources").items());
    let of_volumes =
        pod.volumes().items().chain(projected).flat_map(|it| it.field("downwardAPI.items").items());
    let in_volumes = of_volumes.filter_map(|it| use_in(it.field("fieldRef.fieldPath").node()?));
    in_containers.chain(in_volumes)
}

/// Whether a command reads the pod's name or host name, which end with the index in an Indexed Job.
pub fn uses_host_name(pod: Pod<'_>) -> bool {
    pod.containers().any(|container| {
        let paths = container.env().items().filter_map(|it| it.field("valueFrom.fieldRef.fieldPath").text());
        let has_name = paths.into_iter().any(|path| path == "metadata.name");
        has_name
            || container.command_line().filter_map(Node::text).any(|text| {
                let text = text.to_ascii_lowercase();
                text.contains("hostname")
            })
    })
}

/// How the names of scripts end.
const SCRIPTS: &[&str] =
    &["sh", "bash", "py", "js", "mjs", "ts", "rb", "pl", "php", "r", "jl", "lua", "sql", "ps1"];

/// Whether a container runs a script or a program that a volume brings, so that the manifest does not tell what it
/// reads.
pub fn runs_mounted_file(container: Container<'_>) -> bool {
    let mounts: Vec<_> =
        container.volume_mounts().items().filter_map(|it| it.field("mountPath").text()).collect();
    let is_mounted = |word: &str| {
        mounts.iter().map(|it| it.trim_end_matches('/')).any(|mount| {
            !mount.is_empty()
                && word.strip_prefix(mount).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    let program = container.command().items().next().and_then(Node::text);
    let mut words = container
        .command_line()
        .filter_map(Node::text)
        .flat_map(|text| text.split([' ', '\t', '\n', '"', '\'', '=', ';', '&', '|', '(', ')']));
    program.is_some_and(is_mounted) || words.any(|word| is_mounted(word) && is_script(word))
}

fn use_in(node: Node<'_>) -> Option<IndexUse<'_>> {
    let text = node.text().filter(|text| text.len() >= VARIABLE.len())?;
    if text.contains(KEY) {
        return Some(IndexUse { node, is_field: true, has_default: false });
    }
    let at = text.find(VARIABLE)?;
    let before = &text[..at];
    let after = text[at + VARIABLE.len()..].trim_start_matches(['"', '\'']);
    // `JOB_COMPLETION_INDEX=0 …` sets it, `[ -z "$JOB_COMPLETION_INDEX" ]` asks, Python's `get(…, "0")` has a default.
    let has_default = [":", "-", "+", "=", ",", " ="].iter().any(|it| after.starts_with(it))
        || ["-z \"$", "-n \"$", "-z \"${", "-n \"${", "-v "].iter().any(|it| before.ends_with(it));
    Some(IndexUse { node, is_field: false, has_default })
}

fn is_script(word: &str) -> bool {
    let ending = base_name(word).rsplit_once('.');
    ending.is_some_and(|(_, ending)| SCRIPTS.iter().any(|known| known.eq_ignore_ascii_case(ending)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::document::Document;

    #[test]
    fn an_index_with_a_default_is_no_need() {
        let has_default = |text: &str| {
            let document = Document::from_value(&serde_json::Value::from(text));
            use_in(document.root()).map(|it| it.has_default)
        };
        assert_eq!(has_default("process --shard $(JOB_COMPLETION_INDEX)"), Some(false));
        assert_eq!(has_default("process --shard \"$JOB_COMPLETION_INDEX\" of 5"), Some(false));
        assert_eq!(has_default("os.environ[\"JOB_COMPLETION_INDEX\"]"), Some(false));
        assert_eq!(has_default("process ${JOB_COMPLETION_INDEX:-0}"), Some(true));
        assert_eq!(has_default("os.environ.get('JOB_COMPLETION_INDEX', 0)"), Some(true));
        assert_eq!(has_default("if [ -z \"$JOB_COMPLETION_INDEX\" ]; then exit 1; fi"), Some(true));
        assert_eq!(has_default("process"), None);
    }
}
