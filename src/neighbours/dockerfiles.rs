//! The users that Dockerfiles next to manifests give the images that are built from them.

use std::collections::HashMap;

use crate::manifest::known_images::known_image;
use crate::neighbours::paths::{directory, parents};

/// More Dockerfiles of a run are not kept.
const MOST: usize = 1_000;

/// The Dockerfiles of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Dockerfiles {
    all: Vec<Dockerfile>,
}

/// A Dockerfile.
#[derive(Clone, Debug)]
struct Dockerfile {
    path: String,
    /// Whether its last stage sets a user, and that is not root.
    has_user: bool,
}

impl Dockerfiles {
    /// Adds a Dockerfile.
    pub(super) fn collect(&mut self, path: String, text: &str) {
        if self.all.len() < MOST {
            self.all.push(Dockerfile { path, has_user: user(text).is_some_and(is_not_root) });
        }
    }

    /// Adds those of other files.
    pub(super) fn add(&mut self, other: Dockerfiles) {
        self.all.extend(other.all);
    }

    /// Whether the image of a manifest is built from a Dockerfile that sets another user than root.
    pub(super) fn set_user(&self, image: &str, manifest: &str) -> bool {
        let builds = self.of(image, manifest);
        !builds.is_empty() && builds.iter().all(|it| it.has_user)
    }

    /// Returns the Dockerfiles that may be those of an image: the ones with its name, or else the one above the manifest.
    fn of(&self, image: &str, manifest: &str) -> Vec<&Dockerfile> {
        let is_known = known_image(image).is_some();
        if image.is_empty() || is_known && !image.contains('/') {
            return Vec::new();
        }
        let name = repository(image);
        let named: Vec<_> = self.all.iter().filter(|it| is_named(&name, &it.name())).collect();
        // Other projects in the same directory have images of such names, too.
        let near = |it: &&&Dockerfile| shared_directories(&it.path, manifest);
        if let Some(nearest) = named.iter().map(|it| near(&it)).max() {
            return named.into_iter().filter(|it| near(&it) == nearest).collect();
        }
        if is_known {
            return Vec::new();
        }
        let plain = |directory: &str| {
            let found = self.all.iter().find(|it| it.is_plain() && self::directory(&it.path) == directory);
            found.into_iter().collect::<Vec<_>>()
        };
        parents(manifest).skip(1).map(plain).find(|it| !it.is_empty()).unwrap_or_default()
    }
}

