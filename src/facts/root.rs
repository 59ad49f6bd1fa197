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
const NON_ROOT: [(&str, bool); 20] = [
    ("bitnami/", true),
    ("bitnamilegacy/", true),
    ("cgr.dev/chainguard/", true),
    ("confluentinc/cp-kafka", false),
    ("curlimages/curl", false),
    ("docker.redpanda.com/redpandadata/redpanda", false),
    ("ghcr.io/mastodon/mastodon", false),
    ("ghcr.io/oracle/oci-cli", false),
    ("ghcr.io/renovatebot/renovate", false),
    ("grafana/k6", false),
    ("locustio/locust", false),
    ("mikefarah/yq", false),
    ("nginxinc/nginx-unprivileged", false),
    ("posthog/posthog", false),
    ("prom/", true),
    ("quay.io/curl/curl", false),
    ("redpandadata/redpanda", false),
    ("renovate/renovate", false),
    ("temporalio/admin-tools", false),
    ("velero/velero", false),
];

/// Images of the same makers whose user is root.
const ROOT: [&str; 4] =
    ["bitnami/git", "bitnami/python", "bitnamilegacy/python", "cgr.dev/chainguard/wolfi-base"];

/// The languages for which Red Hat has images on UBI whose Dockerfiles (`sclorg/s2i-*-container`, `s2i-dotnetcore`) end with
/// `USER 1001`: `registry.access.redhat.com/ubi9/python-311`.
const UBI_LANGUAGES: &str = "dotnet nodejs perl php python ruby";

/// Whether the container runs an image whose own user is known not to be root.
pub(crate) fn has_non_root_image(container: Container<'_>) -> bool {
    let Some(image) = container.image().text().and_then(Image::parse) else { return false };
    let name = image.name.strip_prefix("docker.io/").unwrap_or(image.name);
    let is_known =
        |(known, is_start): &(&str, bool)| if *is_start { name.starts_with(known) } else { name == *known };
    NON_ROOT.iter().any(is_known) && !ROOT.contains(&name) && !is_old_kafka(name, image.tag)
        || is_ubi_with_language(name)
        || image.tag.is_some_and(|it| it.split('-').any(|part| part == "nonroot"))
}

/// Whether a container uses files in `/root`, which only root can enter in nearly all images.
pub(crate) fn uses_home_of_root(container: Container<'_>) -> bool {
    let words = container.command_line().filter_map(|it| it.text());
    let mounts = container.volume_mounts().items().filter_map(|it| it.field("mountPath").text());
    let variables = container.env().items().filter_map(|it| it.field("value").text());
    let directory = container.node.field("workingDir").text();
    words.chain(mounts).chain(variables).chain(directory).any(names_home_of_root)
}

/// Whether a text has the path `/root`, or one below it.
fn names_home_of_root(text: &str) -> bool {
    const HOME: &str = "/root";
    let is_inner = |it: char| it.is_alphanumeric() || "-_./}$*?".contains(it);
    text.match_indices(HOME).any(|(at, _)| {
        let rest = &text[at + HOME.len()..];
        !text[..at].ends_with(is_inner) && (rest.starts_with('/') || !rest.starts_with(is_inner))
    })
}

/// Bitnami's images whose Dockerfiles end with `USER 1001`; those for developers, such as `bitnami/python`, run as root.
const OF_BITNAMI: &str = "aws-cli etcd kafka kubectl mariadb minio-client mongodb mysql postgresql redis";

/// Whether the container certainly runs as another user than root: by its settings, or by its image where these say nothing.
pub(crate) fn never_runs_as_root(container: Container<'_>) -> bool {
    let is_set = container.deciding("securityContext.runAsUser").is_set();
    container.is_non_root() || !is_set && has_sure_user(container)
}

/// Whether the Dockerfile of the very image, and not only those of most of its maker, says so.
fn has_sure_user(container: Container<'_>) -> bool {
    let Some(image) = container.image().text().and_then(Image::parse) else { return false };
    let name = image.name.strip_prefix("docker.io/").unwrap_or(image.name);
    let of_bitnami = name.strip_prefix("bitnami/").or_else(|| name.strip_prefix("bitnamilegacy/"));
    let is_whole = NON_ROOT.iter().any(|(known, is_start)| !is_start && name == *known);
    // The user of yq is from version 4 on.
    let is_old = name == "mikefarah/yq" && image.tag.is_some_and(|it| it.starts_with(['2', '3']));
    of_bitnami.is_some_and(|it| has_word(OF_BITNAMI, it))
        || is_whole && !is_old && !is_old_kafka(name, image.tag)
        || is_ubi_with_language(name)
}

/// Whether the image is that of kaniko, which has to be root: it unpacks the files of images as they are.
pub(crate) fn needs_root(container: Container<'_>) -> bool {
    let name = container.image().text().and_then(Image::parse).map(|it| it.name);
    name.is_some_and(|it| it.ends_with("kaniko-project/executor"))
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
