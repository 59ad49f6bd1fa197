//! Image references: `registry.example.com:5000/team/app:1.4.2@sha256:…`.

use std::borrow::Cow;

use crate::manifest::live;
use crate::manifest::workload::Container;
use crate::text::placeholder::is_placeholder;
use crate::text::source::ImageChange;
use crate::text::word_list::has_word;

/// An image reference in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Image<'a> {
    /// Registry and repository as written, without tag and digest: `localhost:5000/team/app`.
    pub name: &'a str,
    /// The tag, unless none is written.
    pub tag: Option<&'a str>,
    /// The digest with its algorithm, unless none is written.
    pub digest: Option<&'a str>,
}

/// Tags that promise to move: they name a branch, a channel or a stage, and no version.
const FLOATING: &str = "alpha beta canary current dev devel develop development edge experimental head latest lts main \
    mainline master next nightly preview prod production rc release rolling snapshot stable staging test testing tip \
    trunk unstable";

/// Variants of an image that have no version of their own: `nginx:alpine` is the newest nginx on the newest Alpine.
const VARIANTS: &str = "alpine slim distroless debug nonroot rootless glibc musl fpm cli";

/// The last part of a tag for one kind of machine: `latest-amd64` moves as `latest` does.
const MACHINES: &str = "amd64 arm64 arm64v8 x86_64 x86 aarch64 armv7 s390x ppc64le";

impl<'a> Image<'a> {
    /// Takes a reference apart; `None` if a part is empty or where it holds what no reference can.
    ///
    /// A colon before the last slash belongs to the registry's port, as the runtimes read it.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (text, None),
        };
        let last = rest.rfind('/').map_or(0, |at| at + 1);
        let (name, tag) = match rest[last..].split_once(':') {
            Some((_, tag)) => (&rest[..rest.len() - tag.len() - 1], Some(tag)),
            None => (rest, None),
        };
        let mut parts = name.split('/');
        let first = parts.next().unwrap_or_default();
        let (host, port) = first.split_once(':').unwrap_or((first, "0"));
        let is_valid = is_word(host)
            && port.bytes().all(|it| it.is_ascii_digit())
            && parts.all(is_word)
            && tag.is_none_or(is_word)
            && digest.is_none_or(|it| it.contains(':'));
        is_valid.then_some(Image { name, tag, digest })
    }

    /// Returns registry and repository as the runtimes complete them: `nginx` is `docker.io/library/nginx`.
    pub fn full_name(self) -> String {
        match split_host(self.name) {
            (Some("index.docker.io"), path) | (None, path) if !path.contains('/') => {
                format!("docker.io/library/{path}")
            }
            (Some("index.docker.io"), path) | (None, path) => format!("docker.io/{path}"),
            (Some("docker.io"), path) if !path.contains('/') => format!("docker.io/library/{path}"),
            (Some(host), path) => format!("{host}/{path}"),
        }
    }

    /// Whether the same reference may name another image tomorrow: no digest, and no tag that names a version.
    ///
    /// Versions that are not complete (`3`, `16-alpine`, `bookworm`) do not count: they name a line of releases.
    pub fn is_mutable(self) -> bool {
        self.digest.is_none() && self.tag.is_none_or(is_floating)
    }
}

/// Whether a tag names a branch, a channel or a variant and nothing that could be a version: `latest`,
/// `stable-slim`, `alpine`; not `main-3f9c2d1`.
fn is_floating(tag: &str) -> bool {
    // Most tags begin with a version.
    if tag.starts_with(|it: char| it.is_ascii_digit()) {
        return false;
    }
    let tag = tag.to_ascii_lowercase();
    let mut words = tag.split(['-', '.', '_']);
    let first = words.next().unwrap_or_default();
    let is_version = |word: &str| word.bytes().any(|it| it.is_ascii_digit()) && !has_word(MACHINES, word);
    (has_word(FLOATING, first) && !words.clone().any(is_version))
        || (has_word(VARIANTS, first) && words.all(|word| has_word(VARIANTS, word)))
}

