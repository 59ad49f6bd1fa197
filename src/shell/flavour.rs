//! Which shell stands behind `sh` in an image, as far as its name tells.

use crate::manifest::image::Image;

/// A family of shells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// Bash, also under the name `sh`.
    Bash,
    /// Debian's `dash`: POSIX and little more.
    Dash,
    /// The `ash` of BusyBox: POSIX with some of Bash.
    BusyBox,
    /// A plain `sh` of which nothing is known.
    Unknown,
    /// No shell: a script in Python.
    Python,
    /// Another shell with a language of its own.
    Other,
}

impl Flavour {
    /// Whether the shell does not have a feature of Bash. An unknown `sh` has what both BusyBox and `dash` have.
    pub fn lacks(self, in_busybox: bool) -> bool {
        match self {
            Flavour::Dash => true,
            Flavour::BusyBox | Flavour::Unknown => !in_busybox,
            Flavour::Bash | Flavour::Python | Flavour::Other => false,
        }
    }
}

/// The names of images, or parts of their tags, that come from a distribution whose `sh` is known.
const BUSYBOX: [&str; 8] = ["alpine", "busybox", "kubectl-alpine", "curl", "wget", "git", "rclone", "vault"];
const BASH: [&str; 12] = [
    "ubi8",
    "ubi9",
    "ubi",
    "centos",
    "fedora",
    "rockylinux",
    "almalinux",
    "amazonlinux",
    "oraclelinux",
    "ubi-minimal",
    "aws-cli",
    "opensuse",
];
const DASH: [&str; 18] = [
    "debian",
    "ubuntu",
    "python",
    "node",
    "ruby",
    "golang",
    "perl",
    "php",
    "postgres",
    "mysql",
    "mariadb",
    "mongo",
    "httpd",
    "nginx",
    "rust",
    "cloud-sdk",
    "google-cloud-cli",
    "openjdk",
];
const DEBIAN_TAGS: [&str; 8] =
    ["slim", "bookworm", "bullseye", "buster", "stretch", "jammy", "focal", "noble"];

/// Returns the family of the shell that an image has under a name.
pub(super) fn flavour(shell: &str, image: &str) -> Flavour {
    match shell {
        "bash" | "rbash" => return Flavour::Bash,
        "ash" => return Flavour::BusyBox,
        "dash" => return Flavour::Dash,
        "python" | "python2" | "python3" => return Flavour::Python,
        "sh" => {}
        _ => return Flavour::Other,
    }
    let Some(Image { name, tag, .. }) = Image::parse(image) else { return Flavour::Unknown };
    let base = name.rsplit('/').next().unwrap_or(name);
    let tag = tag.unwrap_or_default();
    let has = |list: &[&str]| list.contains(&base);
    if tag.contains("alpine") || has(&BUSYBOX) || base.contains("alpine") {
        Flavour::BusyBox
    } else if tag.contains("ubi8") || tag.contains("ubi9") || has(&BASH) {
        Flavour::Bash
    } else if has(&DASH) || DEBIAN_TAGS.iter().any(|it| tag.contains(it)) {
        Flavour::Dash
    } else {
        Flavour::Unknown
    }
}
