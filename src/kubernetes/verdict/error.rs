//! Validation errors in Kubernetes' words (`k8s.io/apimachinery/pkg/util/validation/field/errors.go`).

use std::fmt::{self, Write as _};

use super::api_field::{ApiField, ReportedField};
use crate::diagnostic::finding::MAX_EXAMINED;

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorType {
    /// The field is not set and must be.
    Required,
    /// The value is wrong.
    Invalid,
    /// The value is none of those that the field takes.
    NotSupported,
    /// The field must not be set.
    Forbidden,
    /// The value must be unique and is not.
    Duplicate,
    /// The value names something that is not there.
    NotFound,
    /// The value has too many bytes.
    TooLong,
    /// The list has too many items.
    TooMany,
}

impl ErrorType {
    /// Returns the type as `details.causes[].reason` has it.
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorType::Required => "FieldValueRequired",
            ErrorType::Invalid => "FieldValueInvalid",
            ErrorType::NotSupported => "FieldValueNotSupported",
            ErrorType::Forbidden => "FieldValueForbidden",
            ErrorType::Duplicate => "FieldValueDuplicate",
            ErrorType::NotFound => "FieldValueNotFound",
            ErrorType::TooLong => "FieldValueTooLong",
            ErrorType::TooMany => "FieldValueTooMany",
        }
    }

    fn description(self) -> &'static str {
        match self {
            ErrorType::Required => "Required value",
            ErrorType::Invalid => "Invalid value",
            ErrorType::NotSupported => "Unsupported value",
            ErrorType::Forbidden => "Forbidden",
            ErrorType::Duplicate => "Duplicate value",
            ErrorType::NotFound => "Not found",
            ErrorType::TooLong => "Too long",
            ErrorType::TooMany => "Too many",
        }
    }
}

/// A wrong value as a message shows it.
pub enum BadValue<'a> {
    /// A Go `string`, quoted as Go does.
    Text(&'a str),
    /// A named string type, or a pointer to a string: quoted as JSON.
    Json(&'a str),
    /// A number, a truth value, or JSON that is ready.
    Raw(String),
    /// Left out.
    Omitted,
}

impl<'a> From<&'a str> for BadValue<'a> {
    fn from(text: &'a str) -> Self {
        BadValue::Text(text)
    }
}

impl From<i64> for BadValue<'_> {
    fn from(number: i64) -> Self {
        BadValue::Raw(number.to_string())
    }
}

impl From<bool> for BadValue<'_> {
    fn from(value: bool) -> Self {
        BadValue::Raw(value.to_string())
    }
}

/// One reason why the API server rejects an object, at its place.
#[derive(Clone)]
pub struct Cause<'d> {
    /// What is wrong.
    pub kind: ErrorType,
    /// The path as the API server writes it.
    pub path: String,
    /// The message as the API server writes it, without the path.
    pub message: String,
    /// The place in the document.
    pub field: ApiField<'d>,
}

impl fmt::Display for Cause<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.path, self.message)
    }
}

/// Collects the errors of an object, and knows as what it is checked.
pub struct Errors<'d> {
    /// The Kubernetes minor.
    pub minor: u8,
    /// Whether the API server has the object already, and would update it; otherwise it creates it.
    pub is_stored: bool,
    /// What was found so far, in the order in which the API server finds it.
    pub causes: Vec<Cause<'d>>,
    /// How many more there were than are listed.
    pub unlisted: usize,
}

impl<'d> Errors<'d> {
    /// Starts without errors.
    pub fn new(minor: u8, is_stored: bool) -> Self {
        Errors { minor, is_stored, causes: Vec::new(), unlisted: 0 }
    }

    fn add(
        &mut self,
        kind: ErrorType,
        reported: impl Into<ReportedField<'d>>,
        bad: BadValue<'_>,
        detail: &str,
    ) {
        if self.causes.len() == MAX_EXAMINED {
            self.unlisted += 1;
            return;
        }
        let ReportedField { field, path } = reported.into();
        let mut message = kind.description().to_owned();
        match bad {
            BadValue::Text(text) => message += &format!(": {}", quote(text)),
            BadValue::Json(text) => message += &format!(": {}", json(text)),
            BadValue::Raw(text) => message += &format!(": {text}"),
            BadValue::Omitted => {}
        }
        if !detail.is_empty() {
            message += &format!(": {detail}");
        }
        self.causes.push(Cause { kind, path, message, field });
    }

    /// Writes the paths of the errors since `from` as servers do that have dropped `gone` items before `item`.
    pub fn renumber(&mut self, from: usize, item: ApiField<'d>, gone: usize) {
        if gone == 0 || from == self.causes.len() {
            return;
        }
        let item = &*item.path();
        let index = item.rsplit_once('[').and_then(|(_, it)| it.trim_end_matches(']').parse::<usize>().ok());
        let Some(index) = index else { return };
        let list = item.strip_suffix(&format!("[{index}]")).unwrap_or(item);
        for cause in &mut self.causes[from..] {
            if let Some(rest) = cause.path.strip_prefix(item) {
                cause.path = format!("{list}[{}]{rest}", index.saturating_sub(gone));
            }
        }
    }

    /// The field must be set; `detail` may be empty.
    pub fn required(&mut self, reported: impl Into<ReportedField<'d>>, detail: impl AsRef<str>) {
        self.add(ErrorType::Required, reported, BadValue::Omitted, detail.as_ref());
    }

