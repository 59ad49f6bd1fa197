//! What happens to findings once all rules have looked: texts cut, secrets masked, defects folded, fingerprints added.

use std::collections::HashMap;
use std::sync::Arc;

use crate::diagnostic::finding::{Finding, Subject};
use crate::diagnostic::fold;
use crate::engine::outcome::Outcome;
use crate::facts::secret::detected::Secret;
use crate::manifest::document::Document;
use crate::mask;
use crate::text::source::Source;

/// Longer messages, and parts of messages, are cut: a key can have a megabyte.
const LONGEST_TEXT: usize = 1000;

/// Turns what rules have reported into what reports show.
pub(crate) fn finish(
    mut outcome: Outcome,
    source: &Arc<Source>,
    secrets: &[Secret<'_>],
    documents: &[Document],
) -> Outcome {
    hide_secrets(&mut outcome, source, secrets, documents);
    for findings in [&mut outcome.findings, &mut outcome.suppressed] {
        findings.iter_mut().for_each(cut_texts);
    }
    outcome.sort();
    fold::fold(&mut outcome.findings);
    add_fingerprints(&mut outcome.findings);
    outcome
}

/// Replaces the credentials of a file wherever an outcome would show them.
pub(crate) fn hide_secrets(
    outcome: &mut Outcome,
    source: &Arc<Source>,
    secrets: &[Secret<'_>],
    documents: &[Document],
) {
    let Outcome { findings, suppressed, checked, .. } = outcome;
    let checked = checked.iter_mut().map(|it| (&it.source, &mut it.subject));
    mask::hide_secrets([findings, suppressed], checked, source, secrets, documents);
}

/// Cuts what would fill screens.
fn cut_texts(finding: &mut Finding) {
    let sentences = finding.sentences_mut().filter(|it| it.len() > LONGEST_TEXT);
    sentences.for_each(|it| cut(it.to_mut()));
    let places = finding.related.iter_mut().map(|label| &mut label.place).chain([&mut finding.place]);
    let paths = places.map(|place| &mut place.path).filter(|it| it.len() > LONGEST_TEXT);
    paths.for_each(cut);
}

fn cut(text: &mut String) {
    text.truncate(text.floor_char_boundary(LONGEST_TEXT));
    text.push('…');
}

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
