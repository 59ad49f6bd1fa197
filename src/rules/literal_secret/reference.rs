//! A reference to a Secret in place of a value.

use crate::diagnostic::finding::Finding;
use crate::facts::leaks::Leak;
use crate::facts::secret::detected::Secret;
use crate::manifest::document::Node;
use crate::manifest::edit::{Edit, Edits, Obstacle, Safety};
use crate::text::phrases;

/// Offers to read variables with the same credential from a Secret.
pub(super) fn offer(leak: &Leak<'_>, finding: &mut Finding) {
    let Some(name) = secret_name(&finding.subject.name) else { return };
    let same = || std::iter::once(&leak.first).chain(&leak.others);
    let edits = Edit::all(same().map(|it| reference(it, name)));
    let keys: Vec<_> = same().map(|it| format!("`{}`", it.name)).collect();
    let title =
        format!("read {} from the Secret `{name}`, which you must create yourself", phrases::list(&keys));
    finding.fix(title, Safety::Unsafe, edits);
}

/// Returns a name for the Secret: the object's, where a Secret can have it.
fn secret_name(of_object: &str) -> Option<&str> {
    let name = of_object.trim_end_matches('-');
    let fits = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
    let is_name = !name.is_empty() && name.len() <= 63 && name.bytes().all(fits) && !name.starts_with('-');
    is_name.then_some(name)
}

/// Writes a reference to the key of a Secret in place of a value.
fn reference(secret: &Secret<'_>, name: &str) -> Edits {
    let key = secret.name;
    let is_key = !key.is_empty() && key.bytes().all(|it| it.is_ascii_alphanumeric() || b"._-".contains(&it));
    let entry = secret.value.parent().and_then(|map| map.entries().find(|it| it.value == secret.value));
    match entry.filter(|it| is_key && it.key == "value" && secret.value.parent().is_some_and(is_plain)) {
        Some(entry) => {
            Edit::replace_entry(entry, &["valueFrom", "secretKeyRef"], &[("name", name), ("key", key)])
        }
        None => Err(Obstacle::Layout),
    }
}

/// Whether a variable has a name and a value, and nothing else.
fn is_plain(variable: Node<'_>) -> bool {
    variable.entries().len() == 2
}
