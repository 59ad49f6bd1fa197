use std::borrow::Cow;

use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::openshift::has_release_image;
use crate::facts::printing::only_prints;
use crate::facts::removed_image::{how_to_pin, removed_image};
use crate::manifest::image::{Image, keeps_image, moving_image};
use crate::manifest::official_images::is_local;
use crate::manifest::workload::{Container, Pod};
use crate::rule::{Check, Reporter, Rule};
use crate::text::to_fill_in::addressed_to_reader;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "stale-image",
        summary: "The tag moves, but nodes keep using the copy that they already have",
        category: Category::Resources,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let mut stale: Vec<_> = pod.containers().filter_map(stale).collect();
    // Of an image that a registry has, more can be said.
    stale.sort_by_key(|(text, container)| is_loaded(text, *container));
    let Some(((text, first), others)) = stale.split_first() else { return };
    let (policy, is_loaded) = (first.image_pull_policy(), is_loaded(text, *first));
    let message = if policy.is("Never") {
        format!(
            "each node runs the copy of `{text}` that it happens to have, and pods on nodes without one \
                cannot start: `imagePullPolicy` is `Never`"
        )
    } else if is_loaded {
        format!(
            "each node keeps using the `{text}` that was loaded into it last, whatever is built later: Docker Hub has no \
             official image of this name, and `imagePullPolicy` is `IfNotPresent`"
        )
    } else {
        format!(
            "each node keeps using the `{text}` that it already has, whatever is pushed later: \
             `imagePullPolicy` is `IfNotPresent`"
        )
    };
    let finding = reporter.report_milder(only_prints(pod) || is_loaded, policy, message);
    let has_registry =
        text.split_once('/').is_some_and(|(host, _)| host.contains('.')) && !text.starts_with("docker.io/");
    finding.related(first.image(), "what this name refers to can change").help(if policy.is("Never") && has_registry {
        "refer to the image by a version tag or digest, and set `imagePullPolicy: IfNotPresent`".to_owned()
    } else if policy.is("Never") {
        // Who sets it has most often built the image on the node, so that there is nothing to pull yet.
        "push the image to a registry that all nodes can reach, refer to it by a version tag or digest, and set \
            `imagePullPolicy: IfNotPresent`".to_owned()
    } else if is_loaded {
        // `Always` would look for it in vain.
        "give each build a tag of its own, and name it here".to_owned()
    } else {
        let pin = Image::parse(text).map(how_to_pin).unwrap_or_default();
        format!("{pin}; to follow the tag, set `imagePullPolicy: Always`")
    });
    for (_, container) in others {
        finding.related(container.image_pull_policy(), "nodes keep this image too");
        finding.related(container.image(), "what this name refers to can change too");
    }
}

/// Whether the image is one that no registry has: it is loaded into the nodes.
fn is_loaded(text: &str, container: Container<'_>) -> bool {
    !container.image_pull_policy().is("Never") && Image::parse(text).is_some_and(|it| is_local(it.name))
}

/// Returns the container with its image, where its nodes keep an image that the tag has left behind.
fn stale(container: Container<'_>) -> Option<(Cow<'_, str>, Container<'_>)> {
    let text = moving_image(container).filter(|_| keeps_image(container) && !has_release_image(container))?;
    // No node has `your-registry/app`, and none can pull an image that was removed.
    let is_pulled = addressed_to_reader(&text).is_none() && removed_image(container).is_none();
    is_pulled.then_some((text, container))
}
