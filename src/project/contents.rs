//! The bytes of files, and the texts that they are.

use std::path::Path;

use serde::de::IgnoredAny;

use crate::manifest::workload::{has_type_key, is_manifest, names_other_kinds};
use crate::text::utf8::describe_invalid;

/// Larger files are not read: offsets are 32 bits, and no manifest is that long.
pub(crate) const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// Returns why a file of more bytes is not read.
pub(crate) fn larger_than(most: u64) -> String {
    let size = match most {
        0..1024 => format!("{most} bytes"),
        1024..1_048_576 => format!("{} KiB", most >> 10),
        _ => format!("{} MiB", most >> 20),
    };
    format!("the file is larger than {size}, the most that batchlint reads")
}

/// Makes a text of a file's bytes; the error says why they are none.
pub(crate) fn text_of(bytes: Vec<u8>) -> Result<String, String> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(larger_than(MAX_BYTES));
    }
    String::from_utf8(bytes)
        .map_err(|error| describe_invalid(error.as_bytes(), 0, error.utf8_error().valid_up_to()))
}

/// Whether a JSON file that cannot be read is JSON with comments, the dialect of many programs' settings, and no
/// manifest. kubectl reads no such file.
pub(crate) fn is_commented_json(path: &Path, text: &str) -> bool {
    let is_json = path.extension().is_some_and(|it| it == "json");
    let is_read = |text: &str| serde_json::from_str::<IgnoredAny>(text).is_ok();
    is_json && !is_manifest(text) && is_read(&without_comments(text))
}

/// Whether a YAML or JSON file that cannot be read is for another program: it has no key that gives an object its type.
pub(crate) fn is_foreign(path: &Path, text: &str) -> bool {
    let is_known = path.extension().is_some_and(|it| it == "yaml" || it == "yml" || it == "json");
    is_known && !has_type_key(text)
}

/// Whether a YAML file that cannot be read has only objects of kinds that nobody asked to check, each of which names its kind.
pub(crate) fn is_other_kind_yaml(path: &Path, text: &str) -> bool {
    let is_yaml = path.extension().is_some_and(|it| it == "yaml" || it == "yml");
    is_yaml && names_other_kinds(text)
}

/// Whether bytes that are not UTF-8 are a text in another encoding, and one of a YAML file for another program.
pub(crate) fn is_foreign_encoding(path: &Path, bytes: &[u8]) -> bool {
    let is_utf16 = matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
    // Anything may be in what is encrypted or compressed.
    let is_text = is_utf16 || !bytes.contains(&0);
    let latin: String =
        bytes.iter().filter(|byte| byte.is_ascii() && **byte != 0).map(|&it| char::from(it)).collect();
    is_text && is_foreign(path, &latin)
}

/// Whether git-crypt has encrypted a file: it starts all of them with this.
pub(crate) fn is_encrypted(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\0GITCRYPT\0")
}

/// Takes comments, and commas before a closing bracket, out of JSON.
fn without_comments(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => string_length(rest),
            '/' if rest.starts_with("//") => {
                rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
                continue;
            }
            '/' if rest.starts_with("/*") => {
                rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
                continue;
            }
            '}' | ']' => {
                let length = plain.trim_end().len();
                if plain[..length].ends_with(',') {
                    plain.truncate(length - 1);
                }
                1
            }
            other => other.len_utf8(),
        };
        plain.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    plain
}

/// Returns how long a string is that starts here, with its quotes.
fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.char_indices().skip(1).find(|&(_, character)| {
        let is_end = character == '"' && !is_escaped;
        is_escaped = character == '\\' && !is_escaped;
        is_end
    });
    end.map_or(text.len(), |(at, _)| at + 1)
}
