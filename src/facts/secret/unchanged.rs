//! Credentials that say of themselves that they are to be changed: `DB_PASSWORD: changeme`.

use super::promise::promise;
use crate::manifest::document::Node;
use crate::manifest::workload::{Job, Object, Pod};
use crate::text::to_fill_in::asks_to_be_changed;

/// Returns the values of variables that promise a credential and hold a word that asks for one.
pub fn unchanged_credentials(object: Object<'_>) -> Vec<Node<'_>> {
    let containers = object.job().and_then(Job::pod).into_iter().flat_map(Pod::containers);
    let variables = containers.flat_map(|it| it.env().items().collect::<Vec<_>>());
    let promises = |it: Node<'_>| it.field("name").text().is_some_and(|it| promise(it).is_some());
    let asks = |it: &Node<'_>| it.text().is_some_and(asks_to_be_changed);
    variables.filter_map(|it| it.get("value").filter(asks).filter(|_| promises(it))).collect()
}