/// Splits off the registry, where the first part is one: it has a dot, a port or a capital letter, or is `localhost`
/// (`splitDockerDomain` in `github.com/distribution/reference`).
fn split_host(name: &str) -> (Option<&str>, &str) {
    let is_host = |first: &str| {
        first.contains(['.', ':']) || first == "localhost" || first.bytes().any(|it| it.is_ascii_uppercase())
    };
    match name.split_once('/') {
        Some((first, rest)) if is_host(first) => (Some(first), rest),
        _ => (None, name),
    }
}

/// Returns why no runtime can read a reference, by the grammar of `github.com/distribution/reference`; `None` if
/// they can, and where there is no text at all.
pub fn defect(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return None;
    }
    if text.contains("://") {
        return Some("it starts like a URL");
    }
    if text.contains(char::is_whitespace) {
        return Some("it contains whitespace");
    }
    let (rest, digest) = text.split_once('@').map_or((text, None), |(rest, digest)| (rest, Some(digest)));
    let (host, path) = split_host(rest);
    let (path, tag) = path.split_once(':').map_or((path, None), |(path, tag)| (path, Some(tag)));
    if path.bytes().any(|it| it.is_ascii_uppercase()) {
        Some("the repository has capital letters")
    } else if !host.is_none_or(is_host) {
        Some("the part before the first slash is not a host")
    } else if path.is_empty() {
        Some("it does not name an image")
    } else if !path.split('/').all(is_component) {
        Some(
            "a part of the repository is empty, or has characters other than letters, digits and single separators",
        )
    } else if tag == Some("") {
        Some("the tag after the colon is empty")
    } else if !tag.is_none_or(is_tag) {
        Some("the tag has an invalid character, begins with `.` or `-`, or has more than 128 characters")
    } else if let Some(why) = digest.and_then(digest_defect) {
        Some(why)
    } else if host.map_or(0, str::len) + path.len() >= 255 {
        Some("the name has more than 255 characters")
    } else if host.is_none() && rest.len() == 64 && is_hex(rest) {
        Some("64 hexadecimal digits cannot be a name")
    } else {
        None
    }
}

/// Whether a text may be part of a name, tag or host, where no other limits apply.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

fn is_tag(tag: &str) -> bool {
    tag.len() <= 128 && !tag.starts_with(['.', '-']) && is_word(tag)
}

fn is_host_part(part: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !part.is_empty() && !part.starts_with('-') && !part.ends_with('-') && part.bytes().all(is_inner)
}

/// Whether the text is a host with an optional port.
fn is_host(text: &str) -> bool {
    if let Some((address, port)) = text.strip_prefix('[').and_then(|it| it.split_once(']')) {
        let is_address =
            !address.is_empty() && address.bytes().all(|it| it.is_ascii_hexdigit() || it == b':');
        return is_address && (port.is_empty() || port.strip_prefix(':').is_some_and(is_number));
    }
    let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    host.split('.').all(is_host_part) && port.is_none_or(is_number)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit())
}

/// Whether the text is a part of a repository: words of lower-case letters and digits, with `.`, `_`, `__` or
/// dashes between them.
fn is_component(text: &str) -> bool {
    let is_inner = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit();
    let mut gaps = text.split(is_inner).filter(|gap| !gap.is_empty());
    text.starts_with(is_inner)
        && text.ends_with(is_inner)
        && gaps.all(|gap| matches!(gap, "." | "_" | "__") || gap.bytes().all(|it| it == b'-'))
}

