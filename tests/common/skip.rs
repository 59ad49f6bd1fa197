//! What a test says that has to leave something out.

use std::io::Write as _;

/// Says on standard error what was not tested and why; past the test harness, which shows nothing of a test that passes.
/// `.ci/run` lists these lines.
#[expect(clippy::disallowed_methods, reason = "a test is no part of the core")]
pub(crate) fn skip(what: &str) {
    _ = std::io::stderr().write_all(format!("SKIPPED: {what}\n").as_bytes());
}
