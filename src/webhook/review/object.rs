//! An object of a review: what decides before it is checked, and the object itself, as far as it can be read.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::scan::{ScanStop, Scanner};
use crate::manifest::document::{Document, Node};
use crate::webhook::review::reason::UnjudgedReason;

/// More bytes of top-level `managedFields` are not read: what was stated counts as not known then.
const LONGEST_MANAGED_FIELDS: usize = 1 << 20;

/// The texts of those values of an object that decide before it is checked.
#[derive(Default)]
pub(super) struct ScannedObject<'b> {
    /// The object as a whole, where it does not stop before its end.
    whole: Option<&'b [u8]>,
    kind: Option<&'b [u8]>,
    api_version: Option<&'b [u8]>,
    spec: Option<&'b [u8]>,
    /// The fields of `METADATA`, in that order.
    metadata: [Option<&'b [u8]>; METADATA.len()],
}

/// What is read of the metadata: first what servers write, then what rules judge.
const METADATA: [&str; 10] = [
    "deletionTimestamp",
    "managedFields",
    "uid",
    "labels",
    "ownerReferences",
    "annotations",
    "finalizers",
    "generateName",
    "name",
    "namespace",
];
const DELETION: usize = 0;
const MANAGED_FIELDS: usize = 1;
const UID: usize = 2;
const LABELS: usize = 3;
const OWNERS: usize = 4;
const NAME: usize = 8;
const NAMESPACE: usize = 9;
/// From here on an update may not change anything without being checked.
const FIRST_JUDGED: usize = LABELS;

/// A kind with its group and version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kind {
    /// `batch`
    pub group: String,
    /// `v1`
    pub version: String,
    /// `Job` or `CronJob`
    pub kind: String,
}

impl Kind {
    /// Whether rules are about objects of the kind.
    pub(super) fn is_supported(&self) -> bool {
        self.group == "batch" && matches!(self.kind.as_str(), "Job" | "CronJob")
    }
}

/// An owner reference.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Owner {
    pub(super) api_version: String,
    pub(super) kind: String,
    pub(super) uid: String,
    pub(super) controller: Option<bool>,
}

impl Owner {
    /// Returns the group of the owner's kind, empty for the core group.
    pub(super) fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }
}

impl<'b> ScannedObject<'b> {
    /// Reads the next value of a body; what comes before a stop is kept.
    pub(super) fn read_from(&mut self, scanner: &mut Scanner<'b>) -> Result<(), ScanStop> {
        const KEYS: &[&str] = &["kind", "apiVersion", "metadata", "spec"];
        let start = scanner.position();
        scanner.fields(KEYS, &mut |scanner, key| {
            match key {
                "kind" => self.kind = Some(scanner.value()?),
                "apiVersion" => self.api_version = Some(scanner.value()?),
                "spec" => self.spec = Some(scanner.value()?),
                _ => scanner.fields(&METADATA, &mut |scanner, key| {
                    let value = Some(scanner.value()?);
                    let at = METADATA.iter().position(|it| *it == key);
                    at.into_iter().for_each(|at| self.metadata[at] = value);
                    Ok(())
                })?,
            }
            Ok(())
        })?;
        self.whole = Some(scanner.since(start));
        Ok(())
    }

    /// Whether the object has a mapping as its `spec`, and the other one the same `spec` and everything in the metadata that
    /// rules judge.
    ///
    /// An API server writes equal values as equal texts. `last-applied-configuration` counts like any other annotation:
    /// it can hold a credential, and it says which fields were stated.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        self.whole.is_some()
            && other.whole.is_some()
            && self.spec.is_some_and(|spec| spec.starts_with(b"{"))
            && self.spec == other.spec
            && self.metadata[FIRST_JUDGED..] == other.metadata[FIRST_JUDGED..]
    }

    /// Whether the two may be the same object: what identifies one never changes.
    pub(super) fn may_be(&self, other: &Self) -> bool {
        let differs = |at: usize| match (self.metadata[at], other.metadata[at]) {
            (Some(own), Some(others)) => text(own) != text(others),
            _ => false,
        };
        ![UID, NAME, NAMESPACE].into_iter().any(differs)
    }

    /// Whether somebody has deleted the object, which then waits for its finalizers.
    pub(super) fn is_being_deleted(&self) -> bool {
        self.metadata[DELETION].and_then(text).is_some_and(|it| !it.is_empty())
    }

    /// Returns the kind of the object, where `apiVersion` and `kind` can be read.
    pub(super) fn kind(&self) -> Option<Kind> {
        let api_version = self.api_version.and_then(text)?;
        let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
        let (group, version) = (group.to_owned(), version.to_owned());
        Some(Kind { group, version, kind: self.kind.and_then(text)? })
    }

    /// Returns the labels, where it is known which the object has.
    pub(super) fn labels(&self) -> Option<BTreeMap<String, String>> {
        match self.metadata[LABELS] {
            Some(labels) => serde_json::from_slice::<Option<_>>(labels).ok().map(Option::unwrap_or_default),
            None => self.whole.map(|_| BTreeMap::new()),
        }
    }

    /// Returns the owner references that can be read.
    pub(super) fn owners(&self) -> Vec<Owner> {
        self.metadata[OWNERS].and_then(|it| serde_json::from_slice(it).ok()).unwrap_or_default()
    }

    /// Builds the object; `None` if there is none.
    ///
    /// # Errors
    /// Returns why it cannot be read.
    pub(super) fn build(&self) -> Result<Option<Document>, UnjudgedReason> {
        let Some(whole) = self.whole else { return Ok(None) };
        let managed_fields = self.metadata[MANAGED_FIELDS].filter(|it| it.len() <= LONGEST_MANAGED_FIELDS);
        let managed_fields = managed_fields.map(|it| {
            let start = it.as_ptr() as usize - whole.as_ptr() as usize;
            start..start + it.len()
        });
        let document = Document::from_json(whole, managed_fields).map_err(|error| reason(&error))?;
        Ok(Some(document).filter(|it| !it.root().is_null()))
    }
}

/// Returns the text of a JSON string.
pub(super) fn text(json: &[u8]) -> Option<String> {
    serde_json::from_slice(json).ok()
}

/// Returns why a value cannot be read whose text is JSON.
fn reason(error: &serde_json::Error) -> UnjudgedReason {
    let message = error.to_string();
    let is = |beginning: &&str| message.starts_with(beginning);
    match message.as_str() {
        // Only a key that appears twice is an error in the data.
        _ if error.is_data() => UnjudgedReason::Ambiguous,
        _ if is(&"recursion limit exceeded") => UnjudgedReason::TooDeep,
        _ if ["lone leading surrogate", "unexpected end of hex escape"].iter().any(is) => {
            UnjudgedReason::Surrogate
        }
        _ if is(&"invalid unicode code point") => UnjudgedReason::NotUtf8,
        _ => UnjudgedReason::Malformed,
    }
}

/// Returns the `spec` of the pods that an object makes, where there is one.
pub(super) fn pod_spec(object: &Document) -> Option<Node<'_>> {
    let root = object.root();
    let is_cron_job = root.field("kind").is("CronJob");
    root.field(if is_cron_job { "spec.jobTemplate.spec.template.spec" } else { "spec.template.spec" }).node()
}
