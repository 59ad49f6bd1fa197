//! A manifest (before the first NUL) whose structure is changed (by the bytes behind it) is checked, as a text and as an object.
#![no_main]

#[path = "../../tests/common/reshape.rs"]
mod reshape;
#[path = "../../tests/common/tree.rs"]
mod tree;

use std::sync::Arc;

use batchlint::manifest::document;
use batchlint::engine::lint::lint_value;
use batchlint::text::source::Source;
use libfuzzer_sys::fuzz_target;
use reshape::{Choices, reshape};
use tree::Tree;

fuzz_target!(|bytes: &[u8]| {
    let at = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    let Ok(manifest) = std::str::from_utf8(&bytes[..at]) else { return };
    let stream = document::read(&Arc::new(Source::new("fuzz.yaml", manifest)));
    let Some(document) = stream.documents.first() else { return };
    let mut text = reshape(Tree::from(&document.root().to_json()), Choices(&bytes[at..]));
    // Repeated parts of a deep structure make long texts; the fuzzer learns nothing from the rest of them.
    text.truncate(text.floor_char_boundary(1 << 16));
    batchlint_fuzz::write(&batchlint_fuzz::check_text(&text));
    if let Ok(object) = serde_json::from_str(&text) {
        lint_value(&object, &batchlint_fuzz::strict());
    }
});
