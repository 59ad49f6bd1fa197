//! Credentials written into a manifest: into variables, commands, addresses, annotations and labels.
//!
//! Either the shape of a value speaks, or a name that says so and a value that can be one. The name alone is wrong nine
//! times in ten on real manifests. What is found here is reported by `literal-secret`, `secret-in-command`,
//! `secret-in-url` and `secret-in-annotation`, and hidden by the mask, whatever rules are selected.

pub mod arguments;
pub mod chance;
pub mod command;
pub mod detected;
mod env;
mod field;
mod last_applied;
pub(crate) mod operand;
pub mod promise;
mod script;
pub(crate) mod shape;
mod sql;
mod url;

use crate::facts::secret::detected::Parts;
use crate::facts::secret::detected::Secret;
use crate::facts::secret::detected::Within;
use crate::facts::secret::detected::in_url;
use crate::facts::secret::promise::is_secret;
use crate::facts::secret::promise::words;
use crate::manifest::document::{Entry, Node};
use crate::manifest::workload::{Container, Job, Object, Pod};
use crate::text::word_list::has;

pub use shape::shape;

/// Finds the credentials of an object: its annotations and labels first, then those of its containers in the order in
/// which Kubernetes starts them.
pub fn secrets<'d>(object: Object<'d>) -> impl Iterator<Item = Secret<'d>> {
    let metadata = [
        "metadata",
        "spec.template.metadata",
        "spec.jobTemplate.metadata",
        "spec.jobTemplate.spec.template.metadata",
    ];
    let maps = metadata.into_iter().flat_map(move |path| {
        let metadata = object.node.field(path).node();
        metadata.into_iter().flat_map(|it| [it.get("annotations"), it.get("labels")]).flatten()
    });
    let pod = object.job().and_then(Job::pod);
    let containers = pod.into_iter().flat_map(Pod::containers);
    let found: Vec<_> = maps
        .flat_map(Node::entries)
        .flat_map(in_metadata)
        .chain(containers.flat_map(|container| {
            let fields = field::in_probes(container);
            container.env().items().flat_map(env::in_env).chain(in_commands(container)).chain(fields)
        }))
        .chain(pod.into_iter().flat_map(field::in_volumes))
        .collect();
    let last = last_applied::only_there(object, &found);
    found.into_iter().chain(last)
}

/// Looks at all that a container runs.
fn in_commands(container: Container<'_>) -> Vec<Secret<'_>> {
    let main: Vec<_> = container.command_line().collect();
    let hooks = [
        "livenessProbe.exec.command",
        "readinessProbe.exec.command",
        "startupProbe.exec.command",
        "lifecycle.postStart.exec.command",
        "lifecycle.preStop.exec.command",
    ];
    let hooks = hooks.map(|path| container.node.field(path).items().collect());
    let found =
        [main].into_iter().chain(hooks).flat_map(|arguments: Vec<Node<'_>>| command::search(&arguments));
    let within = |in_url: bool| if in_url { Within::Url } else { Within::Command };
    let mut parts = Parts::default();
    found
        .map(|it| Secret {
            name: it.name,
            value: it.value,
            text: it.text,
            part: parts.place(it.value, it.text),
            shape: it.shape,
            within: within(it.in_url),
        })
        .collect()
}

/// Words in the keys of annotations whose values are computed from a secret, and so tell nothing of it.
const COMPUTED: &str = "CHECKSUM DIGEST FINGERPRINT HASH HASHES MD5 REVISION SHA SHA1 SHA256 VERSION";

/// Looks at an annotation or label. What kubectl keeps of the object repeats what stands elsewhere.
fn in_metadata(entry: Entry<'_>) -> Vec<Secret<'_>> {
    let (key, value) = (entry.key, entry.value);
    let Some(text) = value.text().filter(|_| key != last_applied::ANNOTATION) else { return Vec::new() };
    let mut found = in_url(key, value);
    found.extend(env::in_text(Secret {
        name: key,
        value,
        text,
        part: None,
        shape: None,
        within: Within::Metadata,
    }));
    let is_computed = || words(key).iter().any(|word| has(COMPUTED, word));
    if found.is_empty() && (shape(text).is_some() || is_secret(key, text)) && !is_computed() {
        found.push(Secret {
            name: key,
            value,
            text,
            part: None,
            shape: shape(text),
            within: Within::Metadata,
        });
    }
    found
}
