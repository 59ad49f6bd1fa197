//! Which containers can run as root.

use crate::manifest::document::Field;
use crate::manifest::image::Image;
use crate::manifest::workload::Container;

/// Returns the field that lets the container run as root; what it sets itself counts before what its pod sets.
pub(crate) fn root_cause(container: Container<'_>) -> Option<Field<'_>> {
    let user = container.deciding("securityContext.runAsUser");
    let non_root = container.deciding("securityContext.runAsNonRoot");
    match (user.integer(), non_root.boolean()) {
        // With uid 0 as well the container never starts: `non-root-contradiction`.
        (_, Some(true)) => None,
        (Some(0), _) => Some(user),
        _ if user.is_set() => None,
        _ => Some(non_root),
    }
}

/// Images whose own user is not root, by the start or the end of their names: so say the Dockerfiles of their makers.
const NON_ROOT: [(&str, bool); 6] = [
    ("bitnami/", true),
    ("bitnamilegacy/", true),
    ("cgr.dev/chainguard/", true),
    ("curlimages/curl", false),
    ("nginxinc/nginx-unprivileged", false),
    ("prom/", true),
];

/// Whether the container runs an image whose own user is known not to be root.
pub(crate) fn has_non_root_image(container: Container<'_>) -> bool {
    let Some(image) = container.image().text().and_then(Image::parse) else { return false };
    let name = image.name.strip_prefix("docker.io/").unwrap_or(image.name);
    let is_known =
        |(known, is_start): &(&str, bool)| if *is_start { name.starts_with(known) } else { name == *known };
    NON_ROOT.iter().any(is_known) || image.tag.is_some_and(|it| it.split('-').any(|part| part == "nonroot"))
}

/// Whether the container is sure to run as another user than root.
pub(crate) fn is_non_root(container: Container<'_>) -> bool {
    let user = container.deciding("securityContext.runAsUser").integer();
    let non_root = container.deciding("securityContext.runAsNonRoot").boolean() == Some(true);
    user.map_or(non_root, |it| it != 0)
}
