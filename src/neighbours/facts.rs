//! What rules need to know of an object that is not checked. Values of ConfigMaps and Secrets are never read.

use std::sync::Arc;

use crate::manifest::document::{Node, Value};
use crate::manifest::hook::{self, Tool};
use crate::neighbours::account::{Account, accounts};
use crate::neighbours::cloud_identity::{UnfilledIdentity, unfilled_identity};
use crate::neighbours::kind::{Kind, is_whole};
use crate::neighbours::makers;
use crate::neighbours::network_policy::EgressPolicy;
use crate::neighbours::selector::{Labels, Selector, labels};
use crate::neighbours::specification::Specification;
use crate::neighbours::storage::{self, Claim};
use crate::text::source::Origin;

/// What is known of an object.
#[derive(Clone, Debug)]
pub enum Facts {
    /// A name, and nothing else that counts.
    Name,
    /// The labels `pod-security.kubernetes.io/enforce` and `enforce-version` of a Namespace.
    PodSecurity {
        /// The level as it is written.
        enforce: Option<String>,
        /// The version as it is written.
        version: Option<String>,
    },
    /// A ServiceAccount.
    ServiceAccount {
        /// Whether pods that do not say otherwise get its token.
        mounts_token: bool,
        /// What it is in a cloud, if that was never filled in.
        identity: Option<UnfilledIdentity>,
    },
    /// The `spec` of a LimitRange or ResourceQuota, or the `overhead.podFixed` of a RuntimeClass.
    Specification(Arc<Specification>),
    /// The keys of a ConfigMap or Secret.
    Keys {
        /// Their names.
        names: Box<[Box<str>]>,
        /// Whether these are all of them.
        is_complete: bool,
    },
    /// A claim.
    Claim(Claim),
    /// A PersistentVolume: its class, and whether it may be attached to a node.
    Volume(Box<str>, bool),
    /// Whether the volumes of a StorageClass may be attached to nodes.
    Class(bool),
    /// The pods that a Service sends requests to; none if it asks for a port by a name, or balances nothing.
    Service(Labels),
    /// The pods that a PodDisruptionBudget protects.
    Budget {
        /// What selects them.
        selector: Selector,
        /// Whether it asks their controllers how many there are to be: with `maxUnavailable` or a percentage that allow
        /// evictions at all.
        asks_controllers: bool,
    },
    /// The pods of a Deployment, StatefulSet or DaemonSet.
    Workload(Workload),
    /// The ServiceAccounts to which a binding gives a role.
    Binding(Box<[Account]>),
    /// What a NetworkPolicy allows pods to connect to; none if it is not about that.
    Egress(Option<EgressPolicy>),
}

