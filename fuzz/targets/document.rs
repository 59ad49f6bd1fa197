//! Any text is read into documents whose places lie in it.
#![no_main]

use std::sync::Arc;

use batchlint::manifest::document;
use batchlint::text::source::Source;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let stream = document::read(&Arc::new(Source::new("fuzz.yaml", text)));
    for problem in &stream.problems {
        assert!(text.get(problem.error.span.range()).is_some(), "{:?}", problem.error);
    }
    for document in &stream.documents {
        for node in document.all() {
            assert!(text.get(node.span().range()).is_some(), "{}: {:?}", node.path(), node.span());
            assert!(node.key_span().is_none_or(|span| text.get(span.range()).is_some()), "{}", node.path());
        }
        document.root().to_json();
    }
});
