//! What happens to findings once all rules have looked: texts cut, secrets masked, defects folded, fingerprints added.

use std::sync::Arc;

use crate::diagnostic::finding::{Finding, change_subjects};
use crate::diagnostic::fold;
use crate::engine::cut::{LONGEST_TEXT, cut, cut_texts};
use crate::engine::fingerprint::add_fingerprints;
use crate::engine::outcome::Outcome;
use crate::engine::run::Run;
use crate::facts::secret::detected::Secret;
use crate::manifest::document::Document;
use crate::mask;
use crate::text::source::Source;

/// Turns what rules have reported of a file into what reports show, unless `is_cancelled`: nothing of it must be shown then.
pub(crate) fn finish(
    mut run: Run,
    source: &Arc<Source>,
    secrets: &[Secret<'_>],
    documents: &[Document],
    is_cancelled: &dyn Fn() -> bool,
) -> Run {
    let Run { outcome, fleet, .. } = &mut run;
    let Outcome { findings, suppressed, checked, .. } = outcome;
    let drafts = fleet.drafts().map(|it| &mut it.finding);
    let mut all: Vec<&mut Finding> = findings.iter_mut().chain(suppressed).chain(drafts).collect();
    let checked = checked.iter_mut().map(|it| (&it.source, &mut it.subject));
    mask::hide_secrets(&mut all, checked, source, secrets, documents, is_cancelled);
    if is_cancelled() {
        return run;
    }
    let file = Arc::new(source.with_text(""));
    outcome.checked.iter_mut().for_each(|it| it.source = file.clone());
    complete(run)
}

/// Turns what was found in a file, with its credentials hidden, into what reports show.
pub(super) fn complete(mut run: Run) -> Run {
    let Run { outcome, fleet, .. } = &mut run;
    let drafts = fleet.drafts().map(|it| &mut it.finding);
    let mut all: Vec<&mut Finding> =
        outcome.findings.iter_mut().chain(&mut outcome.suppressed).chain(drafts).collect();
    all.iter_mut().for_each(|it| cut_texts(it));
    let checked = outcome.checked.iter_mut().map(|it| &mut it.subject);
    change_subjects(all.into_iter().map(|it| &mut it.subject).chain(checked), |subject| {
        let longest = subject.name.len().max(subject.namespace.len()).max(subject.owner.len());
        if longest > LONGEST_TEXT {
            let subject = Arc::make_mut(subject);
            cut(&mut subject.name);
            cut(&mut subject.namespace);
            cut(&mut subject.owner);
        }
    });
    outcome.sort();
    fold::fold(&mut outcome.findings);
    add_fingerprints(&mut outcome.findings);
    run
}
