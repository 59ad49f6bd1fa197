//! What stands around Jobs: small facts about objects of other kinds, and which of them share a namespace with a Job.

pub mod account;
pub mod applied;
mod commands;
pub mod delivery;
pub mod facts;
pub mod history;
pub mod home;
mod index;
pub mod job_facts;
pub mod kind;
mod makers;
mod namespace_defaults;
mod neighbour;
pub mod network_policy;
mod openshift;
mod patched_variables;
mod paths;
pub mod references;
pub mod selector;
pub mod specification;
pub mod storage;
mod substitutions;
mod whole;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::diagnostic::condition::Condition;
use crate::diagnostic::elsewhere::Elsewhere;
use crate::manifest::document::{Document, Node};
use crate::text::source::Source;
use crate::text::span::Span;
use applied::{Applied, Applier};
use delivery::Delivery;
use facts::Facts;
use home::Home;
use index::Index;
use kind::Kind;
pub use neighbour::Neighbour;
use network_policy::EgressPolicy;
use openshift::OpenShift;
use patched_variables::PatchedVariables;
use selector::Label;
use storage::Claim;
use substitutions::Substitutions;

/// More objects of one kind than this in a namespace are not compared with each Job: nobody writes as many by hand.
pub const MAX_IN_NAMESPACE: usize = 20;

/// Among more Services with one label, and for more of them, nobody looks for an accident in one.
const MAX_ALIKE: usize = 20;

/// The neighbours of a run.
#[derive(Clone, Debug, Default)]
pub struct Neighbours {
    all: Vec<Arc<Neighbour>>,
    /// The namespaces that kustomizations set, by their directories.
    namespaces: HashMap<String, String>,
    /// The only namespace of those that belong to every Job.
    common_namespace: Option<String>,
    /// Whether network add-ons have policies of their own.
    has_add_on_policies: bool,
    /// The directories that tools apply.
    applied: Applied,
    /// The directories that are for OpenShift.
    openshift: OpenShift,
    /// What commands fill in.
    substitutions: Substitutions,
    /// What patches add to containers.
    patched_variables: PatchedVariables,
    /// Where to find them, once they are sorted.
    index: Index,
}

impl Neighbours {
    /// Adds what is known of an object of another kind, which is number `index` of the objects of its document.
    pub fn collect(&mut self, node: Node<'_>, index: usize) {
        if let Some(namespace) = facts::kustomize_namespace(node)
            && let Some(directory) = Home::of(node).directory
        {
            self.namespaces.insert(directory, namespace.to_owned());
        }
        self.has_add_on_policies |= network_policy::is_of_add_on(node);
        self.applied.collect(node);
        self.openshift.collect(node);
        for (kind, name, facts) in facts::read(node) {
            let home = Home::in_namespace(facts::namespace_of(kind, &name, node), &node.document.source);
            let place = Elsewhere::of(&node.document.source, node.field("metadata.name").span());
            let number = (node.document.index, index);
            let (delivery, is_listed) = (Delivery::of(node), kind.is_of(node) && whole::is_listed(node));
            self.all.push(Arc::new(Neighbour {
                kind,
                name,
                home,
                facts,
                delivery,
                place,
                is_listed,
                number,
            }));
        }
    }

    /// Adds what the labels and annotations of a Job say about the tool that applies its file.
    pub fn collect_signs(&mut self, node: Node<'_>) {
        self.applied.collect_signs(node);
    }

    /// Adds the ConfigMaps and Secrets that commands in a file make or change, with keys that nobody knows, the placeholders that they
    /// fill in, and the variables that a patch adds.
    pub fn collect_commands(&mut self, source: &Source) {
        self.applied.visit(&source.name);
        self.substitutions.collect(&source.text);
        self.patched_variables.collect(source);
        for (kind, at) in commands::made_in(&source.text) {
            let (name, home) = (source.text[at.clone()].to_owned(), Home::in_namespace(None, source));
            let place = Elsewhere::of(source, Span::new(at.start, at.end));
            let (facts, delivery, number) = (Facts::unknown_keys(), Delivery::PLAIN, (usize::MAX, at.start));
            let is_listed = false;
            self.all.push(Arc::new(Neighbour {
                kind,
                name,
                home,
                facts,
                delivery,
                is_listed,
                place,
                number,
            }));
        }
    }

    /// Adds what is known of the objects of a document.
    pub fn collect_all(&mut self, document: &Document) {
        for (index, node) in document.numbered_objects() {
            self.collect(node, index);
        }
    }

