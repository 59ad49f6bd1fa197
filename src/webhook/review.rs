//! `AdmissionReview` in, `AdmissionReview` out (`k8s.io/api/admission/v1`).
//!
//! Nothing here asks anybody: what is not in the review is not known.

mod answer;
mod denial;
mod finding_action;
mod object;
mod ratchet;
pub mod reason;
pub mod request;
mod scan;

pub use answer::{AdmissionAnswer, one_line};
pub use object::Kind;
pub use reason::UnjudgedReason;
pub use request::{Malformed, Request, parse_head, parse_review};

use crate::diagnostic::finding::Finding;
use crate::diagnostic::meta::Meta;
use crate::engine::change::lint_admitted_change;
use crate::engine::lint::lint_admitted;
use crate::engine::outcome::Outcome;
use crate::manifest::document::{Document, Value};
use crate::policy::config::Config;
use crate::policy::config::admission::{Action, EffectiveAdmission, Policy, SuppressionEffect};
use answer::Status;
use denial::{denial, details, line};
use finding_action::FindingAction;
use object::pod_spec;
use request::Course;

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// It is not for us to check, and allowed.
    Pass,
    /// It is allowed, and the client is told nothing.
    Allow,
    /// It is allowed with warnings.
    Warn,
    /// It is denied.
    Deny,
    /// It could not be checked, and the configuration says what then.
    Unjudged,
}

impl Decision {
    /// Returns the word that people know it by.
    pub fn as_str(self) -> &'static str {
        match self {
            Decision::Pass => "pass",
            Decision::Allow => "allow",
            Decision::Warn => "warn",
            Decision::Deny => "deny",
            Decision::Unjudged => "unjudged",
        }
    }
}

