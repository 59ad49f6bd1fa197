//! Lists of resources, and what the containers of a pod have together (`k8s.io/component-helpers/resource/helpers.go`).

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::api_field::ApiField;
use super::number::json_number;
use crate::manifest::document::Value;
use crate::value::quantity::Quantity;

/// Reads a quantity; `None` if it is not set, or cannot be decoded.
pub fn quantity(field: ApiField<'_>) -> Option<Quantity> {
    let parsed = match field.node()?.value() {
        Value::String(text) => Quantity::parse(text),
        Value::Int(_) | Value::Float(_) => Quantity::parse(&json_number(field.nearest(), field.body())),
        _ => return None,
    };
    parsed.ok()
}

/// Reads the quantity of a list of resources, which servers round up to thousandths; `null` is zero. There is none where
/// it cannot be decoded: no comparison with it is certain.
pub fn list_quantity(field: ApiField<'_>) -> Option<Quantity> {
    if field.is_set() { Some(quantity(field)?.rounded_to_milli()) } else { Some(Quantity::ZERO) }
}

/// Quantities by the names of resources.
pub type ResourceList<'d> = BTreeMap<&'d str, Quantity>;

/// Reads a list, without what cannot be decoded.
pub fn resource_list(field: ApiField<'_>) -> ResourceList<'_> {
    field.entries().filter_map(|(name, field)| Some((name, list_quantity(field)?))).collect()
}

/// Reads a list without rounding it.
pub fn unrounded_list(field: ApiField<'_>) -> ResourceList<'_> {
    let read = |field: ApiField<'_>| if field.is_set() { quantity(field) } else { Some(Quantity::ZERO) };
    field.entries().filter_map(|(name, field)| Some((name, read(field)?))).collect()
}

/// Adds another list.
pub fn add<'d>(sums: &mut ResourceList<'d>, more: &ResourceList<'d>) {
    for (&name, quantity) in more {
        match sums.get_mut(name) {
            Some(sum) => sum.add(quantity),
            None => _ = sums.insert(name, quantity.clone()),
        }
    }
}

fn keep_larger<'d>(sums: &mut ResourceList<'d>, others: &ResourceList<'d>) {
    for (&name, quantity) in others {
        if sums.get(name).is_none_or(|sum| quantity.compare(sum) == Ordering::Greater) {
            sums.insert(name, quantity.clone());
        }
    }
}

/// Adds up what containers have: those that run at once, or the largest init container. An init container comes with
/// whether it is a sidecar.
pub fn total<'d>(
    containers: impl Iterator<Item = ResourceList<'d>>,
    init_containers: impl Iterator<Item = (bool, ResourceList<'d>)>,
) -> ResourceList<'d> {
    let (mut all, mut sidecars, mut init) = (ResourceList::new(), ResourceList::new(), ResourceList::new());
    for container in containers {
        add(&mut all, &container);
    }
    for (is_sidecar, mut own) in init_containers {
        if is_sidecar {
            add(&mut all, &own);
            add(&mut sidecars, &own);
            own = sidecars.clone();
        } else {
            add(&mut own, &sidecars);
        }
        keep_larger(&mut init, &own);
    }
    keep_larger(&mut all, &init);
    all
}
