//! `podFailurePolicy` (`validatePodFailurePolicy` in `pkg/apis/batch/validation/validation.go`).

use std::collections::HashSet;

use super::api_field::ApiField;
use super::error::{BadValue, Errors};
use super::names::qualified_name;
use crate::kubernetes::verdict::model::JobSpec;

const ACTIONS: &[&str] = &["Count", "FailIndex", "FailJob", "Ignore"];
const OPERATORS: &[&str] = &["In", "NotIn"];

/// Checks the policy.
pub fn check<'d>(spec: JobSpec<'d>, policy: ApiField<'d>, errors: &mut Errors<'d>) {
    let rules = policy.get("rules");
    if rules.len() > 20 {
        errors.too_many(rules, rules.len(), 20);
    }
    for rule in rules.items() {
        check_rule(spec, rule, errors);
    }
}

fn check_rule<'d>(spec: JobSpec<'d>, rule: ApiField<'d>, errors: &mut Errors<'d>) {
    let action = rule.get("action");
    match action.text() {
        "" => errors.required(action, "valid values: [\"Count\" \"FailIndex\" \"FailJob\" \"Ignore\"]"),
        "FailIndex" if !spec.field.get("backoffLimitPerIndex").is_set() => {
            errors.invalid(
                action,
                BadValue::Json("FailIndex"),
                "requires the backoffLimitPerIndex to be set",
            );
        }
        _ => errors.one_of(action, ACTIONS),
    }
    let (codes, conditions) = (rule.get("onExitCodes"), rule.get("onPodConditions"));
    if codes.is_set() {
        check_codes(spec, codes, errors);
    }
    check_conditions(spec, conditions, errors);
    match (codes.is_set(), !conditions.is_empty()) {
        (true, true) => {
            let reason = "specifying both OnExitCodes and OnPodConditions is not supported";
            errors.invalid(rule, BadValue::Omitted, reason);
        }
        (false, false) => {
            let reason = "specifying one of OnExitCodes and OnPodConditions is required";
            errors.invalid(rule, BadValue::Omitted, reason);
        }
        _ => {}
    }
}

fn check_conditions<'d>(spec: JobSpec<'d>, conditions: ApiField<'d>, errors: &mut Errors<'d>) {
    if conditions.len() > 20 {
        errors.too_many(conditions, conditions.len(), 20);
    }
    for condition in conditions.items() {
        let (kind, status) = (condition.get("type"), condition.get("status"));
        errors.invalid_for_each(kind, kind.text(), qualified_name(kind.text()));
        if !status.text().is_empty() {
            errors.one_of(status, &["False", "True", "Unknown"]);
        } else if !spec.has_default_conditions(errors.minor) {
            errors.required(status, "valid values: [\"False\" \"True\" \"Unknown\"]");
        }
    }
}

fn check_codes<'d>(spec: JobSpec<'d>, codes: ApiField<'d>, errors: &mut Errors<'d>) {
    let (operator, container, values) =
        (codes.get("operator"), codes.get("containerName"), codes.get("values"));
    match operator.text() {
        "" => errors.required(operator, "valid values: [\"In\" \"NotIn\"]"),
        _ => errors.one_of(operator, OPERATORS),
    }
    if let Some(name) = container.opt_text() {
        let pod = spec.field.get("template").get("spec");
        let mut all = pod.get("containers").items().chain(pod.get("initContainers").items());
        if !all.any(|it| it.get("name").text() == name) {
            let reason = "must be one of the container or initContainer names in the pod template";
            errors.invalid(container, name, reason);
        }
    }
    let numbers: Vec<i64> = values.items().map(ApiField::int).collect();
    let list = || {
        let texts: Vec<String> = numbers.iter().map(i64::to_string).collect();
        BadValue::Raw(if values.is_set() { format!("[{}]", texts.join(",")) } else { "null".to_owned() })
    };
    if numbers.is_empty() {
        errors.invalid(values, list(), "at least one value is required");
    } else if numbers.len() > 255 {
        errors.too_many(values, numbers.len(), 255);
    }
    let mut seen = HashSet::new();
    for (index, value) in values.items().enumerate() {
        let number = numbers[index];
        if operator.text() == "In" && number == 0 {
            errors.invalid(value, number, "must not be 0 for the In operator");
        }
        if !seen.insert(number) {
            errors.duplicate(value, number);
        }
    }
    if !numbers.is_sorted() {
        errors.invalid(values, list(), "must be ordered");
    }
}
