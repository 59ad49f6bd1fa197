use std::collections::HashSet;

use crate::diagnostic::finding::Finding;
use crate::diagnostic::meta::{Admission, Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::release_name::is_of_release_name;
use crate::facts::volume_file::{missing_volume, octal_mode};
use crate::kubernetes::newer_versions::NewerVersions;
use crate::kubernetes::verdict::decode::DecodeError;
use crate::kubernetes::verdict::error::{Cause, ErrorType};
use crate::kubernetes::verdict::{Stage, Verdict, names::dns_name};
use crate::manifest::document::{DuplicateCause, Node};
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::Object;
use crate::mask::may_hold_secret;
use crate::rule::{Check, Reporter, Rule};
use crate::text::nearest::nearest;
use crate::text::placeholder::{is_filled_by_template, is_placeholder};
use crate::text::to_fill_in::{has_constant, is_order};
use crate::time::cron::meant::{meant as meant_schedule, unsupported as unsupported_schedule};
use crate::time::{nearest_zone, zone_in_any_case};
use crate::value::quantity::corrected;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "invalid-value",
        summary: "The API server rejects a value",
        category: Category::Validity,
        severity: Severity::Error,
        confidence: Confidence::High,
        admission: Admission::Never,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Verdict(check),
};

fn check(object: Object<'_>, verdict: &Verdict<'_>, reporter: &mut Reporter<'_>) {
    let kind = object.kind_name();
    let is_unreadable = |it: &&DecodeError<'_>| it.is_syntax && !it.node.text().is_some_and(is_placeholder);
    for error in verdict.undecodable.iter().filter(is_unreadable) {
        let message = format!("the API server rejects the {kind}: {}", error.message);
        let finding = reporter.report(error.node, message);
        if let Some(meant) = error.node.text().and_then(corrected) {
            offer_value(finding, error.node, &meant, format!("write `{meant}`"));
        }
    }
    match &verdict.stage {
        Stage::Panic(at, _) => {
            let message = format!(
                "the API server of Kubernetes 1.37.2 fails on this {kind} with an internal error: it \
                    expects an Indexed Job with a `successPolicy` to have `completions`"
            );
            reporter.report(at.place(), message).help("set `completions` to the number of indexes");
        }
        Stage::Invalid(causes) => {
            let (overridden, mut newer) = (overridden(object), NewerVersions::new(object));
            let mut reported: HashSet<String> = HashSet::new();
            let is_other =
                |it: &&Cause<'_>| !is_owned(it, object, &overridden) && !repeats_name(it, causes, object);
            for cause in causes.iter().filter(is_other) {
                if reported.insert(cause.to_string()) {
                    report(object, cause, &mut newer, reporter);
                }
            }
        }
        // `wrong-type`, `unknown-field` and `duplicate-key` report these.
        Stage::Decode(_) | Stage::Strict(_) | Stage::Accepted => {}
    }
}

/// Returns the values that a later merge puts in the place of others.
fn overridden(object: Object<'_>) -> HashSet<u32> {
    let lost = object.node.duplicates().iter().filter(|it| it.cause == DuplicateCause::OverriddenByMerge);
    lost.map(|it| object.node.document.kept(it).1.value.id).collect()
}

/// Whether the cause is a label that the API server copies from the Job's name (`generateSelector` in
/// `pkg/registry/batch/job/strategy.go`), and the name itself is reported.
fn repeats_name(cause: &Cause<'_>, causes: &[Cause<'_>], object: Object<'_>) -> bool {
    let name = object.name().text().unwrap_or_default();
    let is_reported = causes.iter().any(|it| it.path == "metadata.name");
    let is_label = cause.path.ends_with("template.labels") && cause.message.contains(name);
    let written = object.node.field("spec.template.metadata.labels").node();
    let is_written = written.is_some_and(|it| it.entries().any(|label| label.value.text() == Some(name)));
    // A correct name can still be too long for a label.
    is_reported && is_label && !is_written && !cause.message.contains("63 bytes")
}

/// Whether a more specific rule reports the cause.
fn is_owned(cause: &Cause<'_>, object: Object<'_>, overridden: &HashSet<u32>) -> bool {
    if overridden.contains(&cause.field.nearest().id) {
        return true;
    }
    let is_policy = cause.path.ends_with("template.spec.restartPolicy");
    let is_restart_policy = is_policy && cause.kind != ErrorType::Invalid;
    let text = cause.field.text();
    let is_filled = text.is_empty() || !is_placeholder(text) && !is_order(text);
    // The API server makes a label for the pods out of the Job's name.
    let is_of_name = cause.path.ends_with("template.labels")
        && object.name().text().is_some_and(|name| is_placeholder(name) && cause.message.contains(name));
    is_restart_policy
        || is_of_release_name(object, &cause.message)
        || !is_filled
        || is_of_name
        || is_filled_by_template(&cause.message)
}

