//! Names that a cloud or a registry has made up by chance and that everybody may see: of hosts, roles and images.

use std::ops::Range;

use super::lines::{Lines, end};

/// The longest name that is looked at, in bytes.
const LONGEST: usize = 1000;

/// The length of the name of a commit, in bytes.
const COMMIT: usize = 40;

/// The longest line with an image, in bytes.
const LONGEST_IMAGE: usize = 400;

/// The domains in which clouds make up names for what their customers run. Whoever knows such a name cannot do anything with it
/// yet; where that is otherwise, as with the addresses of webhooks and of functions without a login, the domain is missing here.
const CLOUDS: [&str; 20] = [
    "aivencloud.com",
    "aliyuncs.com",
    "amazonaws.com",
    "amazonaws.com.cn",
    "azure.com",
    "azurecontainerapps.io",
    "azurecr.io",
    "azurewebsites.net",
    "cloudfront.net",
    "databricks.net",
    "digitaloceanspaces.com",
    "elastic-cloud.com",
    "mongodb.net",
    "neon.tech",
    "ondigitalocean.com",
    "r2.cloudflarestorage.com",
    "redislabs.com",
    "run.app",
    "supabase.co",
    "windows.net",
];

/// Whether a word that looks made by chance is a part of such a name.
pub(super) fn is_public_name(text: &str, run: &Range<usize>) -> bool {
    is_registry_path(text, run) || is_host(text, run) || is_arn(text, run) || is_commit_tag(text, run)
}

/// Whether a line has an image and nothing else: `image: ghcr.io/shop/app-token:1.2.3` names no token.
pub(super) fn is_in_image(lines: &Lines<'_>, at: usize) -> bool {
    let line = lines.content(lines.line(at));
    let value = line.trim_start_matches("- ").strip_prefix("image:").filter(|_| line.len() < LONGEST_IMAGE);
    value.is_some_and(|it| {
        let image = it.trim().trim_matches(['"', '\'']);
        image.contains('/') && image.bytes().all(|it| it.is_ascii_alphanumeric() || b"._/:@-".contains(&it))
    })
}

/// Whether a word is in the name of a host of a cloud: `mydb.c9akciq32rfd.us-east-1.rds.amazonaws.com`.
fn is_host(text: &str, run: &Range<usize>) -> bool {
    let is_inner = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || ".-".contains(it);
    let behind = &text[run.start..text.floor_char_boundary(run.start + LONGEST)];
    let (host, rest) = behind.split_at(behind.find(|it| !is_inner(it)).unwrap_or(behind.len()));
    let is_domain = |it: &&str| host.strip_suffix(*it).is_some_and(|it| it.ends_with('.'));
    host.len() > run.len() && CLOUDS.iter().any(is_domain) && !rest.starts_with('@')
}

/// Whether a word is in the name of a resource of AWS: `arn:aws:iam::123456789012:role/stack-BackupRole-1XQ7ZK3VNWFHE`.
fn is_arn(text: &str, run: &Range<usize>) -> bool {
    let before = end(&text[..run.start], LONGEST);
    let is_inner = |it: char| it.is_ascii_alphanumeric() || ":/._-".contains(it);
    let start = before.rfind(|it| !is_inner(it)).map_or(0, |at| before.ceil_char_boundary(at + 1));
    ["arn:aws:", "arn:aws-cn:", "arn:aws-us-gov:"].iter().any(|it| before[start..].starts_with(it))
}

/// Whether a word is the commit in the tag of an image: `shop/app:git-` and 40 hexadecimal digits.
fn is_commit_tag(text: &str, run: &Range<usize>) -> bool {
    let before = end(&text[..run.start], LONGEST_IMAGE);
    let is_inner = |it: char| it.is_ascii_alphanumeric() || "._/:-".contains(it);
    let start = before.rfind(|it| !is_inner(it)).map_or(0, |at| before.ceil_char_boundary(at + 1));
    let image = before[start..].strip_suffix(":git-");
    let is_hex = text[run.clone()].bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'));
    run.len() == COMMIT
        && is_hex
        && image.is_some_and(|it| it.contains('/'))
        && !text[run.end..].starts_with('@')
}

/// Whether a word is a part of the path of an image: `t5o6f0a6` in `image: public.ecr.aws/t5o6f0a6/app:1`, an alias that the
/// registry made up and that everybody sees.
///
/// The last part is not: whoever knows it can pull from registries for everybody, such as `ttl.sh`.
fn is_registry_path(text: &str, run: &Range<usize>) -> bool {
    let is_inner = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || "._/-".contains(it);
    let before = end(&text[..run.start], LONGEST);
    let path = &before[before
        .rfind(|it: char| !(is_inner(it) || it == ':'))
        .map_or(0, |at| before.ceil_char_boundary(at + 1))..];
    let key = &before[..before.len() - path.len()];
    let key = key.strip_suffix(['"', '\'']).unwrap_or(key).trim_end_matches(' ');
    let key = key.strip_suffix(':').unwrap_or_default();
    let key = key.strip_suffix(['"', '\'']).unwrap_or(key);
    let is_image = key
        .strip_suffix("image")
        .is_some_and(|it| !it.ends_with(|it: char| it.is_alphanumeric() || "_-./".contains(it)));
    let Some((host, parts)) = path.split_once('/').filter(|_| is_image) else { return false };
    let (name, port) = host.split_once(':').unwrap_or((host, ""));
    let is_host = name.contains('.') && port.bytes().all(|it| it.is_ascii_digit());
    let behind = &text[run.start..text.floor_char_boundary(run.start + LONGEST)];
    let rest = &behind[behind.find(|it: char| !is_inner(it)).unwrap_or(behind.len())..];
    let word =
        &rest[..rest.find(|it: char| it.is_whitespace() || "\"',}".contains(it)).unwrap_or(rest.len())];
    is_host
        && !parts.contains(':')
        && behind[..behind.len() - rest.len()].contains('/')
        && word.split_once('@').is_none_or(|(_, digest)| digest.starts_with("sha256:"))
}
