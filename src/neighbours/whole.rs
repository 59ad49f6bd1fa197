//! Lists that have all objects of some kinds: only there does the absence of an object prove anything.
//!
//! `kubectl get` prints the objects of a namespace, or those that a selector or names on its command line pick. Kubernetes makes some
//! objects in every namespace or cluster, without labels: a list that has one of them was not asked for others.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::manifest::document::Node;
use crate::neighbours::kind::Kind;
use crate::neighbours::neighbour::Neighbour;

/// What Kubernetes itself makes in every namespace or cluster (`rootcacertpublisher`, `serviceaccounts_controller`, `storage_scheduling`).
const EVERYWHERE: [(Kind, &str); 3] = [
    (Kind::ConfigMap, "kube-root-ca.crt"),
    (Kind::ServiceAccount, "default"),
    (Kind::PriorityClass, "system-node-critical"),
];

/// All objects of a kind in a namespace, or in the cluster.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whole {
    /// Where the first of them is among the neighbours.
    pub first: usize,
    /// How many there are.
    pub count: usize,
}

/// The kinds of which lists have all objects, by namespace; none where several lists have them.
pub(super) type WholeKinds = HashMap<(Kind, Option<String>), Option<Whole>>;

/// Whether an object is an item of a `List` that an API server has filled in, to its end.
pub(super) fn is_listed(object: Node<'_>) -> bool {
    let list = object.document.root();
    list.field("kind").is("List")
        && object.field("metadata.uid").is_set()
        && list.field("metadata.continue").text().is_none_or(str::is_empty)
}

/// Finds the kinds of which lists have all objects.
pub(super) fn whole_kinds(all: &[Arc<Neighbour>]) -> WholeKinds {
    let listed = || all.iter().enumerate().filter(|(_, it)| it.is_listed && !it.facts.is_guess());
    let is_everywhere =
        |it: &Neighbour| EVERYWHERE.iter().any(|(kind, name)| *kind == it.kind && it.name == *name);
    let whole: HashSet<_> =
        listed().filter(|(_, it)| is_everywhere(it)).map(|(_, it)| it.document()).collect();
    let mut by_list: HashMap<_, Whole> = HashMap::new();
    for (at, it) in listed().filter(|(_, it)| whole.contains(&it.document())) {
        let key = (it.document(), it.kind, &it.home.namespace);
        by_list.entry(key).or_insert(Whole { first: at, count: 0 }).count += 1;
    }
    let mut kinds = WholeKinds::new();
    for ((_, kind, namespace), found) in by_list {
        let known = kinds.entry((kind, namespace.clone()));
        known.and_modify(|it| *it = None).or_insert(Some(found));
    }
    kinds
}
