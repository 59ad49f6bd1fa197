//! Placeholders that a template engine, `envsubst` or a person was to fill in.

use crate::kubernetes::types::type_check;
use crate::kubernetes::verdict::names;
use crate::manifest::document::Node;
use crate::manifest::image;
use crate::manifest::workload::{Job, Object, Pod};
use crate::schema::Type;
use crate::schema::version::Version;
use crate::text::placeholder::has_mark;
use crate::text::placeholder::is_filled_by_template;
use crate::text::placeholder::is_placeholder;
use crate::text::reserved_host::reserved_host;
use crate::text::to_fill_in::asks_in_capitals;
use crate::text::to_fill_in::has_open_address;
use crate::text::to_fill_in::is_addressed_to_reader;
use crate::text::to_fill_in::is_in_angle_brackets;
use crate::text::to_fill_in::is_order;
use crate::text::to_fill_in::is_to_fill_in;

/// Maps whose values Kubernetes holds to the form of a label's value.
const LABELS: &[&str] = &["labels", "matchLabels", "nodeSelector"];

/// Texts in a form that no placeholder has. Others may hold anything: paths, commands, values for programs.
const NAMES: &[&str] =
    &["name", "generateName", "namespace", "image", "schedule", "timeZone", "hostname", "subdomain"];

/// Maps of texts for a volume's driver, in which few values hold such characters by chance.
const DRIVER_OPTIONS: &[&str] = &["volumeAttributes", "options"];

/// What becomes of an object with a placeholder in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// The program gets the text as it is written.
    InVariable,
    /// A driver gets the text as it is written.
    KeptAsWritten,
    /// What the pod needs is not there: a Secret, a ConfigMap, a volume, a scheduler.
    NoPodStarts,
    /// The pod waits with `ImagePullBackOff`: the reference can be read, and no image has this name.
    NoSuchImage,
    /// The pod waits with `InvalidImageName`.
    NoImage,
    /// The API server takes the CronJob and rejects the Jobs that it is to start.
    RunsRejected,
    /// The API server rejects the object.
    Rejected,
}

/// Finds the placeholders in fields that cannot hold one: names, labels, images, schedules, words that Kubernetes
/// defines, and whatever is not text. Commands, variables, paths and annotations may hold anything.
pub fn placeholders(object: Object<'_>, version: Version) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    object.node.visit(&mut |node| {
        if node.text().is_some_and(|it| has_mark(it) || is_order(it)) && is_left(node, object, version.minor)
        {
            found.push(node);
        }
    });
    found
}

/// Finds what a program gets that was to be replaced: `<app-name>` in its arguments, `your-api-key` there or in a variable.
///
/// Such a value is no sign that the file is a template: nothing but a person replaces it.
pub fn values_to_fill_in(object: Object<'_>) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    let containers = object.job().and_then(Job::pod).into_iter().flat_map(Pod::containers);
    for container in containers {
        let arguments = container.command().items().chain(container.args().items());
        found.extend(arguments.filter(|it| it.text().is_some_and(is_to_fill_in)));
        let values = container.env().items().filter_map(|it| it.get("value"));
        let asks = |it: &str| is_addressed_to_reader(it) || asks_in_capitals(it) || has_open_address(it);
        found.extend(values.filter(|it| it.text().is_some_and(asks)));
    }
    found.sort_by_key(|it| it.span().start);
    found
}

/// Finds the hosts in variables and arguments that only examples have, each with the value it stands in.
pub fn reserved_hosts(object: Object<'_>) -> Vec<(Node<'_>, &str)> {
    let containers = object.job().and_then(Job::pod).into_iter().flat_map(Pod::containers);
    let values = containers.flat_map(|container| {
        let variables = container.env().items().filter_map(|it| it.get("value"));
        container.command().items().chain(container.args().items()).chain(variables)
    });
    values.filter_map(|it| Some((it, reserved_host_in(it.text()?)?))).collect()
}

/// Returns the host in a value, or in the value of an option: `--server=https://vault.example.com`.
fn reserved_host_in(text: &str) -> Option<&str> {
    let option = text.split_once('=').filter(|_| text.starts_with('-'));
    reserved_host(option.map_or(text, |(_, value)| value))
}