fn report<'d>(
    object: Object<'d>,
    cause: &Cause<'_>,
    newer: &mut NewerVersions<'d>,
    reporter: &mut Reporter<'_>,
) {
    let since = newer.accepts(cause, reporter.kubernetes_version());
    let message = format!("the API server rejects the {}: {cause}", object.kind_name());
    let finding = reporter.report(cause.field.place(), message);
    match (since, meant(cause), help(object, cause)) {
        (Some(newer), ..) => _ = finding.help(format!("Kubernetes {newer} accepts it")),
        (None, Some((meant, help)), _) => offer_value(finding, cause.field.nearest(), &meant, help),
        (None, None, Some(help)) => _ = finding.help(help),
        (None, None, None) => {}
    }
}

/// Offers to write the value that is most likely meant.
fn offer_value(finding: &mut Finding, node: Node<'_>, meant: &str, help: String) {
    let edits = Edit::replace_text(node, meant);
    finding.help(help).fix(format!("write `{meant}`"), Safety::Unsafe, edits);
}

/// Returns the value that is most likely meant, and how to say so.
fn meant(cause: &Cause<'_>) -> Option<(String, String)> {
    let (text, last) = (cause.field.text(), cause.path.rsplit('.').next()?);
    match cause.kind {
        ErrorType::NotSupported => {
            supported_value(text, &cause.message).map(|it| did_you_mean(it.to_owned()))
        }
        ErrorType::Invalid if last == "timeZone" => zone_in_any_case(text)
            .map(|it| (it.clone(), format!("write `{it}`: the value is case-sensitive")))
            .or_else(|| nearest_zone(text).map(did_you_mean)),
        ErrorType::Invalid if last == "schedule" => meant_schedule(text).map(did_you_mean),
        _ => None,
    }
}

fn did_you_mean(text: String) -> (String, String) {
    (text.clone(), format!("did you mean `{text}`?"))
}

/// Returns what to write, where the server's words do not.
fn help(object: Object<'_>, cause: &Cause<'_>) -> Option<String> {
    let (field, text) = (cause.path.as_str(), cause.field.text());
    let last = field.rsplit('.').next().unwrap_or(field);
    match cause.kind {
        ErrorType::Invalid if field.ends_with("template.labels") && cause.message.contains("63 bytes") => {
            Some("shorten `metadata.name` to at most 63 characters: the pods have it as a label".to_owned())
        }
        ErrorType::Invalid if last == "name" && cause.message.contains("RFC 1123") => {
            let (name, is_reference) = (dns_name(text), field.contains("Ref."));
            // Where the name of an object is meant, a credential has been written with odder marks.
            let is_odd =
                is_reference && !text.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_.".contains(&it));
            (!name.is_empty() && name != text && !may_hold_secret(text) && !is_odd).then(|| {
                if is_reference {
                    return format!("write the name that the object has, such as `{name}`");
                }
                let or_fill =
                    if has_constant(text) { ", or the value that the placeholder stands for" } else { "" };
                format!("write `{name}`{or_fill}")
            })
        }
        ErrorType::Invalid if last == "name" && cause.message.contains("52 characters") => {
            Some("shorten the name: the names of its Jobs are 11 characters longer".to_owned())
        }
        ErrorType::Invalid if last == "schedule" => unsupported_schedule(text).map(str::to_owned),
        ErrorType::Required if last == "completions" => Some(
            "the Job in a CronJob's template gets no defaults: set `completions`, even if it is 1".to_owned(),
        ),
        ErrorType::Invalid if cause.message.contains("not auto-generated") => {
            Some("remove `selector`: the API server writes one for each Job".to_owned())
        }
        ErrorType::Invalid if matches!(last, "defaultMode" | "mode") => {
            octal_mode(cause.field.nearest()).map(|it| format!("write `{last}: {it}`"))
        }
        ErrorType::Invalid if cause.message.contains("standard resource for containers") => Some(
            "write `cpu`, `memory` or the full name of the resource, such as `nvidia.com/gpu`".to_owned(),
        ),
        ErrorType::NotFound if field.contains("volumeMounts") => Some(missing_volume(object, text)),
        _ => None,
    }
}

/// Finds the supported value that is most like the text.
fn supported_value<'m>(text: &str, message: &'m str) -> Option<&'m str> {
    let (_, list) = message.split_once("supported values: ")?;
    nearest(text, list.split(", ").map(|value| value.trim_matches('"')).filter(|value| !value.is_empty()))
}
