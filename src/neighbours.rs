//! What stands around Jobs: small facts about objects of other kinds, and which of them share a namespace with a Job.

pub mod facts;
pub mod home;
pub mod kind;
mod makers;
pub mod pod_facts;
pub mod references;
pub mod selector;

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use crate::diagnostic::elsewhere::Elsewhere;
use crate::manifest::document::{Document, Node};
use facts::Facts;
use home::Home;
use kind::Kind;

/// More objects of one kind than this in a namespace are not compared with each Job: nobody writes as many by hand.
pub const MAX_IN_NAMESPACE: usize = 20;

/// An object that is not checked, but that Jobs depend on.
#[derive(Clone, Debug)]
pub struct Neighbour {
    /// What it is.
    pub kind: Kind,
    /// `metadata.name`
    pub name: String,
    /// Where it belongs.
    pub home: Home,
    /// What rules need to know of it.
    pub facts: Facts,
    /// The place of its name, for findings about Jobs.
    pub place: Elsewhere,
    /// Its document in its file and its item in a list.
    number: (usize, usize),
}

/// The neighbours of a run.
#[derive(Clone, Debug, Default)]
pub struct Neighbours {
    all: Vec<Neighbour>,
    /// The namespaces that kustomizations set, by their directories.
    namespaces: HashMap<String, String>,
    /// The only namespace of those that belong to every Job.
    common_namespace: Option<String>,
    /// Where the neighbours of a kind and name are in `all`, once they are sorted.
    by_name: HashMap<(Kind, String), Vec<usize>>,
    /// Where those of a kind and home are.
    by_home: HashMap<(Kind, Home), Vec<usize>>,
    /// The namespaces in which an object is stated twice: the files are for several clusters.
    mixed: HashSet<String>,
}

impl Neighbour {
    /// Returns what messages call it: `LimitRange` and its name.
    pub fn title(&self) -> String {
        format!("{} `{}`", self.kind.as_str(), self.name)
    }

    /// Returns its place, with what it has to do with a finding.
    pub fn related(&self, text: impl Into<String>) -> Elsewhere {
        let mut place = self.place.clone();
        place.text = text.into().into();
        place
    }
}

impl Neighbours {
    /// Adds what is known of an object of another kind, which is number `index` of the objects of its document.
    pub fn collect(&mut self, node: Node<'_>, index: usize) {
        let directory = Home::of(node).directory;
        if let (Some(namespace), Some(directory)) = (facts::kustomize_namespace(node), directory) {
            self.namespaces.insert(directory, namespace.to_owned());
        }
        for (kind, name, facts) in facts::read(node) {
            let home = Home { namespace: facts::namespace_of(kind, &name, node), ..Home::of(node) };
            let place = Elsewhere::of(&node.document.source, node.field("metadata.name").span());
            let number = (node.document.index, index);
            self.all.push(Neighbour { kind, name, home, facts, place, number });
        }
    }

    /// Adds what is known of the objects of a document.
    pub fn collect_all(&mut self, document: &Document) {
        for (index, node) in (document.first_item..).zip(document.objects()) {
            self.collect(node, index);
        }
    }

    /// Adds those of other files.
    pub fn add(&mut self, other: Neighbours) {
        self.all.extend(other.all);
        self.namespaces.extend(other.namespaces);
        self.common_namespace = self.common_namespace.take().or(other.common_namespace);
    }

    /// Lets all of them belong to every Job, wherever its file is. If they are of one namespace, that is where Jobs go that
    /// state none.
    pub fn everywhere(mut self) -> Self {
        let mut all = std::mem::take(&mut self.all);
        all.iter_mut().filter(|it| it.kind.has_namespace()).for_each(|it| self.settle(&mut it.home));
        all.iter_mut().for_each(|it| it.home.directory = None);
        let stated: HashSet<&String> = all.iter().filter_map(|it| it.home.namespace.as_ref()).collect();
        let common_namespace = stated.iter().next().filter(|_| stated.len() == 1).map(|it| (*it).clone());
        Neighbours { all, common_namespace, ..Neighbours::default() }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Puts them in the order of the files, and prepares to look them up.
    pub fn sort(&mut self) {
        let mut all = std::mem::take(&mut self.all);
        all.iter_mut().filter(|it| it.kind.has_namespace()).for_each(|it| self.settle(&mut it.home));
        all.sort_by(|left, right| left.order(right));
        all.dedup_by(|next, one| next.is_same(one));
        (self.by_name, self.by_home, self.mixed) = Default::default();
        let mut seen = HashSet::new();
        for (at, it) in all.iter().enumerate() {
            self.by_name.entry((it.kind, it.name.clone())).or_default().push(at);
            self.by_home.entry((it.kind, it.home.key())).or_default().push(at);
            if let Some(namespace) = it.home.namespace.as_ref().filter(|_| !it.facts.is_guess())
                && !seen.insert((it.kind, &it.name, namespace))
            {
                self.mixed.insert(namespace.clone());
            }
        }
        self.all = all;
    }

    /// Gives what states no namespace the one that the kustomization in its directory sets.
    pub fn settle(&self, home: &mut Home) {
        if home.namespace.is_none() {
            let own = home.directory.as_ref().and_then(|it| self.namespaces.get(it));
            home.namespace = own.or(self.common_namespace.as_ref()).cloned();
        }
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
        let lists: Vec<&Vec<usize>> = homes.filter_map(|it| self.by_home.get(&(kind, it))).collect();
        let is_few = lists.iter().map(|it| it.len()).sum::<usize>() <= most;
        is_few.then(|| lists.into_iter().flatten().map(|&at| &self.all[at]).collect())
    }

    /// Returns the neighbours of a kind and name that may be in the namespace of `home`.
    pub fn named(&self, kind: Kind, name: &str, home: &Home) -> Vec<&Neighbour> {
        self.all_named(kind, name).filter(|it| self.may_share(home, it)).collect()
    }

    /// Returns all neighbours of a kind and name, as many as are compared.
    pub fn all_named(&self, kind: Kind, name: &str) -> impl Iterator<Item = &Neighbour> {
        let found = self.by_name.get(&(kind, name.to_owned()));
        found.into_iter().flatten().take(MAX_IN_NAMESPACE).map(|&at| &self.all[at])
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

    /// Returns all neighbours of a kind.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Neighbour> {
        self.all.iter().filter(move |it| it.kind == kind)
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
            (Some(own), Some(other)) => own == other && (is_same_directory || !self.mixed.contains(own)),
            (None, None) => is_same_directory,
            _ => false,
        }
    }
}

impl Neighbour {
    /// Whether both were read from one place: a file can be checked and named by `--with`.
    fn is_same(&self, other: &Neighbour) -> bool {
        self.order(other).is_eq()
    }

    fn order(&self, other: &Neighbour) -> Ordering {
        let key = |it: &Neighbour| (it.number, it.kind);
        (&self.place.source, key(self))
            .cmp(&(&other.place.source, key(other)))
            .then_with(|| self.name.cmp(&other.name))
    }
}
