//! What the API server says when a Job or CronJob is created: a strict server-side dry-run, offline
//! (`k8s.io/apiserver/pkg/endpoints/handlers/create.go`, `pkg/registry/rest/create.go`).

pub mod affinity;
pub mod annotation;
pub mod api_field;
pub mod body;
pub mod claim;
pub mod container;
pub mod cron_job;
pub mod decode;
mod deprecated_label;
pub mod env;
pub mod error;
pub mod failure_policy;
pub mod file_overlap;
pub mod ip;
pub mod job;
pub mod metadata;
pub mod model;
pub mod mount;
pub mod names;
pub mod number;
pub mod pod;
pub mod probe;
pub mod projected;
pub mod require;
pub mod resource_list;
pub mod resources;
pub mod rfc3339;
pub mod security;
pub mod spread;
pub mod success_policy;
pub mod toleration;
pub mod undecodable;
pub mod volume;
pub mod volume_item;
pub mod volume_source;
pub mod warn;
pub mod warning;
pub mod windows;

use std::collections::HashSet;

use crate::kubernetes::verdict::api_field::ApiField;
use crate::kubernetes::verdict::body::{Body, Client};
use crate::kubernetes::verdict::decode::{DecodeError, StrictError};
use crate::kubernetes::verdict::error::{Cause, ErrorType, Errors};
use crate::kubernetes::verdict::model::JobSpec;
use crate::kubernetes::verdict::undecodable::UncertainParts;
use crate::kubernetes::verdict::warning::Warning;
use crate::manifest::document::Node;
use crate::manifest::live;
use crate::manifest::workload::{Kind, Object};
use crate::schema::version::Version;

/// What the API server says about an object.
pub struct Verdict<'d> {
    /// The kind.
    pub kind: Kind,
    /// Where the API server stops.
    pub stage: Stage<'d>,
    /// The warnings that come with its answer.
    pub warnings: Vec<Warning<'d>>,
    /// Whether all fields are known and of the right type.
    pub fits_types: bool,
    /// All values that cannot be decoded, in a verdict for findings.
    pub undecodable: Vec<DecodeError<'d>>,
    /// How many more wrong values there are than are listed.
    pub unlisted: usize,
    /// The name that the object gets.
    name: String,
}

/// Where the API server stops, with its reasons.
pub enum Stage<'d> {
    /// The object cannot be decoded.
    Decode(DecodeError<'d>),
    /// The object has unknown fields or repeated keys.
    Strict(Vec<StrictError<'d>>),
    /// Values are wrong.
    Invalid(Vec<Cause<'d>>),
    /// The API server itself fails, with what Go says.
    Panic(ApiField<'d>, &'static str),
    /// The object is created.
    Accepted,
}

/// Returns what the API server of a Kubernetes version says about an object.
pub fn verdict<'d>(object: Object<'d>, version: Version, client: Client) -> Verdict<'d> {
    validate(object, version, client, false)
}

/// Returns the same for findings: as kubectl sends the object, and with wrong values too where the API server stops
/// before it looks at values. A field that is missing next to an unknown one may be that one, and what follows from a
/// value that cannot be decoded is not known.
///
/// An object that the API server has already, as `kubectl get` shows it, would be updated: it keeps its `uid`.
pub fn for_findings<'d>(object: Object<'d>, version: Version) -> Verdict<'d> {
    validate(object, version, Client::Kubectl, true)
}

