//! Which containers can run as root.

use crate::manifest::document::Field;
use crate::manifest::image::Image;
use crate::manifest::workload::Container;
use crate::text::word_list::has_word;

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

/// Images whose own user is not root, by the start of their names or by the whole: so say the Dockerfiles of their makers.
const NON_ROOT: [(&str, bool); 17] = [
    ("bitnami/", true),
    ("bitnamilegacy/", true),
    ("cgr.dev/chainguard/", true),
    ("confluentinc/cp-kafka", false),
    ("curlimages/curl", false),
    ("docker.redpanda.com/redpandadata/redpanda", false),
    ("ghcr.io/mastodon/mastodon", false),
    ("grafana/k6", false),
    ("locustio/locust", false),
    ("mikefarah/yq", false),
    ("nginxinc/nginx-unprivileged", false),
    ("posthog/posthog", false),
    ("prom/", true),
    ("quay.io/curl/curl", false),
    ("redpandadata/redpanda", false),
    ("temporalio/admin-tools", false),
    ("velero/velero", false),
];

/// The languages for which Red Hat has images on UBI whose Dockerfiles (`sclorg/s2i-*-container`, `s2i-dotnetcore`) end with
/// `USER 1001`: `registry.access.redhat.com/ubi9/python-311`.
const UBI_LANGUAGES: &str = "dotnet nodejs perl php python ruby";

/// Whether the container runs an image whose own user is known not to be root.
pub(crate) fn has_non_root_image(container: Container<'_>) -> bool {
    let Some(image) = container.image().text().and_then(Image::parse) else { return false };
    let name = image.name.strip_prefix("docker.io/").unwrap_or(image.name);
    let is_known =
        |(known, is_start): &(&str, bool)| if *is_start { name.starts_with(known) } else { name == *known };
    NON_ROOT.iter().any(is_known) && !is_old_kafka(name, image.tag)
        || is_ubi_with_language(name)
        || image.tag.is_some_and(|it| it.split('-').any(|part| part == "nonroot"))
}

/// Whether an image is one of Confluent's on Debian, whose user is root: those before version 6.
fn is_old_kafka(name: &str, tag: Option<&str>) -> bool {
    name.starts_with("confluentinc/") && tag.is_some_and(|it| it.starts_with(['3', '4', '5']))
}

fn is_ubi_with_language(name: &str) -> bool {
    const REGISTRIES: [&str; 2] = ["registry.access.redhat.com/ubi", "registry.redhat.io/ubi"];
    let after = REGISTRIES.iter().find_map(|it| name.strip_prefix(it));
    let Some((release, image)) = after.and_then(|it| it.split_once('/')) else { return false };
    let is_release = !release.is_empty() && release.bytes().all(|it| it.is_ascii_digit());
    is_release && image.split_once('-').is_some_and(|(language, _)| has_word(UBI_LANGUAGES, language))
}
