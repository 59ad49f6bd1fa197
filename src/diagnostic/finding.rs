//! What a rule finds: where, how bad, and what to write instead.

use crate::diagnostic::severity::Severity;
use crate::manifest::place::Place;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::diagnostic::condition::Condition;
use crate::diagnostic::elsewhere::Elsewhere;
use crate::diagnostic::meta::Meta;
use crate::manifest::edit::{Edits, Fix, Obstacle, Safety};
use crate::text::source::Source;

/// Another place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Label {
    /// Where it is.
    pub place: Place,
    /// What it has to do with the finding.
    pub text: Cow<'static, str>,
}

/// The object that a finding is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Subject {
    /// The kind, empty where the document could not be read.
    pub kind: &'static str,
    /// `metadata.namespace`, empty where it is not stated.
    pub namespace: String,
    /// `metadata.name`, or `metadata.generateName`.
    pub name: String,
    /// Who looks after it, as a label says; empty where none does.
    pub owner: String,
}

impl fmt::Display for Subject {
    /// Writes `CronJob prod/nightly`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Subject { kind, namespace, name, .. } = self;
        let slash = if namespace.is_empty() { "" } else { "/" };
        formatter.write_str(format!("{kind} {namespace}{slash}{name}").trim_end())
    }
}

/// A defect in a manifest.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Meta,
    /// How bad it is here: the rule's severity unless the configuration says otherwise, or that of a finding in `also`
    /// where that is worse.
    pub severity: Severity,
    /// One sentence: what Kubernetes will do.
    pub message: Cow<'static, str>,
    /// What to write instead.
    pub help: Option<Cow<'static, str>>,
    /// Where it is.
    pub place: Place,
    /// Other places that belong to it.
    pub related: Vec<Label>,
    /// Places in other objects that belong to it.
    pub elsewhere: Vec<Elsewhere>,
    /// What else it is about, though no report names it: an update that adds one of these places adds to the defect.
    pub affects: Vec<Place>,
    /// What other rules found of the same defect: the finding stands for these.
    pub also: Vec<Finding>,
    /// A change that makes it go away.
    pub fix: Option<Box<Fix>>,
    /// Another change that does, less safe than the first: for those who ask for it.
    pub alternative: Option<Box<Fix>>,
    /// What must be true of the other files.
    pub condition: Option<Condition>,
    /// The file.
    pub source: Arc<Source>,
    /// The document in the file, from 0.
    pub document: usize,
    /// The item of a `List`, from 0.
    pub item: Option<usize>,
    /// The object.
    pub subject: Arc<Subject>,
    /// What stays the same when lines move: 16 hexadecimal digits.
    pub fingerprint: String,
}

impl Finding {
    /// Makes a finding about a source as a whole, with the severity of its rule.
    pub fn new(
        rule: &'static Meta,
        source: Arc<Source>,
        place: Place,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Finding {
            rule,
            severity: rule.severity,
            message: message.into(),
            help: None,
            place,
            related: Vec::new(),
            elsewhere: Vec::new(),
            affects: Vec::new(),
            also: Vec::new(),
            fix: None,
            alternative: None,
            condition: None,
            source,
            document: 0,
            item: None,
            subject: Arc::default(),
            fingerprint: String::new(),
        }
    }

    /// Returns what each rule has found: the finding itself, then those that it stands for.
    pub fn parts(&self) -> impl Iterator<Item = &Finding> {
        std::iter::once(self).chain(&self.also)
    }

    /// Whether both are about the same object, given that they are about one file.
    pub(crate) fn is_of_object(&self, other: &Finding) -> bool {
        (self.document, self.item) == (other.document, other.item)
    }

    /// Returns the ids of the other rules that the finding stands for, each once.
    pub fn also_ids(&self) -> Vec<&'static str> {
        let mut ids: Vec<_> = self.also.iter().map(|it| it.rule.id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Returns those ids as one text, where there are some.
    pub fn also_list(&self) -> Option<String> {
        (!self.also.is_empty()).then(|| self.also_ids().join(", "))
    }

    /// Returns what to write instead.
    pub fn help(&mut self, help: impl Into<Cow<'static, str>>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Offers a change that makes the finding go away. Where an alias stands in the way, the help says so, which must be
    /// there before.
    pub fn fix(&mut self, title: impl Into<Cow<'static, str>>, safety: Safety, edits: Edits) -> &mut Self {
        match edits {
            Ok(edits) if edits.is_empty() => {}
            Ok(edits) => self.fix = Some(Box::new(Fix::new(title, safety, edits))),
            Err(Obstacle::Shared) => {
                let help = self.help.take().map(|it| it + "; ").unwrap_or_default();
                self.help = Some(
                    help + "no fix is offered, because what it would change is also used elsewhere, \
                            through an alias or a merge",
                );
            }
            Err(Obstacle::Layout) => {}
        }
        self
    }

    /// Offers another change, which changes what runs, next to a safe one.
    pub fn alternative(&mut self, title: impl Into<Cow<'static, str>>, edits: Edits) -> &mut Self {
        if let Ok(edits) = edits {
            self.alternative = Some(Box::new(Fix::new(title, Safety::Unsafe, edits)));
        }
        self
    }

    /// Returns the change to apply where changes up to this safety are wanted.
    pub fn fix_within(&self, least: Safety) -> Option<&Fix> {
        let fixes = [&self.alternative, &self.fix].into_iter().flatten();
        fixes.into_iter().map(Box::as_ref).find(|fix| fix.safety <= least)
    }

    /// Returns the sentences of the finding: its help, its message and the texts of its other places.
    pub(crate) fn sentences_mut(&mut self) -> impl Iterator<Item = &mut Cow<'static, str>> {
        let related = self.related.iter_mut().map(|it| &mut it.text);
        let elsewhere = self.elsewhere.iter_mut().map(|it| &mut it.text);
        related.chain(elsewhere).chain(&mut self.help).chain([&mut self.message])
    }

    /// Adds another place that belongs to the finding.
    pub fn related(&mut self, place: impl Into<Place>, text: impl Into<Cow<'static, str>>) -> &mut Self {
        self.related.push(Label { place: place.into(), text: text.into() });
        self
    }

    /// Adds a place in another object that belongs to the finding.
    pub fn elsewhere(&mut self, place: Elsewhere) -> &mut Self {
        self.elsewhere.push(place);
        self
    }

    /// Adds places that no report names, such as the containers that inherit a setting of their pod.
    pub fn affects<P: Into<Place>>(&mut self, places: impl IntoIterator<Item = P>) -> &mut Self {
        self.affects.extend(places.into_iter().map(Into::into));
        self
    }
}

/// Of the findings of one rule in one object this many are listed, as the API server lists the fields that it does not know.
pub(crate) const MAX_FINDINGS: usize = 100;

/// An object can have the same mistake in every line: more of them than this are not looked at one by one.
pub const MAX_EXAMINED: usize = 1_000;

/// Changes subjects, each once: the findings of an object share theirs.
pub(crate) fn change_subjects<'s>(
    subjects: impl Iterator<Item = &'s mut Arc<Subject>>,
    change: impl Fn(&mut Arc<Subject>),
) {
    // The one that is replaced is kept, so that no other takes its address.
    let mut changed: HashMap<*const Subject, [Arc<Subject>; 2]> = HashMap::new();
    for subject in subjects {
        let [_, new] = changed.entry(Arc::as_ptr(subject)).or_insert_with(|| {
            let mut new = subject.clone();
            change(&mut new);
            [subject.clone(), new]
        });
        *subject = new.clone();
    }
}
