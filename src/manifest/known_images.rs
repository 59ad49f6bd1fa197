//! What well-known images contain: which shell `/bin/sh` is, and which programs are missing.
//!
//! A row holds only what its source says. An image without a row is unknown, and so is a program that [`WELL_KNOWN`]
//! does not list.

use crate::manifest::image::Image;
use crate::text::word_list::has_word;

/// What runs as `/bin/sh` in an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinSh {
    /// BusyBox, which then also provides `date`, `grep`, `sort` and the like.
    Ash,
    /// BusyBox before 1.34, whose `ash` has fewer features of Bash.
    OldAsh,
    /// Debian's `dash`, with GNU's programs.
    Dash,
    /// Bash, with GNU's programs.
    Bash,
    /// The image has no shell at all.
    None,
}

/// Which tags of an image a row covers.
enum Tags {
    Any,
    /// Tags with a part, between dashes, that starts with one of these words.
    With(&'static str),
    /// Tags that start with this version or a later one.
    From(u32, u32),
    /// Tags that start with an earlier version.
    Before(u32, u32),
    /// Tags that start with a number.
    Numbered,
    /// MinIO's tags from a month on, as `RELEASE.2023-10`, and `latest`.
    ReleasedFrom(&'static str),
}

/// What is known of some tags of some images.
struct Row {
    /// Names as Docker Hub writes them, without `library/`.
    names: &'static str,
    tags: Tags,
    sh: BinSh,
    /// Of the well-known programs, those that the image has or may have; `None` where not enough is known.
    programs: Option<&'static str>,
    /// Other programs that the image does not have.
    lacks: &'static str,
}

const fn row(names: &'static str, tags: Tags, sh: BinSh, programs: Option<&'static str>) -> Row {
    Row { names, tags, sh, programs, lacks: "" }
}

impl Row {
    const fn without(self, lacks: &'static str) -> Row {
        Row { lacks, ..self }
    }
}

/// The programs that a row's list is complete for.
const WELL_KNOWN: &str = "aws az bash bq curl docker etcdctl gcloud gh git gsutil helm java jq kopia kubectl mariadb \
    mariadb-dump mc mongo mongodump mongoexport mongorestore mongosh mysql mysqladmin mysqldump node npm oc pg_dump \
    pg_dumpall pg_isready pg_restore psql python python3 rclone redis-cli restic rsync s3cmd s5cmd scp skopeo sqlite3 ssh \
    terraform vault velero wal-g yq";

const POSTGRES: &str = "bash pg_dump pg_dumpall pg_isready pg_restore psql python python3";
const MYSQL: &str = "bash curl mysql mysqladmin mysqldump python python3";
const GCLOUD: &str = "bash bq curl docker gcloud git gsutil java jq kubectl python python3 scp sqlite3 ssh";

/// What neither BusyBox nor the packages of these images built on Alpine bring, although the libraries of OpenSSL are there.
const ALPINE_LACKS: &str = "age dig envsubst gpg htpasswd openssl sops sshpass zip";

/// The official images of Docker Hub that are built on Debian or Ubuntu unless the tag says otherwise.
const DEBIAN_BASED: &str = "buildpack-deps debian golang httpd mariadb memcached mongo nginx node perl php postgres python \
    rabbitmq redis ruby rust ubuntu";

/// Rows by name; the first that covers a tag counts.
///
/// Sources: the package lists of official images in `docker-library/repo-info` and the Dockerfiles of the images' makers. On
/// 2026-11-29 those of `aws/aws-cli`, `GoogleCloudPlatform/cloud-sdk-docker`, `bitnami/containers`, `kubernetes/kubernetes`
/// (`build/server-image/kubectl`), `keycloak/keycloak` (`quarkus/container`) and a list of `mysql` were read again, and on 2026-11-30
/// those of `alpine-docker/k8s` and the package list of `alpine`; the other rows say what has long been the same.
/// `tar` in `aws/aws-cli`: aws/aws-cli#5106.
static ROWS: &[Row] = &[
    // Alpine 3.15 has BusyBox 1.34.
    row("alpine", Tags::Before(3, 15), BinSh::OldAsh, Some("")).without(ALPINE_LACKS),
    row("alpine", Tags::Any, BinSh::Ash, Some("")).without(ALPINE_LACKS),
    row("busybox", Tags::Before(1, 34), BinSh::OldAsh, Some("")).without(ALPINE_LACKS),
    row("busybox", Tags::Any, BinSh::Ash, Some("")).without(ALPINE_LACKS),
    row("debian", Tags::Any, BinSh::Dash, Some("bash")),
    row("ubuntu", Tags::Any, BinSh::Dash, Some("bash python3")),
    row("postgres", Tags::With("alpine"), BinSh::Ash, Some(POSTGRES)).without(ALPINE_LACKS),
    row("postgres", Tags::Any, BinSh::Dash, Some(POSTGRES)),
    row("mysql", Tags::With("debian"), BinSh::Dash, Some(MYSQL)),
    row("mysql", Tags::With("oracle oraclelinux"), BinSh::Bash, Some(MYSQL)),
    // Since 8.1 there are images on Oracle Linux only.
    row("mysql", Tags::From(8, 1), BinSh::Bash, Some(MYSQL)),
    row("redis", Tags::With("alpine"), BinSh::Ash, Some("redis-cli")).without(ALPINE_LACKS),
    row("redis", Tags::Any, BinSh::Dash, Some("bash redis-cli")),
    row(
        "mongo",
        Tags::Any,
        BinSh::Dash,
        Some("bash curl jq mongo mongodump mongoexport mongorestore mongosh python python3"),
    ),
    row("python", Tags::With("alpine"), BinSh::Ash, Some("python python3")).without(ALPINE_LACKS),
    row("python", Tags::With("slim"), BinSh::Dash, Some("bash python python3")),
    row("node", Tags::With("alpine"), BinSh::Ash, Some("node npm")).without(ALPINE_LACKS),
    row("node", Tags::With("slim"), BinSh::Dash, Some("bash node npm python3")),
    row("nginx", Tags::With("alpine"), BinSh::Ash, Some("bash curl")),
    row("nginx", Tags::Any, BinSh::Dash, Some("bash curl")),
    // From 12 on the images without a distribution in their tag are on Oracle Linux.
    row("openjdk", Tags::With("alpine"), BinSh::Ash, None),
    row("openjdk", Tags::With("slim stretch buster bullseye"), BinSh::Dash, None),
    row("openjdk", Tags::From(12, 0), BinSh::Bash, None),
    row("openjdk", Tags::Before(12, 0), BinSh::Dash, None),
    row("centos fedora rockylinux almalinux amazonlinux oraclelinux archlinux", Tags::Any, BinSh::Bash, None),
    row(
        "amazon/aws-cli public.ecr.aws/aws-cli/aws-cli",
        Tags::Any,
        BinSh::Bash,
        Some("aws bash curl jq python python3 sqlite3"),
    )
    .without("tar"),
    row(
        "google/cloud-sdk gcr.io/google.com/cloudsdktool/cloud-sdk gcr.io/google.com/cloudsdktool/google-cloud-cli",
        Tags::With("alpine"),
        BinSh::Ash,
        Some(GCLOUD),
    ),
    row(
        "google/cloud-sdk gcr.io/google.com/cloudsdktool/cloud-sdk gcr.io/google.com/cloudsdktool/google-cloud-cli",
        Tags::Any,
        BinSh::Dash,
        Some(GCLOUD),
    ),
    // Later ones are no longer on Debian.
    row("bitnami/kubectl", Tags::With("ol rhel photon"), BinSh::Bash, None),
    row(
        "bitnami/kubectl bitnamilegacy/kubectl",
        Tags::Before(1, 34),
        BinSh::Dash,
        Some("bash curl git jq kubectl yq"),
    ),
    row("curlimages/curl quay.io/curl/curl", Tags::Any, BinSh::Ash, Some("bash curl jq")),
    row("alpine/git", Tags::Any, BinSh::Ash, Some("bash git rsync scp ssh")),
    row(
        "alpine/k8s",
        Tags::Any,
        BinSh::Ash,
        Some("aws bash curl git helm jq kubectl python python3 scp ssh yq"),
    ),
    row("alpine/helm alpine/curl alpine/kubectl docker", Tags::Any, BinSh::Ash, None),
    // Red Hat's UBI micro with Java: no curl, no gawk, no package manager.
    row("quay.io/keycloak/keycloak keycloak/keycloak", Tags::From(21, 0), BinSh::Bash, Some("bash java")),
    row(
        "quay.io/keycloak/keycloak keycloak/keycloak",
        Tags::With("latest nightly"),
        BinSh::Bash,
        Some("bash java"),
    ),
    // Red Hat's UBI micro since autumn 2023: Bash, GNU's coreutils and little else (minio/mc#4469, minio/mc#4764).
    row("minio/mc quay.io/minio/mc", Tags::ReleasedFrom("RELEASE.2023-10"), BinSh::Bash, Some("bash mc"))
        .without("awk find grep sed"),
    row("rclone/rclone", Tags::Any, BinSh::Ash, Some("rclone")).without(ALPINE_LACKS),
    // Without a shell. The tags for debugging have BusyBox, in a directory of its own.
    row("gcr.io/kaniko-project/executor", Tags::With("debug"), BinSh::Ash, None),
    row("gcr.io/kaniko-project/executor", Tags::Numbered, BinSh::None, None),
    row("hello-world registry.k8s.io/pause", Tags::Any, BinSh::None, None),
    row("registry.k8s.io/kubectl", Tags::From(1, 33), BinSh::None, None),
    row("gcr.io/cloud-sql-connectors/cloud-sql-proxy", Tags::With("alpine"), BinSh::Ash, None),
    row(
        "gcr.io/cloud-sql-connectors/cloud-sql-proxy",
        Tags::With("bullseye bookworm buster"),
        BinSh::Dash,
        None,
    ),
    row("gcr.io/cloud-sql-connectors/cloud-sql-proxy", Tags::Numbered, BinSh::None, None),
    row(
        "cgr.dev/chainguard/static cgr.dev/chainguard/glibc-dynamic",
        Tags::With("latest"),
        BinSh::None,
        None,
    ),
];

/// What the parts of a tag say of the distribution, whatever the image.
const BY_TAG: [(&str, BinSh); 3] = [
    ("alpine", BinSh::Ash),
    ("debian trixie bookworm bullseye buster stretch noble jammy focal bionic", BinSh::Dash),
    ("ubi8 ubi9 ubi10 centos7 amazonlinux oraclelinux", BinSh::Bash),
];

/// What is known of an image.
#[derive(Clone, Copy)]
pub struct KnownImage {
    /// What `/bin/sh` is.
    pub sh: BinSh,
    programs: Option<&'static str>,
    lacks: &'static str,
}

impl KnownImage {
    /// Whether the image certainly does not have a program.
    pub fn lacks(&self, program: &str) -> bool {
        has_word(self.lacks, program)
            || self.programs.is_some_and(|has| has_word(WELL_KNOWN, program) && !has_word(has, program))
    }

    /// Whether BusyBox provides `date`, `grep` and the like, and nothing else does.
    pub fn has_only_busybox(&self) -> bool {
        self.programs.is_some() && matches!(self.sh, BinSh::Ash | BinSh::OldAsh)
    }
}

/// Returns what is known of an image by its name and tag.
pub fn known_image(reference: &str) -> Option<KnownImage> {
    let image = Image::parse(reference)?;
    let full = image.full_name();
    let name = hub_name(&full);
    let tag = image.tag.unwrap_or_default();
    if name.starts_with("gcr.io/distroless/") {
        let sh = BinSh::None;
        return (!tag.contains("debug")).then_some(KnownImage { sh, programs: None, lacks: "" });
    }
    if let Some(row) = ROWS.iter().find(|row| has_word(row.names, name) && covers(&row.tags, tag)) {
        return Some(KnownImage { sh: row.sh, programs: row.programs, lacks: row.lacks });
    }
    let by_tag = BY_TAG.iter().find(|(words, _)| has_part(words, tag)).map(|(_, sh)| *sh);
    // A mirror keeps the name and the tag: `registry.example.com/python:3.12-slim`.
    let base = name.rsplit('/').next().unwrap_or(name);
    let is_debian = has_word(DEBIAN_BASED, name) || has_word(DEBIAN_BASED, base) && has_part("slim", tag);
    let is_ubi = name.starts_with("registry.access.redhat.com/ubi");
    let sh = by_tag.or(is_ubi.then_some(BinSh::Bash)).or(is_debian.then_some(BinSh::Dash))?;
    Some(KnownImage { sh, programs: None, lacks: "" })
}

/// Returns the name that an image has on Docker Hub, also where another registry mirrors it.
pub(super) fn hub_name(full: &str) -> &str {
    if let Some((_, name)) = full.rsplit_once("/library/") {
        return name;
    }
    let mirrored = full.strip_prefix("docker.io/").or_else(|| full.strip_prefix("mirror.gcr.io/"));
    mirrored.unwrap_or(full)
}

fn covers(tags: &Tags, tag: &str) -> bool {
    let version = || version_of(tag.strip_prefix('v').unwrap_or(tag));
    match tags {
        Tags::Any => true,
        Tags::With(words) => has_part(words, tag),
        Tags::From(major, minor) => version().is_some_and(|it| it >= (*major, *minor)),
        Tags::Before(major, minor) => version().is_some_and(|it| it < (*major, *minor)),
        Tags::Numbered => tag.starts_with(|it: char| it.is_ascii_digit()),
        Tags::ReleasedFrom(first) => tag == "latest" || tag.starts_with("RELEASE.20") && tag >= *first,
    }
}

/// Returns the first two numbers of a tag; without a second one it may be any, so the tag counts as the newest.
pub(super) fn version_of(tag: &str) -> Option<(u32, u32)> {
    let number = |text: &str| text.split(|it: char| !it.is_ascii_digit()).next()?.parse().ok();
    let mut parts = tag.splitn(3, '.');
    let major = number(parts.next()?)?;
    Some((major, parts.next().and_then(number).unwrap_or(u32::MAX)))
}

/// Whether a part of a tag, between dashes, is one of these words, with a version or without.
pub(super) fn has_part(words: &str, tag: &str) -> bool {
    let name = |part: &str| part.trim_end_matches(|it: char| it.is_ascii_digit() || it == '.').len();
    tag.split('-').any(|part| has_word(words, part) || has_word(words, &part[..name(part)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(image: &str) -> Option<BinSh> {
        known_image(image).map(|it| it.sh)
    }

    #[test]
    fn names_and_tags_tell_the_shell() {
        for (image, expected) in [
            ("alpine", BinSh::Ash),
            ("alpine:3", BinSh::Ash),
            ("alpine:3.21.2", BinSh::Ash),
            ("alpine:3.14", BinSh::OldAsh),
            ("docker.io/library/busybox:1.36", BinSh::Ash),
            ("busybox:1.33.1-musl", BinSh::OldAsh),
            ("mirror.gcr.io/alpine:3.20", BinSh::Ash),
            ("registry.example.com/team/app:1.4-alpine3.20", BinSh::Ash),
            ("public.ecr.aws/docker/library/python:3.12", BinSh::Dash),
            ("registry.example.com/python:3.12-slim", BinSh::Dash),
            ("registry.example.com/team/app:1.4-bookworm", BinSh::Dash),
            ("mysql:8.0-debian", BinSh::Dash),
            ("mysql:8.4", BinSh::Bash),
            ("openjdk:11-jre", BinSh::Dash),
            ("openjdk:17", BinSh::Bash),
            ("registry.access.redhat.com/ubi9/ubi-minimal:9.4", BinSh::Bash),
            ("google/cloud-sdk:480.0.0-alpine", BinSh::Ash),
            ("bitnami/kubectl:1.30.4", BinSh::Dash),
            ("gcr.io/distroless/static-debian12:nonroot", BinSh::None),
            ("registry.k8s.io/kubectl:v1.36.0", BinSh::None),
        ] {
            assert_eq!(sh(image), Some(expected), "{image}");
        }
    }

    #[test]
    fn what_no_source_says_is_unknown() {
        for image in [
            "registry.example.com/team/app:1.4",
            "registry.example.com/team/python:3.12",
            "mysql:8.0",
            "openjdk:latest",
            "bitnami/kubectl:latest",
            "registry.k8s.io/kubectl:v1.29.0",
            "gcr.io/distroless/base:debug",
            "registry.example.com/alpine-tools:1",
            "${IMAGE}",
        ] {
            assert_eq!(sh(image), None, "{image}");
        }
    }

    #[test]
    fn programs_are_missing_only_where_a_list_says_so() {
        let lacks = |image: &str, program: &str| known_image(image).is_some_and(|it| it.lacks(program));
        for (image, program) in [
            ("busybox:1.36", "gsutil"),
            ("postgres:16-alpine", "aws"),
            ("python:3.12-slim", "pg_isready"),
            ("alpine:3.20", "bash"),
            ("amazon/aws-cli:2.17.0", "kubectl"),
            ("bitnami/kubectl:1.30", "aws"),
            ("redis:7-alpine", "bash"),
            ("quay.io/keycloak/keycloak:24.0", "curl"),
            ("keycloak/keycloak:latest", "python3"),
            ("postgres:16-alpine", "mc"),
            ("redis:7", "docker"),
            ("amazon/aws-cli:2.17.0", "tar"),
            ("quay.io/minio/mc:RELEASE.2024-01-05T05-04-32Z", "find"),
            ("minio/mc:latest", "curl"),
            ("alpine:3.20", "openssl"),
            ("postgres:16-alpine", "gpg"),
            ("alpine/k8s:1.31.0", "pg_dump"),
        ] {
            assert!(lacks(image, program), "{image}: {program}");
        }
        for (image, program) in [
            ("postgres:16-alpine", "psql"),
            ("postgres:16-alpine", "bash"),
            ("python:3.12", "curl"),
            ("alpine:3.20", "wget"),
            ("alpine:3.20", "import-orders"),
            ("registry.example.com/app:1-alpine", "bash"),
            ("quay.io/keycloak/keycloak:20.0.5", "curl"),
            ("quay.io/keycloak/keycloak:24.0", "bash"),
            ("quay.io/minio/mc:RELEASE.2024-01-05T05-04-32Z", "mc"),
            ("quay.io/minio/mc:RELEASE.2023-02-01T00-00-00Z", "sed"),
            ("quay.io/minio/mc:edge", "find"),
            ("google/cloud-sdk:480.0.0", "docker"),
            ("alpine:3.20", "tar"),
            ("alpine/k8s:1.31.0", "aws"),
            ("python:3.12-slim", "openssl"),
            ("postgres:16", "gpg"),
        ] {
            assert!(!lacks(image, program), "{image}: {program}");
        }
    }

    #[test]
    fn every_listed_program_is_well_known() {
        for row in ROWS {
            for program in row.programs.unwrap_or_default().split_whitespace() {
                assert!(has_word(WELL_KNOWN, program), "{}: {program}", row.names);
            }
        }
    }
}
