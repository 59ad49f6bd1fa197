//! Findings that are known already, and which findings of a run are new.
//!
//! A finding is known by its fingerprint: rule, object, path and its number among equals, but neither line nor file. The
//! same object can stand in several files, so that fingerprints are compared as multisets: a file's entries go to the
//! findings of that file first, what is left of them to those of other files, which have been moved there.

use crate::diagnostic::comparison::KnownFinding;
use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use crate::diagnostic::finding::Finding;
use crate::diagnostic::meta::Scope;
use crate::text::source::Source;

/// The format of the file, raised when older programs would misread it.
const VERSION: u32 = 1;

/// The findings of a run, split by entries.
#[derive(Debug, Default)]
pub struct Partition {
    /// The findings that no entry names.
    pub new: Vec<Finding>,
    /// How many findings an entry names.
    pub known: usize,
    /// The entries that name no finding.
    pub unmatched: Vec<KnownFinding>,
}

/// Splits findings into new and known ones; `file_of` gives the file of an entry for the source of a finding.
pub fn split_known(
    findings: Vec<Finding>,
    entries: Vec<KnownFinding>,
    file_of: &dyn Fn(&Source) -> String,
) -> Partition {
    let mut known: HashMap<String, BTreeMap<String, Vec<KnownFinding>>> = HashMap::new();
    for entry in entries {
        let files = known.entry(entry.fingerprint.clone()).or_default();
        files.entry(entry.file.clone()).or_default().push(entry);
    }
    let mut partition = Partition::default();
    let mut consume = |finding: &Finding, file: Option<&str>| {
        let Some(files) = known.get_mut(&finding.fingerprint) else { return false };
        let mut candidates = files.iter_mut().filter(|(name, _)| file.is_none_or(|file| file == *name));
        candidates.any(|(_, entries)| entries.pop().is_some())
    };
    let readable = |finding: &Finding| finding.rule.scope != Scope::File;
    let stays = |finding: &Finding| readable(finding) && consume(finding, Some(&file_of(&finding.source)));
    let (same_file, others): (Vec<_>, Vec<_>) = split_by(findings, stays);
    let (moved, new) = split_by(others, |finding| readable(finding) && consume(finding, None));
    partition.known = same_file.len() + moved.len();
    partition.new = new;
    partition.unmatched = known.into_values().flat_map(BTreeMap::into_values).flatten().collect();
    partition.unmatched.sort();
    partition
}

fn split_by(findings: Vec<Finding>, mut first: impl FnMut(&Finding) -> bool) -> (Vec<Finding>, Vec<Finding>) {
    findings.into_iter().partition(|finding| first(finding))
}

/// Writes entries as JSON, sorted, one on a line: a diff of two baselines shows which findings came and went.
///
/// # Errors
/// Returns the encoder's words.
pub fn to_json(mut entries: Vec<KnownFinding>) -> serde_json::Result<String> {
    entries.sort();
    let lines: Vec<_> = entries.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
    let lines: Vec<_> = lines.iter().map(|line| format!("\n    {line}")).collect();
    let end = if lines.is_empty() { "" } else { "\n  " };
    Ok(format!("{{\n  \"version\": {VERSION},\n  \"findings\": [{}{end}]\n}}\n", lines.join(",")))
}

/// Why a text is not a baseline that can be used.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// The text is not a baseline.
    #[error("it is not a baseline: {0}")]
    Malformed(#[from] serde_json::Error),
    /// The baseline is of a version that is not known.
    #[error("its version is {0}, but this batchlint reads version {VERSION}")]
    Version(u32),
}

/// Reads what [`to_json()`] wrote.
///
/// # Errors
/// Returns what is wrong, and on which line.
pub fn parse(text: &str) -> Result<Vec<KnownFinding>, BaselineError> {
    #[derive(Deserialize)]
    struct Version {
        version: u32,
    }
    #[derive(Deserialize)]
    struct Baseline {
        findings: Vec<KnownFinding>,
    }
    let Version { version } = serde_json::from_str(text)?;
    if version != VERSION {
        return Err(BaselineError::Version(version));
    }
    let Baseline { findings } = serde_json::from_str(text)?;
    Ok(findings)
}
