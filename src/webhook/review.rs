//! `AdmissionReview` in, `AdmissionReview` out (`k8s.io/api/admission/v1`).
//!
//! Nothing here asks anybody: what is not in the review is not known.

mod answer;
mod ratchet;
mod request;

use std::fmt::Write as _;

pub use answer::{Answer, one_line};
pub use request::{Malformed, Request, read};

use crate::config::Config;
use crate::config::admission::{Action, Rulings, Suppressions};
use crate::finding::Finding;
use crate::lint::{Cancelled, lint_admitted};
use crate::rule::Rule;
use answer::{Cause, Details, Status};

/// As many findings are written out in a denial; the others are counted.
const MOST_IN_MESSAGE: usize = 10;

/// Why a request is unjudged whose work was called off.
pub const TOO_SLOW: &str = "it took too long";

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// It is not for us to judge, and allowed.
    Pass,
    /// It is allowed, and the client is told nothing.
    Allow,
    /// It is allowed with warnings.
    Warn,
    /// It is denied.
    Deny,
    /// It could not be judged, and the configuration says what then.
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
pub struct Verdict {
    /// What becomes of the request.
    pub decision: Decision,
    /// What the client is told.
    pub answer: Answer,
    /// The rules of the findings, with what became of each.
    pub found: Vec<(&'static Rule, Action)>,
}

/// A finding with what becomes of it.
struct Ruled {
    finding: Finding,
    action: Action,
}

/// Judges a request.
///
/// `configuration` identifies the configuration in the audit log. Once `is_cancelled` says that nobody waits for the
/// answer any more, the work ends and the request is unjudged.
pub fn judge(
    request: &Request,
    config: &Config,
    configuration: &str,
    is_cancelled: &dyn Fn() -> bool,
) -> Verdict {
    if let Some(why) = request.passes() {
        return pass(request, why);
    }
    let Some(object) = &request.object else { return pass(request, "there is no object") };
    let Ok(outcome) = lint_admitted(object, config, is_cancelled) else {
        return unjudged(request, TOO_SLOW, config);
    };
    if outcome.objects == 0 {
        return pass(request, "it is neither a Job nor a CronJob");
    }
    let rulings = config.admission.rulings(&request.namespace, &|key| request.label(key));
    let limit = if request.is_child() { config.admission.children } else { Action::Enforce };
    let mut ruled = Vec::new();
    let mut suppressed = Vec::new();
    let act = |finding: &Finding| rulings.action(finding).min(limit);
    for finding in outcome.findings {
        ruled.push(Ruled { action: act(&finding), finding });
    }
    for finding in outcome.suppressed {
        let most = match rulings.suppressions(&finding) {
            Suppressions::Honour => {
                suppressed.push(finding);
                continue;
            }
            Suppressions::Audit => {
                suppressed.push(finding.clone());
                Action::Warn
            }
            Suppressions::Ignore => Action::Enforce,
        };
        ruled.push(Ruled { action: act(&finding).min(most), finding });
    }
    let denies = ruled.iter().any(|it| it.action == Action::Enforce);
    if let Some(old) = request.old_object.as_ref().filter(|_| denies && request.operation == "UPDATE") {
        if spare_the_old(&mut ruled, old, object, config, is_cancelled).is_err() {
            return unjudged(request, TOO_SLOW, config);
        }
    }
    // The worst first: a client may see only the beginning.
    ruled.sort_by_key(|it| std::cmp::Reverse((it.action, it.finding.severity, it.finding.rule.confidence)));
    verdict(request, &ruled, &suppressed, &rulings, configuration)
}

/// Answers a request that nobody could judge.
pub fn unjudged(request: &Request, why: &str, config: &Config) -> Verdict {
    let message = format!("batchlint has not judged this object: {why}");
    let mut answer = Answer::allow(&request.uid);
    if config.admission.allows_unjudged {
        answer.response.warnings.push(one_line(&message, answer::LONGEST_WARNING));
    } else {
        answer.response.deny(Status {
            status: "Failure",
            code: 503,
            reason: "ServiceUnavailable",
            message,
            details: details(request, Vec::new()),
        });
    }
    answer.annotate("unjudged", why);
    Verdict { decision: Decision::Unjudged, answer, found: Vec::new() }
}

fn pass(request: &Request, why: &str) -> Verdict {
    let mut answer = Answer::allow(&request.uid);
    answer.annotate("passed", why);
    Verdict { decision: Decision::Pass, answer, found: Vec::new() }
}

/// Lets what the object had before this update no longer deny it.
fn spare_the_old(
    ruled: &mut [Ruled],
    old: &serde_json::Value,
    new: &serde_json::Value,
    config: &Config,
    is_cancelled: &dyn Fn() -> bool,
) -> Result<(), Cancelled> {
    let outcome = lint_admitted(old, config, is_cancelled)?;
    let mut known = ratchet::Known::new(old, outcome.findings.iter().chain(&outcome.suppressed));
    for it in ruled {
        if known.take(new, &it.finding) {
            it.action = it.action.min(Action::Warn);
        }
    }
    Ok(())
}

fn verdict(
    request: &Request,
    ruled: &[Ruled],
    suppressed: &[Finding],
    rulings: &Rulings<'_>,
    configuration: &str,
) -> Verdict {
    let with = |action| ruled.iter().filter(move |it: &&Ruled| it.action == action).map(|it| &it.finding);
    let mut answer = Answer::allow(&request.uid);
    let denying: Vec<_> = with(Action::Enforce).collect();
    answer.response.warnings = answer::warnings(with(Action::Warn).map(line).collect());
    let decision = match (denying.is_empty(), answer.response.warnings.is_empty()) {
        (false, _) => Decision::Deny,
        (true, false) => Decision::Warn,
        (true, true) => Decision::Allow,
    };
    if !denying.is_empty() {
        answer.response.deny(denial(request, &denying, rulings.policy().as_str()));
    }
    let notes = |finding: &Finding, word: &str| format!("{} {} {word}", finding.rule.id, finding.place.path);
    let found = ruled.iter().map(|it| notes(&it.finding, it.action.as_str()));
    answer.annotate_list("findings", found);
    answer.annotate_list("suppressed", suppressed.iter().map(|it| notes(it, "").trim_end().to_owned()));
    answer.annotate("engine", concat!("batchlint ", env!("CARGO_PKG_VERSION")));
    answer.annotate("policy", rulings.policy().as_str());
    answer.annotate("configuration", configuration);
    let found = ruled.iter().map(|it| (it.finding.rule, it.action)).collect();
    Verdict { decision, answer, found }
}

fn denial(request: &Request, findings: &[&Finding], policy: &str) -> Status {
    let count = findings.len();
    let plural = if count == 1 { "finding" } else { "findings" };
    let mut message = format!("{count} {plural} under the policy `{policy}`");
    for finding in findings.iter().take(MOST_IN_MESSAGE) {
        let _ = write!(message, "\n{}", one_line(&line(finding), answer::LONGEST_LINE));
    }
    if count > MOST_IN_MESSAGE {
        let _ = write!(message, "\nand {} more", count - MOST_IN_MESSAGE);
    }
    let first = findings.first().map_or("RULE", |it| it.rule.id);
    let _ = write!(message, "\n`batchlint explain {first}` says why, and what to write instead");
    let causes = findings.iter().take(answer::MOST_CAUSES).map(|finding| Cause {
        reason: finding.rule.id,
        message: one_line(&finding.message, answer::LONGEST_LINE),
        field: finding.place.path.clone(),
    });
    let details = details(request, causes.collect());
    Status { status: "Failure", code: 403, reason: "Forbidden", message, details }
}

fn details(request: &Request, causes: Vec<Cause>) -> Details {
    Details {
        name: request.name.clone(),
        group: request.kind.group.clone(),
        kind: request.kind.kind.clone(),
        causes,
    }
}

/// Writes a finding as one line: `missing-deadline spec.activeDeadlineSeconds: the Job …`.
fn line(finding: &Finding) -> String {
    let path = &finding.place.path;
    let gap = if path.is_empty() { "" } else { " " };
    format!("{}{gap}{path}: {}", finding.rule.id, finding.message)
}
