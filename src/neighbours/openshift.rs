//! The directories whose objects are for OpenShift, as other objects in them show: an image stream, a route, a project.

use std::collections::{HashMap, HashSet};

use crate::manifest::document::Node;
use crate::neighbours::account::{Account, Accounts, accounts, has_account};
use crate::neighbours::makers::is_kustomization;
use crate::neighbours::paths::{LONGEST, directory, join};

/// What configures a cluster itself: files with it are for clusters of OpenShift, wherever it is.
const OF_CLUSTER: [&str; 3] =
    ["config.openshift.io", "machineconfiguration.openshift.io", "operator.openshift.io"];

/// More paths of kustomizations are not followed.
const MOST_PATHS: usize = 100_000;

/// What the objects of a run say about OpenShift.
#[derive(Clone, Debug, Default)]
pub(super) struct OpenShift {
    /// The directories with an object of a kind that only OpenShift has, once they are found with all that is built along with it.
    directories: HashSet<String>,
    /// The directories of kustomizations, with those that they build.
    built: Vec<(String, String)>,
    /// The ServiceAccounts whose pods may run as another user than that of the namespace.
    privileged: Accounts,
    /// Whether all belongs to every Job.
    is_everywhere: bool,
}

impl OpenShift {
    /// Adds what an object says.
    pub(super) fn collect(&mut self, object: Node<'_>) {
        let own = directory(&object.document.source.name);
        let version = object.get("apiVersion").and_then(Node::text).unwrap_or_default();
        let group = version.split_once('/').map_or("", |it| it.0);
        if group.ends_with(".openshift.io") {
            self.directories.extend(join(own, ""));
            self.is_everywhere |= OF_CLUSTER.contains(&group);
        }
        if is_kustomization(object) {
            let lists = ["resources", "bases", "components"].into_iter();
            let paths = lists.flat_map(|it| object.field(it).items()).filter_map(|it| it.text());
            for path in paths.filter(|it| it.len() <= LONGEST && !it.contains("://")) {
                let is_file = [".yaml", ".yml", ".json"].iter().any(|it| path.ends_with(it));
                let pair = join(own, "").zip(join(own, if is_file { directory(path) } else { path }));
                self.built.extend(pair.filter(|(from, to)| from != to && self.built.len() < MOST_PATHS));
            }
        }
        self.collect_privileges(object);
    }

    fn collect_privileges(&mut self, object: Node<'_>) {
        const WORDS: [&str; 5] = ["anyuid", "hostaccess", "hostmount", "privileged", "scc"];
        match object.get("kind").and_then(Node::text).unwrap_or_default() {
            "SecurityContextConstraints" => {
                let users = object.field("users").items().filter_map(|it| it.text());
                let named = users.filter_map(|it| it.strip_prefix("system:serviceaccount:")?.split_once(':'));
                self.privileged.extend(named.map(|(namespace, name)| account(Some(namespace), Some(name))));
                let groups = object.field("groups").items().filter_map(|it| it.text());
                let all = groups.filter_map(|it| it.strip_prefix("system:serviceaccounts"));
                self.privileged.extend(all.map(|it| account(it.strip_prefix(':'), None)));
            }
            "RoleBinding" | "ClusterRoleBinding" => {
                let role = object.field("roleRef.name").text().unwrap_or_default();
                if WORDS.iter().any(|it| role.contains(it)) {
                    self.privileged.extend(accounts(object));
                }
            }
            _ => {}
        }
    }

    /// Adds what other files say.
    pub(super) fn add(&mut self, other: OpenShift) {
        self.directories.extend(other.directories);
        self.built.extend(other.built);
        self.privileged.extend(other.privileged);
        self.is_everywhere |= other.is_everywhere;
    }

    /// Lets all of it belong to every Job.
    pub(super) fn everywhere(mut self) -> Self {
        self.is_everywhere |= !self.directories.is_empty();
        self
    }

    /// Finds the directories that kustomizations build along with one for OpenShift, whichever file was read first.
    pub(super) fn find(&mut self) {
        let mut neighbours: HashMap<&str, Vec<&str>> = HashMap::new();
        for (from, to) in &self.built {
            neighbours.entry(from).or_default().push(to);
            neighbours.entry(to).or_default().push(from);
        }
        let mut open: Vec<&str> = self.directories.iter().map(String::as_str).collect();
        let mut found: HashSet<&str> = open.iter().copied().collect();
        while let Some(directory) = open.pop() {
            let next = neighbours.get(directory).into_iter().flatten().copied();
            open.extend(next.filter(|it| found.insert(it)));
        }
        self.directories = found.into_iter().map(str::to_owned).collect();
    }

    /// Whether a file belongs to objects for OpenShift, which assigns the pods of the ServiceAccount a user: nothing gives it
    /// privileges.
    pub(super) fn assigns_user(&self, file: &str, namespace: &str, name: &str) -> bool {
        let is_near = || {
            join(directory(file), "").is_some_and(|it| {
                self.directories.contains(it.as_str()) || it.split('/').any(|it| it == "openshift")
            })
        };
        let is_same = |it: &Account| it.name.as_deref().is_none_or(|it| it == name);
        let is_privileged = || match namespace {
            // It may be any.
            "" => self.privileged.iter().any(is_same),
            _ => has_account(&self.privileged, namespace, name),
        };
        (self.is_everywhere || is_near()) && !is_privileged()
    }
}

fn account(namespace: Option<&str>, name: Option<&str>) -> Account {
    Account { namespace: namespace.map(Into::into), name: name.map(Into::into) }
}
