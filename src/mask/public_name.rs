//! Names that a cloud or a registry has made up by chance and that everybody may see: of hosts, roles and images.

use std::ops::Range;

use super::lines::{Lines, end};

/// The longest name that is looked at, in bytes.
const LONGEST: usize = 1000;

/// The longest line with an image, in bytes.
const LONGEST_IMAGE: usize = 400;

/// The shortest abbreviation of a commit, in hexadecimal digits.
const SHORTEST_COMMIT: usize = 7;

/// The whole name of a commit, in hexadecimal digits.
pub(super) const COMMIT: usize = 40;

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
    is_registry_path(text, run)
        || is_host(text, run)
        || is_arn(text, run)
        || is_commit_tag(text, run)
        || is_port_name(text, run)
}

/// Whether a word is the name of a port of iSCSI: `eui.02004567A425678D`, `naa.52004567BA64678D` (RFC 7143, 4.2.7).
fn is_port_name(text: &str, run: &Range<usize>) -> bool {
    ["eui.", "naa."].iter().any(|it| text[..run.start].ends_with(it))
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

/// Whether a word is a part of the path of an image: `t5o6f0a6` in `image: public.ecr.aws/t5o6f0a6/app:1`, an alias that the
/// registry made up and that everybody sees; or its first part, which is a user of Docker Hub.
///
/// The last part is not: whoever knows it can pull from registries for everybody, such as `ttl.sh`.
fn is_registry_path(text: &str, run: &Range<usize>) -> bool {
    let Some(before) = image_before(text, run) else { return false };
    let is_in_path = before.split_once('/').map_or(before.is_empty(), |(host, parts)| {
        let (name, port) = host.split_once(':').unwrap_or((host, ""));
        name.contains('.') && port.bytes().all(|it| it.is_ascii_digit()) && !parts.contains(':')
    });
    let behind = &text[run.start..text.floor_char_boundary(run.start + LONGEST)];
    let rest = &behind[behind.find(|it: char| !is_of_name(it)).unwrap_or(behind.len())..];
    let word =
        &rest[..rest.find(|it: char| it.is_whitespace() || "\"',}".contains(it)).unwrap_or(rest.len())];
    is_in_path
        && behind[..behind.len() - rest.len()].contains('/')
        && word.split_once('@').is_none_or(|(_, digest)| digest.starts_with("sha256:"))
}

/// Whether a word is the name of a commit in the tag of an image: `image: shop/app:4bf92f3577b34da6a3ce929d0e0e4736a0f067aa-amd64`;
/// outside of that field, such as in a message, only if `git-` stands before it.
fn is_commit_tag(text: &str, run: &Range<usize>) -> bool {
    let word = text[run.clone()].as_bytes();
    let is_hexadecimal = |it: &u8| it.is_ascii_digit() || matches!(it, b'a'..=b'f');
    if !(SHORTEST_COMMIT..=COMMIT).contains(&word.len()) || !word.iter().all(is_hexadecimal) {
        return false;
    }
    if let Some(image) = image_before(text, run) {
        return image.rsplit('/').next().is_some_and(|name| name.contains(':'));
    }
    let before = end(&text[..run.start], LONGEST_IMAGE);
    let start =
        before.rfind(|it| !(is_of_name(it) || it == ':')).map_or(0, |at| before.ceil_char_boundary(at + 1));
    let image = before[start..].strip_suffix(":git-");
    word.len() == COMMIT && image.is_some_and(|it| it.contains('/')) && !text[run.end..].starts_with('@')
}

/// Returns what stands before a word in the name of an image: `public.ecr.aws/` in `image: public.ecr.aws/t5o6f0a6/app:1`.
fn image_before<'t>(text: &'t str, run: &Range<usize>) -> Option<&'t str> {
    let before = end(&text[..run.start], LONGEST);
    let path = &before[before
        .rfind(|it: char| !(is_of_name(it) || it == ':'))
        .map_or(0, |at| before.ceil_char_boundary(at + 1))..];
    let key = &before[..before.len() - path.len()];
    let key = key.strip_suffix(['"', '\'']).unwrap_or(key).trim_end_matches(' ');
    let key = key.strip_suffix(':').unwrap_or_default();
    let key = key.strip_suffix(['"', '\'']).unwrap_or(key);
    let is_image = key
        .strip_suffix("image")
        .is_some_and(|it| !it.ends_with(|it: char| it.is_alphanumeric() || "_-./".contains(it)));
    is_image.then_some(path)
}

/// Whether the name of an image can have a character.
fn is_of_name(character: char) -> bool {
    character.is_ascii_lowercase() || character.is_ascii_digit() || "._/-".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_in_the_tag_of_an_image_is_public() {
        const COMMIT: &str = "4bf92f3577b34da6a3ce929d0e0e4736a0f067aa";
        let is_public = |text: &str| {
            let start = text.find(COMMIT).expect("the commit");
            is_public_name(text, &(start..start + COMMIT.len()))
        };
        for before in [
            "image: app:",
            "- image: shop/app:",
            "image: localhost:5000/app:v1-",
            "{\"image\": \"ghcr.io/a/b:",
        ] {
            assert!(is_public(&format!("{before}{COMMIT}-amd64")), "{before}");
        }
        for before in ["image: ", "image: shop/", "token: app:", "image: app:x\n  token: ", "appimage: app:"]
        {
            assert!(!is_public(&format!("{before}{COMMIT}")), "{before}");
        }
    }
}