    /// Adds those of other files.
    pub fn add(&mut self, other: Neighbours) {
        self.all.extend(other.all);
        self.namespaces.extend(other.namespaces);
        self.applied.add(other.applied);
        self.openshift.add(other.openshift);
        self.substitutions.add(other.substitutions);
        self.patched_variables.add(other.patched_variables);
        self.common_namespace = self.common_namespace.take().or(other.common_namespace);
        self.has_add_on_policies |= other.has_add_on_policies;
    }

    /// Lets all of them belong to every Job, wherever its file is. If they are of one namespace, that is where Jobs go that
    /// state none.
    pub fn everywhere(mut self) -> Self {
        let mut all = self.settled();
        all.iter_mut().for_each(|it| Arc::make_mut(it).home.directory = None);
        let stated: HashSet<&String> = all.iter().filter_map(|it| it.home.namespace.as_ref()).collect();
        let common_namespace = stated.iter().next().filter(|_| stated.len() == 1).map(|it| (*it).clone());
        let has_add_on_policies = self.has_add_on_policies;
        let (applied, openshift) = (self.applied, self.openshift.everywhere());
        let (substitutions, patched_variables) = (self.substitutions, self.patched_variables);
        Neighbours {
            all,
            common_namespace,
            has_add_on_policies,
            applied,
            openshift,
            substitutions,
            patched_variables,
            ..Neighbours::default()
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Puts them in the order of the files, and prepares to look them up.
    pub fn sort(&mut self) {
        let mut all = self.settled();
        all.sort_by(|left, right| left.order(right));
        all.dedup_by(|next, one| next.is_same(one));
        self.index = Index::of(&all);
        self.all = all;
        self.applied.find();
        self.openshift.find();
    }

    /// Returns what makes a tool apply a file, once they are sorted.
    pub fn applier(&self, file: &str) -> Option<&Applier> {
        self.applied.applier(file).map(|it| &**it)
    }

    /// Whether the files meet the condition of a finding in one of them, once they are sorted.
    pub fn meet(&self, condition: &Condition, source: &Source) -> bool {
        let file = &source.name;
        let home = |namespace: &str| {
            let namespace = Some(namespace.to_owned()).filter(|it| !it.is_empty());
            let mut home = Home::in_namespace(namespace, source);
            self.settle(&mut home);
            home
        };
        match condition {
            Condition::Applied => self.applier(file).is_some(),
            Condition::NotApplied => self.applier(file).is_none() && !self.applied.is_elsewhere(),
            Condition::NoUserAssigned { namespace, account } => {
                !self.openshift.assigns_user(file, namespace, account)
            }
            Condition::NotByDefault { namespace, fields } => {
                !namespace_defaults::fill_in(&self.around(Kind::LimitRange, &home(namespace)), fields)
            }
            Condition::TokenMounted { namespace } => {
                let home = home(namespace);
                let accounts = self.named(Kind::ServiceAccount, "default", &home);
                !accounts.iter().any(|it| self.shares(&home, it) && namespace_defaults::keeps_token(it))
            }
            Condition::NotSetByPatch(name) => !self.patched_variables.set(name),
            Condition::NotFilledIn(values) => !values.iter().all(|it| self.substitutions.fill_in(it)),
        }
    }

    /// Takes all, each in the namespace that it is in for the kustomization of its directory.
    fn settled(&mut self) -> Vec<Arc<Neighbour>> {
        let mut all = std::mem::take(&mut self.all);
        for it in all.iter_mut().filter(|it| it.kind.has_namespace()) {
            if let Some(namespace) = self.unstated_namespace(&it.home) {
                let namespace = namespace.clone();
                Arc::make_mut(it).home.namespace = Some(namespace);
            }
        }
        all
    }

    /// Gives what states no namespace the one that the kustomization in its directory sets.
    pub fn settle(&self, home: &mut Home) {
        if let Some(namespace) = self.unstated_namespace(home) {
            home.namespace = Some(namespace.clone());
        }
    }

    /// Returns the namespace of what states none, where another file tells.
    fn unstated_namespace(&self, home: &Home) -> Option<&String> {
        if home.namespace.is_some() {
            return None;
        }
        let own = home.directory.as_ref().and_then(|it| self.namespaces.get(it));
        own.or(self.common_namespace.as_ref())
    }

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
        let read = policies.filter_map(|it| match &it.facts {
            Facts::Egress(Some(policy)) => Some((it, policy, self.is_near(home, &it.home))),
            _ => None,
        });
        Some(read.collect())
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
