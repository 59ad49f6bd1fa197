//! What changes would do to a file, to look at.

use crate::mask::without_secrets;

/// Returns a unified diff of the texts of a file before and after changes, with stars for the credentials of both.
///
/// `between` are the texts that a file had between the two, whose credentials are not shown either.
pub fn diff(name: &str, before: &str, after: &str, between: &[String]) -> String {
    let [before, after] = without_secrets([before, after], between);
    let diff = similar::TextDiff::from_lines(&before, &after);
    diff.unified_diff().context_radius(3).header(&format!("a/{name}"), &format!("b/{name}")).to_string()
}
