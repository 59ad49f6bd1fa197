//! Credentials in annotations and labels.

use super::copies::is_copy;
use super::detected::{Secret, Within};
use super::promise::{is_secret, words};
use super::shape::shape;
use super::text;
use crate::manifest::document::Entry;
use crate::text::word_list::has_word;

/// Words in the keys of annotations whose values are computed from a secret, and so tell nothing of it.
const COMPUTED: &str = "CHECKSUM DIGEST FINGERPRINT HASH HASHES MD5 REVISION SHA SHA1 SHA256 VERSION";

/// Looks at an annotation or label. A copy of a manifest is searched as one.
pub(super) fn in_metadata(entry: Entry<'_>) -> Vec<Secret<'_>> {
    let (key, value) = (entry.key, entry.value);
    let Some(text) = value.text().filter(|it| !is_copy(it)) else { return Vec::new() };
    let found = text::at(text::search("", text), key, value, Within::Metadata);
    let is_computed = || words(key).iter().any(|word| has_word(COMPUTED, word));
    if found.is_empty() && is_secret(key, text) && !is_computed() {
        return vec![Secret {
            name: key,
            value,
            text,
            part: None,
            shape: shape(text),
            within: Within::Metadata,
        }];
    }
    found
}
