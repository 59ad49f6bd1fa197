//! What recognizes a finding in a later version of its file.

use std::collections::HashMap;

use crate::diagnostic::finding::{Finding, Subject};

/// Gives each finding what identifies it in its file while lines move: rule, object, path, and its number among equals.
pub(crate) fn add_fingerprints(findings: &mut [Finding]) {
    // Rules about several files can find something in each of them.
    let mut files: HashMap<String, u64> = HashMap::new();
    let mut seen: HashMap<(u64, u64), u64> = HashMap::new();
    for finding in findings {
        let number = files.len() as u64;
        let file = match files.get(&finding.source.name) {
            Some(file) => *file,
            None => *files.entry(finding.source.name.clone()).or_insert(number),
        };
        let line = || finding.source.line(finding.source.lines().line(finding.place.span.start));
        // What could not be read has no path: its line stands for it.
        let place = if finding.subject.kind.is_empty() { line() } else { &finding.place.path };
        let Subject { kind, namespace, name, .. } = &*finding.subject;
        let identity = [finding.rule.id, kind, namespace, name, place].join("\0");
        let base = xxhash_rust::xxh3::xxh3_64(identity.as_bytes());
        let number = seen.entry((file, base)).or_default();
        finding.fingerprint =
            format!("{:016x}", xxhash_rust::xxh3::xxh3_64_with_seed(identity.as_bytes(), *number));
        *number += 1;
    }
}
