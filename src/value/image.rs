//! Image references: `registry.example.com:5000/team/app:1.4.2@sha256:…`.

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
    /// Takes a reference apart; nothing where a part is empty or where it holds what no reference can.
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
        let is_word = |text: &str| {
            !text.is_empty() && text.bytes().all(|it| it.is_ascii_alphanumeric() || b"._-".contains(&it))
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

    /// Says whether the same reference may name another image tomorrow: no digest, and no tag that names a version.
    ///
    /// Versions that are not complete (`3`, `16-alpine`, `bookworm`) do not count: they name a line of releases.
    pub fn is_mutable(self) -> bool {
        self.digest.is_none() && self.tag.is_none_or(is_floating)
    }
}

/// Says whether a tag names a branch, a channel or a variant and nothing that could be a version: `latest`,
/// `stable-slim`, `alpine`; not `main-3f9c2d1`.
fn is_floating(tag: &str) -> bool {
    let has = |list: &str, word: &str| list.split_ascii_whitespace().any(|it| it == word);
    let tag = tag.to_ascii_lowercase();
    let mut words = tag.split(['-', '.', '_']);
    let first = words.next().unwrap_or_default();
    let is_version = |word: &str| word.bytes().any(|it| it.is_ascii_digit()) && !has(MACHINES, word);
    (has(FLOATING, first) && !words.clone().any(is_version))
        || (has(VARIANTS, first) && words.all(|word| has(VARIANTS, word)))
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
}
