//! Looks up the neighbours of a Job: those of its namespace, and those that it names, mounts or selects.

use super::account;
use super::facts::Facts;
use super::home::Home;
use super::kind::Kind;
use super::neighbour::Neighbour;
use super::network_policy::EgressPolicy;
use super::selector::{Label, Labels, has_all};
use super::storage::Claim;
use super::{MAX_IN_NAMESPACE, Neighbours};

/// With more Services than this behind one label, that they select a pod is not taken for an accident.
const MAX_ALIKE: usize = 20;

impl Neighbours {
    /// Returns the neighbours of a kind that certainly are in the namespace of `home`. Without a stated namespace that is
    /// certain of none but the only one of its kind.
    pub fn around(&self, kind: Kind, home: &Home) -> Vec<&Neighbour> {
        let everywhere = home.namespace.is_none().then(Home::default);
        let most = if home.namespace.is_some() { MAX_IN_NAMESPACE } else { 1 };
        let mut found =
            self.at_home(kind, [home.key()].into_iter().chain(everywhere), most).unwrap_or_default();
        found.retain(|it| self.is_near(home, &it.home));
        found
    }

    /// Returns the neighbours of a kind at some homes, unless they are too many.
    fn at_home(&self, kind: Kind, homes: impl Iterator<Item = Home>, most: usize) -> Option<Vec<&Neighbour>> {
        let lists: Vec<&Vec<usize>> = homes.filter_map(|it| self.index.by_home.get(&(kind, it))).collect();
        let is_few = lists.iter().map(|it| it.len()).sum::<usize>() <= most;
        is_few.then(|| lists.into_iter().flatten().map(|&at| &*self.all[at]).collect())
    }

    /// Returns the neighbours of a kind and name that may be in the namespace of `home`.
    pub fn named(&self, kind: Kind, name: &str, home: &Home) -> Vec<&Neighbour> {
        self.all_named(kind, name).filter(|it| self.may_share(home, it)).collect()
    }

    /// Returns all neighbours of a kind and name, as many as are compared.
    pub fn all_named(&self, kind: Kind, name: &str) -> impl Iterator<Item = &Neighbour> {
        let found = self.index.by_name.get(&(kind, name.to_owned()));
        found.into_iter().flatten().take(MAX_IN_NAMESPACE).map(|&at| &*self.all[at])
    }

    /// Returns how many objects of a kind the namespace of `home` has, and the first of them, if a list next to it has all of them.
    pub fn whole(&self, kind: Kind, home: &Home) -> Option<(usize, &Neighbour)> {
        let namespace = if kind.has_namespace() { Some(home.namespace.clone()?) } else { None };
        let found = (*self.index.whole.get(&(kind, namespace))?)?;
        let first = &*self.all[found.first];
        let is_next = first.home.directory.is_none() || first.home.directory == home.directory;
        is_next.then_some((found.count, first))
    }

    /// Whether an object of a kind and name is missing, because a list has all others: then how many these are, and the first.
    pub fn without(&self, kind: Kind, name: &str, home: &Home) -> Option<(usize, &Neighbour)> {
        let whole = self.whole(kind, home)?;
        let mut same = self.all_named(kind, name);
        let is_missing = !same.by_ref().take(MAX_IN_NAMESPACE - 1).any(|it| self.may_share(home, it));
        (is_missing && same.next().is_none()).then_some(whole)
    }

    /// Whether a binding may give a role to the ServiceAccount of a namespace and name.
    pub fn is_bound(&self, namespace: &str, name: &str) -> bool {
        account::has_account(&self.index.accounts, namespace, name)
    }

    /// Returns the NetworkPolicies about egress that may be in the namespace of `home`, and whether they certainly are; nothing if
    /// network add-ons have policies of their own, or if there are too many to compare.
    pub fn egress_policies(&self, home: &Home) -> Option<Vec<(&Neighbour, &EgressPolicy, bool)>> {
        let all = &self.index.egress_policies;
        let lists: Vec<&Vec<usize>> = match &home.namespace {
            Some(_) => [&home.namespace, &None].into_iter().filter_map(|it| all.get(it)).collect(),
            None if all.len() <= MAX_IN_NAMESPACE => all.values().collect(),
            None => return None,
        };
        if self.has_add_on_policies || lists.iter().map(|it| it.len()).sum::<usize>() > MAX_IN_NAMESPACE {
            return None;
        }
        let mut places: Vec<usize> = lists.into_iter().flatten().copied().collect();
        places.sort_unstable();
        let policies = places.into_iter().map(|at| &*self.all[at]);
        let read: Vec<_> = policies
            .filter_map(|it| match &it.facts {
                Facts::Egress(Some(policy)) => Some((it, policy)),
                _ => None,
            })
            .collect();
        // What is the same in a base and in an overlay is there in whichever cluster.
        let is_copied = |it: &Neighbour, policy: &EgressPolicy| {
            let is_same_name =
                |other: &Neighbour| other.name == it.name && other.home.namespace == it.home.namespace;
            let mut copies = read.iter().filter(|(other, _)| is_same_name(other));
            home.namespace.is_some()
                && it.home.namespace == home.namespace
                && copies.clone().nth(1).is_some()
                && copies.all(|(_, other)| *other == policy)
        };
        let found = read
            .iter()
            .map(|&(it, policy)| (it, policy, self.is_near(home, &it.home) || is_copied(it, policy)));
        Some(found.collect())
    }

