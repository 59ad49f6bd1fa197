//! Findings that are known already, and which findings of a run are news beside them.
//!
//! A finding is known by its fingerprint: rule, object, path and its number among equals, but neither line nor file. The
//! same object can stand in several files, so that fingerprints are compared as multisets: a file's entries go to the
//! findings of that file first, what is left of them to those of other files, which have been moved there.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::diagnostic::finding::Finding;
use crate::rules::rule::Check;

/// The format of the file, raised when older programs would misread it.
const VERSION: u32 = 1;

/// A finding that is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The file, relative to the folder of the baseline.
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
    pub fixed: Vec<Entry>,
}

/// Where known findings come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// A file that `--write-baseline` wrote.
    Baseline(String),
    /// A commit, branch or tag.
    Git(String),
}

/// The findings of a run, parted by entries.
#[derive(Debug, Default)]
pub struct Parted {
    /// The findings that no entry names.
    pub new: Vec<Finding>,
    /// How many findings an entry names.
    pub known: usize,
    /// The entries that name no finding.
    pub left: Vec<Entry>,
}

impl Entry {
    /// Makes the entry of a finding in a file; none for what could not be read, which nothing may hide.
    pub fn of(finding: &Finding, file: String) -> Option<Self> {
        let is_unread = matches!(finding.rule.check, Check::Syntax(_));
        (!is_unread).then(|| Entry {
            file,
            object: finding.subject.to_string(),
            rule: finding.rule.id.to_owned(),
            path: finding.place.path.clone(),
            fingerprint: finding.fingerprint.clone(),
        })
    }
}

/// Parts findings into new and known ones; `file_of` gives the file of an entry for the name of a finding's source.
pub fn part(findings: Vec<Finding>, entries: Vec<Entry>, file_of: &dyn Fn(&str) -> String) -> Parted {
    let mut known: HashMap<String, BTreeMap<String, Vec<Entry>>> = HashMap::new();
    for entry in entries {
        let files = known.entry(entry.fingerprint.clone()).or_default();
        files.entry(entry.file.clone()).or_default().push(entry);
    }
    let mut parted = Parted::default();
    let mut take = |finding: &Finding, file: Option<&str>| {
        let Some(files) = known.get_mut(&finding.fingerprint) else { return false };
        let mut candidates = files.iter_mut().filter(|(name, _)| file.is_none_or(|file| file == *name));
        candidates.any(|(_, entries)| entries.pop().is_some())
    };
    let readable = |finding: &Finding| !matches!(finding.rule.check, Check::Syntax(_));
    let stays = |finding: &Finding| readable(finding) && take(finding, Some(&file_of(&finding.source.name)));
    let (same_file, others): (Vec<_>, Vec<_>) = partition(findings, stays);
    let (moved, new) = partition(others, |finding| readable(finding) && take(finding, None));
    parted.known = same_file.len() + moved.len();
    parted.new = new;
    parted.left = known.into_values().flat_map(BTreeMap::into_values).flatten().collect();
    parted.left.sort();
    parted
}

fn partition(
    findings: Vec<Finding>,
    mut first: impl FnMut(&Finding) -> bool,
) -> (Vec<Finding>, Vec<Finding>) {
    findings.into_iter().partition(|finding| first(finding))
}

/// Writes entries as JSON, sorted, one on a line: a diff of two baselines shows which findings came and went.
///
/// # Errors
/// Gives the encoder's words.
pub fn write(mut entries: Vec<Entry>) -> serde_json::Result<String> {
    entries.sort();
    let lines: Vec<_> = entries.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
    let lines: Vec<_> = lines.iter().map(|line| format!("\n    {line}")).collect();
    let end = if lines.is_empty() { "" } else { "\n  " };
    Ok(format!("{{\n  \"version\": {VERSION},\n  \"findings\": [{}{end}]\n}}\n", lines.join(",")))
}

/// Reads what [`write()`] wrote.
///
/// # Errors
/// Says what is wrong, and on which line.
pub fn read(text: &str) -> Result<Vec<Entry>, String> {
    #[derive(Deserialize)]
    struct Version {
        version: u32,
    }
    #[derive(Deserialize)]
    struct Baseline {
        findings: Vec<Entry>,
    }
    let wrong = |error: serde_json::Error| format!("it is no baseline: {error}");
    let Version { version } = serde_json::from_str(text).map_err(wrong)?;
    if version != VERSION {
        return Err(format!("its version is {version}, and this batchlint knows version {VERSION}"));
    }
    let Baseline { findings } = serde_json::from_str(text).map_err(wrong)?;
    Ok(findings)
}
