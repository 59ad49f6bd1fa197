//! Which images have a `dash` without `pipefail`.

use super::known_images::{has_part, hub_name, version_of};
use crate::manifest::image::Image;

/// Whether an image is of a release whose `dash` lacks `pipefail`: before Debian 13 and Ubuntu 25.04, which have 0.5.12-7.
///
/// Source: the changelog of Debian's package. Of an image whose tag names no release this is not known.
pub fn has_old_dash(reference: &str) -> bool {
    const RELEASES: &str = "bookworm bullseye buster stretch jessie oracular noble jammy focal bionic xenial";
    const NUMBERED: &str = "debian7 debian8 debian9 debian10 debian11 debian12";
    let Some(image) = Image::parse(reference) else { return false };
    let (full, tag) = (image.full_name(), image.tag.unwrap_or_default());
    let before = match hub_name(&full) {
        "debian" => Some(13),
        "ubuntu" => Some(25),
        _ => None,
    };
    has_part(RELEASES, tag)
        || tag.split('-').any(|part| NUMBERED.split(' ').any(|it| it == part))
        || before.is_some_and(|major| version_of(tag).is_some_and(|it| it.0 < major))
}

#[cfg(test)]
mod tests {
    use super::has_old_dash;

    #[test]
    fn the_release_decides() {
        for image in [
            "debian:12",
            "debian:12.7-slim",
            "debian:bookworm-20240904",
            "ubuntu:22.04",
            "ubuntu:24.10",
            "python:3.12-slim-bookworm",
            "registry.example.com/team/app:1.4-debian12",
            "mirror.gcr.io/library/debian:11",
        ] {
            assert!(has_old_dash(image), "{image}");
        }
        for image in [
            "debian:13",
            "debian:trixie-slim",
            "debian",
            "ubuntu:25.04",
            "ubuntu:latest",
            "python:3.12-slim",
            "",
        ] {
            assert!(!has_old_dash(image), "{image}");
        }
    }
}