    /// The value is wrong.
    pub fn invalid<'a>(
        &mut self,
        reported: impl Into<ReportedField<'d>>,
        bad: impl Into<BadValue<'a>>,
        detail: impl AsRef<str>,
    ) {
        self.add(ErrorType::Invalid, reported, bad.into(), detail.as_ref());
    }

    /// The value is wrong for each of these reasons.
    pub fn invalid_for_each(&mut self, field: ApiField<'d>, text: &str, reasons: Vec<String>) {
        for reason in reasons {
            self.invalid(field, text, reason);
        }
    }

    /// The value is none of those that the field takes.
    pub fn unsupported<'a>(
        &mut self,
        reported: impl Into<ReportedField<'d>>,
        bad: impl Into<BadValue<'a>>,
        supported: &[&str],
    ) {
        let list: Vec<String> = supported.iter().map(|value| quote(value)).collect();
        let detail = format!("supported values: {}", list.join(", "));
        self.add(ErrorType::NotSupported, reported, bad.into(), &detail);
    }

    /// The text of a named type, where it is there and none of those that the field takes.
    pub fn one_of(&mut self, field: ApiField<'d>, supported: &[&str]) {
        if let Some(text) = field.opt_text().filter(|text| !supported.contains(text)) {
            self.unsupported(field, BadValue::Json(text), supported);
        }
    }

    /// The field must not be set.
    pub fn forbidden(&mut self, reported: impl Into<ReportedField<'d>>, detail: impl AsRef<str>) {
        self.add(ErrorType::Forbidden, reported, BadValue::Omitted, detail.as_ref());
    }

    /// The value must be unique.
    pub fn duplicate<'a>(&mut self, reported: impl Into<ReportedField<'d>>, bad: impl Into<BadValue<'a>>) {
        self.add(ErrorType::Duplicate, reported, bad.into(), "");
    }

    /// The value names something that is not there.
    pub fn not_found(&mut self, reported: impl Into<ReportedField<'d>>, name: &str, detail: impl AsRef<str>) {
        self.add(ErrorType::NotFound, reported, BadValue::Text(name), detail.as_ref());
    }

    /// The value has more than `most` bytes.
    pub fn too_long(&mut self, reported: impl Into<ReportedField<'d>>, most: usize) {
        let detail = format!("may not be more than {most} bytes");
        self.add(ErrorType::TooLong, reported, BadValue::Omitted, &detail);
    }

    /// The list has more than `most` items.
    pub fn too_many(&mut self, reported: impl Into<ReportedField<'d>>, count: usize, most: usize) {
        let detail = format!("must have at most {most} items");
        self.add(ErrorType::TooMany, reported, BadValue::Raw(count.to_string()), &detail);
    }

    /// The number, where there is one, must not be negative.
    pub fn non_negative(&mut self, field: ApiField<'d>) {
        if let Some(number) = field.opt_int().filter(|&number| number < 0) {
            self.invalid(field, number, "must be greater than or equal to 0");
        }
    }

    /// The number, where there is one, must be in the range.
    pub fn in_range(&mut self, field: ApiField<'d>, low: i64, high: i64) {
        if let Some(number) = field.opt_int().filter(|number| !(low..=high).contains(number)) {
            self.invalid(field, number, in_range(low, high));
        }
    }
}

/// Returns which numbers are allowed.
pub fn in_range(low: i64, high: i64) -> String {
    format!("must be between {low} and {high}, inclusive")
}

/// Quotes a text as Go's `strconv.Quote`.
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{b}' => quoted.push_str("\\v"),
            ' '..='~' => quoted.push(character),
            '\0'..='\u{7f}' => _ = write!(quoted, "\\x{:02x}", u32::from(character)),
            _ if is_printable(character) => quoted.push(character),
            '\u{80}'..='\u{ffff}' => _ = write!(quoted, "\\u{:04x}", u32::from(character)),
            _ => _ = write!(quoted, "\\U{:08x}", u32::from(character)),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether Go's `unicode.IsPrint` takes a character: letters, marks, numbers, punctuation, symbols.
fn is_printable(character: char) -> bool {
    // Rust escapes what it cannot print, and marks that would join the character before them.
    character.is_alphanumeric() || character.escape_debug().len() == 1
}

/// Quotes a text as Go's `json.Marshal`.
pub fn json(text: &str) -> String {
    without_html(serde_json::to_string(text).unwrap_or_default())
}

/// Escapes in JSON what Go keeps out of HTML.
pub fn without_html(text: String) -> String {
    const SPECIAL: [char; 5] = ['<', '>', '&', '\u{2028}', '\u{2029}'];
    if !text.contains(SPECIAL) {
        return text;
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if SPECIAL.contains(&character) {
            _ = write!(escaped, "\\u{:04x}", u32::from(character));
        } else {
            escaped.push(character)
        }
    }
    escaped
}

/// Writes a list of strings as JSON; a list that is not set is `null`.
pub fn json_list(field: ApiField<'_>) -> String {
    if !field.is_set() {
        return "null".to_owned();
    }
    let items: Vec<String> = field.items().map(|item| json(item.text())).collect();
    format!("[{}]", items.join(","))
}
