//! Images that their publishers have removed from the registry that they name.

use crate::manifest::image::{Image, is_replaced};
use crate::manifest::workload::Container;

/// An image that its publisher has removed from Docker Hub.
pub(crate) struct Removed {
    /// Who removed it, and when.
    pub(crate) what: &'static str,
    /// What to write in its place.
    pub(crate) help: String,
    /// The same image elsewhere, unless it should rather be pinned.
    pub(crate) meant: Option<String>,
}

const MINIO: &str = "MinIO removed its repositories from Docker Hub in September 2026";

/// MinIO has pushed its releases to quay.io, too, since then (`minio/mc`, commit `9242dbdf`).
const FIRST_ON_QUAY: &str = "RELEASE.2021-06-11";

/// Returns what is known of a container's image that a node can no longer pull.
pub(crate) fn removed_image(container: Container<'_>) -> Option<Removed> {
    let image = container.image().text().and_then(Image::parse)?;
    // What a node has already is not pulled, and a kustomization can name another image.
    if is_replaced(container, image) || container.image_pull_policy().is("Never") {
        None
    } else {
        removed(image)
    }
}

/// Returns how to pin an image whose tag moves.
pub(crate) fn how_to_pin(image: Image<'_>) -> String {
    let name = image.name;
    if image.full_name().starts_with("docker.io/bitnami/") {
        return format!(
            "pin the digest, `{name}@sha256:…`, or use an image whose publisher tags its versions: Docker Hub has only \
             `latest` of Bitnami's tags"
        );
    }
    format!("pin the tested version, `{name}:<version>`, or its digest, `{name}@sha256:…`")
}

/// Returns what is known of an image that was removed from Docker Hub.
fn removed(image: Image<'_>) -> Option<Removed> {
    let full = image.full_name();
    let name = full.strip_prefix("docker.io/").or_else(|| full.strip_prefix("registry-1.docker.io/"))?;
    let tag = image.tag.unwrap_or_default();
    if name == "minio/minio" || name == "minio/mc" {
        let is_digest = image.digest.is_some();
        if image.tag.is_some_and(|it| it.starts_with("RELEASE.") && it < FIRST_ON_QUAY) && !is_digest {
            return Some(Removed {
                what: MINIO,
                help: format!(
                    "write a release of June 2021 or later from `quay.io/{name}`, which has no older ones, or use an image \
                     that gets updates"
                ),
                meant: None,
            });
        }
        let mark = |mark, part: Option<&str>| part.map(|it| format!("{mark}{it}")).unwrap_or_default();
        let same = || format!("quay.io/{name}{}{}", mark(":", image.tag), mark("@", image.digest));
        let meant = (!image.is_mutable()).then(same);
        // The advice of `mutable-image`, which does not report what cannot be pulled.
        let written = meant.clone().unwrap_or_else(|| format!("quay.io/{name}:<version>"));
        let where_it_is = if is_digest { "if it is there" } else { "where MinIO's last releases still are" };
        return Some(Removed {
            what: MINIO,
            help: format!("write `{written}`, {where_it_is}, or use an image that gets updates"),
            meant,
        });
    }
    // `latest` is still there for some applications, and so are digests.
    let rest = name.strip_prefix("bitnami/")?;
    let has_version = image.digest.is_none() && tag.starts_with(|it: char| it.is_ascii_digit());
    has_version.then(|| Removed {
        what: "Bitnami removed all tags with a version from `docker.io/bitnami` in autumn 2025",
        help: format!(
            "use an image that gets updates, such as the official one of the `{rest}` project; \
             `docker.io/bitnamilegacy/{rest}` has most of the old tags, but gets no updates"
        ),
        meant: None,
    })
}
