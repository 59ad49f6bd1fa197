//! What an API server is told.

use std::collections::BTreeMap;

use serde::Serialize;

/// Of one warning, an API server shows this many characters when there are many.
pub(super) const LONGEST_WARNING: usize = 256;

/// Of all warnings together it shows this much.
const LONGEST_WARNINGS: usize = 4096;

/// A line of a denial.
pub(super) const LONGEST_LINE: usize = 600;

/// Causes that programs get.
pub(super) const MAX_CAUSES: usize = 50;

/// A list in an audit annotation.
const LONGEST_NOTE: usize = 4096;

/// An `AdmissionReview` with a response.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AdmissionAnswer {
    api_version: &'static str,
    kind: &'static str,
    /// The response.
    pub response: Response,
}

/// What is said to a request.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    /// The request's.
    pub uid: String,
    /// Whether the request proceeds.
    pub allowed: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// What the client is told.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What the audit log is told.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub audit_annotations: BTreeMap<&'static str, String>,
}

/// Why a request is denied (`k8s.io/apimachinery/pkg/apis/meta/v1`).
#[derive(Clone, Debug, Serialize)]
pub struct Status {
    pub(super) status: &'static str,
    pub(super) code: u16,
    pub(super) reason: &'static str,
    /// For people.
    pub message: String,
    /// What the request is about.
    pub details: Details,
}

/// Why a request is denied, for programs.
#[derive(Clone, Debug, Serialize)]
pub struct Details {
    /// The object's name, without the credentials in it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) group: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) kind: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) causes: Vec<StatusCause>,
}

/// One finding that denies.
#[derive(Clone, Debug, Serialize)]
pub(super) struct StatusCause {
    pub(super) reason: &'static str,
    pub(super) message: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) field: String,
}

impl AdmissionAnswer {
    pub(super) fn allow(uid: &str) -> Self {
        AdmissionAnswer {
            api_version: "admission.k8s.io/v1",
            kind: "AdmissionReview",
            response: Response {
                uid: uid.to_owned(),
                allowed: true,
                status: None,
                warnings: Vec::new(),
                audit_annotations: BTreeMap::new(),
            },
        }
    }

    /// Adds a note to the audit log. The API server puts the webhook's name before the key.
    pub(super) fn annotate(&mut self, key: &'static str, value: &str) {
        self.response.audit_annotations.insert(key, value.to_owned());
    }

    /// Adds a list, cut where it gets long.
    pub(super) fn annotate_list(&mut self, key: &'static str, items: impl Iterator<Item = String>) {
        let items: Vec<_> = items.collect();
        let mut text = String::new();
        for (index, item) in items.iter().enumerate() {
            if text.len() + item.len() > LONGEST_NOTE {
                text += &format!("; and {} more", items.len() - index);
                break;
            }
            text += if text.is_empty() { "" } else { "; " };
            text += item;
        }
        if !text.is_empty() {
            self.annotate(key, &text);
        }
    }
}

impl Response {
    pub(super) fn deny(&mut self, status: Status) {
        self.allowed = false;
        self.status = Some(status);
    }
}

/// Cuts warnings to what an API server lets through. It drops one with a control character, and cuts or drops some when
/// all together are too long (`k8s.io/apiserver/pkg/endpoints/filters/warning.go`).
pub(super) fn warnings(lines: Vec<String>) -> Vec<String> {
    let mut warnings: Vec<String> = Vec::new();
    let mut left = LONGEST_WARNINGS;
    let count = lines.len();
    for (index, line) in lines.iter().enumerate() {
        let warning = one_line(line, LONGEST_WARNING);
        let more = format!("batchlint has {} more findings", count - index);
        let reserve = if index + 1 == count { 0 } else { more.len() };
        if warning.len() + reserve > left {
            warnings.push(more);
            break;
        }
        left -= warning.len();
        warnings.push(warning);
    }
    warnings
}

/// Writes a text as one line of at most `longest` characters without control characters.
pub fn one_line(text: &str, longest: usize) -> String {
    let clean = |letter: char| if letter.is_control() { ' ' } else { letter };
    let mut line: String = text.chars().take(longest).map(clean).collect();
    if text.chars().nth(longest).is_some() {
        line.pop();
        line.push('…');
    }
    line
}
