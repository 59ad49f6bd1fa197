//! An object of a review: what decides before it is checked, and the object itself, as far as it can be read.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::scan::{ScanStop, Scanner};
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
    pub(super) fn build(&self) -> Result<Option<Value>, UnjudgedReason> {
        let Some(whole) = self.whole else { return Ok(None) };
        let mut json = serde_json::Deserializer::from_slice(whole);
        let built =
            Build { is_metadata: false }.deserialize(&mut json).and_then(|it| json.end().map(|()| it));
        let mut object = built.map_err(|error| reason(&error))?;
        let managed_fields = self.metadata[MANAGED_FIELDS].filter(|it| it.len() <= LONGEST_MANAGED_FIELDS);
        let managed_fields = managed_fields.and_then(|it| serde_json::from_slice::<Value>(it).ok());
        if let (Some(value), Some(Value::Object(metadata))) =
            (managed_fields, object.pointer_mut("/metadata"))
        {
            metadata.insert("managedFields".to_owned(), value);
        }
        Ok(Some(object).filter(|it| !it.is_null()))
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
        // Only `Build` has errors of its own.
        _ if error.is_data() => UnjudgedReason::Ambiguous,
        _ if is(&"recursion limit exceeded") => UnjudgedReason::TooDeep,
        _ if ["lone leading surrogate", "unexpected end of hex escape"].iter().any(is) => {
            UnjudgedReason::Surrogate
        }
        _ if is(&"invalid unicode code point") => UnjudgedReason::NotUtf8,
        _ => UnjudgedReason::Malformed,
    }
}

/// Builds a value without the `managedFields` of any metadata, and rejects keys that come twice.
///
/// `fieldsV1` is the one place of a Job where an API server keeps whatever JSON it is sent, so that it may be deeper than
/// anybody reads, or hold what is not Unicode. No rule looks at it but at the top.
#[derive(Clone, Copy)]
struct Build {
    is_metadata: bool,
}

impl<'de> DeserializeSeed<'de> for Build {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Build {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Build { is_metadata: false })? {
            list.push(item);
        }
        // Half of it may be spare.
        list.shrink_to_fit();
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if self.is_metadata && key == "managedFields" {
                entries.next_value::<IgnoredAny>()?;
                continue;
            }
            let value = entries.next_value_seed(Build { is_metadata: key == "metadata" })?;
            if map.insert(key, value).is_some() {
                return Err(A::Error::custom("a key appears twice"));
            }
        }
        Ok(map.into())
    }
}

/// Returns the `spec` of the pods that an object makes, `null` where there is none.
pub(super) fn pod_spec(object: &Value) -> &Value {
    if object["kind"] == "CronJob" {
        &object["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    } else {
        &object["spec"]["template"]["spec"]
    }
}
