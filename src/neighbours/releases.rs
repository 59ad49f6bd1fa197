//! The releases that `helm template` has written into files: all their objects are in one namespace, whether they state it or not.

use std::collections::HashMap;

use crate::manifest::document::Node;
use crate::manifest::hook::is_release_output;
use crate::neighbours::home::Home;

/// What the objects of a directory state.
#[derive(Clone, Debug, Default)]
struct Stated {
    /// The only namespace that one of them states.
    namespace: Option<String>,
    /// Whether others state others, or not all are of one release.
    is_mixed: bool,
}

/// What is known of each directory.
#[derive(Clone, Debug, Default)]
pub(super) struct Releases(HashMap<String, Stated>);

impl Releases {
    /// Adds what an object states.
    pub(super) fn collect(&mut self, object: Node<'_>) {
        let source = &object.document.source;
        let Home { namespace, directory: Some(directory) } = Home::of(object) else { return };
        let is_mixed = !is_release_output(source);
        self.add_stated(directory, Stated { namespace, is_mixed });
    }

    /// Adds what other files state.
    pub(super) fn add(&mut self, other: Releases) {
        other.0.into_iter().for_each(|(directory, stated)| self.add_stated(directory, stated));
    }

    fn add_stated(&mut self, directory: String, stated: Stated) {
        let known = self.0.entry(directory).or_default();
        let is_other =
            known.namespace.is_some() && stated.namespace.is_some() && known.namespace != stated.namespace;
        known.is_mixed |= stated.is_mixed || is_other;
        known.namespace = known.namespace.take().or(stated.namespace);
    }

    /// Returns the namespace of a release that is all that a directory holds.
    pub(super) fn namespace(&self, directory: &str) -> Option<&String> {
        self.0.get(directory).filter(|it| !it.is_mixed)?.namespace.as_ref()
    }
}
