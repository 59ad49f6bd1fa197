//! What a change makes of objects: each is checked together with its version before.

use std::collections::{HashMap, HashSet};
use std::iter::once;
use std::sync::Arc;

use crate::diagnostic::finding::Subject;
use crate::diagnostic::meta::Admission;
use crate::engine::dispatch::{Enabled, enabled};
use crate::engine::finish::finish;
use crate::engine::later::Later;
use crate::engine::outcome::{CheckedObject, Outcome};
use crate::engine::read::{Manifest, skip_reason};
use crate::engine::subject::subject;
use crate::manifest::document::Document;
use crate::manifest::workload::{Classification, Object, classify};
use crate::mask;
use crate::policy::config::Config;
use crate::rule::{Check, Reporter};
use crate::text::source::Source;

/// Checks what the new version of a file changes in its objects. An object that `is_elsewhere` is not gone.
///
/// The objects that have both versions are the checked ones.
pub fn lint_change(
    old: &Manifest,
    new: &Manifest,
    config: &Config,
    is_elsewhere: &dyn Fn(&Subject) -> bool,
) -> Outcome {
    if old.is_template() || new.is_template() {
        return Outcome::default();
    }
    let (before, after) = (versions(&old.documents), versions(&new.documents));
    let pairs = pairs(&before, &after);
    let mut outcome = Outcome::default();
    for &(old, new) in &pairs {
        check(old, new, config, of_change, &mut outcome);
        let Document { source, index, .. } = new.object.node.document;
        outcome.checked.push(CheckedObject {
            source: source.clone(),
            document: *index,
            item: new.item,
            subject: new.subject.clone(),
        });
    }
    for (old, new) in renamed(&before, &after, &pairs) {
        if !is_elsewhere(&old.subject) {
            check(old, new, config, of_rename, &mut outcome);
        }
    }
    without_secrets(outcome, (&old.source, &old.documents), (&new.source, &new.documents))
}

/// Checks what an update changes in an object that an API server is about to store.
pub fn lint_admitted_change(old: &Document, new: &Document, config: &Config) -> Outcome {
    let mut outcome = Outcome::default();
    if let (Classification::Object(before), Classification::Object(after)) =
        (classify(old.root()), classify(new.root()))
    {
        check(&Version::of(before, None), &Version::of(after, None), config, of_change, &mut outcome);
    }
    let documents = [old, new].map(std::slice::from_ref);
    without_secrets(outcome, (&old.source, documents[0]), (&new.source, documents[1]))
}

/// An object of a file.
struct Version<'d> {
    object: Object<'d>,
    item: Option<usize>,
    subject: Arc<Subject>,
}

impl<'d> Version<'d> {
    fn of(object: Object<'d>, item: Option<usize>) -> Self {
        Version { object, item, subject: Arc::new(subject(object)) }
    }

    fn kind_and_name(&self) -> (&str, &str) {
        (self.subject.kind, &self.subject.name)
    }

    /// Whether both can be versions of one object. A namespace that one states may be that which the other gets on the way.
    fn is_same(&self, other: &Version<'_>) -> bool {
        let (own, others) = (&self.subject.namespace, &other.subject.namespace);
        own == others || own.is_empty() || others.is_empty()
    }
}

/// Returns the objects of documents that have a name and are whole.
fn versions(documents: &[Document]) -> Vec<Version<'_>> {
    let mut versions = Vec::new();
    for document in documents {
        for (number, node) in document.numbered_objects() {
            let reading = classify(node);
            if let Classification::Object(object) = reading
                && skip_reason(reading).is_none()
                && !object.is_partial()
                && object.name().text().is_some()
            {
                versions.push(Version::of(object, document.item(number)));
            }
        }
    }
    versions
}