/// What is known of pods that keep running.
#[derive(Clone, Debug)]
pub struct Workload {
    /// The labels of the pod template.
    pub labels: Labels,
    /// The claims that all pods mount.
    pub claims: Box<[Box<str>]>,
    /// The claims that each pod of a StatefulSet has of its own: their names up to the pod's number, with their modes.
    pub own_claims: Box<[(Box<str>, Option<&'static str>)]>,
    /// The numbers of those pods; the last one is `None` where an autoscaler may set it.
    pub numbers: (i64, Option<i64>),
}

impl Workload {
    /// Whether one of its pods has this number.
    pub fn has_number(&self, number: i64) -> bool {
        let (first, last) = self.numbers;
        first <= number && last.is_none_or(|last| number <= last)
    }
}

impl Facts {
    /// Returns what is known of a ConfigMap or Secret of which only the name is.
    pub(super) fn unknown_keys() -> Self {
        keys(Vec::new(), false)
    }

    /// Whether the object is known only from what makes it.
    pub fn is_guess(&self) -> bool {
        matches!(self, Facts::Keys { is_complete: false, .. })
    }
}

/// Returns the namespace that an object is in or stands for.
pub(super) fn namespace_of(kind: Kind, name: &str, object: Node<'_>) -> Option<String> {
    match kind {
        Kind::Namespace => Some(name.to_owned()),
        _ if kind.has_namespace() => object.field("metadata.namespace").text().map(str::to_owned),
        _ => None,
    }
}

/// Reads an object of another kind: itself, or the ConfigMaps and Secrets that it makes.
pub(super) fn read(object: Node<'_>) -> Vec<(Kind, String, Facts)> {
    let Some(kind) = Kind::of(object) else {
        let made = makers::made_by(object).into_iter();
        return made.map(|(kind, name)| (kind, name, Facts::unknown_keys())).collect();
    };
    let name = object.field("metadata.name").text().filter(|it| is_whole(it));
    let facts = name.and_then(|name| Some((kind, name.to_owned(), facts(kind, name, object)?)));
    facts.into_iter().collect()
}

fn facts(kind: Kind, name: &str, object: Node<'_>) -> Option<Facts> {
    let is_patch = object.document.source.origin == Origin::Patch;
    let specification = |node: Node<'_>| Facts::Specification(Arc::new(Specification::of(node)));
    Some(match kind {
        Kind::ConfigMap => keys_of(object, ["data", "binaryData"], is_patch),
        Kind::Secret => keys_of(object, ["data", "stringData"], is_patch),
        _ if is_patch => return None,
        Kind::Namespace => {
            let labels = object.field("metadata.labels").node();
            let label = |key: &str| labels?.get(key)?.text().map(str::to_owned);
            Facts::PodSecurity {
                enforce: label("pod-security.kubernetes.io/enforce"),
                version: label("pod-security.kubernetes.io/enforce-version"),
            }
        }
        Kind::ResourceQuota | Kind::LimitRange => specification(object.field("spec").node()?),
        Kind::RuntimeClass => object.field("overhead.podFixed").node().map_or(Facts::Name, specification),
        Kind::PriorityClass => Facts::Name,
        Kind::ServiceAccount => {
            let mounts_token = object.field("automountServiceAccountToken").boolean() != Some(false);
            Facts::ServiceAccount { mounts_token, identity: unfilled_identity(object) }
        }
        Kind::NetworkPolicy => Facts::Egress(EgressPolicy::read(object)),
        Kind::RoleBinding | Kind::ClusterRoleBinding => Facts::Binding(accounts(object)),
        Kind::PersistentVolumeClaim => Facts::Claim(Claim::of(object)),
        Kind::PersistentVolume => {
            let class = object.field("spec.storageClassName").text().unwrap_or_default();
            Facts::Volume(class.into(), storage::is_attached_volume(object))
        }
        Kind::StorageClass => Facts::Class(storage::makes_attached(object)),
        Kind::Service => {
            // A headless Service balances nothing, and other kinds of names have no pods.
            let is_headless = object.field("spec.clusterIP").is("None");
            let is_name = object.field("spec.type").is("ExternalName");
            // A pod that lacks a port of that name gets no requests.
            let mut ports = object.field("spec.ports").items();
            let asks_number = ports.any(|it| it.field("targetPort").text().is_none());
            let selector = labels(object.field("spec.selector"));
            Facts::Service(if is_headless || is_name || !asks_number { Labels::default() } else { selector })
        }
        Kind::PodDisruptionBudget => {
            let (least, most) = (object.field("spec.minAvailable"), object.field("spec.maxUnavailable"));
            let is_none = most.integer() == Some(0) || most.is("0%") || least.is("100%");
            Facts::Budget {
                selector: Selector::read(object.field("spec.selector").node()?)?,
                asks_controllers: !is_none && (most.is_set() || least.text().is_some()),
            }
        }
        Kind::Deployment | Kind::StatefulSet | Kind::DaemonSet => Facts::Workload(workload(name, object)?),
    })
}

fn keys_of(object: Node<'_>, fields: [&'static str; 2], is_patch: bool) -> Facts {
    let entries = fields.into_iter().flat_map(|it| object.field(it).entries());
    let names: Vec<Box<str>> = entries.map(|it| it.key.into()).collect();
    // What has no keys yet, or asks for more, is filled in by a controller; that of a hook, which Helm creates again each time for the next
    // hook, would not be in time.
    let is_plain = matches!(object.field("type").text(), None | Some("Opaque"));
    let is_rendered_empty = fields.into_iter().any(|it| object.get(it).is_some());
    let is_hook = is_plain && is_rendered_empty && !hook::hooks_of(object, Tool::Helm).is_empty();
    let is_filled_in = names.is_empty() && !is_hook || makers::asks_for_keys(object);
    keys(names, !is_patch && !is_filled_in)
}

fn keys(names: Vec<Box<str>>, is_complete: bool) -> Facts {
    Facts::Keys { names: names.into(), is_complete }
}

fn workload(name: &str, object: Node<'_>) -> Option<Workload> {
    let replicas = object.field("spec.replicas").integer();
    if replicas == Some(0) {
        return None;
    }
    let first = object.field("spec.ordinals.start").integer().unwrap_or(0);
    let volumes = object.field("spec.template.spec.volumes").items();
    let claims = volumes.filter_map(|it| it.field("persistentVolumeClaim.claimName").text());
    let own = object.field("spec.volumeClaimTemplates").items();
    let own = own.filter_map(|claim| {
        let template = claim.field("metadata.name").text()?;
        Some((format!("{template}-{name}-").into(), Claim::of(claim).mode))
    });
    Some(Workload {
        labels: labels(object.field("spec.template.metadata.labels")),
        claims: claims.map(Into::into).collect(),
        own_claims: own.collect(),
        numbers: (first, replicas.map(|it| first.saturating_add(it).saturating_sub(1))),
    })
}

/// Returns the namespace that a kustomization sets in what it builds.
pub(super) fn kustomize_namespace(object: Node<'_>) -> Option<&str> {
    let is_mapping = object.value() == Value::Map;
    object.get("namespace").filter(|_| is_mapping && makers::is_kustomization(object))?.text()
}
