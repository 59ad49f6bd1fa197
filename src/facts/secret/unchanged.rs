//! Credentials that say of themselves that they are to be changed: `DB_PASSWORD: changeme`.

use super::promise::promise;
use crate::manifest::document::Node;
use crate::manifest::workload::{Job, Object, Pod};
use crate::text::to_fill_in::asks_to_be_changed;

/// Returns the values of variables that promise a credential and hold a word that asks for one.
pub fn unchanged_credentials(object: Object<'_>) -> Vec<Node<'_>> {
    let containers = object.job().and_then(Job::pod).into_iter().flat_map(Pod::containers);
    let variables = containers.flat_map(|it| it.env().items().collect::<Vec<_>>());
    let values = variables.filter_map(|it| it.get("value")).filter(|it| is_promised(*it));
    values.filter(|it| it.text().is_some_and(asks_to_be_changed)).collect()
}

/// Whether a value is that of a variable whose name promises a credential.
pub fn is_promised(value: Node<'_>) -> bool {
    let name = value.parent().and_then(|it| it.field("name").text());
    value.key() == Some("value") && name.is_some_and(|it| promise(it).is_some())
}