/// Pairs the versions of an object; where several may be one, none of them is.
fn pairs<'v, 'd>(
    before: &'v [Version<'d>],
    after: &'v [Version<'d>],
) -> Vec<(&'v Version<'d>, &'v Version<'d>)> {
    let mut by_name: HashMap<(&str, &str), [Vec<&Version<'_>>; 2]> = HashMap::new();
    for (at, versions) in [before, after].into_iter().enumerate() {
        for version in versions {
            by_name.entry(version.kind_and_name()).or_default()[at].push(version);
        }
    }
    let mut pairs = Vec::new();
    for new in after {
        let Some([olds, news]) = by_name.get(&new.kind_and_name()) else { continue };
        let mut candidates = olds.iter().filter(|old| old.is_same(new));
        if let (Some(old), None) = (candidates.next(), candidates.next())
            && news.iter().filter(|new| old.is_same(new)).count() == 1
        {
            pairs.push((*old, new));
        }
    }
    pairs
}

/// Returns for each kind of which one object is gone and one has come these two.
fn renamed<'v, 'd>(
    before: &'v [Version<'d>],
    after: &'v [Version<'d>],
    pairs: &[(&Version<'_>, &Version<'_>)],
) -> Vec<(&'v Version<'d>, &'v Version<'d>)> {
    let paired: HashSet<*const Version<'_>> =
        pairs.iter().flat_map(|&(old, new)| [std::ptr::from_ref(old), std::ptr::from_ref(new)]).collect();
    let [olds, news] = [before, after].map(|all| {
        let mut by_name: HashMap<(&str, &str), Vec<&Version<'_>>> = HashMap::new();
        all.iter().for_each(|it| by_name.entry(it.kind_and_name()).or_default().push(it));
        by_name
    });
    let is_left = |it: &&Version<'_>, others: &HashMap<(&str, &str), Vec<&Version<'_>>>| {
        let others = others.get(&it.kind_and_name());
        !paired.contains(&std::ptr::from_ref(*it))
            && !others.into_iter().flatten().any(|other| it.is_same(other))
    };
    let gone: Vec<_> = before.iter().filter(|it| is_left(it, &news)).collect();
    let come: Vec<_> = after.iter().filter(|it| is_left(it, &olds)).collect();
    let of_kind = |all: &[&'v Version<'d>], kind: &str| match *all
        .iter()
        .copied()
        .filter(|it| it.subject.kind == kind)
        .collect::<Vec<_>>()
    {
        [only] => Some(only),
        _ => None,
    };
    ["CronJob", "Job"].into_iter().filter_map(|kind| of_kind(&gone, kind).zip(of_kind(&come, kind))).collect()
}

/// What a rule does with two versions of an object.
type CheckBoth = fn(Object<'_>, Object<'_>, &mut Reporter<'_>);

fn of_change(check: Check) -> Option<CheckBoth> {
    if let Check::Change(check) = check { Some(check) } else { None }
}

fn of_rename(check: Check) -> Option<CheckBoth> {
    if let Check::Rename(check) = check { Some(check) } else { None }
}

/// Runs those rules that are on for an object and of which `which` returns a function.
fn check(
    old: &Version<'_>,
    new: &Version<'_>,
    config: &Config,
    which: fn(Check) -> Option<CheckBoth>,
    outcome: &mut Outcome,
) {
    let rules = enabled(config, Some(&new.subject));
    let is_in_file = !new.object.node.document.source.is_from_server();
    let is_asked = |it: &&Enabled| {
        which(it.check).is_some() && (is_in_file || it.active.rule.admission != Admission::Never)
    };
    let later = Later { object: new.object, item: new.item, subject: &new.subject, config };
    let (mut found, mut hidden) = later.check(rules.iter().filter(is_asked), &|check, reporter| {
        which(check).into_iter().for_each(|check| check(old.object, new.object, reporter));
    });
    outcome.findings.append(&mut found);
    outcome.suppressed.append(&mut hidden);
}

/// Hides the credentials of both versions in what is said of them.
fn without_secrets(
    outcome: Outcome,
    old: (&Arc<Source>, &[Document]),
    new: (&Arc<Source>, &[Document]),
) -> Outcome {
    if outcome.findings.is_empty() && outcome.suppressed.is_empty() && outcome.checked.is_empty() {
        return outcome;
    }
    let secrets = mask::all_secrets(new.1);
    let mut outcome = finish(outcome.into(), new.0, &secrets, new.1, &|| false).outcome;
    let all = outcome.findings.iter_mut().chain(&mut outcome.suppressed);
    for text in all.flat_map(|it| it.sentences_mut()) {
        mask::hide_in(once(text.to_mut()), old.0, old.1);
    }
    outcome
}
