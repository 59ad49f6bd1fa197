//! How the findings of a run compare with known ones.

use crate::diagnostic::finding::Finding;
use crate::diagnostic::meta::Scope;

use serde::{Deserialize, Serialize};

/// A finding that is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownFinding {
    /// The file, relative to the directory of the baseline.
    pub file: String,
    /// The object: `CronJob prod/nightly`.
    pub object: String,
    /// The id of the rule.
    pub rule: String,
    /// The field path in the object.
    pub path: String,
    /// What identifies the finding in its file: 16 hexadecimal digits.
    pub fingerprint: String,
}

/// How the findings of a run compare with what was known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// What they are compared with.
    pub with: Reference,
    /// How many findings are known, and left out.
    pub known: usize,
    /// What was known of the files of the run, and is found no more.
    pub fixed: Vec<KnownFinding>,
}

/// Where known findings come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// A file that `--write-baseline` wrote.
    Baseline(String),
    /// A commit, branch or tag.
    Git(String),
}

impl KnownFinding {
    /// Makes the entry of a finding in a file; none for what could not be read, which nothing may hide.
    pub fn for_finding(finding: &Finding, file: String) -> Option<Self> {
        let is_unread = finding.rule.scope == Scope::File;
        (!is_unread).then(|| KnownFinding {
            file,
            object: finding.subject.to_string(),
            rule: finding.rule.id.to_owned(),
            path: finding.place.path.clone(),
            fingerprint: finding.fingerprint.clone(),
        })
    }
}
