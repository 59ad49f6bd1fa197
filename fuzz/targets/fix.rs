//! Fixes and suppressions never break a text that could be read.
#![no_main]

use batchlint::manifest::edit::Safety;
use batchlint::rewrite::fix_all::fix_all;
use batchlint::engine::lint::lint;
use batchlint::text::source::Source;
use batchlint::rewrite::add_suppressions::add_suppressions;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let config = batchlint_fuzz::strict();
    let source = Source::new("fuzz.yaml", text);
    let before = lint(source.with_text(text), &config);
    let fixed = fix_all(&source, &config, Safety::Unsafe);
    assert!(fixed.run.outcome.unread <= before.unread, "{}", fixed.text);
    let added = add_suppressions(&source, &config, "why not");
    assert!(added.run.outcome.unread <= before.unread, "{}", added.text);
});
