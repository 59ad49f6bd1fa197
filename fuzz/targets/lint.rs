//! Any text is checked, and every report of it can be written.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    batchlint_fuzz::write(&batchlint_fuzz::check_text(text));
});
