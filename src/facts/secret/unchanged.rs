//! Credentials that say of themselves that they are to be changed: `DB_PASSWORD: changeme`.

use super::promise::promise;
use crate::manifest::document::Node;
use crate::manifest::workload::{Job, Object, Pod};
use crate::text::to_fill_in::asks_to_be_changed;

/// Returns the values of variables that promise a credential and hold a word that asks for one.
pub fn unchanged_credentials(object: Object<'_>) -> Vec<Node<'_>> {
    let containers = object.job().and_then(Job::pod).into_iter().flat_map(Pod::containers);
    let variables = containers.flat_map(|it| it.env().items().collect::<Vec<_>>());
    // What asks to be changed is rarer than a name that promises a credential, and told faster.
    let asks = |it: &Node<'_>| it.text().is_some_and(asks_to_be_changed);
    variables.filter_map(|it| it.get("value").filter(asks)).filter(|it| is_promised(*it)).collect()
}

/// Whether the name of a variable, or of an option in the same argument, promises that the value is a credential.
pub fn is_promised(value: Node<'_>) -> bool {
    let name = match value.key() {
        Some("value") => value.parent().and_then(|it| it.field("name").text()),
        _ => value.text().filter(|it| it.starts_with('-')).and_then(|it| it.split_once('=')).map(|it| it.0),
    };
    name.is_some_and(|it| promise(it.trim_start_matches('-')).is_some())
}