/// Whether a text of an object holds a placeholder, where none can be.
fn is_left(node: Node<'_>, object: Object<'_>, minor: u8) -> bool {
    let (text, key) = (node.text().unwrap_or_default(), node.key().unwrap_or_default());
    if key == "value" && node.parent().and_then(Node::parent).and_then(Node::key) == Some("env") {
        return is_in_angle_brackets(text);
    }
    let types = node.parent().and_then(|parent| {
        let around = type_check::type_of(parent, object, minor)?;
        Some((parent.key(), around, type_check::type_within(around, node.key(), minor)?))
    });
    let Some((parent, around, expected)) = types else { return false };
    match (expected, parent.unwrap_or_default()) {
        (Type::String { .. }, parent) if matches!(around, Type::Map { .. }) => {
            // The values of other maps of texts are for programs and people.
            DRIVER_OPTIONS.contains(&parent) && is_whole_or_filled(text)
                || LABELS.contains(&parent) && is_placeholder(text)
        }
        (Type::String { go_type: "string" }, _) if !NAMES.contains(&key) && !key.ends_with("Name") => false,
        (Type::Any, _) => false,
        // The names of variables have capital letters.
        _ => is_placeholder(text) || is_order(text) && above(node, 2) != Some("env"),
    }
}

/// Returns the key of what stands so many levels above a node.
fn above(node: Node<'_>, levels: usize) -> Option<&str> {
    (0..levels).try_fold(node, |node, _| node.parent()).and_then(Node::key)
}

/// Whether a text that may hold anything has a placeholder all the same: `${…}`, or nothing but `$NAME` or
/// `<NAME>`. cert-manager's driver fills in the names of the pod on its own.
fn is_whole_or_filled(text: &str) -> bool {
    let inner = text.strip_prefix('$').or_else(|| text.strip_prefix('<')?.strip_suffix('>'));
    let is_word =
        |it: &str| !it.is_empty() && it.chars().all(|it| it.is_ascii_alphanumeric() || "_ -".contains(it));
    let is_for_driver = text.contains("${POD_") || text.contains("${SERVICE_ACCOUNT_");
    (is_filled_by_template(text) || inner.is_some_and(is_word)) && !is_for_driver
}

/// Returns what becomes of the object with the placeholder `node`, by what Kubernetes 1.36 validates
/// (`pkg/apis/batch/validation`, `pkg/apis/core/validation`); `is_rejected` says whether the API server rejects that value.
pub fn effect(node: Node<'_>, version: Version, is_rejected: impl Fn() -> bool) -> Effect {
    let up = |levels: usize| above(node, levels).unwrap_or_default();
    let (key, parent, above) = (up(0), up(1), up(2));
    let path = node.path();
    match (key, parent, above) {
        (_, "labels", "metadata") if path.starts_with("spec.jobTemplate.metadata.") => {
            let is_valid = node.text().is_some_and(|it| names::label_value(it).is_empty());
            if is_valid { Effect::KeptAsWritten } else { Effect::RunsRejected }
        }
        (_, "metadata", "template" | "jobTemplate") => Effect::KeptAsWritten,
        ("value", _, "env") | ("", "args" | "command", _) => Effect::InVariable,
        ("image", _, "containers" | "initContainers") => match node.text().and_then(image::defect) {
            Some(_) => Effect::NoImage,
            None => Effect::NoSuchImage,
        },
        ("name", _, "env") if version.minor >= 32 => Effect::KeptAsWritten,
        ("name", _, "imagePullSecrets") => Effect::KeptAsWritten,
        ("name", "configMap" | "secret", _) => Effect::NoPodStarts,
        ("secretName" | "claimName" | "schedulerName" | "shareName" | "diskName" | "pdName", _, _) => {
            Effect::NoPodStarts
        }
        (_, parent, _) if DRIVER_OPTIONS.contains(&parent) => Effect::KeptAsWritten,
        // `a-__ENV__-b` is the value of a label as it is.
        _ if !is_rejected() => Effect::KeptAsWritten,
        _ => Effect::Rejected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drivers_options_hold_much_else() {
        for text in ["${BUCKET}", "$BUCKET", "<MODEL_BUCKET>", "{{ bucket }}-models", "<your bucket>"] {
            assert!(is_whole_or_filled(text), "{text}");
        }
        for text in
            ["", "$", "implicit-dirs,uid=$1,gid=2", "pa$sword", "a<b>c", "${POD_NAME}.${POD_NAMESPACE}.svc"]
        {
            assert!(!is_whole_or_filled(text), "{text}");
        }
    }
}
