//! Credentials in annotations and labels.

use super::detected::{Secret, Within, in_url};
use super::env::in_text;
use super::last_applied;
use super::promise::{is_secret, words};
use super::shape::shape;
use crate::manifest::document::Entry;
use crate::text::word_list::has_word;

/// Words in the keys of annotations whose values are computed from a secret, and so tell nothing of it.
const COMPUTED: &str = "CHECKSUM DIGEST FINGERPRINT HASH HASHES MD5 REVISION SHA SHA1 SHA256 VERSION";

/// Looks at an annotation or label. What kubectl keeps of the object repeats what stands elsewhere.
pub(super) fn in_metadata(entry: Entry<'_>) -> Vec<Secret<'_>> {
    let (key, value) = (entry.key, entry.value);
    let Some(text) = value.text().filter(|_| key != last_applied::ANNOTATION) else { return Vec::new() };
    let mut found = in_url(key, value);
    found.extend(in_text(Secret {
        name: key,
        value,
        text,
        part: None,
        shape: None,
        within: Within::Metadata,
    }));
    let is_computed = || words(key).iter().any(|word| has_word(COMPUTED, word));
    if found.is_empty() && (shape(text).is_some() || is_secret(key, text) && !is_computed()) {
        found.push(Secret {
            name: key,
            value,
            text,
            part: None,
            shape: shape(text),
            within: Within::Metadata,
        });
    }
    found
}
