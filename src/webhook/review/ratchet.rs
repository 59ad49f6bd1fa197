//! Which findings of an update were there before it?

use std::collections::HashMap;

use serde_json::Value;

use crate::finding::Finding;

/// How many findings an object has of each rule at each place.
pub(super) struct Known(HashMap<(&'static str, String), usize>);

impl Known {
    pub(super) fn new<'f>(object: &Value, findings: impl Iterator<Item = &'f Finding>) -> Self {
        let mut known = HashMap::new();
        for finding in findings {
            *known.entry((finding.rule.id, stable(object, &finding.place.path))).or_default() += 1;
        }
        Known(known)
    }

    /// Says whether a finding in the updated object is one of the known ones, each of which counts once.
    pub(super) fn take(&mut self, object: &Value, finding: &Finding) -> bool {
        let count = self.0.get_mut(&(finding.rule.id, stable(object, &finding.place.path)));
        let Some(count) = count.filter(|count| **count > 0) else { return false };
        *count -= 1;
        true
    }
}

/// Writes a path with the names of list items in place of their numbers, so that a new container in front does not make
/// the findings in the others new.
fn stable(object: &Value, path: &str) -> String {
    let mut result = String::new();
    let mut at = Some(object);
    for part in parts(path) {
        let number = part.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        match number {
            Some(inner) => {
                let item = inner.parse::<usize>().ok().and_then(|index| at?.as_array()?.get(index));
                let name = item.and_then(|it| it.get("name")).and_then(Value::as_str);
                result += &name.map_or_else(|| part.to_owned(), |name| format!("[name={name}]"));
                at = item.or_else(|| at?.get(inner));
            }
            None => {
                result += part;
                at = at.and_then(|it| it.get(part.trim_start_matches('.')));
            }
        }
    }
    result
}

/// Cuts `spec.containers[0].image` into `spec`, `.containers`, `[0]` and `.image`.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = path;
    std::iter::from_fn(move || {
        let inner = rest.get(1..)?;
        let end = match rest.starts_with('[') {
            true => inner.find(']').map(|at| at + 2),
            false => inner.find(['.', '[']).map(|at| at + 1),
        };
        let (part, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        Some(part)
    })
}