/// Returns why a text is not a valid digest.
fn digest_defect(text: &str) -> Option<&'static str> {
    let (algorithm, digits) = text.split_once(':').unwrap_or_default();
    let (length, why) = match algorithm {
        "sha256" => (64, "the digest does not have the 64 lower-case hexadecimal digits of `sha256`"),
        "sha384" => (96, "the digest does not have the 96 lower-case hexadecimal digits of `sha384`"),
        "sha512" => (128, "the digest does not have the 128 lower-case hexadecimal digits of `sha512`"),
        _ => return Some("the digest does not start with an algorithm such as `sha256:`"),
    };
    (digits.len() != length || !is_hex(digits)).then_some(why)
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|it| it.is_ascii_digit() || (b'a'..=b'f').contains(&it))
}

/// Whether the nodes continue with the image that they have, whatever is pushed later, because somebody has said so.
pub fn keeps_image(container: Container<'_>) -> bool {
    let policy = container.image_pull_policy();
    let tag = container.image().text().and_then(Image::parse).and_then(|it| it.tag);
    // An API server writes `IfNotPresent` after every other tag.
    let is_stated = !live::is_live(container.pod.job.object) || matches!(tag, None | Some("latest"));
    policy.is("Never") || policy.is("IfNotPresent") && is_stated
}

/// Whether a reference, which a runtime can read and no template has yet to fill in, may name another image tomorrow.
pub fn moves(text: &str) -> bool {
    let is_mutable = |it: Image<'_>| it.is_mutable() && !is_stand_in(it);
    Image::parse(text).is_some_and(is_mutable) && !is_placeholder(text) && defect(text).is_none()
}

/// Whether a name says that another image takes its place: `replaced-by-kustomize`, `agent_image`.
pub fn is_stand_in(image: Image<'_>) -> bool {
    let is_said = image.name.split('-').any(|it| it == "placeholder" || it == "replaced");
    let is_variable = image.name.ends_with("_image") && image.tag.is_none() && !image.name.contains('/');
    is_said || is_variable
}

