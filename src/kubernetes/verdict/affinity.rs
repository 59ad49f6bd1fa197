//! Affinity (`validateAffinity` in `pkg/apis/core/validation/validation.go`).

use super::api_field::ApiField;
use super::error::{BadValue, Errors};
use super::metadata::{check_operator, check_selector};
use super::names::{dns_label, dns_subdomain, label_value, qualified_name};

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

/// Checks `affinity`.
pub fn check<'d>(affinity: ApiField<'d>, errors: &mut Errors<'d>) {
    check_node(affinity.get("nodeAffinity"), errors);
    check_pod(affinity.get("podAffinity"), errors);
    check_pod(affinity.get("podAntiAffinity"), errors);
}

fn check_node<'d>(affinity: ApiField<'d>, errors: &mut Errors<'d>) {
    let required = affinity.get(REQUIRED);
    if required.is_set() {
        let terms = required.get("nodeSelectorTerms");
        if terms.is_empty() {
            errors.required(terms, "must have at least one node selector term");
        }
        for term in terms.items() {
            check_node_term(term, true, errors);
        }
    }
    for term in affinity.get(PREFERRED).items() {
        check_weight(term, errors);
        check_node_term(term.get("preference"), false, errors);
    }
}

fn check_weight<'d>(term: ApiField<'d>, errors: &mut Errors<'d>) {
    let weight = term.get("weight");
    if !(1..=100).contains(&weight.int()) {
        errors.invalid(weight, weight.int(), "must be in the range 1-100");
    }
}

/// Label values are checked where the term is required.
fn check_node_term<'d>(term: ApiField<'d>, is_required: bool, errors: &mut Errors<'d>) {
    for requirement in term.get("matchExpressions").items() {
        let (key, values) = (requirement.get("key"), requirement.get("values"));
        let operator = requirement.get("operator");
        match operator.text() {
            "Gt" | "Lt" if values.len() != 1 => {
                errors.required(values, "must be specified single value when `operator` is 'Lt' or 'Gt'");
            }
            "Gt" | "Lt" => {}
            _ => check_operator(operator, values, errors),
        }
        errors.invalid_for_each(key, key.text(), qualified_name(key.text()));
        let checks_values = is_required && errors.minor >= 32;
        for value in values.items().filter(|_| checks_values) {
            errors.invalid_for_each(value, value.text(), label_value(value.text()));
        }
    }
    for requirement in term.get("matchFields").items() {
        check_node_field(requirement, errors);
    }
}

/// The only field of a node that can be matched is its name.
fn check_node_field<'d>(requirement: ApiField<'d>, errors: &mut Errors<'d>) {
    let (key, values) = (requirement.get("key"), requirement.get("values"));
    let operator = requirement.get("operator");
    match operator.text() {
        "In" | "NotIn" if values.len() == 1 => {}
        "In" | "NotIn" => {
            let reason = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
            errors.required(values, reason);
        }
        other => errors.invalid(operator, BadValue::Json(other), "not a valid selector operator"),
    }
    if key.text() != "metadata.name" {
        errors.invalid(key, key.text(), "not a valid field selector key");
        return;
    }
    for value in values.items() {
        errors.invalid_for_each(value, value.text(), dns_subdomain(value.text()));
    }
}

fn check_pod<'d>(affinity: ApiField<'d>, errors: &mut Errors<'d>) {
    for term in affinity.get(REQUIRED).items() {
        check_pod_term(term, errors);
    }
    for term in affinity.get(PREFERRED).items() {
        check_weight(term, errors);
        check_pod_term(term.get("podAffinityTerm"), errors);
    }
}

fn check_pod_term<'d>(term: ApiField<'d>, errors: &mut Errors<'d>) {
    check_selector(term.get("labelSelector"), errors);
    check_selector(term.get("namespaceSelector"), errors);
    for namespace in term.get("namespaces").items() {
        for reason in dns_label(namespace.text()) {
            let place = namespace.with_path(format!("{}.namespace", term.path()));
            errors.invalid(place, namespace.text(), reason);
        }
    }
    let keys = |name| term.get_since(name, 31, errors.minor);
    check_label_keys(term, keys("matchLabelKeys"), keys("mismatchLabelKeys"), errors);
    let key = term.get("topologyKey");
    if key.text().is_empty() {
        errors.required(key, "can not be empty");
    }
    errors.invalid_for_each(key, key.text(), qualified_name(key.text()));
}

/// Checks `matchLabelKeys` and `mismatchLabelKeys` (`ValidateMatchLabelKeysAndMismatchLabelKeys`).
pub fn check_label_keys<'d>(
    term: ApiField<'d>,
    keys: ApiField<'d>,
    others: ApiField<'d>,
    errors: &mut Errors<'d>,
) {
    let selector = term.get("labelSelector");
    for list in [keys, others].into_iter().filter(|list| !list.is_empty()) {
        if !selector.is_set() {
            errors.forbidden(list, "must not be specified when labelSelector is not set");
            continue;
        }
        for key in list.items() {
            errors.invalid_for_each(key, key.text(), qualified_name(key.text()));
        }
    }
    let mut selected: Vec<&str> = selector.get("matchLabels").entries().map(|(key, _)| key).collect();
    for expression in selector.get("matchExpressions").items() {
        let key = expression.get("key").text();
        let index = keys.items().rposition(|it| it.text() == key);
        if let Some(index) = index.filter(|_| selected.contains(&key)) {
            let place = expression.get("key").with_path(format!("{}[{index}]", term.path()));
            errors.invalid(place, key, "exists in both matchLabelKeys and labelSelector");
        }
        selected.push(key);
    }
    for key in keys.items().filter(|key| others.items().any(|it| it.text() == key.text())) {
        errors.invalid(key, key.text(), "exists in both matchLabelKeys and mismatchLabelKeys");
    }
}
