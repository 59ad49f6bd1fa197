//! Where to find neighbours: by name, by home, and by what pods have in common with them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::neighbours::account::Accounts;
use crate::neighbours::facts::Facts;
use crate::neighbours::home::Home;
use crate::neighbours::kind::Kind;
use crate::neighbours::neighbour::Neighbour;
use crate::neighbours::selector::Label;
use crate::neighbours::whole::{WholeKinds, whole_kinds};

/// Where neighbours are in a list of all.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    /// Those of a kind and name.
    pub by_name: HashMap<(Kind, String), Vec<usize>>,
    /// Those of a kind and home.
    pub by_home: HashMap<(Kind, Home), Vec<usize>>,
    /// The workloads that mount a claim, with its mode where they state it.
    pub by_claim: HashMap<Box<str>, Vec<(usize, Option<&'static str>)>>,
    /// The Services by the first label that they select.
    pub by_label: HashMap<Label, Vec<usize>>,
    /// The workloads by each label of their pods.
    pub workloads: HashMap<Label, Vec<usize>>,
    /// The volumes that are not attached to nodes, and the classes of such volumes.
    pub unattached: HashSet<(Kind, Box<str>)>,
    /// The namespaces in which an object is stated twice: the files are for several clusters.
    pub mixed: HashSet<String>,
    /// The NetworkPolicies about egress, by the namespace that they state.
    pub egress_policies: HashMap<Option<String>, Vec<usize>>,
    /// The ServiceAccounts to which bindings give roles.
    pub accounts: Accounts,
    /// The kinds of which lists have all objects.
    pub whole: WholeKinds,
}

impl Index {
    /// Finds all neighbours of a list.
    pub(super) fn of(all: &[Arc<Neighbour>]) -> Self {
        let (mut index, mut seen) = (Index { whole: whole_kinds(all), ..Index::default() }, HashSet::new());
        for (at, it) in all.iter().enumerate() {
            index.by_name.entry((it.kind, it.name.clone())).or_default().push(at);
            index.by_home.entry((it.kind, it.home.key())).or_default().push(at);
            index.add_facts(at, it);
            if let Some(namespace) = it.home.namespace.as_ref().filter(|_| !it.facts.is_guess())
                && !seen.insert((it.kind, &it.name, namespace))
            {
                index.mixed.insert(namespace.clone());
            }
        }
        index
    }

    fn add_facts(&mut self, at: usize, it: &Neighbour) {
        let Neighbour { name, home, facts, .. } = it;
        match facts {
            Facts::Workload(workload) => {
                let shared = workload.claims.iter().map(|it| (it, None));
                let own = workload.own_claims.iter().map(|(it, mode)| (it, *mode));
                for (claim, mode) in shared.chain(own) {
                    self.by_claim.entry(claim.clone()).or_default().push((at, mode));
                }
                for label in &workload.labels {
                    self.workloads.entry(label.clone()).or_default().push(at);
                }
            }
            Facts::Volume(class, false) => {
                self.unattached.insert((Kind::PersistentVolume, name.as_str().into()));
                self.unattached.insert((Kind::StorageClass, class.clone()));
            }
            Facts::Egress(Some(_)) => {
                let namespace = home.namespace.clone();
                self.egress_policies.entry(namespace).or_default().push(at);
            }
            Facts::Binding(accounts) => self.accounts.extend(accounts.iter().cloned()),
            Facts::Class(false) => _ = self.unattached.insert((Kind::StorageClass, name.as_str().into())),
            Facts::Service(wanted) => {
                if let Some(first) = wanted.first() {
                    self.by_label.entry(first.clone()).or_default().push(at);
                }
            }
            _ => {}
        }
    }
}