fn validate<'d>(object: Object<'d>, version: Version, client: Client, is_for_findings: bool) -> Verdict<'d> {
    let mut around_unknown = Vec::new();
    let body = Body::for_client(object, client);
    let field = ApiField::in_body(object.node, body);
    let mut verdict = Verdict {
        kind: object.kind,
        stage: Stage::Accepted,
        warnings: Vec::new(),
        fits_types: false,
        undecodable: Vec::new(),
        unlisted: 0,
        name: String::new(),
    };
    match decode::decode(object, version.minor, body) {
        Ok(errors) if errors.is_empty() => verdict.fits_types = true,
        _ if is_for_findings => {
            let (errors, unknown) = decode::all_errors(object, version.minor);
            around_unknown.extend(unknown.iter().filter_map(|error| error.node.parent()));
            verdict.undecodable = errors;
        }
        Err(error) => {
            verdict.stage = Stage::Decode(error);
            return verdict;
        }
        Ok(errors) => {
            verdict.stage = Stage::Strict(errors);
            return verdict;
        }
    }
    verdict.name = metadata::name(field.get("metadata"));
    warn::check_owners(field.get("metadata").get("ownerReferences"), &mut verdict.warnings);
    let spec = match object.kind {
        Kind::Job => JobSpec::from_job(field.get("spec")),
        Kind::CronJob => JobSpec::from_template(field.get("spec").get("jobTemplate").get("spec")),
    };
    if spec.makes_the_server_panic(version.minor) {
        let reason = "invalid memory address or nil pointer dereference";
        verdict.stage = Stage::Panic(spec.field.get("successPolicy"), reason);
        return verdict;
    }
    let schedule = field.get("spec").get("schedule");
    if object.kind == Kind::CronJob && cron_job::makes_the_server_panic(schedule, version.minor) {
        verdict.stage = Stage::Panic(schedule, "slice bounds out of range [:-1]");
        return verdict;
    }
    let mut errors = Errors::new(version.minor, is_for_findings && live::is_live(object));
    match object.kind {
        Kind::Job => job::check(field, &mut errors),
        Kind::CronJob => cron_job::check(field, &mut errors),
    }
    if version.minor >= 37 {
        // Since then a server says what it would say twice only once (`ErrorList.Filter`).
        let mut seen = HashSet::new();
        errors.causes.retain(|it| seen.insert(it.to_string()));
    }
    if errors.causes.is_empty() {
        metadata::check_before_create(field.get("metadata"), &mut errors);
    }
    verdict.unlisted = errors.unlisted;
    errors
        .causes
        .retain(|it| it.kind != ErrorType::Required || !around_unknown.contains(&it.field.nearest()));
    let uncertain = UncertainParts::around(&verdict.undecodable, object, spec.field.nearest());
    errors.causes.retain(|it| !uncertain.contains(it));
    if let (true, Some(error)) = (errors.causes.is_empty(), verdict.undecodable.first()) {
        verdict.stage = Stage::Decode(error.clone());
    } else if errors.causes.is_empty() {
        warn::check_object(field, &verdict.name, spec, version.minor, &mut verdict.warnings);
        warn::shorten(&mut verdict.warnings);
    } else {
        verdict.stage = Stage::Invalid(errors.causes);
    }
    verdict
}

impl Verdict<'_> {
    /// Whether the API server takes the object.
    pub fn is_accepted(&self) -> bool {
        matches!(self.stage, Stage::Accepted)
    }

    /// Whether the value of a node is one of the reasons why the API server rejects the object, as far as that is known.
    pub fn rejects(&self, node: Node<'_>) -> bool {
        let span = node.span();
        let is_at = |it: &Cause<'_>| {
            let own = it.field.nearest().span();
            own.contains(span) || span.contains(own)
        };
        match &self.stage {
            Stage::Accepted => false,
            Stage::Invalid(causes) if self.undecodable.is_empty() && self.unlisted == 0 => {
                causes.iter().any(is_at)
            }
            _ => true,
        }
    }

    /// Returns the HTTP code of the answer.
    pub fn code(&self) -> u16 {
        match self.stage {
            Stage::Decode(_) | Stage::Strict(_) => 400,
            Stage::Invalid(_) => 422,
            Stage::Panic(..) => 500,
            Stage::Accepted => 201,
        }
    }

    /// Returns the name of the stage.
    pub fn stage_name(&self) -> &'static str {
        match self.stage {
            Stage::Decode(_) => "decode",
            Stage::Strict(_) => "strict",
            Stage::Invalid(_) => "invalid",
            Stage::Panic(..) => "other",
            Stage::Accepted => "ok",
        }
    }

    /// Returns the reason of the answer's status, `None` if the object is created.
    pub fn reason(&self) -> Option<&'static str> {
        match self.stage {
            Stage::Decode(_) | Stage::Strict(_) => Some("BadRequest"),
            Stage::Invalid(_) => Some("Invalid"),
            Stage::Panic(..) => Some("InternalError"),
            Stage::Accepted => None,
        }
    }

    /// Returns the message of the answer's status, `None` if the object is created.
    pub fn message(&self) -> Option<String> {
        let kind = self.kind_name();
        let undecodable =
            |error: &str| format!("{kind} in version \"v1\" cannot be handled as a {kind}: {error}");
        match &self.stage {
            Stage::Decode(error) => Some(undecodable(&error.message)),
            Stage::Strict(errors) => {
                let all: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
                Some(undecodable(&format!("strict decoding error: {}", all.join(", "))))
            }
            Stage::Invalid(causes) => {
                let mut seen = HashSet::new();
                let mut all: Vec<String> = causes.iter().map(ToString::to_string).collect();
                all.retain(|text| seen.insert(text.clone()));
                all.extend((self.unlisted > 0).then(|| format!("and {} more", self.unlisted)));
                let list = if all.len() == 1 { all.concat() } else { format!("[{}]", all.join(", ")) };
                let name = crate::kubernetes::verdict::error::quote(&self.name);
                Some(format!("{kind}.batch {name} is invalid: {list}"))
            }
            Stage::Panic(_, reason) => Some(format!("PANIC runtime error: {reason}")),
            Stage::Accepted => None,
        }
    }

    fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::Job => "Job",
            Kind::CronJob => "CronJob",
        }
    }
}