impl Dockerfile {
    fn file(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Whether it is what `docker build` takes without a name.
    fn is_plain(&self) -> bool {
        matches!(self.file(), "Dockerfile" | "Containerfile")
    }

    /// Returns what it is for, in lower case: `api` of `Dockerfile.api`, `api.Dockerfile` and `api/Dockerfile`.
    fn name(&self) -> String {
        let file = self.file().to_lowercase();
        let rest = file.replacen("dockerfile", "", 1).replacen("containerfile", "", 1);
        match rest.trim_matches(['.', '-', '_']) {
            "" => directory(&self.path).rsplit('/').next().unwrap_or_default().to_lowercase(),
            name => name.to_owned(),
        }
    }
}

/// Returns the last part of an image's name, in lower case: `api` of `registry.example.com/shop/api:1.4.2`.
fn repository(image: &str) -> String {
    let last = image.split('@').next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    let name = match last.find("}:").map(|at| at + 1).or_else(|| last.find(':')) {
        // In `${TAG:-1}` it is no tag that follows.
        Some(at) if !last[..at].contains("${") || last[..at].ends_with('}') => &last[..at],
        _ => last,
    };
    name.to_lowercase().trim_matches(['$', '{', '}', '_']).to_owned()
}

/// Whether an image has the name of a Dockerfile, alone or as one end of its own: `shop-api`, `api-migrations`.
fn is_named(image: &str, dockerfile: &str) -> bool {
    let is_end = |rest: Option<&str>, is_start: bool| {
        rest.is_some_and(|it| {
            it.is_empty() || if is_start { it.starts_with(['-', '_']) } else { it.ends_with(['-', '_']) }
        })
    };
    !dockerfile.is_empty()
        && (is_end(image.strip_prefix(dockerfile), true) || is_end(image.strip_suffix(dockerfile), false))
}

/// Returns in how many directories both stand.
fn shared_directories(left: &str, right: &str) -> usize {
    let pairs = directory(left).split('/').zip(directory(right).split('/'));
    pairs.take_while(|(left, right)| left == right).count()
}

/// Returns the user of the last stage, with its group: its own, or that of an earlier stage from which it starts.
fn user(text: &str) -> Option<&str> {
    let mut by_stage: HashMap<String, &str> = HashMap::new();
    let (mut stage, mut user, mut continues) = (String::new(), None, false);
    for line in text.lines() {
        let is_instruction = !continues;
        // A comment within an instruction does not end it.
        continues = line.trim_end().ends_with('\\') || continues && line.trim_start().starts_with('#');
        let mut words = line.split_whitespace();
        let Some(first) = words.next().filter(|_| is_instruction) else { continue };
        if first.eq_ignore_ascii_case("user") {
            user = words.next();
        } else if first.eq_ignore_ascii_case("from") {
            by_stage.extend(user.map(|it| (std::mem::take(&mut stage), it)));
            let mut words = words.filter(|it| !it.starts_with("--"));
            user = words.next().and_then(|it| by_stage.get(&it.to_lowercase())).copied();
            stage = words.nth(1).unwrap_or_default().to_lowercase();
        }
    }
    user
}

/// Whether a user, with its group, is certainly not root.
fn is_not_root(user: &str) -> bool {
    let name = user.trim_matches(['"', '\'']).split(':').next().unwrap_or_default();
    !matches!(name, "" | "root" | "Administrator" | "ContainerAdministrator")
        && !name.contains('$')
        && !name.trim_start_matches('0').is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_of_the_last_stage_counts() {
        for (text, expected) in [
            ("FROM alpine\nUSER app\n", Some("app")),
            ("FROM alpine\nUSER app\nUSER 10001:10001\n", Some("10001:10001")),
            ("FROM alpine AS build\nUSER app\nFROM alpine\n", None),
            ("FROM alpine AS Base\nUSER app\nFROM --platform=linux/amd64 base as release\n", Some("app")),
            ("FROM alpine\nRUN echo \\\n# USER a\nUSER b\n", None),
            ("from alpine\nuser app", Some("app")),
            ("FROM alpine\n# USER app\n", None),
        ] {
            assert_eq!(user(text), expected, "{text}");
        }
        for (user, expected) in [
            ("app", true),
            ("10001:0", true),
            ("root", false),
            ("0:0", false),
            ("${APP_USER}", false),
            ("00", false),
        ] {
            assert_eq!(is_not_root(user), expected, "{user}");
        }
    }

    #[test]
    fn an_image_is_built_from_the_dockerfile_with_its_name_or_above_its_manifest() {
        let set_user = |paths: &[(&str, bool)], image: &str| {
            let mut all = Dockerfiles::default();
            for (path, has_user) in paths {
                let text = if *has_user { "FROM alpine\nUSER app\n" } else { "FROM alpine\n" };
                all.collect((*path).to_owned(), text);
            }
            all.set_user(image, "shop/k8s/jobs/cron.yaml")
        };
        let of_parts =
            [("shop/Dockerfile.api", true), ("shop/Dockerfile.base", false), ("shop/web/Dockerfile", false)];
        let other_project = [("shop/api/Dockerfile", true), ("bank/api/Dockerfile", false)];
        for (paths, image, expected) in [
            (&of_parts[..], "registry.example.com/shop/api:1.4.2", true),
            (&of_parts, "registry.example.com/shop/shop-api@sha256:0f", true),
            (&of_parts, "${REGISTRY}/${IMAGE_API}:${TAG}", true),
            (&of_parts, "api-migrations", true),
            (&of_parts, "registry.example.com/shop/web:1.4.2", false),
            (&of_parts, "registry.example.com/shop/report:1.4.2", false),
            (&other_project, "registry.example.com/shop/api:1.4.2", true),
            (&[("shop/Dockerfile", true), ("shop/base/Dockerfile", false)], "ghcr.io/acme/shop-2:1", true),
            (&[("shop/Dockerfile", true)], "__IMAGE__", true),
            (&[("shop/Dockerfile", true), ("shop/postgres/Dockerfile", true)], "postgres:16", false),
            (&[("shop/Dockerfile", true)], "bitnami/kubectl:1.31", false),
            (&[("shop/Dockerfile", true)], "", false),
            (&[("shop/Dockerfile", false)], "ghcr.io/acme/shop", false),
            (&[("bank/Dockerfile", true)], "ghcr.io/acme/app", false),
        ] {
            assert_eq!(set_user(paths, image), expected, "{image}, {paths:?}");
        }
    }
}
