//! What recognizes a finding in a later version of its file.

use std::collections::HashMap;
use std::sync::Arc;

use crate::diagnostic::finding::{Finding, Subject};
use crate::text::source::Source;

/// Gives each finding what identifies it in its file while lines move: rule, object, path, and its number among equals.
pub(crate) fn add_fingerprints(findings: &mut [Finding]) {
    let mut seen: HashMap<(*const Source, u64), u64> = HashMap::new();
    for finding in findings {
        let file = Arc::as_ptr(&finding.source);
        let line = || finding.source.line(finding.source.lines().line(finding.place.span.start));
        // What could not be read has no path: its line stands for it.
        let place = if finding.subject.kind.is_empty() { line() } else { &finding.place.path };
        let Subject { kind, namespace, name } = &*finding.subject;
        let identity = [finding.rule.id, kind, namespace, name, place].join("\0");
        let base = xxhash_rust::xxh3::xxh3_64(identity.as_bytes());
        let number = seen.entry((file, base)).or_default();
        finding.fingerprint =
            format!("{:016x}", xxhash_rust::xxh3::xxh3_64_with_seed(identity.as_bytes(), *number));
        *number += 1;
    }
}
