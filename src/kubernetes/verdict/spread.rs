//! `topologySpreadConstraints` (`validateTopologySpreadConstraints` in `pkg/apis/core/validation/validation.go`).

use std::collections::HashMap;

use super::affinity::check_label_keys;
use super::api_field::ApiField;
use super::error::{BadValue, Errors};
use super::metadata::check_selector;
use super::names::qualified_name;

/// Checks the constraints.
pub fn check<'d>(constraints: ApiField<'d>, errors: &mut Errors<'d>) {
    let pair = |it: ApiField<'d>| (it.get("topologyKey").text(), it.get("whenUnsatisfiable").text());
    // The last one of each pair is not the one that is reported.
    let last: HashMap<_, _> = constraints.items().map(pair).zip(0..).collect();
    for (index, constraint) in constraints.items().enumerate() {
        let skew = constraint.get("maxSkew");
        if skew.int() <= 0 {
            errors.invalid(skew, skew.int(), "must be greater than zero");
        }
        let (key, action) = (constraint.get("topologyKey"), constraint.get("whenUnsatisfiable"));
        if key.text().is_empty() {
            errors.required(key, "can not be empty");
        }
        let actions = &["DoNotSchedule", "ScheduleAnyway"];
        if !actions.contains(&action.text()) {
            errors.unsupported(action, BadValue::Json(action.text()), actions);
        }
        if last.get(&pair(constraint)).is_some_and(|&last| last > index) {
            let place = key.with_path(format!("{}.{{topologyKey, whenUnsatisfiable}}", constraint.path()));
            errors.duplicate(place, format!("{{{}, {}}}", key.text(), action.text()).as_str());
        }
        check_min_domains(constraint.get("minDomains"), action.text(), errors);
        errors.one_of(constraint.get("nodeAffinityPolicy"), &["Honor", "Ignore"]);
        errors.one_of(constraint.get("nodeTaintsPolicy"), &["Honor", "Ignore"]);
        let keys = constraint.get("matchLabelKeys");
        if errors.minor >= 34 {
            check_label_keys(constraint, keys, constraint.get("mismatchLabelKeys"), errors)
        } else {
            check_keys_before_1_34(keys, constraint.get("labelSelector"), errors)
        }
        check_selector(constraint.get("labelSelector"), errors);
    }
}

fn check_min_domains<'d>(field: ApiField<'d>, action: &str, errors: &mut Errors<'d>) {
    let Some(number) = field.opt_int() else { return };
    if number <= 0 {
        errors.invalid(field, number, "must be greater than zero");
    }
    if action != "DoNotSchedule" {
        let reason = format!("can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}");
        errors.invalid(field, number, reason);
    }
}

/// Before Kubernetes 1.34 a key must not be in the selector too (`ValidateMatchLabelKeysInTopologySpread`).
fn check_keys_before_1_34<'d>(keys: ApiField<'d>, selector: ApiField<'d>, errors: &mut Errors<'d>) {
    if !keys.is_empty() && !selector.is_set() {
        errors.forbidden(keys, "must not be specified when labelSelector is not set");
    }
    for key in keys.items() {
        errors.invalid_for_each(key, key.text(), qualified_name(key.text()));
        let in_labels = selector.get("matchLabels").entries().any(|(it, _)| it == key.text());
        let mut expressions = selector.get("matchExpressions").items();
        if in_labels || expressions.any(|it| it.get("key").text() == key.text()) {
            errors.invalid(key, key.text(), "exists in both matchLabelKeys and labelSelector");
        }
    }
}
