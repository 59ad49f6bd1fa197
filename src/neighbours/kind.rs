//! The kinds of objects that Jobs depend on.

use crate::manifest::document::Node;

/// The kinds that Jobs depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are Kubernetes' own")]
pub enum Kind {
    Namespace,
    ResourceQuota,
    LimitRange,
    ConfigMap,
    Secret,
    ServiceAccount,
    PersistentVolume,
    PersistentVolumeClaim,
    StorageClass,
    PriorityClass,
    RuntimeClass,
    Service,
    PodDisruptionBudget,
    Deployment,
    StatefulSet,
    DaemonSet,
    RoleBinding,
    ClusterRoleBinding,
    NetworkPolicy,
}

/// The kinds with the names that manifests give them.
const KINDS: [(&str, Kind); 19] = [
    ("ClusterRoleBinding", Kind::ClusterRoleBinding),
    ("ConfigMap", Kind::ConfigMap),
    ("DaemonSet", Kind::DaemonSet),
    ("Deployment", Kind::Deployment),
    ("LimitRange", Kind::LimitRange),
    ("Namespace", Kind::Namespace),
    ("NetworkPolicy", Kind::NetworkPolicy),
    ("PersistentVolume", Kind::PersistentVolume),
    ("PersistentVolumeClaim", Kind::PersistentVolumeClaim),
    ("PodDisruptionBudget", Kind::PodDisruptionBudget),
    ("PriorityClass", Kind::PriorityClass),
    ("ResourceQuota", Kind::ResourceQuota),
    ("RoleBinding", Kind::RoleBinding),
    ("RuntimeClass", Kind::RuntimeClass),
    ("Secret", Kind::Secret),
    ("Service", Kind::Service),
    ("ServiceAccount", Kind::ServiceAccount),
    ("StatefulSet", Kind::StatefulSet),
    ("StorageClass", Kind::StorageClass),
];

impl Kind {
    /// The kinds whose pods keep running.
    pub const WORKLOADS: [Kind; 3] = [Kind::Deployment, Kind::StatefulSet, Kind::DaemonSet];

    /// Returns the kind as manifests write it.
    pub fn as_str(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// Whether objects of the kind are in a namespace, or stand for one.
    pub fn has_namespace(self) -> bool {
        !matches!(
            self,
            Kind::ClusterRoleBinding
                | Kind::PersistentVolume
                | Kind::PriorityClass
                | Kind::RuntimeClass
                | Kind::StorageClass
        )
    }

    /// Returns the kind of an object that Kubernetes' own API has.
    pub(super) fn of(object: Node<'_>) -> Option<Kind> {
        let name = object.get("kind")?.text()?;
        let at = KINDS.binary_search_by_key(&name, |(known, _)| known).ok()?;
        let kind = KINDS[at].1;
        let version = object.get("apiVersion")?.text()?;
        let group = version.split_once('/').map_or("", |(group, _)| group);
        let own = match kind {
            Kind::PriorityClass => "scheduling.k8s.io",
            Kind::StorageClass => "storage.k8s.io",
            Kind::RuntimeClass => "node.k8s.io",
            Kind::PodDisruptionBudget => "policy",
            Kind::NetworkPolicy => "networking.k8s.io",
            Kind::RoleBinding | Kind::ClusterRoleBinding => "rbac.authorization.k8s.io",
            _ if Kind::WORKLOADS.contains(&kind) => "apps",
            _ => "",
        };
        (group == own).then_some(kind)
    }
}

/// Whether nothing has to be filled in yet.
pub(super) fn is_whole(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'.' | b':'))
}
