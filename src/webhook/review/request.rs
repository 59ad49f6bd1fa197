//! What an API server asks, and what the question alone decides.

use std::collections::BTreeMap;

use super::object::{Kind, Owner, ScannedObject, text};
use super::scan::{ScanStop, Scanner};
use crate::manifest::document::Document;
use crate::policy::config::admission::AdmissionConfig;
use crate::webhook::review::reason::UnjudgedReason;

/// A request for admission.
#[derive(Debug, Default)]
pub struct Request {
    /// Identifies the request; the answer repeats it.
    pub uid: String,
    /// The kind of the object; without a name where the review does not say it, which API servers always do.
    pub kind: Kind,
    /// `status` or the like; empty for the object itself.
    pub sub_resource: String,
    /// The object's name, empty where the server makes one.
    pub name: String,
    /// The object's namespace.
    pub namespace: String,
    /// `CREATE`, `UPDATE`, `DELETE` or `CONNECT`.
    pub operation: String,
    /// Who asks.
    pub user_info: User,
    /// The object as it is to be stored.
    pub object: Option<Document>,
    /// The object as it is stored.
    pub old_object: Option<Document>,
    /// Whether nothing will be stored.
    pub dry_run: bool,
    /// Why the objects cannot be read.
    pub unreadable: Option<UnjudgedReason>,
    facts: Facts,
}

/// Who asks.
#[derive(Clone, Debug, Default)]
pub struct User {
    /// `system:serviceaccount:` with namespace and name, for pods.
    pub username: String,
}

/// What decides before an object is checked, known even where the object as a whole cannot be read.
#[derive(Clone, Debug, Default)]
struct Facts {
    /// The kind that the object states.
    kind: Option<Kind>,
    /// The labels of the object, where all are known.
    labels: Option<BTreeMap<String, String>>,
    owners: Vec<Owner>,
    /// The owners of the stored object.
    old_owners: Vec<Owner>,
    /// Whether the stored object waits for its finalizers.
    is_being_deleted: bool,
    /// Whether the spec and what is judged of the metadata stay as they are.
    changes_nothing: bool,
}

/// Why a body is no question that has an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed(pub String);

/// What is to be done with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Course {
    /// It passes, for this reason.
    Pass(&'static str),
    /// It cannot be checked.
    Unjudged(UnjudgedReason),
    /// Its object is to be checked.
    Check,
}

/// Reads an `AdmissionReview`.
///
/// # Errors
/// Returns what the body is instead, without repeating any of it, where it has no `uid` that an answer could bear.
pub fn parse_review(body: &[u8]) -> Result<Request, Malformed> {
    let review = Review::parse(body);
    let found = |what: &str| Err(Malformed(what.to_owned()));
    let is_review = match review.stop {
        // It may have stopped before it said so.
        Some(_) => review.has_type() != Some(false),
        None => review.has_type() == Some(true),
    };
    if is_review && !review.request.uid.is_empty() {
        return Ok(review.request);
    }
    match review.stop {
        Some(ScanStop::Truncated) => found("the body ends too early"),
        Some(ScanStop::Malformed) => found("the body is not JSON"),
        None if review.has_type() != Some(true) => {
            found("the body is not an AdmissionReview of admission.k8s.io/v1")
        }
        None if !review.has_request => found("the review has no `request`"),
        None => found("the request has no `uid`"),
    }
}

/// Reads what there is of a request in the beginning of a body, where API servers write what identifies it; nothing
/// without a `uid`.
pub fn parse_head(beginning: &[u8]) -> Option<Request> {
    let review = Review::parse(beginning);
    let is_review = review.has_type() != Some(false) && !review.request.uid.is_empty();
    is_review.then_some(review.request)
}

/// A body, as far as it can be read.
#[derive(Default)]
struct Review {
    api_version: Option<String>,
    kind: Option<String>,
    has_request: bool,
    request: Request,
    stop: Option<ScanStop>,
}

