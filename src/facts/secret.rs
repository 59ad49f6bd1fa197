//! Credentials written into a manifest: into variables, commands, addresses, annotations and labels.
//!
//! A value is one by its shape, or by a name that promises one if the value can be one. The name alone is wrong nine
//! times in ten on real manifests. What is found here is reported by `literal-secret`, `secret-in-command`,
//! `secret-in-url` and `secret-in-annotation`, and hidden by the mask, whatever rules are selected.

pub mod arguments;
pub mod chance;
pub mod command;
pub mod detected;
mod env;
mod expansion;
mod field;
mod last_applied;
mod metadata;
pub(crate) mod operand;
pub mod promise;
mod script;
pub(crate) mod shape;
mod sql;
mod url;

use crate::facts::secret::detected::Known;
use crate::facts::secret::detected::Parts;
use crate::facts::secret::detected::Secret;
use crate::facts::secret::detected::Within;
use crate::facts::secret::expansion::Variables;
use crate::manifest::document::Node;
use crate::manifest::workload::{Container, Job, Object, Pod};
use crate::shell::ScriptCache;

pub use shape::shape;

/// Finds the credentials of an object: those of its containers last, in the order in which Kubernetes starts them.
///
/// `cache` has the object's scripts.
pub fn secrets<'d>(
    object: Object<'d>,
    cache: &ScriptCache<'d>,
) -> impl Iterator<Item = Secret<'d>> + use<'d> {
    let mut found = field::in_others(object);
    let containers = object.job().and_then(Job::pod).into_iter().flat_map(Pod::containers);
    found.extend(containers.flat_map(|it| in_container(it, cache)));
    let last = last_applied::only_there(object, &found);
    found.into_iter().chain(last)
}

/// Looks at the variables of a container, at all that it runs, and at its probes and hooks.
fn in_container<'d>(container: Container<'d>, cache: &ScriptCache<'d>) -> Vec<Secret<'d>> {
    let (mut variables, mut known) = (Variables::of(container), Known::default());
    let mut found = env::in_container(container, &mut variables, &mut known);
    let of_commands = in_commands(container, cache, &mut variables);
    // A value that a command repeats is reported where it stands.
    found.extend(of_commands.into_iter().filter(|it| known.add(it.value, it.text)));
    found.extend(field::in_probes(container));
    found
}

/// Looks at all that a container runs.
fn in_commands<'d>(
    container: Container<'d>,
    cache: &ScriptCache<'d>,
    variables: &mut Variables<'d>,
) -> Vec<Secret<'d>> {
    let main: Vec<_> = container.command_line().collect();
    let hooks = [
        "livenessProbe.exec.command",
        "readinessProbe.exec.command",
        "startupProbe.exec.command",
        "lifecycle.postStart.exec.command",
        "lifecycle.preStop.exec.command",
    ];
    let hooks = hooks.map(|path| container.node.field(path).items().collect());
    let found = [main]
        .into_iter()
        .chain(hooks)
        .flat_map(|arguments: Vec<Node<'d>>| command::search(&arguments, container, cache, variables));
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