/// Returns the image of a container that may be another one tomorrow, as the pod gets it: what one of the kustomizations that
/// list the file writes counts, not what stands in the file.
pub fn moving_image(container: Container<'_>) -> Option<Cow<'_, str>> {
    let text = container.image().text()?;
    match container.node.document.source.image_changes.as_slice() {
        [] => Some(Cow::Borrowed(text)).filter(|it| moves(it)),
        builds => builds.iter().map(|it| as_built(text, it)).find(|it| moves(it)),
    }
}

/// Whether a kustomization that lists the file of a container changes its image.
pub fn is_replaced(container: Container<'_>, image: Image<'_>) -> bool {
    let builds = &container.node.document.source.image_changes;
    builds.iter().any(|build| build.iter().any(|it| it.name == image.name))
}

/// Changes an image as kustomize does (`api/filters/imagetag/updater.go`).
fn as_built<'t>(text: &'t str, changes: &[ImageChange]) -> Cow<'t, str> {
    let mut built = Cow::Borrowed(text);
    for ImageChange { name, new_name, new_tag, digest } in changes {
        let Some(image) = Image::parse(&built).filter(|it| it.name == name) else { continue };
        let (tag, digest) = match (new_tag.as_str(), digest.as_str()) {
            ("", "") => (image.tag.unwrap_or_default(), image.digest.unwrap_or_default()),
            both => both,
        };
        let name = if new_name.is_empty() { name } else { new_name };
        let part = |mark, text: &str| if text.is_empty() { String::new() } else { format!("{mark}{text}") };
        built = Cow::Owned(format!("{name}{}{}", part(':', tag), part('@', digest)));
    }
    built
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_no_tag() {
        let parts = |text| Image::parse(text).map(|it| (it.name, it.tag, it.digest));
        assert_eq!(parts("busybox"), Some(("busybox", None, None)));
        assert_eq!(parts("localhost:5000/app"), Some(("localhost:5000/app", None, None)));
        assert_eq!(parts("localhost:5000/a/b:1"), Some(("localhost:5000/a/b", Some("1"), None)));
        assert_eq!(parts("a/b:1@sha256:0f"), Some(("a/b", Some("1"), Some("sha256:0f"))));
        assert_eq!(parts("a@sha256:0f"), Some(("a", None, Some("sha256:0f"))));
    }

    #[test]
    fn what_no_runtime_can_read_is_no_image() {
        for text in ["", ":1", "a:", "a@", "https://example.com/a", "a b", "a//b", "${REPO}/a", "a:{{ tag }}"]
        {
            assert_eq!(Image::parse(text), None, "{text}");
        }
    }

    #[test]
    fn floating_tags_move() {
        let is_mutable = |text| Image::parse(text).is_some_and(Image::is_mutable);
        for text in [
            "a",
            "a:latest",
            "a:stable-slim",
            "a:latest-amd64",
            "a:Nightly",
            "a:alpine",
            "h:5000/a",
            "a:main",
        ] {
            assert!(is_mutable(text), "{text}");
        }
        let fixed = [
            "a:1",
            "a:3.12-slim",
            "a:main-3f9c2d1",
            "a:bookworm",
            "a:latest@sha256:0f",
            "a:20260101",
            "a:v2-beta",
        ];
        for text in fixed {
            assert!(!is_mutable(text), "{text}");
        }
    }

    #[test]
    fn names_are_completed() {
        let full = |text| Image::parse(text).map(Image::full_name).unwrap_or_default();
        assert_eq!(full("nginx:1"), "docker.io/library/nginx");
        assert_eq!(full("team/app"), "docker.io/team/app");
        assert_eq!(full("docker.io/nginx"), "docker.io/library/nginx");
        assert_eq!(full("localhost/app"), "localhost/app");
        assert_eq!(full("registry.example.com:5000/a/b:1"), "registry.example.com:5000/a/b");
    }

    #[test]
    fn kustomize_changes_names_tags_and_digests() {
        let change = |name: &str, new_name: &str, new_tag: &str, digest: &str| ImageChange {
            name: name.to_owned(),
            new_name: new_name.to_owned(),
            new_tag: new_tag.to_owned(),
            digest: digest.to_owned(),
        };
        for (changes, built) in [
            (vec![change("h:5000/a", "", "1.2", "")], "h:5000/a:1.2"),
            (vec![change("h:5000/a", "b", "", "")], "b:latest"),
            (vec![change("h:5000/a", "", "", "sha256:0f")], "h:5000/a@sha256:0f"),
            (vec![change("h:5000/a", "b", "", ""), change("b", "", "2", "")], "b:2"),
            (vec![change("a", "", "1.2", "")], "h:5000/a:latest"),
        ] {
            assert_eq!(as_built("h:5000/a:latest", &changes), built);
        }
    }

    #[test]
    fn runtimes_read_these() {
        let hex = "0f".repeat(32);
        let digest = format!("a@sha256:{hex}");
        for text in [
            "",
            "a",
            "a:1",
            "a:RELEASE.2020-05-28T23-43-36Z",
            "A.example.com/a",
            "Team/app",
            "h:5000/a_b/c__d/e---f:_x",
            "[::1]:5000/a",
            &digest,
        ] {
            assert_eq!(defect(text), None, "{text}");
        }
    }

    #[test]
    fn no_runtime_reads_these() {
        let (hex, upper) = ("0f".repeat(32), format!("a@sha256:{}", "0F".repeat(32)));
        for text in [
            "App",
            "team/App:1",
            "https://example.com/a",
            " a",
            "a b",
            "a:",
            "a@",
            ":1",
            "a//b",
            "/a",
            "a:1:2",
            "a:-1",
            "a:b+c",
            "a@sha256:0f",
            "a@md5:0f",
            "example.com:/a",
            "-h.example.com/a",
            "a..b",
            "a___b",
            "_a",
            &hex,
            &upper,
        ] {
            assert!(defect(text).is_some(), "{text}");
        }
    }
}