impl Review {
    fn parse(body: &[u8]) -> Self {
        const KEYS: &[&str] = &["apiVersion", "kind", "request"];
        let mut scanner = Scanner::new(body);
        let mut review = Review::default();
        let mut head = Head::default();
        let read = scanner.fields(KEYS, &mut |scanner, key| {
            match key {
                "apiVersion" => review.api_version = text(scanner.value()?),
                "kind" => review.kind = text(scanner.value()?),
                _ => {
                    review.has_request = scanner.is_map();
                    head.read_from(scanner)?;
                }
            }
            Ok(())
        });
        review.stop = read.and_then(|()| scanner.end()).err();
        review.request = head.finish(review.stop, &scanner.ambiguous);
        review
    }

    /// Whether the body says that it is a review; `None` if it has not said yet what it is.
    fn has_type(&self) -> Option<bool> {
        let is = |found: &Option<String>, expected| found.as_deref().map(|it| it == expected);
        match (is(&self.api_version, "admission.k8s.io/v1"), is(&self.kind, "AdmissionReview")) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }
    }
}

/// A request that is being read.
#[derive(Default)]
struct Head<'b> {
    request: Request,
    object: ScannedObject<'b>,
    old_object: ScannedObject<'b>,
    /// Whether a value has another type than Kubernetes gives it.
    is_mistyped: bool,
}

impl<'b> Head<'b> {
    fn read_from(&mut self, scanner: &mut Scanner<'b>) -> Result<(), ScanStop> {
        const KEYS: &[&str] = &[
            "uid",
            "kind",
            "subResource",
            "name",
            "namespace",
            "operation",
            "userInfo",
            "object",
            "oldObject",
            "dryRun",
        ];
        scanner.fields(KEYS, &mut |scanner, key| {
            match key {
                "uid" => self.request.uid = self.text(scanner)?,
                "kind" => scanner.fields(&["group", "version", "kind"], &mut |scanner, key| {
                    let value = self.text(scanner)?;
                    match key {
                        "group" => self.request.kind.group = value,
                        "version" => self.request.kind.version = value,
                        _ => self.request.kind.kind = value,
                    }
                    Ok(())
                })?,
                "subResource" => self.request.sub_resource = self.text(scanner)?,
                "name" => self.request.name = self.text(scanner)?,
                "namespace" => self.request.namespace = self.text(scanner)?,
                "operation" => self.request.operation = self.text(scanner)?,
                "userInfo" => scanner.fields(&["username"], &mut |scanner, _| {
                    self.request.user_info.username = self.text(scanner)?;
                    Ok(())
                })?,
                "object" => self.object.read_from(scanner)?,
                "oldObject" => self.old_object.read_from(scanner)?,
                _ => self.request.dry_run = scanner.value()? == b"true",
            }
            Ok(())
        })
    }

    fn text(&mut self, scanner: &mut Scanner<'b>) -> Result<String, ScanStop> {
        let found = serde_json::from_slice::<Option<String>>(scanner.value()?);
        self.is_mistyped |= found.is_err();
        Ok(found.ok().flatten().unwrap_or_default())
    }

    fn finish(self, stop: Option<ScanStop>, ambiguous: &[&str]) -> Request {
        let Head { mut request, object, mut old_object, is_mistyped } = self;
        if !ambiguous.is_empty() {
            // Nothing that it says can be relied on, and sometimes not even whose answer it would be.
            if ambiguous.iter().any(|it| matches!(*it, "request" | "uid")) {
                request.uid.clear();
            }
            request.operation.clear();
            request.unreadable = Some(UnjudgedReason::Ambiguous);
            return request;
        }
        let kind = object.kind();
        // An object of another kind or name was never this one, and says nothing about it.
        let asked = if request.is_asked_by_hand() { kind.as_ref() } else { Some(&request.kind) };
        if old_object.kind().as_ref() != asked || !old_object.may_be(&object) {
            old_object = ScannedObject::default();
        }
        request.facts = Facts {
            kind,
            labels: object.labels(),
            owners: object.owners(),
            old_owners: old_object.owners(),
            is_being_deleted: old_object.is_being_deleted(),
            changes_nothing: object.is_same_as(&old_object),
        };
        let built = match stop {
            None if is_mistyped => Err(UnjudgedReason::Malformed),
            None => object.build().and_then(|new| Ok((new, old_object.build()?))),
            Some(ScanStop::Truncated) => Err(UnjudgedReason::CutOff),
            Some(ScanStop::Malformed) => Err(UnjudgedReason::Malformed),
        };
        match built {
            Ok(objects) => (request.object, request.old_object) = objects,
            Err(reason) => request.unreadable = Some(reason),
        }
        request
    }
}