/// An answer with what logs and metrics say of it.
#[derive(Clone, Debug)]
pub struct ReviewVerdict {
    /// What becomes of the request.
    pub decision: Decision,
    /// What the client is told.
    pub answer: AdmissionAnswer,
    /// The rules of the findings, with what became of each.
    pub found: Vec<(&'static Meta, Action)>,
    /// The rules of the findings that the object suppresses, whether that is honoured or not.
    pub suppressed: Vec<&'static Meta>,
    /// Why the request is unjudged, if it is.
    pub unjudged: Option<UnjudgedReason>,
}

/// Checks a request, and takes its objects out of it.
///
/// `configuration` identifies the configuration in the audit log. Once `is_cancelled` says that nobody waits for the
/// answer any more, the work ends and the request is unjudged.
pub fn check_request(
    request: &mut Request,
    config: &Config,
    configuration: &str,
    is_cancelled: &dyn Fn() -> bool,
) -> ReviewVerdict {
    match request.course() {
        Course::Check => {}
        Course::Pass(why) => return pass(request, why),
        Course::Unjudged(reason) => return unjudged(request, reason, config),
    }
    let (object, old_object) = (request.object.take(), request.old_object.take());
    let request = &*request;
    let Some(mut object) = object.filter(has_containers) else {
        return unjudged(request, UnjudgedReason::NothingChecked, config);
    };
    let limit = child_limit(request, config);
    let is_child = limit.is_some();
    let keeps_owners = is_child || request.is_of_cron_job();
    let Ok(outcome) = lint_admitted(&mut object, keeps_owners, config, is_cancelled) else {
        return unjudged(request, UnjudgedReason::OutOfTime, config);
    };
    if outcome.objects == 0 {
        return unjudged(request, UnjudgedReason::NothingChecked, config);
    }
    let no_labels = Default::default();
    let effective = config.admission.effective(&request.namespace, request.labels().unwrap_or(&no_labels));
    let mut ruled = Vec::new();
    let mut suppressed = Vec::new();
    let limit = limit.unwrap_or(Action::Enforce);
    let rule = |finding: Finding, most: Action, is_suppressed| {
        let parts = finding.parts().map(|it| (it.rule, effective.action(it).min(most).min(limit)));
        FindingAction { parts: parts.collect(), finding, is_suppressed }
    };
    for finding in outcome.findings {
        ruled.push(rule(finding, Action::Enforce, false));
    }
    for finding in outcome.suppressed {
        let most = match effective.suppressions(&finding) {
            SuppressionEffect::Honour => None,
            SuppressionEffect::Audit => Some(Action::Warn),
            SuppressionEffect::Ignore => Some(Action::Enforce),
        };
        suppressed.push((finding.rule, finding.place.path.clone()));
        if let Some(most) = most {
            ruled.push(rule(finding, most, true));
        }
    }
    let denies = |ruled: &[FindingAction]| ruled.iter().any(|it| it.action() == Action::Enforce);
    let (mut unread_scripts, mut unsearched) = (outcome.unread_scripts, outcome.unsearched);
    let old = old_object.filter(|_| request.operation == "UPDATE");
    let change = old.as_ref().map(|old| lint_admitted_change(old, &object, config)).unwrap_or_default();
    if let Some(mut old) = old.filter(|_| denies(&ruled) || !unread_scripts.is_empty() || unsearched > 0) {
        let keeps_owners = is_child || request.was_of_cron_job();
        let Ok(before) = lint_admitted(&mut old, keeps_owners, config, is_cancelled) else {
            return unjudged(request, UnjudgedReason::OutOfTime, config);
        };
        downgrade_preexisting(&mut ruled, &old, &object, &before);
        unread_scripts.retain(|it| !before.unread_scripts.contains(it));
        // How much of an object is searched depends on what comes first in it.
        if before.unsearched > 0 && !ratchet::has_new_variables(&old, &object) {
            unsearched = 0;
        }
    }
    // What a change does is told; the object that it leads to may well be wanted.
    ruled.extend(change.findings.into_iter().map(|it| rule(it, Action::Warn, false)));
    suppressed.extend(change.suppressed.into_iter().map(|it| (it.rule, it.place.path)));
    if !denies(&ruled) && !unread_scripts.is_empty() {
        return unjudged(request, UnjudgedReason::UnreadScript, config);
    }
    if !denies(&ruled) && unsearched > 0 {
        return unjudged(request, UnjudgedReason::Unsearched, config);
    }
    denial::sort(&mut ruled);
    verdict(request, &object, &ruled, &suppressed, &effective, configuration)
}

/// Answers a request that nobody could check: as `admission.unjudged` says, or else as the policy does.
///
/// What passes whatever its object is passes here too, so that a large object can be deleted. Where labels are not known,
/// none of them makes the policy milder.
pub fn unjudged(request: &Request, reason: UnjudgedReason, config: &Config) -> ReviewVerdict {
    if let Course::Pass(why) = request.course() {
        return pass(request, why);
    }
    let admission = &config.admission;
    let namespace = Some(request.namespace.as_str()).filter(|it| !it.is_empty());
    let policy = admission.strictest_policy(namespace, request.labels());
    let denies = admission.denies_unjudged.unwrap_or(policy == Policy::Strict);
    let action = if denies { Action::Enforce } else { Action::Warn };
    let why = reason.why();
    let message = format!("batchlint did not check this object: {why}");
    let mut answer = AdmissionAnswer::allow(&request.uid);
    match action.min(child_limit(request, config).unwrap_or(Action::Enforce)) {
        Action::Audit => {}
        Action::Warn => answer.response.warnings.push(one_line(&message, answer::LONGEST_WARNING)),
        Action::Enforce => answer.response.deny(Status {
            status: "Failure",
            code: 503,
            reason: "ServiceUnavailable",
            message,
            details: details(request, Vec::new()),
        }),
    }
    answer.annotate("unjudged", why);
    let decision = Decision::Unjudged;
    let unjudged = Some(reason);
    ReviewVerdict { decision, answer, found: Vec::new(), suppressed: Vec::new(), unjudged }
}

fn pass(request: &Request, why: &str) -> ReviewVerdict {
    let mut answer = AdmissionAnswer::allow(&request.uid);
    answer.annotate("passed", why);
    ReviewVerdict {
        decision: Decision::Pass,
        answer,
        found: Vec::new(),
        suppressed: Vec::new(),
        unjudged: None,
    }
}

/// Returns the most that can become of a finding in the object because a trusted controller makes it.
fn child_limit(request: &Request, config: &Config) -> Option<Action> {
    request.is_child(&config.admission).then_some(config.admission.children)
}

/// Whether the object has containers where its kind has them; without, most rules have nothing to look at.
fn has_containers(object: &Document) -> bool {
    let Some(pod) = pod_spec(object) else { return false };
    let mut containers = pod.field("containers").items();
    containers.len() > 0 && containers.all(|it| it.value() == Value::Map)
}

/// Lets what the object had before this update no longer deny it, and names what it adds.
fn downgrade_preexisting(ruled: &mut [FindingAction], old: &Document, new: &Document, before: &Outcome) {
    let found = before.findings.iter().chain(&before.suppressed).flat_map(Finding::parts);
    let mut known = ratchet::KnownOffenders::new(old, new, found);
    for FindingAction { finding, parts, .. } in ruled {
        let mut also = std::mem::take(&mut finding.also);
        let own_and_also = std::iter::once(&mut *finding).chain(&mut also);
        for (part, (_, action)) in own_and_also.zip(parts) {
            match known.first_new(part).map(str::to_owned) {
                None => *action = (*action).min(Action::Warn),
                Some(path) if path == part.place.path => {}
                Some(path) => {
                    part.place.path = path;
                    part.message.to_mut().push_str("; this update extends it to this path");
                }
            }
        }
        finding.also = also;
    }
}

fn verdict(
    request: &Request,
    object: &Document,
    ruled: &[FindingAction],
    suppressed: &[(&'static Meta, String)],
    effective: &EffectiveAdmission<'_>,
    configuration: &str,
) -> ReviewVerdict {
    let with = |action| ruled.iter().filter(move |it: &&FindingAction| it.action() == action);
    let mut answer = AdmissionAnswer::allow(&request.uid);
    let denying: Vec<_> = with(Action::Enforce).map(|it| &it.finding).collect();
    let told = |ruled: &FindingAction| {
        if ruled.is_suppressed {
            format!("suppressed, but reported anyway: {}", line(&ruled.finding))
        } else {
            line(&ruled.finding)
        }
    };
    answer.response.warnings = answer::warnings(with(Action::Warn).map(told).collect());
    let decision = match (denying.is_empty(), answer.response.warnings.is_empty()) {
        (false, _) => Decision::Deny,
        (true, false) => Decision::Warn,
        (true, true) => Decision::Allow,
    };
    if !denying.is_empty() {
        answer.response.deny(denial(request, object, &denying, effective.policy().as_str()));
    }
    let note = |rule: &Meta, path: &str| format!("{} {path}", rule.id);
    let parts = ruled.iter().flat_map(|it| it.finding.parts().zip(&it.parts));
    let found =
        parts.map(|(part, (_, action))| format!("{} {}", note(part.rule, &part.place.path), action.as_str()));
    answer.annotate_list("findings", found);
    answer.annotate_list("suppressed", suppressed.iter().map(|(rule, path)| note(rule, path)));
    answer.annotate("engine", concat!("batchlint ", env!("CARGO_PKG_VERSION")));
    answer.annotate("policy", effective.policy().as_str());
    answer.annotate("configuration", configuration);
    let found = ruled.iter().flat_map(|it| it.parts.iter().copied()).collect();
    let suppressed = suppressed.iter().map(|it| it.0).collect();
    ReviewVerdict { decision, answer, found, suppressed, unjudged: None }
}
