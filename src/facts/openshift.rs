//! What shows that a pod runs on OpenShift, and what is different there.

use crate::manifest::image::Image;
use crate::manifest::workload::{Container, Pod};

/// The image registry within a cluster, which only OpenShift has: since version 4, and before.
const OWN_REGISTRIES: [&str; 2] =
    ["image-registry.openshift-image-registry.svc", "docker-registry.default.svc"];

/// The image streams of the release, which follow the version of the cluster and rarely have a tag other than `latest`.
const OF_RELEASE: [&str; 9] = [
    "cli",
    "cli-artifacts",
    "driver-toolkit",
    "installer",
    "installer-artifacts",
    "must-gather",
    "network-tools",
    "tests",
    "tools",
];

/// Returns the path of an image in the registry within a cluster: `openshift/cli`.
fn own_image(container: Container<'_>) -> Option<&str> {
    let text = container.image().text()?;
    if !OWN_REGISTRIES.iter().any(|it| text.starts_with(it)) {
        return None;
    }
    let image = Image::parse(text)?;
    let (registry, path) = image.name.split_once('/')?;
    let host = registry.split_once(':').map_or(registry, |it| it.0).trim_end_matches(".cluster.local");
    OWN_REGISTRIES.contains(&host).then_some(path)
}

/// Whether the image is one of OpenShift's release, whose tag moves only when the cluster is upgraded.
pub(crate) fn has_release_image(container: Container<'_>) -> bool {
    let path = own_image(container).and_then(|it| it.strip_prefix("openshift/"));
    path.is_some_and(|it| OF_RELEASE.contains(&it))
}

/// Images that only clusters of OpenShift run: the parts of its release, which Red Hat publishes.
const OF_PUBLISHER: [&str; 4] = [
    "quay.io/openshift-release-dev/",
    "quay.io/openshift/",
    "registry.redhat.io/openshift3/",
    "registry.redhat.io/openshift4/",
];

/// Whether OpenShift assigns the containers a user of the namespace's range: their images show that they run there.
pub(crate) fn assigns_user(pod: Pod<'_>) -> bool {
    let is_published = |it: Container<'_>| {
        it.image().text().is_some_and(|text| OF_PUBLISHER.iter().any(|start| text.starts_with(start)))
    };
    pod.containers().any(|it| own_image(it).is_some() || is_published(it)) && can_be_assigned_user(pod)
}

/// Whether OpenShift would assign the containers a user, as the security context constraint `restricted-v2` does for every pod that
/// asks for no more than it allows.
pub(crate) fn can_be_assigned_user(pod: Pod<'_>) -> bool {
    let is_set = |path: &'static str| pod.spec.field(path).boolean() == Some(true);
    let asks_node = ["hostPID", "hostIPC", "hostNetwork"].into_iter().any(is_set)
        || pod.volumes().items().any(|it| it.field("hostPath").is_set());
    let asks_more = |it: Container<'_>| {
        it.node.field("securityContext.privileged").boolean() == Some(true)
            || it.node.field("securityContext.capabilities.add").items().next().is_some()
            || it.node.field("ports").items().any(|port| port.field("hostPort").is_set())
    };
    // These namespaces have no constraints.
    let namespace = pod.job.object.namespace().text().unwrap_or_default();
    let is_exempt = namespace == "default" || namespace.starts_with("kube-");
    !asks_node && !is_exempt && !pod.containers().any(asks_more)
}
