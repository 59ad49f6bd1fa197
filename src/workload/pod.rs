//! The pod template of a Job (`k8s.io/api/core/v1`, `PodSpec`).

use super::{Container, ContainerKind, Job};
use crate::document::{Field, Node, Value};
use crate::kubernetes::Version;

/// A pod template's `spec`.
#[derive(Clone, Copy)]
pub struct Pod<'d> {
    /// The Job around it.
    pub job: Job<'d>,
    /// The pod's `spec`.
    pub spec: Node<'d>,
}

impl<'d> Pod<'d> {
    /// `restartPolicy`
    pub fn restart_policy(self) -> Field<'d> {
        self.spec.field("restartPolicy")
    }

    /// `activeDeadlineSeconds` of the pod, not of the Job.
    pub fn active_deadline_seconds(self) -> Field<'d> {
        self.spec.field("activeDeadlineSeconds")
    }

    /// `securityContext.runAsUser`
    pub fn run_as_user(self) -> Field<'d> {
        self.spec.field("securityContext.runAsUser")
    }

    /// `securityContext.runAsNonRoot`
    pub fn run_as_non_root(self) -> Field<'d> {
        self.spec.field("securityContext.runAsNonRoot")
    }

    /// `resources` of the pod as a whole, since Kubernetes 1.34.
    pub fn resources(self) -> Field<'d> {
        self.spec.field("resources")
    }

    /// Says whether the kubelet heeds the `resources` of the pod as a whole: by default it does since 1.34.
    pub fn has_own_resources(self, version: Version) -> bool {
        version.minor >= 34 && self.resources().is_set()
    }

    /// `serviceAccount`: the old name of `serviceAccountName`.
    pub fn service_account(self) -> Field<'d> {
        self.spec.field("serviceAccount")
    }

    /// `serviceAccountName`
    pub fn service_account_name(self) -> Field<'d> {
        self.spec.field("serviceAccountName")
    }

    /// `terminationGracePeriodSeconds`: 30 where it is missing.
    pub fn termination_grace_period_seconds(self) -> Field<'d> {
        self.spec.field("terminationGracePeriodSeconds")
    }

    /// `volumes`
    pub fn volumes(self) -> Field<'d> {
        self.spec.field("volumes")
    }

    /// Says whether the pod asks for Windows nodes, by `os` or by a node selector.
    pub fn is_windows(self) -> bool {
        let selector = self.spec.field("nodeSelector").node();
        let selects = |key: &str| selector.and_then(|it| it.get(key)).and_then(Node::text) == Some("windows");
        self.spec.field("os.name").is("windows")
            || selects("kubernetes.io/os")
            || selects("beta.kubernetes.io/os")
    }

    /// Returns the containers that run side by side, without init containers.
    pub fn main_containers(self) -> impl Iterator<Item = Container<'d>> {
        self.containers_of("containers", ContainerKind::Main)
    }

    /// Says whether the kubelet ends what hangs in the pod: every main container has a liveness probe that can tell.
    pub fn is_watched(self) -> bool {
        self.main_containers().count() > 0 && self.main_containers().all(Container::is_watched)
    }

    /// Returns the init containers, native sidecars among them.
    pub fn init_containers(self) -> impl Iterator<Item = Container<'d>> {
        self.containers_of("initContainers", ContainerKind::Init)
    }

    /// Returns the init containers and then the others, as Kubernetes starts them.
    pub fn containers(self) -> impl Iterator<Item = Container<'d>> {
        self.init_containers().chain(self.main_containers())
    }

    fn containers_of(self, key: &'static str, kind: ContainerKind) -> impl Iterator<Item = Container<'d>> {
        let nodes = self.spec.field(key).items().filter(|node| node.value() == Value::Map);
        nodes.map(move |node| Container { pod: self, node, kind })
    }
}