impl Request {
    /// Returns what is to be done with the request.
    ///
    /// The order matters: what can always go, or changes nothing, must not be held up because the rest of it cannot be
    /// checked.
    pub(super) fn course(&self) -> Course {
        match self.operation.as_str() {
            "DELETE" | "CONNECT" => return Course::Pass("nothing is created or updated"),
            "CREATE" | "UPDATE" => {}
            _ => return Course::Unjudged(self.unreadable.unwrap_or(UnjudgedReason::UnknownOperation)),
        }
        // An API server gives the object the kind that it asks about.
        let is_asked_by_hand = self.is_asked_by_hand();
        match &self.facts.kind {
            Some(kind) if !is_asked_by_hand && *kind != self.kind => {
                return Course::Unjudged(UnjudgedReason::WrongKind);
            }
            Some(kind) if kind.is_supported() => {}
            Some(_) if !is_asked_by_hand => return Course::Pass("it is neither a Job nor a CronJob"),
            // What comes before the end of such an object may tell enough.
            None if self.unreadable.is_some() && self.kind.is_supported() => {}
            _ => return Course::Unjudged(self.unreadable.unwrap_or(UnjudgedReason::WrongKind)),
        }
        if self.operation == "UPDATE" {
            if self.facts.is_being_deleted {
                return Course::Pass("the object is being deleted");
            }
            if self.facts.changes_nothing {
                return Course::Pass("it changes nothing that batchlint checks");
            }
        }
        match (self.unreadable, &self.object) {
            (Some(reason), _) => Course::Unjudged(reason),
            (None, Some(_)) if self.facts.labels.is_some() => Course::Check,
            _ => Course::Unjudged(UnjudgedReason::Malformed),
        }
    }

    /// Whether the review does not say what it asks about, as a client that tries the webhook by hand may do.
    fn is_asked_by_hand(&self) -> bool {
        self.kind == Kind::default()
    }

    /// Whether a controller makes the object from one of its own: nobody sees what it is told.
    ///
    /// An owner alone proves nothing, for whoever makes the object can name any.
    pub(super) fn is_child(&self, admission: &AdmissionConfig) -> bool {
        let mut owners = self.controllers();
        owners.any(|it| admission.trusts(&self.user_info.username, &it.kind, it.group()))
    }

    /// Whether a CronJob alone owns the object: its history limits delete such a Job, whoever has made it.
    ///
    /// Where there is no such CronJob, the garbage collector deletes the Job at once. With a second owner it would not,
    /// nor if it could not look for the first. CronJobs do not adopt: an owner that comes later is not one.
    pub(super) fn is_of_cron_job(&self) -> bool {
        let is_kept = self.operation != "UPDATE" || self.facts.owners == self.facts.old_owners;
        is_kept && is_cron_job(&self.facts.owners)
    }

    /// Whether a CronJob alone owned the object before the update.
    pub(super) fn was_of_cron_job(&self) -> bool {
        is_cron_job(&self.facts.old_owners)
    }

    fn controllers(&self) -> impl Iterator<Item = &Owner> {
        self.facts.owners.iter().filter(|it| it.controller == Some(true))
    }

    /// Returns the labels of the object, where they are known.
    pub(super) fn labels(&self) -> Option<&BTreeMap<String, String>> {
        self.facts.labels.as_ref()
    }
}

/// Whether the owners of an object are a CronJob.
fn is_cron_job(owners: &[Owner]) -> bool {
    let [owner] = owners else { return false };
    owner.controller == Some(true) && owner.kind == "CronJob" && owner.api_version == "batch/v1"
}