    /// Returns the workloads that mount a claim, as many as are compared, with its mode where they state it.
    pub fn holders(&self, claim: &str) -> impl Iterator<Item = (&Neighbour, Option<&'static str>)> {
        let shared = self.index.by_claim.get(claim);
        // Each pod of a StatefulSet has a number.
        let template = claim.trim_end_matches(|it: char| it.is_ascii_digit());
        let number: Option<i64> = claim[template.len()..].parse().ok();
        let own = self.index.by_claim.get(template);
        let has_number = move |it: &Neighbour| match &it.facts {
            Facts::Workload(workload) => number.is_some_and(|it| workload.has_number(it)),
            _ => false,
        };
        let shared = shared.into_iter().flatten().map(|&(at, mode)| (&*self.all[at], mode));
        let own = own.into_iter().flatten().map(|&(at, mode)| (&*self.all[at], mode));
        shared.chain(own.filter(move |it| has_number(it.0))).take(MAX_IN_NAMESPACE)
    }

    /// Returns the access mode of a claim where its volume may be attached to one node: the files may say that it is not.
    pub fn exclusive_mode(&self, claim: &Claim) -> Option<&'static str> {
        let unattached = &self.index.unattached;
        let is_class =
            !claim.class.is_empty() && unattached.contains(&(Kind::StorageClass, claim.class.clone()));
        let is_volume = unattached.contains(&(Kind::PersistentVolume, claim.volume.clone()));
        claim.mode.filter(|mode| *mode == "ReadWriteOncePod" || !is_class && !is_volume)
    }

    /// Returns the Services whose first selected label is this one, unless there are many of them.
    pub fn services(&self, label: &Label) -> impl Iterator<Item = &Neighbour> {
        let found = self.index.by_label.get(label).filter(|it| it.len() <= MAX_ALIKE);
        found.into_iter().flatten().map(|&at| &*self.all[at])
    }

    /// Returns a workload whose pods have all of these labels, of those that may be in the namespace of `home`.
    pub fn workload_with(&self, wanted: &Labels, home: &Home) -> Option<&Neighbour> {
        let lists: Option<Vec<&Vec<usize>>> = wanted.iter().map(|it| self.index.workloads.get(it)).collect();
        let fewest = lists?.into_iter().min_by_key(|it| it.len())?;
        let mut few = fewest.iter().take(MAX_ALIKE).map(|&at| &*self.all[at]);
        let has_them =
            |it: &Neighbour| matches!(&it.facts, Facts::Workload(it) if has_all(&it.labels, wanted));
        few.find(|it| has_them(it) && self.may_share(home, it))
    }

    /// Returns the neighbours of a kind next to an object: in its namespace and, where that is not stated, its directory.
    ///
    /// There are none if these are more than `most`.
    pub fn next_to(&self, kind: Kind, home: &Home, most: usize) -> Vec<&Neighbour> {
        let own = Home { namespace: None, ..home.clone() };
        let mut homes = vec![home.key(), own, Home::default()];
        homes.sort();
        homes.dedup();
        let mut found = self.at_home(kind, homes.into_iter(), most).unwrap_or_default();
        found.retain(|it| self.may_share(home, it));
        found
    }

    /// Whether a neighbour may be in the namespace of what is at home somewhere.
    pub fn may_share(&self, home: &Home, neighbour: &Neighbour) -> bool {
        !neighbour.kind.has_namespace()
            || neighbour.home.may_share(home)
            || self.is_near(home, &neighbour.home)
    }

    /// Whether a neighbour certainly is in the namespace of what is at home somewhere.
    pub fn shares(&self, home: &Home, neighbour: &Neighbour) -> bool {
        self.is_near(home, &neighbour.home)
    }

    /// Whether what is at home in one place certainly shares the namespace of what is at home in the other.
    fn is_near(&self, home: &Home, other: &Home) -> bool {
        let is_same_directory = other.directory.is_none() || home.directory == other.directory;
        match (&home.namespace, &other.namespace) {
            (Some(own), Some(other)) => {
                own == other && (is_same_directory || !self.index.mixed.contains(own))
            }
            (None, None) => is_same_directory,
            _ => false,
        }
    }
}
