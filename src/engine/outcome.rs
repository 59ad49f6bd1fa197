//! What came out of a file, or of a run.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::finding::{Finding, Subject};
use crate::text::phrases;
use crate::text::source::Source;

/// Why an input is not checked, though it could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SkipReason {
    /// A file that a template engine has yet to fill in.
    Template,
    /// An object of a kind that this linter leaves to others.
    OtherKind,
    /// YAML or JSON that is not a Kubernetes object.
    NotKubernetes,
    /// A part of a Job that another file completes.
    Patch,
    /// An object that a controller made: its manifest is the controller's.
    Owned,
    /// A file in JSON with comments, which is for other programs.
    CommentedJson,
    /// A YAML or JSON file that cannot be parsed and has no key of a manifest, which is for other programs.
    NotManifest,
    /// A file that git-crypt has encrypted.
    Encrypted,
    /// A YAML file that cannot be parsed, all of whose objects are of kinds that this linter leaves to others.
    UnreadKind,
    /// A file or directory that the configuration excludes.
    Excluded,
    /// A file or directory that an ignore file names.
    Ignored,
    /// A file whose configuration has mistakes.
    Misconfigured,
    /// A link that leads out of the directories that were asked for, and is not followed.
    Outside,
    /// A link that leads nowhere.
    Dangling,
}

impl SkipReason {
    /// Returns the words for a count of such inputs.
    pub fn describe(self, count: usize) -> String {
        match self {
            SkipReason::OtherKind => format!("{count} of other kinds"),
            SkipReason::NotKubernetes if count == 1 => "1 that is not a Kubernetes object".to_owned(),
            SkipReason::NotKubernetes => format!("{count} that are not Kubernetes objects"),
            SkipReason::Patch => phrases::count(count, "patch"),
            SkipReason::Template => phrases::count(count, "template"),
            SkipReason::Owned => format!("{count} that controllers made"),
            SkipReason::CommentedJson => format!("{count} in JSON with comments"),
            SkipReason::NotManifest => {
                format!("{count} without `apiVersion` or `kind` that cannot be parsed")
            }
            SkipReason::Encrypted => format!("{count} encrypted by git-crypt"),
            SkipReason::UnreadKind => format!("{count} of other kinds that cannot be parsed"),
            SkipReason::Excluded => format!("{count} excluded"),
            SkipReason::Ignored => format!("{count} ignored"),
            SkipReason::Misconfigured => format!("{count} because of mistakes in the configuration"),
            SkipReason::Outside => format!("{} out of the directory", phrases::count(count, "link")),
            SkipReason::Dangling => format!("{} to nowhere", phrases::count(count, "link")),
        }
    }
}

/// An input that was skipped unread, by its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Skipped {
    /// The file.
    pub file: String,
    /// Why it was skipped, as it is counted.
    #[serde(rename = "aside")]
    pub reason: SkipReason,
    /// Why it was not read, in one sentence.
    #[serde(rename = "reason")]
    pub explanation: String,
}

/// An object that was checked, whatever was found in it.
#[derive(Clone, Debug)]
pub struct CheckedObject {
    /// The file, without its text.
    pub source: Arc<Source>,
    /// The document in the file, from 0.
    pub document: usize,
    /// The item of a `List`, from 0.
    pub item: Option<usize>,
    /// What names the object.
    pub subject: Arc<Subject>,
}

/// What came out of a file, or of all files of a run.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The findings, sorted.
    pub findings: Vec<Finding>,
    /// What comments and annotations hide.
    pub suppressed: Vec<Finding>,
    /// How many objects were checked.
    pub objects: usize,
    /// How many objects of other kinds they were compared with.
    pub neighbours: usize,
    /// The objects that were checked, for reports that list them: whoever has no finding passed.
    pub checked: Vec<CheckedObject>,
    /// How many documents, or files of templates, were skipped, by reason.
    pub skip_counts: BTreeMap<SkipReason, usize>,
    /// Those of them that were not read.
    pub skipped: Vec<Skipped>,
    /// Whether `--render` would check what is skipped.
    pub can_render: bool,
    /// How many inputs, files or documents in them, could not be read.
    pub unread: usize,
    /// How many configurations have mistakes; the files that they apply to are skipped.
    pub misconfigured: usize,
    /// The scripts that no rule has looked into, because they are beyond the limits or have what the parser does not know.
    ///
    /// Known for objects that an API server is about to store; otherwise only where a rule reads scripts.
    pub unread_scripts: Vec<String>,
    /// How many objects were not searched for credentials in full, because their variables become too long.
    pub unsearched: usize,
}

impl Outcome {
    /// Adds what came out of another file.
    pub fn add(&mut self, other: Outcome) {
        add_all(&mut self.findings, other.findings);
        add_all(&mut self.suppressed, other.suppressed);
        self.objects += other.objects;
        self.neighbours += other.neighbours;
        add_all(&mut self.checked, other.checked);
        self.can_render |= other.can_render;
        self.unread += other.unread;
        self.misconfigured += other.misconfigured;
        self.unsearched += other.unsearched;
        self.unread_scripts.extend(other.unread_scripts);
        self.skipped.extend(other.skipped);
        for (reason, count) in other.skip_counts {
            *self.skip_counts.entry(reason).or_default() += count;
        }
    }

    /// Whether something was not checked that should have been: an input that could not be read, or one whose configuration
    /// has mistakes.
    pub fn is_incomplete(&self) -> bool {
        self.unread > 0 || self.misconfigured > 0
    }

    /// Returns the outcome of a file whose configuration has mistakes, which are reported where they are.
    pub fn for_misconfigured() -> Self {
        let mut outcome = Outcome::default();
        outcome.count_skipped(SkipReason::Misconfigured);
        outcome
    }

    /// Counts an input that is not checked.
    pub fn count_skipped(&mut self, reason: SkipReason) {
        *self.skip_counts.entry(reason).or_default() += 1;
    }

    /// Returns the outcome of an input that is skipped unread.
    pub fn for_skipped(file: &str, reason: SkipReason, explanation: String) -> Self {
        let mut outcome = Outcome::default();
        outcome.count_skipped(reason);
        outcome.skipped.push(Skipped { file: file.to_owned(), reason, explanation });
        outcome
    }

    /// Sorts objects and findings by place, so that a run always prints the same.
    pub fn sort(&mut self) {
        self.checked.sort_by(|left, right| {
            let key = |it: &CheckedObject| (it.document, it.item);
            (&left.source.name, key(left)).cmp(&(&right.source.name, key(right)))
        });
        self.skipped.sort();
        // What is sorted already needs no memory for it.
        if !self.findings.is_sorted_by(|left, right| by_place(left, right).is_le()) {
            self.findings.sort_by(by_place);
        }
    }
}

/// Compares findings by their places, the way reports order them.
pub(crate) fn by_place(left: &Finding, right: &Finding) -> Ordering {
    // Parts of an input have spans of their own.
    let place = |it: &Finding| {
        let (before, span) = (it.source.start.offset, it.place.span);
        (before + span.start as usize, before + span.end as usize)
    };
    let key = |it: &Finding| (it.document, it.item, place(it), it.rule.id);
    (&left.source.name, key(left))
        .cmp(&(&right.source.name, key(right)))
        .then_with(|| left.place.path.cmp(&right.place.path))
}

/// Adds items to a list; the first ones are not copied.
fn add_all<T>(list: &mut Vec<T>, mut more: Vec<T>) {
    if list.is_empty() { *list = more } else { list.append(&mut more) }
}
