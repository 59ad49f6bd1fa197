//! Where an unknown field was meant to be: the nearest name, or the same name elsewhere in the object.

use super::type_check::root;
use crate::manifest::document::{Node, Value};
use crate::manifest::workload::Object;
use crate::schema::version::Version;
use crate::schema::{Struct, Type};
use crate::text::nearest::nearest;
use crate::text::word_list::has_word;

/// Finds the field of `within` for the name of another object, where `name` is the field for that of a struct of another
/// kind: a Secret volume has a `secretName`, one of a ConfigMap a `name`.
pub fn reference_name(name: &str, within: &Struct, version: Version) -> Option<&'static str> {
    const NAMES: &str = "claimName configMapName name pvcName secretName";
    let field = |name: &str| within.field(name, version.minor);
    // Of Azure's shares, too, there are names.
    let of_volume =
        field("secretName").filter(|_| field("shareName").is_none()).or_else(|| field("claimName"));
    let is_reference = field("optional").is_some() || within.fields().len() == 1;
    let found = of_volume.or_else(|| field("name").filter(|_| is_reference))?;
    (has_word(NAMES, name) && found.name != name).then_some(found.name)
}

/// Finds the field of `within` whose name is most like `name`.
pub fn nearest_name(name: &str, within: &Struct, version: Version) -> Option<&'static str> {
    // Docker Compose's name.
    if let ("environment", Some(field)) = (name, within.field("env", version.minor)) {
        return Some(field.name);
    }
    let fields = within.fields().iter().filter(|field| field.is_in(version.minor));
    nearest(name, fields.map(|field| field.name))
}

/// Finds the field of `within` whose name is most like `name` with the unit of its value, or without: `timeout` for `timeoutSeconds`.
pub fn nearest_but_for_unit(name: &str, within: &Struct, version: Version) -> Option<&'static str> {
    const UNIT: &str = "Seconds";
    let bare = ["Seconds", "Minutes", "Hours", "Count"].iter().find_map(|it| name.strip_suffix(it));
    match bare {
        Some(it) => nearest_name(it, within, version),
        None => nearest_name(&format!("{name}{UNIT}"), within, version).filter(|it| it.ends_with(UNIT)),
    }
}

/// A struct that people put fields into, with its path from the object.
struct Place {
    path: Vec<&'static str>,
    within: &'static Struct,
}

/// Finds where else in the object a field of this name, and with this kind of value, belongs: the place that is
/// fewest steps away. Two places equally near give none.
pub fn intended_path(node: Node<'_>, object: Object<'_>, version: Version) -> Option<String> {
    let name = node.key()?;
    let here: Vec<String> = steps(&node.parent()?.path());
    let mut best: Vec<(usize, String)> = Vec::new();
    let places = path_structs(root(object.kind), version);
    let is_place =
        |it: &Place| it.path.iter().copied().eq(here.iter().map(|step| step.trim_end_matches(is_index)));
    // In anything else, such as a volume, it is the name of that.
    if name == "name" && !places.iter().any(is_place) {
        return None;
    }
    for place in places {
        let Some(field) = place.within.field(name, version.minor) else { continue };
        if is_place(&place) || !fits(node.value(), &field.kind) {
            continue;
        }
        let common = place
            .path
            .iter()
            .zip(&here)
            .take_while(|(step, here)| **step == here.trim_end_matches(is_index))
            .count();
        // Kept indexes make the path that of this very container.
        let mut path: Vec<&str> = here[..common].iter().map(String::as_str).collect();
        path.extend(&place.path[common..]);
        path.push(name);
        let distance = (here.len() - common) + (place.path.len() - common);
        best.push((distance, path.join(".").replace("containers.", "containers[].")));
    }
    best.sort_unstable();
    match best.as_slice() {
        [(first, _), (second, _), ..] if first == second => None,
        [(_, path), ..] => Some(path.clone()),
        [] => None,
    }
}

fn is_index(character: char) -> bool {
    matches!(character, '[' | ']' | '0'..='9')
}

/// Splits a path at its points: `spec.containers[0]` has the steps `spec` and `containers[0]`.
fn steps(path: &str) -> Vec<String> {
    path.split('.').filter(|step| !step.is_empty()).map(str::to_owned).collect()
}

/// Returns the structs between the object and what is inside a container, by path.
fn path_structs(root: &'static Struct, version: Version) -> Vec<Place> {
    const PATHS: &[&str] =
        &["metadata", "spec", "jobTemplate", "template", "containers", "securityContext", "resources"];
    let mut places = vec![Place { path: Vec::new(), within: root }];
    let mut at = 0;
    while at < places.len() {
        let (path, within) = (places[at].path.clone(), places[at].within);
        at += 1;
        for field in
            within.fields().iter().filter(|field| PATHS.contains(&field.name) && field.is_in(version.minor))
        {
            let inner = match field.kind {
                Type::Struct(inner) => inner,
                Type::List { element: &Type::Struct(inner), .. } => inner,
                _ => continue,
            };
            let mut path = path.clone();
            path.push(field.name);
            places.push(Place { path, within: inner });
        }
    }
    places
}

fn fits(value: Value<'_>, kind: &Type) -> bool {
    match kind {
        Type::Struct(_) | Type::Map { .. } => matches!(value, Value::Map | Value::Null),
        Type::List { .. } => matches!(value, Value::List | Value::Null),
        _ => !matches!(value, Value::Map | Value::List),
    }
}

/// Finds the mapping that a path leads into, and the keys that are missing before the last one. Of several containers
/// nobody knows which one is meant.
pub fn place_of<'d, 'p>(path: &'p str, object: Object<'d>) -> Option<(Node<'d>, Vec<&'p str>)> {
    let (path, _) = path.rsplit_once('.').unwrap_or(("", path));
    let (mut map, mut missing) = (object.node, Vec::new());
    for step in path.split('.').filter(|step| !step.is_empty()) {
        let (name, index) = step.split_once('[').map_or((step, None), |(name, rest)| (name, Some(rest)));
        match map.get(name).filter(|_| missing.is_empty()) {
            Some(next) => map = next,
            None if index.is_some() => return None,
            None => missing.push(name),
        }
        if let Some(index) = index {
            let mut items = map.items();
            map = match index.trim_end_matches(']').parse() {
                Ok(index) => items.nth(index)?,
                Err(_) if items.len() == 1 => items.next()?,
                Err(_) => return None,
            };
        }
    }
    Some((map, missing))
}
