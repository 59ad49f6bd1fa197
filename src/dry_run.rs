//! The API server's answer to a document of a file, as data: what `dry-run` prints.

use serde::Serialize;

use crate::kubernetes::verdict::body;
use crate::kubernetes::verdict::body::{Body, Client};
use crate::kubernetes::verdict::error::{json, quote};
use crate::kubernetes::verdict::number::json_number;
use crate::kubernetes::verdict::{Stage, verdict};
use crate::manifest::document::{Document, Entry, Node, Stream, Style, Value};
use crate::manifest::workload::{Classification, Kind, Object, classify};
use crate::schema::version::Version;
use crate::text::source::Source;
use crate::text::span::Span;

/// The answer to one document, or to one item of a `List`.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// The file's name.
    pub file: String,
    /// The document in the file, from 0.
    pub doc: usize,
    /// The item of a `List`, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<usize>,
    /// Version and kind, such as `batch/v1, Kind=Job`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Whether the API server takes the object.
    pub accepted: bool,
    /// Where the API server, or kubectl before it, stops: `route`, `decode`, `strict`, `invalid`, `other`, or `ok`.
    pub stage: &'static str,
    /// The HTTP code; none where kubectl sends nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<u16>,
    /// The reason of the answer's status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// The message of the answer's status, or kubectl's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Unknown fields and repeated keys.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub strict: Vec<String>,
    /// Wrong values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<AnswerCause>,
    /// Warnings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What stops the object, with the bytes in the file.
    #[serde(skip)]
    pub places: Vec<(Span, String)>,
    /// Kind and name for people: `job.batch/import`.
    #[serde(skip)]
    pub title: String,
    /// The version from which on API servers take an object that this one rejects.
    #[serde(skip)]
    pub taken_since: Option<Version>,
    /// Why the document is not checked.
    #[serde(skip)]
    pub route: Option<Route>,
    /// Whether it is a part of a Job or CronJob, which another file completes.
    #[serde(skip)]
    pub is_partial: bool,
}

/// A wrong value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnswerCause {
    /// What is wrong with it, such as `FieldValueInvalid`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The path as the API server writes it.
    pub field: String,
    /// The message as the API server writes it.
    pub message: String,
}

/// Why a document never reaches the API server as a Job or CronJob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// It cannot be read.
    Unread,
    /// It does not say which object it is, or names a kind that `batch` does not have.
    NoKind,
    /// It is not a Kubernetes object: nothing in it says so.
    NotKubernetes,
    /// It is an object of another kind, which is not checked here.
    OtherKind,
}

impl Answer {
    /// Returns all that quotes the manifest.
    fn quoted_texts(&mut self) -> impl Iterator<Item = &mut String> {
        let places = self.places.iter_mut().map(|place| &mut place.1);
        let causes = self.causes.iter_mut().flat_map(|cause| [&mut cause.message, &mut cause.field]);
        let own = [&mut self.title].into_iter().chain(&mut self.kind).chain(&mut self.message);
        own.chain(&mut self.strict).chain(causes).chain(&mut self.warnings).chain(places)
    }
}

/// Returns the answer to each document of a file, in their order. The values of secrets are not in them.
///
/// `stream` is what was read of the file.
pub fn answers(source: &Source, stream: &Stream, version: Version, client: Client) -> Vec<Answer> {
    let mut answers = Vec::new();
    for problem in stream.problems.iter().filter(|problem| !problem.silent) {
        let words = &problem.error.message;
        let message = match words {
            _ if words.starts_with("invalid Yaml document separator") => words.clone(),
            _ if words.starts_with("json: ") => format!("error converting YAML to JSON: {words}"),
            _ if problem.error.line == 0 => format!("error converting YAML to JSON: yaml: {words}"),
            _ => format!("error converting YAML to JSON: yaml: line {}: {words}", problem.error.line),
        };
        let mut answer = routed(&source.name, problem.document, None, Route::Unread, message);
        answer.places.push((problem.error.span, problem.error.message.clone()));
        answers.push(answer);
    }
    for document in &stream.documents {
        for (number, node) in document.numbered_objects() {
            let item = document.item(number);
            answers.extend(answer_node(source, document, item, node, version, client));
        }
    }
    answers.sort_by_key(|answer| (answer.doc, answer.item));
    crate::mask::hide_in(answers.iter_mut().flat_map(Answer::quoted_texts), source, &stream.documents);
    let unread = answers.iter_mut().filter(|it| it.route == Some(Route::Unread));
    unread.flat_map(Answer::quoted_texts).for_each(|it| *it = crate::mask::without_unread(it));
    answers
}

fn routed(file: &str, doc: usize, item: Option<usize>, route: Route, message: String) -> Answer {
    Answer {
        file: file.to_owned(),
        doc,
        item,
        kind: None,
        accepted: false,
        stage: "route",
        code: None,
        reason: None,
        message: Some(message),
        strict: Vec::new(),
        causes: Vec::new(),
        warnings: Vec::new(),
        places: Vec::new(),
        title: String::new(),
        taken_since: None,
        route: Some(route),
        is_partial: false,
    }
}

