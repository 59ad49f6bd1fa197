//! What stands around Jobs: small facts about objects of other kinds, and which of them share a namespace with a Job.

pub mod account;
pub mod applied;
pub mod cloud_identity;
mod commands;
pub mod delivery;
mod dockerfiles;
pub mod environments;
pub mod facts;
pub mod history;
pub mod home;
mod index;
pub mod job_facts;
pub mod kind;
mod lookup;
mod makers;
mod namespace_defaults;
mod neighbour;
pub mod network_policy;
mod openshift;
mod patched;
mod paths;
pub mod references;
mod releases;
pub mod selector;
pub mod specification;
pub mod storage;
mod substitutions;
mod tools;
mod whole;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::diagnostic::condition::Condition;
use crate::diagnostic::elsewhere::Elsewhere;
use crate::manifest::document::{Document, Node};
use crate::manifest::kustomization::is_kustomization;
use crate::text::source::Source;
use crate::text::span::Span;
use applied::{Applied, Applier};
use delivery::Delivery;
use dockerfiles::Dockerfiles;
use facts::Facts;
use home::Home;
use index::Index;
use kind::Kind;
pub use neighbour::Neighbour;
use openshift::OpenShift;
use patched::Patched;
use paths::directory;
use releases::Releases;
use substitutions::Substitutions;

/// More objects of one kind than this in a namespace are not compared with each Job: nobody writes as many by hand.
pub const MAX_IN_NAMESPACE: usize = 20;

/// The neighbours of a run.
#[derive(Clone, Debug, Default)]
pub struct Neighbours {
    all: Vec<Arc<Neighbour>>,
    /// The namespaces that kustomizations set, by their directories.
    namespaces: HashMap<String, String>,
    /// The releases that `helm template` has written.
    releases: Releases,
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
    patched: Patched,
    /// The Dockerfiles of the images.
    dockerfiles: Dockerfiles,
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
        self.releases.collect(node);
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

    /// Adds what a Job says about the namespace of the release that it is a part of.
    pub fn collect_release(&mut self, node: Node<'_>) {
        self.releases.collect(node);
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
        self.patched.collect(source);
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

    /// Adds the placeholders that commands in a guide or script fill in.
    pub fn collect_substitutions(&mut self, text: &str) {
        self.substitutions.collect(text);
    }

    /// Adds the user that a Dockerfile sets.
    pub fn collect_dockerfile(&mut self, path: String, text: &str) {
        self.dockerfiles.collect(path, text);
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
        self.releases.add(other.releases);
        self.applied.add(other.applied);
        self.openshift.add(other.openshift);
        self.substitutions.add(other.substitutions);
        self.patched.add(other.patched);
        self.dockerfiles.add(other.dockerfiles);
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
        let (substitutions, patched) = (self.substitutions, self.patched);
        Neighbours {
            all,
            common_namespace,
            has_add_on_policies,
            applied,
            openshift,
            substitutions,
            patched,
            ..Neighbours::default()
        }
    }

    /// Returns only what they say about the tools that apply files.
    pub fn appliers(&self) -> Self {
        Neighbours { applied: self.applied.clone(), ..Neighbours::default() }
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
        let (file, applied) = (&source.name, path_to_apply(source));
        let home = |namespace: &str| {
            let namespace = Some(namespace.to_owned()).filter(|it| !it.is_empty());
            let mut home = Home::in_namespace(namespace, source);
            self.settle(&mut home);
            home
        };
        match condition {
            Condition::AppliedByArgoCd => {
                self.applier(applied).is_some() && !self.applied.is_of_flux_alone(applied)
            }
            Condition::AppliedByFlux => self.applied.is_of_flux_alone(applied),
            Condition::NotByArgoCd => !self.applied.may_be_of_argo_cd(applied),
            Condition::NotByFlux => !self.applied.may_be_of_flux(applied),
            // What a kustomization builds is not left out.
            Condition::NotLeftOut => source.is_rendered() || !self.applied.is_left_out(file),
            Condition::NotApplied => !self.applied.is_covered(applied) && !self.applied.is_elsewhere(),
            Condition::NoOtherUser { account, images } => {
                let is_assigned = |(namespace, name): &(Box<str>, Box<str>)| {
                    self.openshift.assigns_user(file, namespace, name)
                };
                let is_set = images.iter().all(|it| self.dockerfiles.set_user(it, file));
                !is_set && !account.as_ref().is_some_and(is_assigned)
            }
            Condition::NotByDefault { namespace, fields } => {
                !namespace_defaults::fill_in(&self.around(Kind::LimitRange, &home(namespace)), fields)
            }
            Condition::TokenMounted { namespace } => {
                let home = home(namespace);
                let accounts = self.named(Kind::ServiceAccount, "default", &home);
                !accounts.iter().any(|it| self.shares(&home, it) && namespace_defaults::keeps_token(it))
            }
            Condition::NotSetByPatch(name) => !self.patched.sets(name),
            Condition::NotResumedByPatch(name) => !self.patched.resumes(name),
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
        let of_release = || self.releases.namespace(home.directory.as_ref()?);
        own.or_else(of_release).or(self.common_namespace.as_ref())
    }
}

/// Returns what a tool applies where it applies a text: its file, or the directory of the kustomization that builds it.
fn path_to_apply(source: &Source) -> &str {
    let file = source.file();
    if source.is_rendered() && is_kustomization(file) { directory(file) } else { file }
}
