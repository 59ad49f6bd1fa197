//! What a review costs, however large a part of it is.

use crate::common::gate::{containers, create, job, policy};
use batchlint::engine::lint::lint_value;
use batchlint::webhook::review::{Decision, UnjudgedReason, check_request, parse_review};
use serde_json::{Value, json};

/// A Job with as many findings as it has passwords, and a name that each of them would repeat.
fn job_with_passwords(count: usize) -> Value {
    let mut object = job();
    let password =
        |number| json!({"name": format!("P{number}_PASSWORD"), "value": format!("hunter{number}Zx9Qk")});
    containers(&mut object)[0]["env"] = (0..count).map(password).collect();
    object["metadata"]["name"] = json!("x".repeat(100_000));
    object
}

/// Completing many findings takes time, in which the client may go away.
#[test]
fn whether_anybody_waits_is_asked_for_each_finding() {
    // More are merged into the last of these.
    let findings = 100;
    let review = create(job_with_passwords(findings));
    let body = serde_json::to_vec(&review).unwrap();
    let asked = std::cell::Cell::new(0);
    let check = |end: usize| {
        let mut request = parse_review(&body).unwrap();
        asked.set(0);
        let is_cancelled = || {
            asked.set(asked.get() + 1);
            asked.get() >= end
        };
        check_request(&mut request, &policy("strict"), "0123456789abcdef", &is_cancelled)
    };
    assert_eq!(check(usize::MAX).decision, Decision::Deny);
    let questions = asked.get();
    assert!(questions > findings, "{questions}");
    for end in [questions - findings, questions - findings / 2, questions] {
        assert_eq!(check(end).unjudged, Some(UnjudgedReason::OutOfTime), "{end} of {questions}");
        assert!(asked.get() < end + 10, "{} questions after {end}", asked.get() - end);
    }
}

/// Findings share the name of their object, and nobody has to see all of a long one.
#[test]
fn a_long_name_is_cut_once_for_all_findings() {
    let config = policy("strict");
    let outcome = lint_value(&job_with_passwords(10), &config);
    let mut subjects = outcome.findings.iter().map(|it| &it.subject);
    let first = subjects.next().unwrap();
    assert_eq!(first.name, format!("{}…", "x".repeat(1_000)));
    assert!(outcome.findings.len() >= 10 && subjects.all(|it| std::sync::Arc::ptr_eq(it, first)));
}

/// What a cut leaves of a credential is hidden like the whole.
#[test]
fn a_credential_in_a_long_name_stays_hidden() {
    for before in [980, 990, 995] {
        let mut object = job_with_passwords(1);
        object["metadata"]["name"] = json!("x".repeat(before) + "hunter0Zx9Qk" + &"x".repeat(100));
        let outcome = lint_value(&object, &policy("strict"));
        let name = &outcome.findings[0].subject.name;
        assert!(!name.contains("hunt"), "{}", &name[before..]);
    }
}