fn answer_node(
    source: &Source,
    document: &Document,
    item: Option<usize>,
    node: Node<'_>,
    version: Version,
    client: Client,
) -> Option<Answer> {
    let doc = document.index;
    let text = |name| match node.get(name).map(Node::value) {
        Some(Value::String(text)) => text,
        _ => "",
    };
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    if node.value() == Value::Null && document.span.text(&source.text).trim().is_empty() {
        return None;
    }
    let place = node.head();
    let reading = classify(node);
    if let Some((place, problem)) = undecodable(source, document, node, api_version, kind) {
        let message = format!("error validating data / unable to decode: {problem}");
        let route = if matches!(reading, Classification::NotKubernetes) {
            Route::NotKubernetes
        } else {
            Route::NoKind
        };
        let mut answer = routed(&source.name, doc, item, route, message);
        answer.places.push((place, problem));
        return Some(answer);
    }
    let object = match (api_version, kind) {
        ("batch/v1", "Job") => Object { node, kind: Kind::Job },
        ("batch/v1", "CronJob") => Object { node, kind: Kind::CronJob },
        _ => {
            let route = match reading {
                Classification::OtherKind if !api_version.is_empty() => Route::OtherKind,
                Classification::NotKubernetes => Route::NotKubernetes,
                _ => Route::NoKind,
            };
            let (kind_text, version_text) = (quote(kind), quote(api_version));
            let message = format!(
                "resource mapping not found: no matches for kind {kind_text} in version {version_text}"
            );
            let mut answer = routed(&source.name, doc, item, route, message.clone());
            answer.kind = Some(format!("{api_version}, Kind={kind}"));
            answer.is_partial = matches!(reading, Classification::Object(object) if object.is_patch());
            answer.places.push((place, message));
            return Some(answer);
        }
    };
    Some(answer_object(source, doc, item, object, version, client))
}

/// Returns why kubectl cannot tell which object a document is, and where.
fn undecodable(
    source: &Source,
    document: &Document,
    node: Node<'_>,
    api_version: &str,
    kind: &str,
) -> Option<(Span, String)> {
    let text = document.span.text(&source.text).trim_ascii();
    let is_json = node.parent().is_none() && body::is_json(text);
    // Of text like this Go has no number.
    let is_huge = |it: &Node<'_>| it.text().is_some() && it.style() == Style::Plain;
    if is_json && let Some(number) = document.all().find(is_huge) {
        let problem = format!("json: cannot unmarshal number {} into Go value of type float64", number.raw());
        return Some((number.span(), problem));
    }
    let found = match node.value() {
        Value::Map | Value::Null if !kind.is_empty() && api_version.matches('/').count() <= 1 => return None,
        Value::Map | Value::Null => {
            // kubectl turns YAML into JSON, and leaves JSON as it is.
            let shown = if is_json { text.to_owned() } else { sorted_json(node) };
            return Some((node.head(), format!("Object 'Kind' is missing in '{shown}'")));
        }
        Value::List => "array",
        Value::String(_) => "string",
        Value::Bool(_) => "bool",
        Value::Int(_) | Value::Float(_) => "number",
    };
    let problem = format!("json: cannot unmarshal {found} into Go value of type map[string]interface {{}}");
    Some((node.head(), problem))
}

fn answer_object(
    source: &Source,
    doc: usize,
    item: Option<usize>,
    object: Object<'_>,
    version: Version,
    client: Client,
) -> Answer {
    let verdict = verdict(object, version, client);
    let mut answer = Answer {
        kind: Some(format!("batch/v1, Kind={}", object.kind_name())),
        accepted: verdict.is_accepted(),
        stage: verdict.stage_name(),
        code: Some(verdict.code()),
        reason: verdict.reason(),
        message: verdict.message(),
        warnings: verdict.warnings.iter().map(|warning| warning.text.clone()).collect(),
        route: None,
        is_partial: object.is_partial(),
        ..routed(&source.name, doc, item, Route::NoKind, String::new())
    };
    let name = object.name().text().or(object.generate_name().text()).unwrap_or_default();
    if !answer.accepted {
        let newer = (version.minor + 1..=Version::NEWEST.minor).rev().map(|minor| Version { minor });
        let takes = |it: &Version| crate::kubernetes::verdict::verdict(object, *it, client).is_accepted();
        answer.taken_since = newer.take_while(takes).last();
    }
    answer.title = format!("{}.batch/{name}", object.kind_name().to_lowercase());
    match &verdict.stage {
        Stage::Decode(error) => answer.places.push((error.node.span(), error.message.clone())),
        Stage::Strict(errors) => {
            answer.strict = errors.iter().map(|error| error.message.clone()).collect();
            let place = |node: Node<'_>| node.key_span().unwrap_or_else(|| node.span());
            answer.places = errors.iter().map(|error| (place(error.node), error.message.clone())).collect();
        }
        Stage::Invalid(causes) => {
            answer.causes = causes
                .iter()
                .map(|cause| AnswerCause {
                    kind: cause.kind.as_str(),
                    field: cause.path.clone(),
                    message: cause.message.clone(),
                })
                .collect();
            answer.places = causes.iter().map(|it| (it.field.place().span, it.to_string())).collect();
        }
        Stage::Panic(field, _) => {
            answer.places.push((field.place().span, answer.message.clone().unwrap_or_default()));
        }
        Stage::Accepted => {}
    }
    answer
}

/// Writes a value as the JSON that kubectl makes of it: keys sorted.
fn sorted_json(node: Node<'_>) -> String {
    match node.value() {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(_) | Value::Float(_) => json_number(node, Body::Yaml),
        Value::String(text) => json(text),
        Value::List => format!("[{}]", node.items().map(sorted_json).collect::<Vec<_>>().join(",")),
        Value::Map => {
            let mut entries: Vec<_> = node.entries().collect();
            entries.sort_by_key(|entry| entry.key);
            let entry = |it: Entry<'_>| format!("{}:{}", json(it.key), sorted_json(it.value));
            format!("{{{}}}", entries.into_iter().map(entry).collect::<Vec<_>>().join(","))
        }
    }
}
