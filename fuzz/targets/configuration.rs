//! Any configuration is read or refused with places in it; one that is read can be worked with.
#![no_main]

use std::sync::Arc;

use batchlint::policy::config::file;
use batchlint::engine::lint::lint;
use batchlint::text::source::Source;
use libfuzzer_sys::fuzz_target;

const MANIFEST: &str = include_str!("../../testdata/demo/nightly-report.yaml");

fuzz_target!(|text: &str| {
    let mut config = batchlint_fuzz::strict();
    match file::read_into(&Arc::new(Source::new(".batchlint.yaml", text)), &mut config) {
        Ok(()) => {
            let config = config.with_overrides(&config.overrides_at(&["jobs/nightly.yaml".to_owned()]));
            lint(Source::new("jobs/nightly.yaml", MANIFEST), &config);
        }
        Err(mistakes) => {
            for mistake in mistakes {
                assert!(text.get(mistake.span.range()).is_some(), "{mistake:?}");
            }
        }
    }
});
